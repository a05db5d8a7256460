"""Addresses of the pages that visitors see."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.catalogue.views import (
    contacts,
    countries,
    courses,
    guides,
    home,
    institutions,
    most_like_home,
    opportunities,
    world_map,
)

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("opportunities/", opportunities.finder, name="opportunities"),
    path("search/suggestions/", opportunities.suggestions, name="suggestions"),
    path("opportunities/<slug:slug>/", opportunities.opportunity, name="opportunity"),
    path("institutions/", institutions.institutions, name="institutions"),
    path("institutions/<slug:slug>/", institutions.institution, name="institution"),
    path("countries/", countries.countries, name="countries"),
    path("countries/<str:code>/", countries.country, name="country"),
    path("courses/<slug:slug>/", courses.course, name="course"),
    path("alike/", most_like_home.most_like_home, name="most-like-home"),
    path("map/", world_map.world, name="map"),
    path("guide/", guides.guides, name="guides"),
    path("guide/<slug:slug>/", guides.guide, name="guide"),
    path("contacts/", contacts.contacts, name="contacts"),
]
