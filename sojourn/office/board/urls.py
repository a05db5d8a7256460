"""Addresses of the Board's desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.board import views

urlpatterns: list[URLPattern] = [
    path("", views.board, name="board"),
    path("mandates/", views.mandates, name="board-mandates"),
    path("mandates/<uuid:mandate>/end/", views.end_mandate, name="board-mandate-end"),
    path("ask/<uuid:stay>/", views.ask, name="board-ask"),
    path("<uuid:number>/", views.board_request, name="board-request"),
    path("<uuid:number>/decide/", views.decide, name="board-decide"),
    path("<uuid:number>/answer/", views.answer, name="board-answer"),
    path("<uuid:number>/withdraw/", views.withdraw, name="board-withdraw"),
    path("<uuid:number>/letter.pdf", views.letter, name="board-letter"),
]
