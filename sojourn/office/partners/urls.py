"""Addresses of the office's pages about partners."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.partners import views

urlpatterns: list[URLPattern] = [
    path("", views.listing, name="partners"),
    path("find/", views.find, name="partner-new"),
    path("new/", views.new, name="partner-form"),
    path("lists/", views.take_list, name="institution-list"),
    path("duplicates/", views.duplicates, name="partner-duplicates"),
    path("<slug:slug>/", views.one, name="partner"),
    path("<slug:slug>/change/", views.change, name="partner-change"),
    path("<slug:slug>/publish/", views.publish, name="partner-publish"),
    path("<slug:slug>/withdraw/", views.withdraw, name="partner-withdraw"),
    path("<slug:slug>/restore/", views.restore, name="partner-restore"),
    path("<slug:slug>/units/new/", views.unit_new, name="partner-unit-new"),
    path("<slug:slug>/units/<int:unit>/", views.unit, name="partner-unit"),
    path("<slug:slug>/contacts/new/", views.contact_new, name="partner-contact-new"),
    path("<slug:slug>/contacts/<slug:contact>/", views.contact, name="partner-contact"),
    path(
        "<slug:slug>/contacts/<slug:contact>/move/", views.contact_move, name="partner-contact-move"
    ),
    path("<slug:slug>/incoming/", views.incoming, name="partner-incoming"),
    path(
        "<slug:slug>/incoming/<int:number>/remove/",
        views.incoming_remove,
        name="partner-incoming-remove",
    ),
    path("<slug:slug>/merge/<slug:other>/", views.merge, name="partner-merge"),
]
