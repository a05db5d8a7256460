"""Addresses of figures in the office."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.figures import views

urlpatterns: list[URLPattern] = [path("", views.figures, name="figures")]
