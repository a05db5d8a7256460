"""Objections of a round: the list, a thread, the decision."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.common.view_marks import about_person, lists_people
from sojourn.office.results.presenters import objections as objections_presenter
from sojourn.office.results.views.offers import published_round
from sojourn.office.shared.access import office_page, who
from sojourn.people.permissions import may_enter_office, require
from sojourn.selection import objections as selection_objections
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Objection
from sojourn.selection.permissions import may_decide


@require_safe
@lists_people
@office_page(may_enter_office)
def objections(request: HttpRequest, slug: str) -> HttpResponse:
    page = objections_presenter.list_page(who(request), published_round(request, slug))
    return render(
        request, "office/results/templates/objections.html", {"part": "results", "page": page}
    )


def _objection(request: HttpRequest, slug: str, uuid: UUID) -> Objection:
    return get_object_or_404(
        Objection.objects.visible_to(who(request)).select_related(
            "application__owner", "application__round__publication"
        ),
        uuid=uuid,
        application__round=published_round(request, slug),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(Objection, "application__owner", "uuid")
@office_page(may_enter_office)
def objection(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Show the thread; a POST adds to it."""
    found = _objection(request, slug, uuid)
    if request.method != "POST":
        return _page(request, found)
    require(may_decide(who(request), found.application))
    try:
        selection_objections.add_message(found, request.POST.get("text", ""), actor=who(request))
    except SelectionError as error:
        return _page(request, found, error.message, 422)
    messages.success(request, _("The student gets a mail that you wrote."))
    return redirect("office:objection", slug=slug, uuid=uuid)


@require_POST
@about_person(Objection, "application__owner", "uuid")
@office_page(may_decide)
def decide(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Uphold or dismiss, with reasons."""
    found = _objection(request, slug, uuid)
    require(may_decide(who(request), found.application))
    outcome = request.POST.get("outcome", "")
    try:
        match request.POST.get("do"):
            case "dismiss":
                selection_objections.dismiss(found, outcome, actor=who(request))
            case "uphold":
                key = request.POST.get("place", "").replace("\x00", "")
                place = found.application.round.opportunities.filter(key=key).first()
                selection_objections.uphold(found, outcome, place, actor=who(request))
            case _:
                return _page(request, found, _("Choose whether you uphold the objection."), 422)
    except SelectionError as error:
        return _page(request, found, error.message, 422)
    messages.success(request, _("The decision is sent to the student."))
    return redirect("office:objection", slug=slug, uuid=uuid)


def _page(
    request: HttpRequest, found: Objection, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "part": "results",
        "page": objections_presenter.page(who(request), found),
        "problem": problem,
        "typed": request.POST,
    }
    return render(request, "office/results/templates/objection.html", context, status=status)
