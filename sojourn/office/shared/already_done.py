"""Answers what was pressed twice, or in two windows: what was wanted is so."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _


def already(request: HttpRequest, to: str, **where: str) -> HttpResponse:
    """Back to the page named `to`, which says that the thing is gone already."""
    messages.info(request, _("It has already been removed."))
    return redirect(reverse(to, kwargs=where))
