"""Addresses of the office's first page and of its mail."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.dashboard.views import mail, today

urlpatterns: list[URLPattern] = [
    path("", today.today, name="today"),
    path("mail/", mail.mails, name="mail"),
    path("mail/<int:number>/", mail.mail, name="mail-one"),
    path("mail/<int:number>/again/", mail.again, name="mail-again"),
]
