"""The walk-in queue in the office: who waits, calling the next, the student's summary."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sojourn.advising import diaries
from sojourn.advising import queue as advising_queue
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Diary, Ticket, TicketState
from sojourn.advising.permissions import may_advise
from sojourn.catalogue.models import Contact
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.urls import site_url
from sojourn.common.view_marks import about_person, lists_people
from sojourn.office.appointments.forms import NoteForm, StepForm
from sojourn.office.appointments.presenters import queue as queue_presenter
from sojourn.office.appointments.presenters import student_summary
from sojourn.office.shared import history
from sojourn.office.shared.access import office_page, who
from sojourn.people.permissions import may_enter_office


@require_safe
@lists_people
@office_page(may_enter_office)
def queues(request: HttpRequest) -> HttpResponse:
    """List the walk-in queues; open it directly if there is only one."""
    desks = queue_presenter.desks(who(request), current_snapshot().records, timezone.now())
    if len(desks) == 1:
        return redirect(desks[0].href)
    context = {"part": "queues", "desks": desks}
    return render(request, "office/appointments/templates/queue/queues.html", context)


@require_safe
@lists_people
@office_page(may_enter_office)
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    diary, now = _diary(request, slug), timezone.now()
    page = queue_presenter.queue_page(who(request), diary, now)
    inside = (
        Ticket.objects.visible_to(who(request))
        .select_related("student")
        .filter(pk=page.inside.key)
        .first()
        if page.inside
        else None
    )
    student = inside.student if inside else None
    return render(
        request,
        "office/appointments/templates/queue/queue.html",
        {
            "part": "queues",
            "queue": page,
            "may_call": may_advise(who(request)),
            "entry_code": _code(diary),
            "may_write": inside is not None and may_advise(who(request), inside),
            "summary": student_summary.summary_of(who(request), student) if student else None,
            "subject_kind": "number",
            "subject_id": inside.pk if inside else None,
            "note_form": NoteForm(),
            "step_form": StepForm(),
        },
    )


@require_safe
@lists_people
@office_page(may_enter_office)
def state(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell the script of the page whether the queue differs from what it shows."""
    page = queue_presenter.queue_page(who(request), _diary(request, slug), timezone.now())
    return JsonResponse(
        {
            "inside": page.inside.key if page.inside else "",
            "waiting": [number.key for number in page.waiting],
        }
    )


@require_POST
@office_page(may_advise)
def call_next(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        called = advising_queue.call_next(
            _diary(request, slug), _seen(request), who(request), timezone.now()
        )
    except AdvisingError as error:
        messages.warning(request, error.message)
    else:
        if called is None:
            messages.success(request, _("Nobody is waiting."))
    return redirect("office:queue", slug=slug)


@require_POST
@office_page(may_advise)
def end(request: HttpRequest, slug: str) -> HttpResponse:
    """End the visit that is going on, or record that nobody came."""
    diary, seen = _diary(request, slug), _seen(request)
    inside = diary.tickets.filter(pk=seen).first() if seen else None
    if inside is not None:
        missed = request.POST.get("how") == "no_show"
        verb = advising_queue.mark_no_show if missed else advising_queue.finish
        verb(inside, who(request), timezone.now())
    return redirect("office:queue", slug=slug)


@require_safe
@about_person(Ticket, "student", "ticket_id")
@office_page(may_enter_office)
def ticket(request: HttpRequest, ticket_id: uuid.UUID) -> HttpResponse:
    """Show one number with its student's summary, during the visit and after it."""
    visible = Ticket.objects.visible_to(who(request)).select_related("student", "diary__contact")
    found = visible.filter(pk=ticket_id).first()
    if found is None:
        raise Http404
    return render(
        request,
        "office/appointments/templates/queue/ticket.html",
        {
            "part": "queues",
            "number": found.number,
            "state": TicketState(found.state).label,
            "topic": found.topic,
            "name": str(found.student) if found.student else found.name,
            "slug": found.diary.contact.slug,
            "summary": student_summary.summary_of(who(request), found.student)
            if found.student
            else None,
            "subject_kind": "number",
            "subject_id": found.pk,
            "may_write": may_advise(who(request), found),
            "history": history.of(found, *found.notes.all(), *found.next_steps.all()),
            "note_form": NoteForm(),
            "step_form": StepForm(),
        },
    )


@require_safe
@office_page(may_enter_office)
def door(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a page to print and hang on the door."""
    contact = current_snapshot().records.contacts.get(slug)
    if contact is None or not contact.walk_in_hours:
        raise Http404
    return render(
        request,
        "office/appointments/templates/queue/door.html",
        {
            "part": "queues",
            "doors": queue_presenter.door(contact, site_url(request)),
            "entry_code": _code(_diary(request, slug)),
            "slug": slug,
        },
    )


def _code(diary: Diary) -> str:
    return advising_queue.entry_code(diary, advising_queue.queue_day(timezone.now()))


def _diary(request: HttpRequest, slug: str) -> Diary:
    contact = current_snapshot().records.contacts.get(slug)
    if contact is None or not contact.walk_in_hours:
        raise Http404
    visible = Diary.objects.visible_to(who(request)).select_related("contact")
    found = visible.filter(contact__slug=slug).first()
    return found or diaries.diary_of(Contact.objects.get(slug=slug))


def _seen(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("seen", ""))
    except ValueError:
        return None
