"""Addresses of the places that students found themselves."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.views import own_places

app_name = "own-places"
urlpatterns: list[URLPattern] = [
    path("", own_places.own, name="own"),
    path("new/", own_places.propose, name="new"),
    path("known/", own_places.known, name="known"),
    path("<uuid:number>/", own_places.place, name="place"),
    path("<uuid:number>/change/", own_places.change, name="change"),
    path("<uuid:number>/withdraw/", own_places.withdraw, name="withdraw"),
    path("<uuid:number>/files/<uuid:file>/", own_places.file, name="file"),
]
