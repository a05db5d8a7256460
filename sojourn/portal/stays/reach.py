"""Arriving and being reached: on one's own page, and by links from mail without signing in.

A GET changes nothing, because programs that check mail for harm follow its links.
"""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sojourn.common.view_marks import RateLimit, private_page, rate_limited
from sojourn.mobility import endings, naming, retention, whereabouts
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.models import Stay
from sojourn.mobility.states import StayState
from sojourn.mobility.whereabouts_links import LinkIsOldError, LinkPurpose, number_in
from sojourn.people.models import User
from sojourn.people.permissions import open_to, whoever_has_the_link
from sojourn.portal.stays import presenters
from sojourn.portal.stays.reach_forms import ReachForms
from sojourn.portal.stays.views import own_stay, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def own(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    """Say how one is reached, on one's own page."""
    return _page(request, own_stay(user, number), token="")


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(whoever_has_the_link)
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Say that one has arrived and how one is reached, by the link from a mail."""
    try:
        number = number_in(LinkPurpose.REACH, token)
    except LinkIsOldError as old:
        return _old_link(request, _named(old.number))
    found = _named(number)
    if found is None:
        return no_link(request)
    return _page(request, found, token=token)


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited(RateLimit.FORMS)
@private_page
@open_to(whoever_has_the_link)
def arrival(request: HttpRequest, token: str) -> HttpResponse:
    """Say, as the host, that the student has arrived."""
    try:
        number = number_in(LinkPurpose.ARRIVAL, token)
    except LinkIsOldError:
        number = None
    found = _named(number)
    if found is None:
        return no_link(request)
    problem, status = "", 200
    if request.method == "POST":
        try:
            whereabouts.confirm_as_host(
                found, request.POST.get("name", ""), today=timezone.localdate()
            )
        except MobilityError as error:
            problem, status = error.message, 422
        else:
            return redirect("stays:arrival", token=token)
    host = found.hosts.first()
    context = {
        "student": found.student.get_full_name() or found.student.email,
        "where": naming.hosts_of(found),
        "name": request.POST.get("name", host.contact_name if host else ""),
        "is_confirmed": whereabouts.is_confirmed_by_host(found),
        "is_open": found.state in (StayState.PREPARING, StayState.AWAY),
        "problem": problem,
    }
    return render(request, "portal/stays/templates/arrival.html", context, status=status)


def no_link(request: HttpRequest) -> HttpResponse:
    """Return what a link shows that we did not make, or whose stay is gone."""
    context = {
        "title": _("This link does not work"),
        "text": _("Perhaps part of the address is missing. Open it from the mail once more."),
    }
    return render(request, "portal/stays/templates/link.html", context, status=404)


def _old_link(request: HttpRequest, found: Stay | None) -> HttpResponse:
    """Offer a new link, which goes to the address of the account and nowhere else."""
    if found is None or not whereabouts.asks_for(found):
        return no_link(request)
    is_sent = request.method == "POST"
    if is_sent:
        whereabouts.send_new_link(found, timezone.now())
    context = {
        "title": _("This link has run out"),
        "text": _("A new one is on its way to your mail address.")
        if is_sent
        else _("For your safety a link works for 30 days. We can mail you a new one."),
        "offers_new": not is_sent,
    }
    return render(request, "portal/stays/templates/link.html", context, status=410)


def _named(number: uuid.UUID | None) -> Stay | None:
    if number is None:
        return None
    return (
        Stay.objects.named_by_link(uuid=number)
        .select_related("student", "opportunity", "whereabouts")
        .first()
    )


def _page(request: HttpRequest, found: Stay, *, token: str) -> HttpResponse:
    is_sent = request.method == "POST"
    problem = ""
    forms = ReachForms(found, request.POST if is_sent else None)
    back = redirect("stays:reach", token=token) if token else redirect(
        "stays:whereabouts", number=found.uuid
    )  # fmt: skip
    if is_sent and request.POST.get("do") == "arrived":
        try:
            endings.depart(found, timezone.localdate(), actor=found.student)
        except MobilityError as error:
            problem = error.message
            forms = ReachForms(found)
        else:
            messages.success(request, _("We know now that you are there."))
            return back
    elif is_sent and forms.is_valid():
        try:
            whereabouts.describe(
                found, forms.said(), by_link=bool(token), seen=request.POST.get("seen")
            )
        except MobilityError as error:
            problem = error.message
        else:
            messages.success(request, _("Saved. Only the emergency team can read it."))
            return back
    context = {
        "section": "plan",
        "title": naming.title_of(found),
        "where": naming.hosts_of(found),
        "number": "" if token else str(found.uuid),
        "forms": forms,
        "seen": whereabouts.version_of(found),
        "problem": problem,
        "is_open": whereabouts.asks_for(found),
        "may_arrive": presenters.may_arrive(found, timezone.localdate()),
        "keep_days": retention.WHEREABOUTS.days,
    }
    return render(
        request, "portal/stays/templates/reach.html", context, status=422 if is_sent else 200
    )
