"""Addresses of the next academic year in the office."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.year import views

urlpatterns: list[URLPattern] = [
    path("", views.overview, name="year"),
    path("calendar/", views.calendar, name="year-calendar"),
    path("<slug:slug>/", views.part, name="year-part"),
    path("<slug:slug>/decided/", views.decided, name="year-decided"),
]
