"""The address of the accounts that the office looks at."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.people import views

urlpatterns: list[URLPattern] = [path("accounts/", views.accounts, name="accounts")]
