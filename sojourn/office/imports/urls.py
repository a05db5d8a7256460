"""Addresses of lists as Excel files."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.imports import views

urlpatterns: list[URLPattern] = [
    path("", views.index, name="imports"),
    path("<uuid:number>/", views.one, name="import"),
    path("<uuid:number>/take/", views.take, name="import-take"),
    path("<uuid:number>/undo/", views.undo, name="import-undo"),
    path("<slug:name>/file/", views.file, name="import-file"),
]
