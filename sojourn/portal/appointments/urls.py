"""Addresses of advice: appointments and the walk-in queue; ids are random."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.appointments.views import booking, overview, queue

app_name = "advice"
urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="overview"),
    path("steps/<uuid:step_id>/", overview.step, name="step"),
    path("book/<slug:slug>/", booking.book, name="book"),
    path("wait/<slug:slug>/<int:year>-<int:month>-<int:day>/", booking.wait, name="wait"),
    path("waiting/<uuid:code>/stop/", booking.stop_waiting, name="stop-waiting"),
    path("offers/<uuid:appointment_id>/", booking.offer, name="offer"),
    path("appointments/<uuid:appointment_id>/", booking.appointment, name="appointment"),
    path("appointments/<uuid:appointment_id>/move/", booking.move, name="move"),
    path("appointments/<uuid:appointment_id>/words/", booking.words, name="words"),
    path("appointments/<uuid:appointment_id>/cancel/", booking.cancel, name="cancel"),
    path("line/<slug:slug>/", queue.queue, name="queue"),
    path("line/<slug:slug>/state/", queue.state, name="queue-state"),
    path("line/<slug:slug>/leave/", queue.leave, name="queue-leave"),
]
