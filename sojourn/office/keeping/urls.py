"""Addresses of what is kept about people and how long."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.keeping import views

urlpatterns: list[URLPattern] = [
    path("", views.keeping, name="keeping"),
    path("register/", views.register, name="register"),
]
