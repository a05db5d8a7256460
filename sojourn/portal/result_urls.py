"""Addresses of results: a student's own by an id that nobody can guess, the certificate for all."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.views import results

app_name = "results"
urlpatterns: list[URLPattern] = [
    path("results/", results.own, name="own"),
    path("results/<uuid:uuid>/", results.result, name="result"),
    path("results/<uuid:uuid>/answer/", results.answer, name="answer"),
    path("results/<uuid:uuid>/give-up/", results.give_up, name="give-up"),
    path("results/<uuid:uuid>/objection/", results.objection, name="objection"),
    path("results/<uuid:uuid>/objection/take-back/", results.take_back, name="take-back"),
    path("rounds/<slug:slug>/certificate/", results.certificate, name="certificate"),
    path("rounds/<slug:slug>/result.json", results.result_file, name="file"),
    path("rounds/<slug:slug>/verify.py", results.verify_script, name="verify"),
]
