"""Appointments: booking, moving, cancelling, the waiting list."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sojourn.advising import appointments, diaries
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Appointment, AppointmentState, Diary, WeekWaiting
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.view_marks import private_page, signing_in_is_for
from sojourn.people.models import User
from sojourn.people.permissions import is_student_or_visitor, open_to
from sojourn.planning.current import plan_of
from sojourn.planning.top_five import top_five_of
from sojourn.portal.appointments import presenters
from sojourn.portal.appointments.forms import BookingForm, WishForm, slot_of
from sojourn.portal.appointments.views.overview import student_of, student_page
from sojourn.portal.shared import formatting

# Of the session: what was typed before a detour to the top five.
DRAFT = "advice_wish"


def _to_book(slug: str) -> str:
    contact = current_snapshot().records.contacts.get(slug)
    return _("To book a talk with %(who)s you need an account.") % {
        "who": contact.name if contact else _("the office")
    }


def _to_wait(slug: str, **_week: int) -> str:
    return _to_book(slug)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(is_student_or_visitor)
@signing_in_is_for(_to_book)
def book(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Choose a time and say what about. A visitor sees the times, and signs in to take one."""
    diary, now = _diary(slug), timezone.now()
    if request.method != "POST":
        kept = request.session.get(DRAFT) or {}
        if isinstance(request.user, User):
            standing = appointments.upcoming(diary, request.user, now)
            if standing is not None:
                return redirect("advice:appointment", appointment_id=standing.pk)
        return _book_page(request, diary, _booking(initial=kept), chosen=kept.get("slot", ""))
    form = _booking(request.POST)
    if not form.is_valid():
        return _book_page(request, diary, form, chosen=request.POST.get("slot", ""), status=422)
    if not request.user.is_authenticated:
        request.session[DRAFT] = form.draft()
        first = _too_short(request, form.wish.route)
        if first is not None:
            chosen = form.cleaned_data["slot"].isoformat()
            return _book_page(request, diary, form, first=first, chosen=chosen, status=422)
        return redirect_to_login(request.get_full_path())
    student, starts = student_of(request), form.cleaned_data["slot"]
    try:
        made = appointments.book(diary, student, starts, form.wish, now)
    except appointments.TopFiveFirstError as error:
        request.session[DRAFT] = form.draft()
        return _book_page(request, diary, form, first=error, chosen=starts.isoformat(), status=422)
    except appointments.AlreadyBookedError as error:
        messages.warning(request, error.message)
        return redirect("advice:appointment", appointment_id=error.appointment.pk)
    except AdvisingError as error:
        return _book_page(request, diary, form, problem=error.message, status=409)
    request.session.pop(DRAFT, None)
    messages.success(request, _("Your appointment is booked. You get a mail with the details."))
    return redirect("advice:appointment", appointment_id=made.pk)


@require_http_methods(["GET", "HEAD"])
@student_page
def appointment(request: HttpRequest, appointment_id: uuid.UUID) -> HttpResponse:
    return _appointment_page(request, _own(request, appointment_id))


