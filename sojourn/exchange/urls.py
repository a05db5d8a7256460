"""Addresses of the calendars."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.exchange import plan_dates, views

app_name = "exchange"
urlpatterns: list[URLPattern] = [
    path("deadlines.ics", views.deadlines, name="deadlines"),
    path(
        "opportunities/<slug:slug>/deadlines.ics",
        views.opportunity_deadlines,
        name="opportunity_deadlines",
    ),
    path("contacts/walk-in.ics", views.walk_in, name="walk_in"),
    path("contacts/<slug:slug>/walk-in.ics", views.contact_walk_in, name="contact_walk_in"),
    path("plan/dates/<str:token>.ics", plan_dates.plan_dates, name="plan_dates"),
]
