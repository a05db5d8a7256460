"""The overview of advice: the student's appointments, free times, agreed steps."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sojourn.advising import appointment_notes
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.view_marks import private_page
from sojourn.people.models import User
from sojourn.people.permissions import P, View, anybody, is_student, open_to, signed_in_person
from sojourn.portal.appointments import presenters


def student_page(view: View[P]) -> View[P]:
    """Mark a page for students who signed in; a visitor signs in first and comes back."""
    return private_page(open_to(is_student)(view))


student_of = signed_in_person


@require_safe
@private_page
@open_to(anybody)
def overview(request: HttpRequest) -> HttpResponse:
    records, now = current_snapshot().records, timezone.now()
    user = request.user if isinstance(request.user, User) else None
    return render(
        request,
        "portal/appointments/templates/overview.html",
        {
            "section": "contact",
            "desks": presenters.desks(records, now),
            "is_student": is_student(request.user),
            "own": presenters.own(records, user, now)
            if user and user.is_student
            else presenters.Own(),
        },
    )


@require_POST
@student_page
def step(request: HttpRequest, step_id: uuid.UUID) -> HttpResponse:
    """Mark an agreed step as done, or as still to do."""
    found = appointment_notes.find_step(step_id, student_of(request))
    if found is None:
        raise Http404
    if request.POST.get("done"):
        appointment_notes.mark_done(found, timezone.now())
        messages.success(request, _("Done: %(step)s") % {"step": found.text})
    else:
        appointment_notes.mark_open(found)
        messages.success(request, _("Still to do: %(step)s") % {"step": found.text})
    return redirect("plan:overview" if request.POST.get("from") == "plan" else "advice:overview")
