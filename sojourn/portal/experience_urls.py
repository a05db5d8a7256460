"""Addresses of experiences: what is told, one's own reports, links from mail, writing to people."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.views import (
    experience_invited,
    experience_mine,
    experience_people,
    experience_reports,
    experience_stop,
)

app_name = "experiences"
urlpatterns: list[URLPattern] = [
    path("", experience_reports.all_reports, name="all"),
    path("of/<slug:slug>/", experience_reports.of_opportunity, name="of"),
    path("at/<slug:slug>/", experience_reports.at_institution, name="at"),
    path("in/<str:code>/", experience_reports.in_country, name="in"),
    path("photos/<uuid:number>.jpg", experience_reports.photo, name="photo"),
    path("mine/", experience_mine.mine, name="mine"),
    path("mine/begin/", experience_mine.begin, name="begin"),
    path("mine/<uuid:number>/", experience_mine.report, name="report"),
    path("mine/<uuid:number>/consents/", experience_mine.consents, name="consents"),
    path("mine/<uuid:number>/take-back/", experience_mine.take_back, name="take-back"),
    path("mine/<uuid:number>/photo/", experience_mine.photo, name="own-photo"),
    path("mine/<uuid:number>/photo/remove/", experience_mine.remove_photo, name="remove-photo"),
    path("mine/<uuid:number>/delete/", experience_mine.delete, name="delete"),
    path("invited/<str:token>/", experience_invited.invited, name="invited"),
    path("consent/<str:token>/", experience_invited.consent, name="consent"),
    path("stop/<str:token>/", experience_stop.messages, name="stop"),
    path("stop-inviting/<str:token>/", experience_stop.invitations, name="stop-inviting"),
    path("answer/<str:token>/", experience_invited.answer, name="answer"),
    path("people/", experience_people.people, name="people"),
    path("write/<str:kind>/<slug:slug>/", experience_people.write, name="write"),
]
