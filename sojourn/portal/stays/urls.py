"""Addresses of a student's own stays."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.stays import views

app_name = "stays"
urlpatterns: list[URLPattern] = [
    path("", views.own, name="own"),
    path("begin/<uuid:place>/", views.begin, name="begin"),
    path("<uuid:number>/", views.stay, name="stay"),
    path("<uuid:number>/steps/<int:step>/", views.step, name="step"),
    path("<uuid:number>/days/", views.days, name="days"),
    path("<uuid:number>/arrived/", views.arrived, name="arrived"),
    path("<uuid:number>/back/", views.back, name="back"),
    path("<uuid:number>/withdraw/", views.withdraw, name="withdraw"),
]
