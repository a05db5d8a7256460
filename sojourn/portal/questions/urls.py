"""Addresses of questions: one's own, and those that only a link from a mail opens."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.questions import views

app_name = "questions"
urlpatterns: list[URLPattern] = [
    path("", views.own, name="own"),
    path("ask/", views.ask, name="ask"),
    path("ask/sent/", views.sent, name="sent"),
    path("likely/", views.likely, name="likely"),
    path("read/<str:token>/", views.read, name="read"),
    path("read/<str:token>/settle/", views.settle_read, name="settle-read"),
    path("read/<str:token>/files/<uuid:file>/", views.file_read, name="file-read"),
    path("<uuid:number>/", views.thread, name="thread"),
    path("<uuid:number>/settle/", views.settle, name="settle"),
    path("<uuid:number>/files/<uuid:file>/", views.file, name="file"),
]
