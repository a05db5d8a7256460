"""Weekly walk-in hours in the office: made, changed, ended, removed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sojourn.advising import diaries, weekly_hours
from sojourn.advising.errors import AdvisingError
from sojourn.advising.permissions import may_keep_hours
from sojourn.catalogue.models import Contact, WalkInHour
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.translated_fields import text_of
from sojourn.office.appointments.forms import LastDayForm, WeeklyForm
from sojourn.office.appointments.presenters import hours
from sojourn.office.shared import already_done
from sojourn.office.shared.access import office_page, who
from sojourn.office.shared.two_editors import edits

_SHOWN = (
    "weekday", "starts", "ends", "room", "online_link", "valid_from",
    "valid_until",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_keep_hours)
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Open an hour every week."""
    if slug not in current_snapshot().records.contacts:
        raise Http404
    contact = Contact.objects.get(slug=slug)
    form = WeeklyForm(
        request.POST if request.method == "POST" else None, initial={"room": contact.room}
    )
    if request.method == "POST" and form.is_valid():
        try:
            weekly_hours.add(contact, form.weekly, who(request))
        except AdvisingError as error:
            form.add_error("starts", error.message)
        else:
            return _saved(request, slug)
    return _page(request, slug, form)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_keep_hours)
@edits(lambda _request, slug, hour: WalkInHour.objects.filter(slug=hour), by=may_keep_hours)
def hour(request: HttpRequest, slug: str, hour: str) -> HttpResponse:
    """Hold an hour otherwise from now on."""
    found = _found(slug, hour)
    if request.method != "POST":
        as_it_is = {name: getattr(found, name) for name in _SHOWN}
        as_it_is["note"] = text_of(found, "note")
        return _page(request, slug, WeeklyForm(initial=as_it_is), found)
    form = WeeklyForm(request.POST)
    if form.is_valid():
        try:
            weekly_hours.change(found, form.weekly, who(request))
        except AdvisingError as error:
            form.add_error("starts", error.message)
        else:
            return _saved(request, slug)
    return _page(request, slug, form, found)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_keep_hours)
def end(request: HttpRequest, slug: str, hour: str) -> HttpResponse:
    """Say on which day it is held for the last time."""
    found = _found(slug, hour)
    today = timezone.localtime(timezone.now(), diaries.zone()).date()
    form = LastDayForm(
        request.POST if request.method == "POST" else None, initial={"last_day": today}
    )
    if request.method == "POST" and form.is_valid():
        try:
            weekly_hours.end(found, form.cleaned_data["last_day"], who(request))
        except AdvisingError as error:
            form.add_error("last_day", error.message)
        else:
            return _saved(request, slug)
    return render(
        request,
        "office/appointments/templates/hours/end.html",
        {"part": "hours", "slug": slug, "form": form, "line": hours.weekly_line(found)},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_keep_hours)
def remove(request: HttpRequest, slug: str, hour: str) -> HttpResponse:
    """Ask, then take an hour away that was made by mistake."""
    if request.method == "POST" and not WalkInHour.objects.filter(slug=hour).exists():
        return already_done.already(request, "office:desk", slug=slug)
    found = _found(slug, hour)
    if request.method == "POST" and "sure" in request.POST:
        weekly_hours.remove(found, who(request))
        return _saved(request, slug)
    return render(
        request,
        "office/appointments/templates/hours/confirm.html",
        {
            "part": "hours",
            "question": _("Remove this weekly hour with all its dates?"),
            "text": _(
                "To stop it from a certain day, end it instead; then its past dates are kept."
            ),
            "lines": [hours.weekly_line(found)],
            "back": reverse("office:walk-in", kwargs={"slug": slug, "hour": hour}),
        },
    )


def _found(slug: str, hour: str) -> WalkInHour:
    found = WalkInHour.objects.filter(slug=hour, contact__slug=slug).first()
    if found is None or slug not in current_snapshot().records.contacts:
        raise Http404
    return found


def _saved(request: HttpRequest, slug: str) -> HttpResponse:
    messages.success(request, _("Saved. Every page and calendar shows it in a moment."))
    return redirect("office:desk", slug=slug)


def _page(
    request: HttpRequest, slug: str, form: WeeklyForm, found: WalkInHour | None = None
) -> HttpResponse:
    return render(
        request,
        "office/appointments/templates/hours/weekly.html",
        {"part": "hours", "slug": slug, "form": form, "hour": found.slug if found else ""},
        status=422 if form.errors else 200,
    )
