"""The log of security events, for whoever runs the installation."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sojourn.office.dashboard.presenters import security as security_presenter
from sojourn.office.shared import lists
from sojourn.office.shared.access import office_page, who
from sojourn.people.models import SecurityEvent
from sojourn.people.permissions import may_run_installation


@require_safe
@office_page(may_run_installation)
def events(request: HttpRequest) -> HttpResponse:
    listing = lists.shown(
        security_presenter.EVENTS, SecurityEvent.objects.visible_to(who(request)), request
    )
    return render(
        request,
        "office/dashboard/templates/security.html",
        {"part": "security", "list": listing},
    )
