"""The address of the office's search."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.search import views

urlpatterns: list[URLPattern] = [path("", views.search, name="search")]
