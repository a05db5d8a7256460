"""Addresses of advice: booking a talk, and the walk-in line. Only numbers nobody can guess."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.views import advice, advice_booking, advice_queue

app_name = "advice"
urlpatterns: list[URLPattern] = [
    path("", advice.overview, name="overview"),
    path("steps/<uuid:step_id>/", advice.step, name="step"),
    path("book/<slug:slug>/", advice_booking.book, name="book"),
    path("wait/<slug:slug>/<int:year>-<int:month>-<int:day>/", advice_booking.wait, name="wait"),
    path("waiting/<uuid:code>/stop/", advice_booking.stop_waiting, name="stop-waiting"),
    path("offers/<uuid:appointment_id>/", advice_booking.offer, name="offer"),
    path("appointments/<uuid:appointment_id>/", advice_booking.appointment, name="appointment"),
    path("appointments/<uuid:appointment_id>/move/", advice_booking.move, name="move"),
    path("appointments/<uuid:appointment_id>/words/", advice_booking.words, name="words"),
    path("appointments/<uuid:appointment_id>/cancel/", advice_booking.cancel, name="cancel"),
    path("line/<slug:slug>/", advice_queue.line, name="line"),
    path("line/<slug:slug>/state/", advice_queue.state, name="line-state"),
    path("line/<slug:slug>/leave/", advice_queue.leave, name="line-leave"),
]
