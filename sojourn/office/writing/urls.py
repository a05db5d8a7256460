"""Addresses of messages to several students."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.writing import views

urlpatterns: list[URLPattern] = [
    path("", views.sent, name="group-messages"),
    path("new/", views.new, name="group-message-new"),
    path("<uuid:number>/", views.message, name="group-message"),
]
