"""Addresses of the office, one list an area."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sojourn.office.views import mail, today

app_name = "office"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", today.today, name="today"),
    path("mail/", mail.mails, name="mail"),
    path("mail/<int:number>/", mail.mail, name="mail-one"),
    path("mail/<int:number>/again/", mail.again, name="mail-again"),
]
