"""The walk-in line by telephone: take a number, see one's place, leave.

No account is needed. A number without an owner is found by its id, which only the session of the
browser that took it holds; no address names it.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.advising import diaries
from sojourn.advising import queue as advising_queue
from sojourn.advising.errors import AdvisingError, WrongCodeError
from sojourn.advising.models import Diary, Ticket, TicketState
from sojourn.catalogue.acting import may_act
from sojourn.catalogue.models import Contact
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.view_marks import RateLimit, private_page, rate_limited
from sojourn.people.models import User
from sojourn.people.permissions import anybody, open_to
from sojourn.portal.appointments import presenters
from sojourn.portal.appointments.forms import NumberForm
from sojourn.portal.shared import contacts

# Of the session: the id of the number that this browser holds, by the contact's slug.
NUMBERS = "walk_in_numbers"


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited(RateLimit.WALK_IN)
@private_page
@open_to(anybody)
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    diary, now = _diary(slug), timezone.now()
    form = NumberForm(request.POST if request.method == "POST" else None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        held = _mine(request, diary)
        if held is not None and held.state in (TicketState.WAITING, TicketState.CALLED):
            return redirect("advice:queue", slug=slug)
        try:
            if not _is_known(request) and advising_queue.current_walk_in_hour(diary, now):
                advising_queue.require_code(diary, form.cleaned_data["code"], now)
            taken = advising_queue.take_number(
                diary,
                _student(request),
                form.cleaned_data["name"],
                form.cleaned_data["topic"],
                now,
                form.cleaned_data["sending"],
            )
        except WrongCodeError as error:
            form.add_error("code", error.message)
        except AdvisingError as error:
            problem = error.message
        else:
            numbers = request.session.get(NUMBERS, {})
            request.session[NUMBERS] = {**numbers, slug: str(taken.pk)}
            return redirect("advice:queue", slug=slug)
    records = current_snapshot().records
    mine = _mine(request, diary)
    hour = advising_queue.current_walk_in_hour(diary, now)
    standing = advising_queue.queue_of(diary, advising_queue.queue_day(now))
    return render(
        request,
        "portal/appointments/templates/queue.html",
        {
            "section": "contact",
            "slug": slug,
            "person": contacts.person(records, records.contacts[slug], now),
            "hour": contacts.moment(hour) if hour else None,
            "mine": presenters.in_line(mine, now) if mine else None,
            "waits": mine is not None and mine.state == TicketState.WAITING,
            "may_take": hour is not None
            and (mine is None or mine.state not in (TicketState.WAITING, TicketState.CALLED)),
            "waiting": len(standing.waiting),
            "form": form,
            "problem": problem,
            "knows_who": _student(request) is not None,
            "asks_code": not _is_known(request),
        },
        status=409 if problem else 422 if form.errors else 200,
    )


@require_safe
@private_page
@open_to(anybody)
def state(request: HttpRequest, slug: str) -> HttpResponse:
    """For the script of the page: one's place, in the words of the page."""
    mine = _mine(request, _diary(slug))
    if mine is None:
        return JsonResponse({"state": "none"})
    place = presenters.in_line(mine, timezone.now())
    return JsonResponse(
        {
            "state": place.state,
            "headline": place.headline,
            "detail": place.detail,
            "fits": place.fits,
        }
    )


@require_POST
@private_page
@open_to(anybody)
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    mine = _mine(request, _diary(slug))
    if mine is not None:
        advising_queue.leave(mine, timezone.now())
        messages.success(request, _("You left the queue."))
    return redirect("advice:queue", slug=slug)


def _is_known(request: HttpRequest) -> bool:
    """Tell whether this is one of our students, who needs no code."""
    student = _student(request)
    return student is not None and may_act(student)


def _student(request: HttpRequest) -> User | None:
    user = request.user
    return user if isinstance(user, User) and user.is_student else None


def _diary(slug: str) -> Diary:
    """Return the diary of a public contact with walk-in hours."""
    contact = current_snapshot().records.contacts.get(slug)
    if contact is None or not contact.walk_in_hours:
        raise Http404
    found = diaries.all_diaries().filter(contact__slug=slug).first()
    return found or diaries.diary_of(Contact.objects.get(slug=slug))


def _mine(request: HttpRequest, diary: Diary) -> Ticket | None:
    """Return today's ticket of the account or of the browser."""
    today = diary.tickets.filter(day=advising_queue.queue_day(timezone.now())).select_related(
        "diary__contact"
    )
    student = _student(request)
    if student is not None:
        found = today.filter(student=student).order_by("-number").first()
        if found is not None:
            return found
    held = request.session.get(NUMBERS, {})
    key = held.get(diary.contact.slug) if isinstance(held, dict) else None
    return today.filter(pk=key, student__isnull=True).first() if key else None
