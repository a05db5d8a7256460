"""Addresses of the office's side of advice: appointments, the walk-in line, hours."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.appointments.views import appointments, hours, notes, queue, weekly_hours

urlpatterns: list[URLPattern] = [
    path("appointments/", appointments.appointments, name="appointments"),
    path("appointments/several/", appointments.several, name="appointments-several"),
    path("appointments/<uuid:appointment_id>/", appointments.appointment, name="appointment"),
    path(
        "appointments/<uuid:appointment_id>/outcome/",
        appointments.outcome,
        name="appointment-outcome",
    ),
    path("appointments/<uuid:appointment_id>/move/", appointments.move, name="appointment-move"),
    path("line/", queue.queues, name="queues"),
    path("line/<slug:slug>/", queue.queue, name="queue"),
    path("line/<slug:slug>/state/", queue.state, name="queue-state"),
    path("line/<slug:slug>/next/", queue.call_next, name="queue-next"),
    path("line/<slug:slug>/end/", queue.end, name="queue-end"),
    path("line/<slug:slug>/door/", queue.door, name="door"),
    path("numbers/<uuid:ticket_id>/", queue.ticket, name="ticket"),
    path("talks/<str:kind>/<uuid:subject_id>/note/", notes.note, name="appointment-note"),
    path("talks/<str:kind>/<uuid:subject_id>/step/", notes.step, name="appointment-step"),
    path("steps/<uuid:step_id>/remove/", notes.remove_step, name="step-remove"),
    path("hours/", hours.hours, name="hours"),
    path("hours/<slug:slug>/", hours.desk, name="desk"),
    path("hours/<slug:slug>/settings/", hours.save_settings, name="desk-settings"),
    path("hours/<slug:slug>/absent/", hours.add_absence, name="desk-absent"),
    path("hours/<slug:slug>/absent/<int:number>/", hours.remove_absence, name="desk-present"),
    path("hours/<slug:slug>/rules/new/", hours.new_rule, name="rule-new"),
    path("hours/<slug:slug>/rules/<int:number>/", hours.rule, name="rule"),
    path("hours/<slug:slug>/rules/<int:number>/remove/", hours.remove_rule, name="rule-remove"),
    path("hours/<slug:slug>/walk-in/new/", weekly_hours.new, name="walk-in-new"),
    path("hours/<slug:slug>/walk-in/<slug:hour>/", weekly_hours.hour, name="walk-in"),
    path("hours/<slug:slug>/walk-in/<slug:hour>/end/", weekly_hours.end, name="walk-in-end"),
    path(
        "hours/<slug:slug>/walk-in/<slug:hour>/remove/", weekly_hours.remove, name="walk-in-remove"
    ),
    path(
        "hours/<slug:slug>/dates/<slug:hour>/<int:year>-<int:month>-<int:day>/",
        hours.date,
        name="hour-date",
    ),
]
