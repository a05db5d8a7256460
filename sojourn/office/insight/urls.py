"""Addresses of the figures over the years."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.insight import views

urlpatterns: list[URLPattern] = [
    path("", views.where, name="insight"),
    path("rounds/", views.rounds, name="insight-rounds"),
    path("answers/", views.answers, name="insight-answers"),
    path("costs/", views.costs, name="insight-costs"),
    path("agreements/", views.agreements, name="insight-agreements"),
    path("stays/", views.stays, name="insight-stays"),
]
