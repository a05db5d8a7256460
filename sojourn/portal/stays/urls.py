"""Addresses of a student's own stays."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.stays import (
    agreement_views,
    board_views,
    check_in,
    coming_home,
    papers,
    reach,
    views,
)

app_name = "stays"
urlpatterns: list[URLPattern] = [
    path("", views.own, name="own"),
    path("reach/<str:token>/", reach.by_link, name="reach"),
    path("arrival/<str:token>/", reach.arrival, name="arrival"),
    path("papers/<str:token>/", papers.papers, name="papers"),
    path("check-in/<str:token>/", check_in.check_in, name="check-in"),
    path("begin/<uuid:place>/", views.begin, name="begin"),
    path("<uuid:number>/", views.stay, name="stay"),
    path("<uuid:number>/steps/<int:step>/", views.step, name="step"),
    path("<uuid:number>/days/", views.days, name="days"),
    path("<uuid:number>/arrived/", views.arrived, name="arrived"),
    path("<uuid:number>/reach/", reach.own, name="whereabouts"),
    path("<uuid:number>/back/", views.back, name="back"),
    path("<uuid:number>/home/", coming_home.coming_home, name="coming-home"),
    path("<uuid:number>/home/transcript/", coming_home.transcript, name="coming-home-transcript"),
    path(
        "<uuid:number>/home/transcript/<int:transcript>/",
        coming_home.transcript_file,
        name="coming-home-file",
    ),
    path("<uuid:number>/withdraw/", views.withdraw, name="withdraw"),
    path("<uuid:number>/agreement/", agreement_views.agreement, name="agreement"),
    path("<uuid:number>/agreement/edit/", agreement_views.edit, name="agreement-edit"),
    path("<uuid:number>/agreement/lines/", agreement_views.lines, name="agreement-lines"),
    path("<uuid:number>/agreement/signer/", agreement_views.signer, name="agreement-signer"),
    path("<uuid:number>/agreement/sign/", agreement_views.sign, name="agreement-sign"),
    path("<uuid:number>/agreement/move/", agreement_views.move, name="agreement-move"),
    path(
        "<uuid:number>/agreement/<int:version>.pdf", agreement_views.document, name="agreement-pdf"
    ),
    path("<uuid:number>/board/", board_views.board, name="board"),
    path("<uuid:number>/board/<uuid:asked>/", board_views.answer, name="board-answer"),
    path("<uuid:number>/board/<uuid:asked>/letter.pdf", board_views.letter, name="board-letter"),
]
