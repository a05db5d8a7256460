"""Addresses of rounds and of applying. None of them names whose application it is."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.views import apply_documents, apply_form, apply_rounds

app_name = "apply"
urlpatterns: list[URLPattern] = [
    path("", apply_rounds.rounds, name="rounds"),
    path("mine/", apply_form.mine, name="mine"),
    path("<slug:slug>/", apply_rounds.round_page, name="round"),
    path("<slug:slug>/begin/", apply_form.begin, name="begin"),
    path("<slug:slug>/form/", apply_form.form, name="form"),
    path("<slug:slug>/form/save/", apply_form.save, name="save"),
    path("<slug:slug>/documents/<uuid:number>/", apply_documents.document, name="document"),
    path("<slug:slug>/receipt/", apply_form.receipt, name="receipt"),
    path("<slug:slug>/withdraw/", apply_form.withdraw, name="withdraw"),
]
