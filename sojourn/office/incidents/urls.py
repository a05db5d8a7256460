"""Addresses of incidents."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.incidents import views

urlpatterns: list[URLPattern] = [
    path("", views.incidents, name="incidents"),
    path("new/", views.new, name="incident-new"),
    path("<uuid:incident>/", views.incident, name="incident"),
    path("<uuid:incident>/people/<uuid:person>/", views.person, name="incident-person"),
    path("<uuid:incident>/ask/", views.ask, name="incident-ask"),
    path("<uuid:incident>/widen/", views.widen, name="incident-widen"),
    path("<uuid:incident>/note/", views.note, name="incident-note"),
    path("<uuid:incident>/close/", views.close, name="incident-close"),
]
