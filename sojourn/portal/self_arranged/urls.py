"""Addresses of the places that students found themselves."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.self_arranged import views

app_name = "self-arranged"
urlpatterns: list[URLPattern] = [
    path("", views.own, name="own"),
    path("new/", views.propose, name="new"),
    path("known/", views.known, name="known"),
    path("<uuid:number>/", views.place, name="place"),
    path("<uuid:number>/change/", views.change, name="change"),
    path("<uuid:number>/withdraw/", views.withdraw, name="withdraw"),
    path("<uuid:number>/files/<uuid:file>/", views.file, name="file"),
]
