"""Addresses of experiences: what is told, one's own reports, links from mail, writing to people."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.portal.experiences.views import invited, mine, people, reports, stop

app_name = "experiences"
urlpatterns: list[URLPattern] = [
    path("", reports.all_reports, name="all"),
    path("of/<slug:slug>/", reports.of_opportunity, name="of"),
    path("at/<slug:slug>/", reports.at_institution, name="at"),
    path("in/<str:code>/", reports.in_country, name="in"),
    path("photos/<uuid:number>.jpg", reports.photo, name="photo"),
    path("mine/", mine.mine, name="mine"),
    path("mine/begin/", mine.begin, name="begin"),
    path("mine/<uuid:number>/", mine.report, name="report"),
    path("mine/<uuid:number>/consents/", mine.consents, name="consents"),
    path("mine/<uuid:number>/take-back/", mine.take_back, name="take-back"),
    path("mine/<uuid:number>/photo/", mine.photo, name="own-photo"),
    path("mine/<uuid:number>/photo/remove/", mine.remove_photo, name="remove-photo"),
    path("mine/<uuid:number>/delete/", mine.delete, name="delete"),
    path("invited/<str:token>/", invited.invited, name="invited"),
    path("consent/<str:token>/", invited.consent, name="consent"),
    path("stop/<str:token>/", stop.messages, name="stop"),
    path("stop-inviting/<str:token>/", stop.invitations, name="stop-inviting"),
    path("answer/<str:token>/", invited.answer, name="answer"),
    path("people/", people.people, name="people"),
    path("write/<str:kind>/<slug:slug>/", people.write, name="write"),
]
