"""Addresses of the page on which a host signs, and of the check of a signed copy."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.signing import views

app_name = "signing"
urlpatterns: list[URLPattern] = [
    path("check/", views.check, name="check"),
    path("<str:token>/", views.sign, name="sign"),
    path("<str:token>/agreement.pdf", views.document, name="pdf"),
]
