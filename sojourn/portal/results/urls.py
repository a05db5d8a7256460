"""Addresses of results: a student's own by an id that nobody can guess, the certificate for all."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.results import views

app_name = "results"
urlpatterns: list[URLPattern] = [
    path("results/", views.own, name="own"),
    path("results/<uuid:uuid>/", views.result, name="result"),
    path("results/<uuid:uuid>/answer/", views.answer, name="answer"),
    path("results/<uuid:uuid>/give-up/", views.give_up, name="give-up"),
    path("results/<uuid:uuid>/objection/", views.objection, name="objection"),
    path("results/<uuid:uuid>/objection/take-back/", views.take_back, name="take-back"),
    path("rounds/<slug:slug>/certificate/", views.certificate, name="certificate"),
    path("rounds/<slug:slug>/result.json", views.result_file, name="file"),
    path("rounds/<slug:slug>/verify.py", views.verify_script, name="verify"),
]
