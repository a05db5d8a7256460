"""Addresses of single sign-on; allauth includes them among its own.

Where a provider sends people back to is one address without a language (`config.urls`): each is
registered with the provider by hand.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.people import sso_views

urlpatterns: list[URLPattern] = [
    path("sso/<slug:provider_id>/", sso_views.login, name="openid_connect_login"),
    path(
        "sso/<slug:provider_id>/again/",
        sso_views.login,
        {"again": True},
        name="openid_connect_again",
    ),
]
