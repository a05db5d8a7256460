"""Addresses of the office's pages about agreements."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.agreements import views

urlpatterns: list[URLPattern] = [
    path("", views.listing, name="agreements"),
    path("new/<slug:partner>/", views.new, name="agreement-new"),
    path("<slug:slug>/", views.one, name="agreement"),
    path("<slug:slug>/change/", views.change, name="agreement-change"),
    path("<slug:slug>/renew/", views.renew, name="agreement-renew"),
    path("<slug:slug>/move/", views.move, name="agreement-move"),
    path("<slug:slug>/papers/", views.paper_add, name="agreement-paper-add"),
    path("<slug:slug>/papers/<uuid:paper>/", views.paper, name="agreement-paper"),
    path("<slug:slug>/papers/<uuid:paper>/move/", views.paper_move, name="agreement-paper-move"),
]
