"""Notes of an appointment or visit, and steps that go into the student's plan."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sojourn.advising import appointment_notes
from sojourn.advising.appointment_notes import NoteSubject
from sojourn.advising.models import Appointment, NextStep, Ticket
from sojourn.advising.permissions import may_advise
from sojourn.office.appointments.forms import NoteForm, StepForm
from sojourn.office.shared import already_done
from sojourn.office.shared.access import office_page, who
from sojourn.people.models import User
from sojourn.people.permissions import require


@require_POST
@office_page(may_advise)
def note(request: HttpRequest, kind: str, subject_id: uuid.UUID) -> HttpResponse:
    subject, here = _subject(who(request), kind, subject_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _again(request, form, here)
    text, now = form.cleaned_data["text"], timezone.now()
    if form.cleaned_data["readers"] == "both":
        appointment_notes.write_shared_note(subject, who(request), text, now)
    else:
        appointment_notes.write_private_note(subject, who(request), text, now)
    messages.success(request, _("The note is saved."))
    return redirect(here)


@require_POST
@office_page(may_advise)
def step(request: HttpRequest, kind: str, subject_id: uuid.UUID) -> HttpResponse:
    subject, here = _subject(who(request), kind, subject_id)
    form = StepForm(request.POST)
    if not form.is_valid():
        return _again(request, form, here)
    data = form.cleaned_data
    appointment_notes.agree_on(subject, who(request), data["text"], data["due_on"], timezone.now())
    messages.success(request, _("The step is in the student's plan."))
    return redirect(here)


@require_POST
@office_page(may_advise)
def remove_step(request: HttpRequest, step_id: uuid.UUID) -> HttpResponse:
    """Take back a step that was agreed by mistake; asked first."""
    steps = NextStep.objects.visible_to(who(request)).select_related("student")
    found = steps.filter(pk=step_id).first()
    if found is None:
        # It is no longer known to which appointment it belonged.
        return already_done.already(request, "office:appointments")
    require(may_advise(who(request), found))
    back = _address_of(found)
    if "sure" not in request.POST:
        return render(
            request,
            "office/appointments/templates/confirm.html",
            {
                "part": "appointments",
                "question": _("Take this step out of the student's plan?"),
                "lines": [found.text],
                "back": back,
            },
        )
    if appointment_notes.take_back(found, who(request)):
        messages.success(request, _("The step is removed."))
    else:
        messages.info(request, _("The student has done it already, so it stays."))
    return redirect(back)


def _again(request: HttpRequest, form: NoteForm | StepForm, back: str) -> HttpResponse:
    """Return the form alone, with what is wrong and what was typed."""
    return render(
        request,
        "office/appointments/templates/form.html",
        {"part": "appointments", "form": form, "back": back},
        status=422,
    )


def _subject(reader: User, kind: str, subject_id: uuid.UUID) -> tuple[NoteSubject, str]:
    """Return the appointment, and the address of its page."""
    if kind == "appointment":
        visible = Appointment.objects.visible_to(reader).select_related("student")
        found = visible.filter(pk=subject_id).first()
        if found is not None:
            require(may_advise(reader, found))
            here = reverse("office:appointment", kwargs={"appointment_id": found.pk})
            return NoteSubject(found.student, appointment=found), here
    if kind == "number":
        tickets = Ticket.objects.visible_to(reader).select_related("student")
        ticket = tickets.filter(pk=subject_id).first()
        if ticket is not None and ticket.student is not None:
            require(may_advise(reader, ticket))
            here = reverse("office:ticket", kwargs={"ticket_id": ticket.pk})
            return NoteSubject(ticket.student, ticket=ticket), here
    raise Http404


def _address_of(step: NextStep) -> str:
    if step.appointment_id is not None:
        return reverse("office:appointment", kwargs={"appointment_id": step.appointment_id})
    if step.ticket_id is not None:
        return reverse("office:ticket", kwargs={"ticket_id": step.ticket_id})
    return reverse("office:appointments")
