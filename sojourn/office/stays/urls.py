"""Addresses of stays in the office."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.stays import views

urlpatterns: list[URLPattern] = [
    path("", views.stays, name="stays"),
    path("new/", views.new, name="stay-new"),
    path("begin/", views.begin, name="stays-begin"),
    path("<uuid:number>/", views.stay, name="stay"),
    path("<uuid:number>/steps/<int:step>/", views.step, name="stay-step"),
    path("<uuid:number>/days/", views.days, name="stay-days"),
    path("<uuid:number>/road/", views.road, name="stay-road"),
    path("<uuid:number>/host/<int:host>/", views.host, name="stay-host"),
    path("<uuid:number>/gates/<slug:gate>/", views.gate, name="stay-gate"),
    path("<uuid:number>/move/", views.move, name="stay-move"),
    path("<uuid:number>/change/<slug:kind>/", views.change, name="stay-change"),
]
