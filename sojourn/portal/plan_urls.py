"""Addresses of a student's own plan. None of them names whose plan it is."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.views import (
    plan_compare,
    plan_costs,
    plan_courses,
    plan_data,
    plan_dates,
    plan_fit,
    plan_language,
    plan_overview,
    plan_profile,
    plan_top_five,
)

app_name = "plan"
urlpatterns: list[URLPattern] = [
    path("", plan_overview.overview, name="overview"),
    path("before/", plan_overview.from_before, name="from-before"),
    path("profile/", plan_profile.profile, name="profile"),
    path("fit/", plan_fit.fit, name="fit"),
    path("top-five/", plan_top_five.top_five, name="top-five"),
    path("top-five/state/", plan_top_five.state, name="state"),
    path("top-five/add/", plan_top_five.add, name="add"),
    path("top-five/add/<str:key>/", plan_top_five.offer, name="offer"),
    path("top-five/replace/", plan_top_five.replace, name="replace"),
    path("top-five/remove/", plan_top_five.remove, name="remove"),
    path("top-five/move/", plan_top_five.move, name="move"),
    path("top-five/order/", plan_top_five.order, name="order"),
    path("top-five/note/", plan_top_five.note, name="note"),
    path("top-five/undo/", plan_top_five.undo, name="undo"),
    path("compare/", plan_compare.compare, name="compare"),
    path("share/", plan_compare.share, name="share"),
    path("share/withdraw/", plan_compare.withdraw, name="withdraw"),
    path("shared/<str:token>/", plan_compare.shared, name="shared"),
    path("courses/<slug:slug>/", plan_courses.courses, name="courses"),
    path("courses/<slug:slug>/pair/", plan_courses.pair, name="courses-pair"),
    path("courses/<slug:slug>/forget/", plan_courses.forget, name="courses-forget"),
    path("alike/", plan_courses.alike, name="alike"),
    path("data/", plan_data.data, name="data"),
    path("data/export.json", plan_data.export, name="export"),
    path("data/delete/", plan_data.delete, name="delete"),
    path("data/delete-account/", plan_data.delete_account, name="delete-account"),
    path("costs/<slug:slug>/", plan_costs.costs, name="costs"),
    path("costs/<slug:slug>.pdf", plan_costs.document, name="costs-pdf"),
    path("costs/<slug:slug>.xlsx", plan_costs.sheet, name="costs-xlsx"),
    path("language/<slug:slug>/", plan_language.language, name="language"),
    path("dates/", plan_dates.dates, name="dates"),
    path("dates/feed/", plan_dates.make_feed, name="dates-feed"),
    path("dates/feed/withdraw/", plan_dates.withdraw_feed, name="dates-feed-withdraw"),
]
