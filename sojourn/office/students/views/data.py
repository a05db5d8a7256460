"""What is kept about one student: counted, handed out as a file, erased."""

from __future__ import annotations

import json
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sojourn.common.view_marks import about_person
from sojourn.experiences.students import students_seen_by
from sojourn.mobility import personal_data
from sojourn.mobility.permissions import may_answer_for
from sojourn.office.shared.access import asked_again, asked_again_to_see, office_page, who
from sojourn.office.students.forms import EraseForm
from sojourn.office.students.presenters import data as presenter
from sojourn.people import audit
from sojourn.people.models import User
from sojourn.people.permissions import require

# Of the accounts that this browser erased: a form that was sent twice finds nobody.
ERASED = "students_erased"
MOST_REMEMBERED = 20


def _student(request: HttpRequest, key: uuid.UUID) -> User:
    found = get_object_or_404(students_seen_by(who(request)), uuid=key)
    require(may_answer_for(who(request), found))
    return found


@require_safe
@about_person(User, "pk", "student")
@office_page(may_answer_for)
def personal(request: HttpRequest, student: uuid.UUID) -> HttpResponse:
    """Show what is kept about a student, and the ways to hand it out and to erase it."""
    found = _student(request, student)
    page = presenter.page(found, timezone.now())
    return render(
        request,
        "office/students/templates/data.html",
        {"part": "students", "student": found, "page": page},
    )


@require_safe
@about_person(User, "pk", "student")
@office_page(may_answer_for)
@asked_again_to_see
def file(request: HttpRequest, student: uuid.UUID) -> HttpResponse:
    """Hand out what is kept about a student, as a file that other programs can read."""
    found = _student(request, student)
    audit.record("account.handed_out", actor=who(request), about=found, on=found)
    content = json.dumps(personal_data.export_for_office(found), indent=2, ensure_ascii=False)
    response = HttpResponse(f"{content}\n", content_type="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="sojourn-person.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(User, "pk", "student")
@office_page(may_answer_for)
@asked_again
def erase(request: HttpRequest, student: uuid.UUID) -> HttpResponse:
    """Erase a student for good; what was counted stays."""
    if request.method == "POST" and str(student) in request.session.get(ERASED, []):
        return redirect("office:students")
    found = _student(request, student)
    form = EraseForm(request.POST if request.method == "POST" else None, student=found)
    if request.method == "POST" and form.is_valid():
        personal_data.erase(found, by=who(request), because=form.cleaned_data["because"])
        gone = [*request.session.get(ERASED, []), str(student)]
        request.session[ERASED] = gone[-MOST_REMEMBERED:]
        messages.success(request, _("The student is erased, and gets a last mail."))
        return redirect("office:students")
    return render(
        request,
        "office/students/templates/erase.html",
        {
            "part": "students",
            "student": found,
            "form": form,
            "page": presenter.page(found, timezone.now()),
            "back": reverse("office:student-data", args=[found.uuid]),
        },
        status=422 if form.errors else 200,
    )
