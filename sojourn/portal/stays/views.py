"""A student's own stays: looked at, days given, steps ticked off, arrived, back, withdrawn."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.common.view_marks import private_page
from sojourn.mobility import beginnings, endings, periods, queries, steps
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.forms import OWN_PERIODS, DaysForm
from sojourn.mobility.models import Stay
from sojourn.mobility.states import ChangeKind, StayState
from sojourn.people.models import User
from sojourn.people.permissions import is_signed_in, open_to, signed_in_person
from sojourn.portal.stays import presenters
from sojourn.portal.stays.forms import WithdrawForm
from sojourn.portal.stays.grants import grants_of

P = ParamSpec("P")


def signed_in(
    view: Callable[Concatenate[HttpRequest, User, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Give the view the person who is signed in."""

    @private_page
    @open_to(is_signed_in, back=lambda **_arguments: reverse("stays:own"))
    @wraps(view)
    def wrapped(request: HttpRequest, /, *arguments: P.args, **named: P.kwargs) -> HttpResponseBase:
        return view(request, signed_in_person(request), *arguments, **named)

    return wrapped


@require_safe
@signed_in
def own(request: HttpRequest, user: User) -> HttpResponse:
    stays = queries.with_everything(Stay.objects.owned_by(user)).order_by("-begun_at")
    return render(
        request,
        "portal/stays/templates/list.html",
        {
            "section": "plan",
            "rows": [presenters.row(each) for each in stays],
            "places": [presenters.place_row(each) for each in queries.places_to_begin(user)],
        },
    )


@require_POST
@signed_in
def begin(request: HttpRequest, user: User, place: uuid.UUID) -> HttpResponse:
    """Begin the stay at a place that the student found and the office approved."""
    found = queries.approved_place(user, place)
    if found is None:
        raise Http404
    try:
        made = beginnings.begin_for_own_place(found, actor=user)
    except MobilityError as error:
        messages.warning(request, error.message)
        return redirect("stays:own")
    return redirect("stays:stay", number=made.uuid)


@require_safe
@signed_in
def stay(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    return _page(request, own_stay(user, number))


@require_POST
@signed_in
def step(request: HttpRequest, user: User, number: uuid.UUID, step: int) -> HttpResponse:
    """Tick off a step, or take the tick back."""
    found = own_stay(user, number)
    row = next((each for each in found.steps.all() if each.pk == step), None)
    if row is None:
        raise Http404
    change = steps.untick if request.POST.get("do") == "untick" else steps.tick
    try:
        change(row, actor=user)
    except MobilityError as error:
        return _page(request, own_stay(user, number), problem=error.message, status=409)
    return redirect("stays:stay", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def days(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    found = own_stay(user, number)
    form = DaysForm(found, OWN_PERIODS, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                periods.set_days(found, form.at_host, form.others, actor=user)
            except MobilityError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("Saved. The days of your steps moved along."))
                return redirect("stays:stay", number=number)
    context = {
        "section": "plan",
        "page": presenters.page(found, timezone.now()),
        "form": form,
        "fixed": not found.meaning.is_before,
    }
    return render(request, "portal/stays/templates/days.html", context, status=status)


@require_POST
@signed_in
def arrived(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    """Say that one has arrived today."""
    found = own_stay(user, number)
    try:
        endings.depart(found, timezone.localdate(), actor=user)
    except MobilityError as error:
        return _page(request, own_stay(user, number), problem=error.message, status=409)
    messages.success(request, _("We know now that you are there."))
    return redirect("stays:stay", number=number)


@require_POST
@signed_in
def back(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    """Say that the stay has ended."""
    found = own_stay(user, number)
    try:
        endings.come_back(found, timezone.localdate(), actor=user)
    except MobilityError as error:
        return _page(request, own_stay(user, number), problem=error.message, status=409)
    messages.success(request, _("Welcome back. This page says what is left to do."))
    return redirect("stays:stay", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw(request: HttpRequest, user: User, number: uuid.UUID) -> HttpResponse:
    """Say that one does not go, after reading what that does."""
    found = own_stay(user, number)
    if found.state == StayState.WITHDRAWN:
        return redirect("stays:stay", number=number)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                endings.make_change(found, ChangeKind.WITHDRAWN, reason, actor=user)
            except MobilityError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("You do not go. The office knows."))
                return redirect("stays:stay", number=number)
    context = {
        "section": "plan",
        "page": presenters.page(found, timezone.now()),
        "form": form,
        "consequences": endings.consequences(found, ChangeKind.WITHDRAWN),
    }
    return render(request, "portal/stays/templates/withdraw.html", context, status=status)


def _page(
    request: HttpRequest, found: Stay, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "section": "plan",
        "page": presenters.page(found, timezone.now()),
        "grants": grants_of(found.student, found),
        "problem": problem,
    }
    return render(request, "portal/stays/templates/stay.html", context, status=status)


def own_stay(user: User, number: uuid.UUID) -> Stay:
    """Find a stay of one's own."""
    found = queries.with_everything(Stay.objects.owned_by(user)).filter(uuid=number).first()
    if found is None:
        raise Http404
    return found
