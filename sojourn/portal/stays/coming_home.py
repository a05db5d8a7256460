"""Coming home, as its student sees it: what is there, what is waited for, and from whom."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sojourn.mobility.homecoming import shown
from sojourn.mobility.models import Stay
from sojourn.mobility.states import COMES_HOME
from sojourn.people.models import User
from sojourn.portal.stays import presenters
from sojourn.portal.stays.views import own_stay, signed_in


@require_safe
@signed_in
def coming_home(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    found = own_stay(user, number)
    if found.state not in COMES_HOME:
        return redirect("stays:stay", number=number)
    return page_of(request, found)


def page_of(
    request: HttpRequest, found: Stay, *, problem: str = "", status: int = 200
) -> HttpResponse:
    now = timezone.now()
    context = {
        "section": "plan",
        "page": presenters.page(found, now),
        "waiting": shown.waiting(found, now),
        "certificates": shown.certificates(found),
        "asked": shown.asked(found),
        "problem": problem,
    }
    return render(request, "portal/stays/templates/home.html", context, status=status)