@require_http_methods(["GET", "HEAD", "POST"])
@student_page
def move(request: HttpRequest, appointment_id: uuid.UUID) -> HttpResponse:
    mine, now = _own(request, appointment_id), timezone.now()
    if not _can_change(mine, now):
        return _too_late(request, mine)
    problem, status = "", 200
    if request.method == "POST":
        starts = slot_of(request.POST.get("slot", ""))
        if starts is None:
            problem, status = _("Choose a time."), 422
        else:
            try:
                appointments.move(mine, starts, now)
            except AdvisingError as error:
                problem, status = error.message, 409
            else:
                messages.success(request, _("Your appointment is at the new time."))
                return redirect("advice:appointment", appointment_id=mine.pk)
    free = tuple(
        slot
        for slot in diaries.unreserved_slots(mine.diary, now, besides=mine)
        if slot.starts != mine.starts_at
    )
    return render(
        request,
        "portal/appointments/templates/move.html",
        {
            "section": "contact",
            "appointment": presenters.appointment_view(current_snapshot().records, mine, now),
            "weeks": presenters.weeks(mine.diary, free, now, mine.student),
            "problem": problem,
            "back": mine.pk,
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@student_page
def words(request: HttpRequest, appointment_id: uuid.UUID) -> HttpResponse:
    """Change what the appointment is about."""
    mine = _own(request, appointment_id)
    if not _can_change(mine, timezone.now()):
        return _too_late(request, mine)
    if request.method == "POST":
        form = _form(request.POST)
        if form.is_valid():
            try:
                appointments.change_request(mine, form.wish, timezone.now())
            except AdvisingError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("Saved."))
                return redirect("advice:appointment", appointment_id=mine.pk)
    else:
        form = _form(initial={"route": mine.route, "topic": mine.topic, "question": mine.question})
    return render(
        request,
        "portal/appointments/templates/words.html",
        {"section": "contact", "form": form, "back": mine.pk},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@student_page
def cancel(request: HttpRequest, appointment_id: uuid.UUID) -> HttpResponse:
    """Ask first, then give the time back."""
    mine, now = _own(request, appointment_id), timezone.now()
    if request.method == "POST":
        try:
            appointments.cancel(mine, student_of(request), now)
        except AdvisingError as error:
            messages.warning(request, error.message)
            return redirect("advice:appointment", appointment_id=mine.pk)
        messages.success(request, _("Your appointment is cancelled."))
        return redirect("advice:overview")
    if not _can_change(mine, now):
        return _too_late(request, mine)
    return render(
        request,
        "portal/appointments/templates/cancel.html",
        {
            "section": "contact",
            "appointment": presenters.appointment_view(current_snapshot().records, mine, now),
            "back": mine.pk,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@student_page
@signing_in_is_for(_to_wait)
def wait(request: HttpRequest, slug: str, year: int, month: int, day: int) -> HttpResponse:
    """Wait for a time in a full week."""
    diary, student = _diary(slug), student_of(request)
    try:
        week = dt.date(year, month, day)
    except ValueError as error:
        raise Http404 from error
    first: appointments.TopFiveFirstError | None = None
    if request.method == "POST":
        form = _form(request.POST)
        if form.is_valid():
            try:
                appointments.wait_for_week(diary, student, week, form.wish, timezone.now())
            except appointments.TopFiveFirstError as error:
                request.session[DRAFT] = form.draft()
                first = error
            except AdvisingError as error:
                messages.warning(request, error.message)
                return redirect("advice:book", slug=slug)
            else:
                request.session.pop(DRAFT, None)
                messages.success(
                    request,
                    _("You are on the waiting list. You get a mail when a time becomes free."),
                )
                return redirect("advice:overview")
    else:
        form = _form(initial=request.session.get(DRAFT))
    return render(
        request,
        "portal/appointments/templates/wait.html",
        {
            "section": "contact",
            "form": form,
            "week": formatting.day(week),
            "offer_hours": diary.offer_hours,
            "first": first,
            "slug": slug,
        },
        status=422 if form.errors or first else 200,
    )


@require_POST
@student_page
def stop_waiting(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    found = (
        WeekWaiting.objects.owned_by(request.user).filter(code=code).select_related("diary").first()
    )
    if found is None:
        raise Http404
    appointments.stop_waiting(found, timezone.now())
    messages.success(request, _("You are no longer on the waiting list."))
    return redirect("advice:overview")


@require_http_methods(["GET", "HEAD", "POST"])
@student_page
def offer(request: HttpRequest, appointment_id: uuid.UUID) -> HttpResponse:
    """Say yes or no to a time that came free."""
    mine, now = _own(request, appointment_id), timezone.now()
    if request.method == "POST" and request.POST.get("answer") == "no":
        appointments.decline(mine, now)
        messages.success(request, _("The time goes to the next person."))
        return redirect("advice:overview")
    problem, status = "", 200
    if request.method == "POST":
        try:
            mine = appointments.accept(mine, now)
        except AdvisingError as error:
            problem, status = error.message, 409
    if mine.state == AppointmentState.BOOKED:
        if request.method == "POST":
            messages.success(request, _("The time is yours."))
        return redirect("advice:appointment", appointment_id=mine.pk)
    if mine.state != AppointmentState.OFFERED or (mine.offer_ends_at or now) <= now:
        messages.warning(request, _("That offer has ended; the time is no longer yours."))
        return redirect("advice:overview")
    return render(
        request,
        "portal/appointments/templates/offer.html",
        {
            "section": "contact",
            "offer": presenters.offer(mine),
            "standing": appointments.upcoming(mine.diary, mine.student, now),
            "problem": problem,
        },
        status=status,
    )


def _too_short(request: HttpRequest, route: str) -> appointments.TopFiveFirstError | None:
    """Say before a visitor makes an account that their list is too short for this talk."""
    needed, has = appointments.needed_places(route), len(top_five_of(plan_of(request)))
    return appointments.TopFiveFirstError(needed, has) if has < needed else None


def _booking(data: Any = None, initial: Any = None) -> BookingForm:
    routes = current_snapshot().records.edition.advice_routes
    return BookingForm(data, initial=initial, routes=routes)


def _form(data: Any = None, initial: Any = None) -> WishForm:
    routes = current_snapshot().records.edition.advice_routes
    return WishForm(data, initial=initial, routes=routes)


def _diary(slug: str) -> Diary:
    """Return the diary of a public contact who has slots."""
    if slug not in current_snapshot().records.contacts:
        raise Http404
    diary = diaries.all_diaries().filter(contact__slug=slug).first()
    if diary is None:
        raise Http404
    return diary


def _own(request: HttpRequest, appointment_id: uuid.UUID) -> Appointment:
    found = appointments.find_own(appointment_id, student_of(request))
    if found is None:
        raise Http404
    return found


def _can_change(mine: Appointment, now: dt.datetime) -> bool:
    return mine.state == AppointmentState.BOOKED and mine.starts_at > now


def _too_late(request: HttpRequest, mine: Appointment) -> HttpResponse:
    """Redirect to the page of a past or cancelled appointment; show no form that cannot be sent."""
    if mine.state != AppointmentState.OFFERED:
        messages.info(request, _("This appointment cannot be changed any more."))
    return redirect("advice:appointment", appointment_id=mine.pk)


def _book_page(
    request: HttpRequest,
    diary: Diary,
    form: BookingForm,
    *,
    problem: str = "",
    first: appointments.TopFiveFirstError | None = None,
    chosen: str = "",
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    slots = diaries.unreserved_slots(diary, now)
    edition = current_snapshot().records.edition
    return render(
        request,
        "portal/appointments/templates/book.html",
        {
            "section": "contact",
            "who": diaries.name_of(diary),
            "form": form,
            "weeks": presenters.weeks(
                diary, slots, now, request.user if isinstance(request.user, User) else None
            ),
            "is_visitor": not request.user.is_authenticated,
            "any_free": bool(slots),
            "chosen": chosen,
            "problem": problem,
            "first": first,
            "needs": [route for route in edition.advice_routes if route.top_five],
        },
        status=status,
    )


def _appointment_page(request: HttpRequest, mine: Appointment) -> HttpResponse:
    if mine.state == AppointmentState.OFFERED:
        return redirect("advice:offer", appointment_id=mine.pk)
    now = timezone.now()
    return render(
        request,
        "portal/appointments/templates/appointment.html",
        {
            "section": "contact",
            "appointment": presenters.appointment_view(current_snapshot().records, mine, now),
            "can_change": _can_change(mine, now),
            "notes": presenters.notes(mine),
            "steps": presenters.steps(mine.student, now),
            "id": mine.pk,
        },
    )
