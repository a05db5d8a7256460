"""Addresses of rounds and of applying. None of them names whose application it is."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.apply.views import documents, form, rounds

app_name = "apply"
urlpatterns: list[URLPattern] = [
    path("", rounds.rounds, name="rounds"),
    path("mine/", form.mine, name="mine"),
    path("<slug:slug>/", rounds.round_page, name="round"),
    path("<slug:slug>/begin/", form.begin, name="begin"),
    path("<slug:slug>/form/", form.form, name="form"),
    path("<slug:slug>/form/save/", form.save, name="save"),
    path("<slug:slug>/documents/<uuid:number>/", documents.document, name="document"),
    path("<slug:slug>/receipt/", form.receipt, name="receipt"),
    path("<slug:slug>/withdraw/", form.withdraw, name="withdraw"),
]
