"""Addresses of stays in the office."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.stays import agreement_views, home_list, home_views, views

urlpatterns: list[URLPattern] = [
    path("", views.stays, name="stays"),
    path("home/", home_list.stays_home, name="stays-home"),
    path("new/", views.new, name="stay-new"),
    path("begin/", views.begin, name="stays-begin"),
    path("<uuid:number>/", views.stay, name="stay"),
    path("<uuid:number>/steps/<int:step>/", views.step, name="stay-step"),
    path("<uuid:number>/days/", views.days, name="stay-days"),
    path("<uuid:number>/road/", views.road, name="stay-road"),
    path("<uuid:number>/host/<int:host>/", views.host, name="stay-host"),
    path("<uuid:number>/gates/<slug:gate>/", views.gate, name="stay-gate"),
    path("<uuid:number>/move/", views.move, name="stay-move"),
    path("<uuid:number>/change/<slug:kind>/", views.change, name="stay-change"),
    path("<uuid:number>/home/", home_views.home, name="stay-home"),
    path("<uuid:number>/home/ask/", home_views.ask, name="stay-home-ask"),
    path("<uuid:number>/home/days/", home_views.days, name="stay-home-days"),
    path(
        "<uuid:number>/home/days/<int:certificate>.pdf",
        home_views.days_file,
        name="stay-home-days-file",
    ),
    path("<uuid:number>/home/credits/", home_views.ledger_page, name="stay-home-credits"),
    path("<uuid:number>/home/course/<int:line>/", home_views.course, name="stay-home-course"),
    path("<uuid:number>/home/transcript/", home_views.transcript, name="stay-home-transcript"),
    path(
        "<uuid:number>/home/transcript/<int:transcript>/",
        home_views.transcript_file,
        name="stay-home-file",
    ),
    path("<uuid:number>/agreement/", agreement_views.agreement, name="stay-agreement"),
    path("<uuid:number>/agreement/edit/", agreement_views.edit, name="stay-agreement-edit"),
    path("<uuid:number>/agreement/lines/", agreement_views.lines, name="stay-agreement-lines"),
    path("<uuid:number>/agreement/signer/", agreement_views.signer, name="stay-agreement-signer"),
    path("<uuid:number>/agreement/sign/", agreement_views.sign, name="stay-agreement-sign"),
    path("<uuid:number>/agreement/move/", agreement_views.move, name="stay-agreement-move"),
    path("<uuid:number>/agreement/paper/", agreement_views.paper, name="stay-agreement-paper"),
    path(
        "<uuid:number>/agreement/papers/<int:paper>/",
        agreement_views.paper_file,
        name="stay-agreement-paper-file",
    ),
    path(
        "<uuid:number>/agreement/official/",
        agreement_views.official,
        name="stay-agreement-official",
    ),
    path(
        "<uuid:number>/agreement/contacts/",
        agreement_views.contacts,
        name="stay-agreement-contacts",
    ),
    path(
        "<uuid:number>/agreement/package/",
        agreement_views.package,
        name="stay-agreement-package",
    ),
    path(
        "<uuid:number>/agreement/<int:version>.pdf",
        agreement_views.document,
        name="stay-agreement-pdf",
    ),
]
