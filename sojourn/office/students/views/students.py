"""The list of students, and one of them."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sojourn.common.view_marks import about_person, lists_people
from sojourn.experiences.students import students_seen_by
from sojourn.office.shared import lists, seen
from sojourn.office.shared.access import office_page, who
from sojourn.office.students.presenters import list as list_presenter
from sojourn.office.students.presenters import page as page_presenter
from sojourn.people.models import User
from sojourn.people.permissions import may_enter_office


@require_safe
@lists_people
@office_page(may_enter_office)
def students(request: HttpRequest) -> HttpResponse:
    reader = who(request)
    return lists.answer(
        request,
        "office/students/templates/list.html",
        list_presenter.kind(reader),
        list_presenter.rows(reader),
        {"part": "students"},
    )


@require_safe
@about_person(User, "pk", "student")
@office_page(may_enter_office)
def student(request: HttpRequest, student: uuid.UUID) -> HttpResponse:
    """Show everything about one student that the reader may see."""
    found = get_object_or_404(students_seen_by(who(request)), uuid=student)
    seen.note(request, "student", found.uuid)
    page = page_presenter.page(
        who(request),
        found,
        timezone.now(),
        request.GET.get("show", ""),
        lists.number_in(request.GET.get("page", "")),
    )
    return render(
        request, "office/students/templates/student.html", {"part": "students", "page": page}
    )
