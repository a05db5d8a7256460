"""Addresses of a student's own plan. None of them names whose plan it is."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.views import plan_overview

app_name = "plan"
urlpatterns: list[URLPattern] = [
    path("", plan_overview.overview, name="overview"),
]
