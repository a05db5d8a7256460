"""Addresses of places, courses and guides in the office."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.places.kinds import KINDS
from sojourn.office.places.views import entries, versions


def _addresses(part: str) -> list[URLPattern]:
    of = {"part": part}
    one = f"{part}/<slug:slug>/"
    return [
        path(f"{part}/", entries.index, of, name=part),
        path(f"{part}/new/", entries.new, of, name=f"{part}-new"),
        path(one, entries.entry, of, name=f"{part}-entry"),
        path(f"{one}preview/", entries.preview, of, name=f"{part}-preview"),
        path(f"{one}publish/", versions.publish, of, name=f"{part}-publish"),
        path(f"{one}unschedule/", versions.unschedule, of, name=f"{part}-unschedule"),
        path(f"{one}discard/", versions.discard, of, name=f"{part}-discard"),
        path(f"{one}retire/", versions.retire, of, name=f"{part}-retire"),
        path(f"{one}bring-back/", versions.bring_back, of, name=f"{part}-bring-back"),
        path(f"{one}file/", versions.file, of, name=f"{part}-file"),
        path(f"{one}versions/<int:number>/", versions.version, of, name=f"{part}-version"),
        path(f"{one}versions/<int:number>/restore/", versions.restore, of, name=f"{part}-restore"),
    ]


urlpatterns: list[URLPattern] = [address for part in KINDS for address in _addresses(part)]
