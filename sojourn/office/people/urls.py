"""Addresses of the pages about who is who."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.people.views import accounts, colleagues

urlpatterns: list[URLPattern] = [
    path("accounts/", accounts.accounts, name="accounts"),
    path("people/", colleagues.colleagues, name="colleagues"),
    path("people/invite/", colleagues.invitation, name="colleague-new"),
    path("people/<uuid:colleague>/", colleagues.colleague, name="colleague"),
    path("people/<uuid:colleague>/role/", colleagues.give_role, name="colleague-role"),
    path(
        "people/<uuid:colleague>/role/<int:number>/remove/",
        colleagues.take_role,
        name="colleague-role-remove",
    ),
    path("people/<uuid:colleague>/close/", colleagues.close, name="colleague-close"),
    path(
        "people/<uuid:colleague>/second-step/",
        colleagues.reset_second_step,
        name="colleague-second-step",
    ),
    path("people/<uuid:colleague>/sign-out/", colleagues.sign_out, name="colleague-sign-out"),
]
