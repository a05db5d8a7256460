"""Addresses of the rounds in the office, and of a reviewer's own work."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.rounds.views import applications, reviews, rounds, values

urlpatterns: list[URLPattern] = [
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/new/", rounds.new, name="round-new"),
    path("rounds/<slug:slug>/", rounds.one, name="round"),
    path("rounds/<slug:slug>/rules/<slug:part>/", rounds.edit, name="round-edit"),
    path("rounds/<slug:slug>/agreements/", rounds.seats_of_agreements, name="round-agreements"),
    path("rounds/<slug:slug>/copy/", rounds.copy, name="round-copy"),
    path("rounds/<slug:slug>/publish/", rounds.publish, name="round-publish"),
    path("rounds/<slug:slug>/unpublish/", rounds.unpublish, name="round-unpublish"),
    path("rounds/<slug:slug>/delete/", rounds.delete, name="round-delete"),
    path("rounds/<slug:slug>/applications/", applications.applications, name="applications"),
    path(
        "rounds/<slug:slug>/applications/<uuid:number>/",
        applications.application,
        name="application",
    ),
    path(
        "rounds/<slug:slug>/documents/<uuid:number>/",
        applications.document,
        name="application-document",
    ),
    path("rounds/<slug:slug>/reviewers/", applications.reviewers, name="reviewers"),
    path("rounds/<slug:slug>/values/", values.values, name="values"),
    path("rounds/<slug:slug>/values/template/", values.template, name="values-template"),
    path("rounds/<slug:slug>/values/take-in/", values.take_in, name="values-take-in"),
    path("reviews/", reviews.mine, name="reviews"),
    path("reviews/invited/<uuid:number>/", reviews.invited, name="invited-reviewer"),
    path("reviews/<uuid:number>/", reviews.review, name="review"),
    path("reviews/<uuid:number>/conflict/", reviews.conflict, name="review-conflict"),
    path(
        "reviews/<uuid:number>/documents/<uuid:document>/",
        reviews.document,
        name="review-document",
    ),
]
