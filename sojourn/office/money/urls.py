"""Addresses of the money of stays; those of one stay begin with it."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.money import ledger_views, views

urlpatterns: list[URLPattern] = [
    path("", views.grants, name="money"),
    path("finance.<slug:kind>", views.finance_file, name="money-file"),
    path("<uuid:number>/", ledger_views.ledgers, name="stay-money"),
    path("<uuid:number>/promise/<slug:grant>/", ledger_views.promise, name="stay-money-promise"),
    path("<uuid:number>/<uuid:grant>/", ledger_views.entry, name="stay-money-entry"),
    path("<uuid:number>/<uuid:grant>/count/", ledger_views.count, name="stay-money-count"),
]
