"""The address of the page of all events."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.history import views

urlpatterns: list[URLPattern] = [path("", views.events, name="events")]
