"""Addresses of experience reports and messages in the office."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.experiences import views

urlpatterns: list[URLPattern] = [
    path("experiences/", views.reports, name="experiences"),
    path("experiences/invitations/", views.invited, name="experience-invitations"),
    path("experiences/suggestions/", views.suggested, name="experience-suggestions"),
    path("experiences/people/", views.people, name="experience-people"),
    path("experiences/messages/", views.messages, name="experience-messages"),
    path("experiences/<uuid:number>/", views.report, name="experience"),
    path("experiences/<uuid:number>/photo/", views.photo, name="experience-photo"),
]
