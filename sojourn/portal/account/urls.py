"""Addresses of one's own account, beside those of allauth."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.account import views

app_name = "account"
urlpatterns: list[URLPattern] = [
    path("invitation/<str:key>/", views.invitation, name="invitation"),
    path("name/", views.name, name="name"),
    path("sso/known/", views.known, name="known"),
    path("sso/connect/", views.connect, name="connect"),
    path("sso/only/", views.sso_only, name="sso-only"),
    path("sessions/<int:number>/end/", views.end_session, name="end-session"),
]
