"""Addresses of self-arranged places in the office."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.self_arranged import views

urlpatterns: list[URLPattern] = [
    path("own-places/", views.places, name="self-arranged-places"),
    path("own-places/<uuid:number>/", views.place, name="self-arranged-place"),
    path("own-places/<uuid:number>/reply/", views.reply, name="self-arranged-place-reply"),
    path("own-places/<uuid:number>/approve/", views.approve, name="self-arranged-place-approve"),
    path("own-places/<uuid:number>/decline/", views.decline, name="self-arranged-place-decline"),
    path("own-places/<uuid:number>/publish/", views.publish, name="self-arranged-place-publish"),
    path(
        "own-places/<uuid:number>/files/<uuid:file>/", views.file, name="self-arranged-place-file"
    ),
]
