"""Addresses of who is where."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.away import views

urlpatterns: list[URLPattern] = [
    path("", views.away, name="away"),
    path("list/", views.call_list, name="away-list"),
    path("file/", views.sealed_file, name="away-file"),
]
