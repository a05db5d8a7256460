"""Addresses of questions: one's own, and those that only a link from a mail opens."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.views import questions

app_name = "questions"
urlpatterns: list[URLPattern] = [
    path("", questions.own, name="own"),
    path("ask/", questions.ask, name="ask"),
    path("ask/sent/", questions.sent, name="sent"),
    path("likely/", questions.likely, name="likely"),
    path("read/<str:token>/", questions.read, name="read"),
    path("read/<str:token>/settle/", questions.settle_read, name="settle-read"),
    path("read/<str:token>/files/<uuid:file>/", questions.file_read, name="file-read"),
    path("<uuid:number>/", questions.thread, name="thread"),
    path("<uuid:number>/settle/", questions.settle, name="settle"),
    path("<uuid:number>/files/<uuid:file>/", questions.file, name="file"),
]
