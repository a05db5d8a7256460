"""Addresses of a student's own plan. None of them names whose plan it is."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.plan.views import (
    compare,
    costs,
    courses,
    data,
    dates,
    fit,
    language,
    overview,
    profile,
    top_five,
)

app_name = "plan"
urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="overview"),
    path("before/", overview.from_before, name="from-before"),
    path("profile/", profile.profile, name="profile"),
    path("study/", profile.study, name="study"),
    path("fit/", fit.fit, name="fit"),
    path("top-five/", top_five.top_five, name="top-five"),
    path("top-five/state/", top_five.state, name="state"),
    path("top-five/add/", top_five.add, name="add"),
    path("top-five/add/<str:key>/", top_five.offer, name="offer"),
    path("top-five/replace/", top_five.replace, name="replace"),
    path("top-five/remove/", top_five.remove, name="remove"),
    path("top-five/move/", top_five.move, name="move"),
    path("top-five/order/", top_five.order, name="order"),
    path("top-five/note/", top_five.note, name="note"),
    path("top-five/undo/", top_five.undo, name="undo"),
    path("compare/", compare.compare, name="compare"),
    path("share/", compare.share, name="share"),
    path("share/withdraw/", compare.withdraw, name="withdraw"),
    path("shared/<str:token>/", compare.shared, name="shared"),
    path("courses/<slug:slug>/", courses.courses, name="courses"),
    path("courses/<slug:slug>/pair/", courses.pair, name="courses-pair"),
    path("courses/<slug:slug>/forget/", courses.forget, name="courses-forget"),
    path("alike/", courses.similar_hosts, name="similar-hosts"),
    path("data/", data.data, name="data"),
    path("data/export.json", data.export, name="export"),
    path("data/delete/", data.delete, name="delete"),
    path("data/delete-account/", data.delete_account, name="delete-account"),
    path("costs/<slug:slug>/", costs.costs, name="costs"),
    path("costs/<slug:slug>.pdf", costs.document, name="costs-pdf"),
    path("costs/<slug:slug>.xlsx", costs.sheet, name="costs-xlsx"),
    path("language/<slug:slug>/", language.language, name="language"),
    path("dates/", dates.dates, name="dates"),
    path("dates/feed/", dates.make_feed, name="dates-feed"),
    path("dates/feed/withdraw/", dates.withdraw_feed, name="dates-feed-withdraw"),
]
