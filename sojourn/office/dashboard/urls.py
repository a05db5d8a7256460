"""Addresses of the office's first page, its mail and its log of security events."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.dashboard.views import mail, searches, security, today

urlpatterns: list[URLPattern] = [
    path("", today.today, name="today"),
    path("searches/", searches.searches, name="searches"),
    path("security/", security.events, name="security"),
    path("mail/", mail.mails, name="mail"),
    path("mail/<int:number>/", mail.mail, name="mail-one"),
    path("mail/<int:number>/again/", mail.again, name="mail-again"),
]
