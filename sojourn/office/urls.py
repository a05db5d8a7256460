"""Addresses of the office, one list an area."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sojourn.office.views import today

app_name = "office"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", today.today, name="today"),
]
