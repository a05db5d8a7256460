"""Addresses of self-arranged places in the office."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.self_arranged import views

urlpatterns: list[URLPattern] = [
    path("own-places/", views.own_places, name="own-places"),
    path("own-places/<uuid:number>/", views.own_place, name="own-place"),
    path("own-places/<uuid:number>/reply/", views.reply, name="own-place-reply"),
    path("own-places/<uuid:number>/approve/", views.approve, name="own-place-approve"),
    path("own-places/<uuid:number>/decline/", views.decline, name="own-place-decline"),
    path("own-places/<uuid:number>/publish/", views.publish, name="own-place-publish"),
    path("own-places/<uuid:number>/files/<uuid:file>/", views.file, name="own-place-file"),
]
