"""Addresses of what comes after the review: allocation, offers, nominations, and so on."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.results.views import allocation, nominations, objections, offers, statistics

urlpatterns: list[URLPattern] = [
    path("", allocation.results, name="results"),
    path("<slug:slug>/", allocation.allocation, name="allocation"),
    path("<slug:slug>/run/", allocation.run, name="allocation-run"),
    path("<slug:slug>/runs/<int:number>/decide/", allocation.decide, name="allocation-decide"),
    path("<slug:slug>/runs/<int:number>/publish/", allocation.publish, name="allocation-publish"),
    path("<slug:slug>/runs/<int:number>.json", allocation.run_file, name="allocation-file"),
    path("<slug:slug>/what-if/", allocation.what_if, name="what-if"),
    path("<slug:slug>/offers/", offers.offers, name="offers"),
    path("<slug:slug>/offers/seats/", offers.add_seats, name="offers-seats"),
    path("<slug:slug>/offers/finish/", offers.finish, name="offers-finish"),
    path("<slug:slug>/offers/second-round/", offers.second_round, name="second-round"),
    path("<slug:slug>/offers/<uuid:uuid>/give-up/", offers.give_up, name="offer-give-up"),
    path("<slug:slug>/nominations/", nominations.nominations, name="nominations"),
    path("<slug:slug>/nominations/<slug:key>/sent/", nominations.sent, name="nominations-sent"),
    path(
        "<slug:slug>/nominations/<slug:key>/ask-names/",
        nominations.ask_names,
        name="nominations-ask-names",
    ),
    path(
        "<slug:slug>/nominations/<slug:key>/confirmed/",
        nominations.confirmed,
        name="nominations-confirmed",
    ),
    path(
        "<slug:slug>/nominations/<slug:key>/offers/<uuid:uuid>/confirmed/",
        nominations.confirmed_one,
        name="nomination-confirmed",
    ),
    path("<slug:slug>/nominations/<slug:key>.xlsx", nominations.sheet, name="nominations-xlsx"),
    path("<slug:slug>/nominations/<slug:key>.pdf", nominations.document, name="nominations-pdf"),
    path("<slug:slug>/nominations/<slug:key>.json", nominations.data, name="nominations-json"),
    path("<slug:slug>/statistics/", statistics.statistics, name="statistics"),
    path("<slug:slug>/statistics.xlsx", statistics.sheet, name="statistics-xlsx"),
    path("<slug:slug>/objections/", objections.objections, name="objections"),
    path("<slug:slug>/objections/<uuid:uuid>/", objections.objection, name="objection"),
    path("<slug:slug>/objections/<uuid:uuid>/decide/", objections.decide, name="objection-decide"),
]
