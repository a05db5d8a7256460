"""Whom to ask, where, and when."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.view_marks import public_page
from sojourn.portal.shared import contacts as contacts_presenter


@require_safe
@public_page
def contacts(request: HttpRequest) -> HttpResponse:
    page = contacts_presenter.page(current_snapshot().records, timezone.now())
    return render(
        request,
        "portal/catalogue/templates/contacts/contacts.html",
        {"page": page, "section": "contact"},
    )
