"""Appointments in the office: the list, one of them with the student's summary, outcomes."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.advising import appointments as advising_appointments
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Appointment, AppointmentState
from sojourn.advising.permissions import may_advise
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.view_marks import about_person, lists_people
from sojourn.office.appointments.forms import MoveForm, NoteForm, StepForm, move_initial
from sojourn.office.appointments.presenters import appointments as appointments_presenter
from sojourn.office.appointments.presenters import student_summary
from sojourn.office.shared import history, lists
from sojourn.office.shared.access import office_page, who
from sojourn.people.permissions import may_enter_office, require


@require_safe
@lists_people
@office_page(may_enter_office)
def appointments(request: HttpRequest) -> HttpResponse:
    return lists.answer(
        request,
        "office/appointments/templates/list.html",
        appointments_presenter.KIND,
        appointments_presenter.rows(who(request)),
        {"part": "appointments"},
    )


@require_POST
@lists_people
@office_page(may_advise)
def several(request: HttpRequest) -> HttpResponse:
    """Do one thing to several appointments, after asking."""
    back = _back(request)
    action = lists.action_of(request, appointments_presenter.ACTIONS)
    rows = appointments_presenter.rows(who(request))
    found = lists.chosen(appointments_presenter.KIND, rows, request)
    chosen = list(found.order_by("starts_at")[: lists.MOST_PICKED])
    if action is None or not chosen:
        messages.warning(request, _("Pick at least one appointment first."))
        return redirect(back)
    if "sure" not in request.POST:
        return render(
            request,
            "office/appointments/templates/confirm.html",
            {
                "part": "appointments",
                "question": action.title,
                "lines": [appointments_presenter.line(each) for each in chosen],
                "keys": [each.pk for each in chosen],
                "do": action.name,
                "back": back,
            },
        )
    done = 0
    for each in chosen:
        try:
            _do(action, each, request)
        except AdvisingError as error:
            messages.warning(request, f"{appointments_presenter.line(each)}. {error.message}")
        else:
            done += 1
    messages.success(
        request,
        ngettext("Done for %(count)d appointment.", "Done for %(count)d appointments.", done)
        % {"count": done},
    )
    return redirect(back)


@require_safe
@about_person(Appointment, "student", "appointment_id")
@office_page(may_enter_office)
def appointment(request: HttpRequest, appointment_id: uuid.UUID) -> HttpResponse:
    """Show one appointment with everything that it needs."""
    found, now = _found(request, appointment_id), timezone.now()
    return render(
        request,
        "office/appointments/templates/appointment.html",
        {
            "part": "appointments",
            "subject_kind": "appointment",
            "subject_id": found.pk,
            "may_write": may_advise(who(request), found),
            "head": appointments_presenter.head(who(request), current_snapshot(), found, now),
            "summary": student_summary.summary_of(who(request), found.student, besides=found),
            "history": history.of(found, *found.notes.all(), *found.next_steps.all()),
            "note_form": NoteForm(),
            "step_form": StepForm(),
        },
    )


@require_http_methods(["POST"])
@office_page(may_advise)
def outcome(request: HttpRequest, appointment_id: uuid.UUID) -> HttpResponse:
    """Held, nobody came, or cancelled by the office (asked first)."""
    found = _found(request, appointment_id)
    here = reverse("office:appointment", kwargs={"appointment_id": found.pk})
    action = lists.action_of(request, appointments_presenter.ACTIONS)
    if action is None:
        raise Http404
    if action is appointments_presenter.CANCEL and "sure" not in request.POST:
        return render(
            request,
            "office/appointments/templates/confirm.html",
            {
                "part": "appointments",
                "question": _("Cancel this appointment and tell the student?"),
                "lines": [appointments_presenter.line(found)],
                "do": action.name,
                "back": here,
            },
        )
    try:
        _do(action, found, request)
    except AdvisingError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Saved."))
    return redirect(here)


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(Appointment, "student", "appointment_id")
@office_page(may_advise)
def move(request: HttpRequest, appointment_id: uuid.UUID) -> HttpResponse:
    """Move the appointment to another time or place, and tell the student."""
    found, now = _found(request, appointment_id), timezone.now()
    require(may_advise(who(request), found))
    choices = appointments_presenter.free_times(found, now)
    if request.method == "POST":
        form = MoveForm(request.POST, times=choices)
        if form.is_valid():
            try:
                moved = advising_appointments.move_for_office(
                    found, form.time, who(request), form.cleaned_data["seen"], now
                )
            except AdvisingError as error:
                form.add_error(None, error.message)
            else:
                if moved.sequence == found.sequence:
                    messages.info(request, _("It is at that time and place already."))
                else:
                    messages.success(request, _("Saved. The student gets a mail that says so."))
                return redirect("office:appointment", appointment_id=found.pk)
    else:
        form = MoveForm(initial=move_initial(found), times=choices)
    head = appointments_presenter.head(who(request), current_snapshot(), found, now)
    if not head.may_cancel:
        messages.warning(request, _("This appointment cannot be moved any more."))
        return redirect("office:appointment", appointment_id=found.pk)
    return render(
        request,
        "office/appointments/templates/move.html",
        {"part": "appointments", "form": form, "head": head, "id": found.pk,
         "name": str(found.student)},
        status=422 if form.errors else 200,
    )  # fmt: skip


def _do(action: lists.Action, found: Appointment, request: HttpRequest) -> None:
    require(may_advise(who(request), found))
    now = timezone.now()
    if action is appointments_presenter.CANCEL:
        advising_appointments.cancel(found, who(request), now)
    else:
        advising_appointments.record_outcome(
            found, AppointmentState(action.name), who(request), now
        )


def _found(request: HttpRequest, appointment_id: uuid.UUID) -> Appointment:
    found = appointments_presenter.rows(who(request)).filter(pk=appointment_id).first()
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest) -> str:
    """Where the list was, if the form names a place on this site."""
    asked = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse("office:appointments")
