"""A reviewer's own pages: what waits, and one application to read and score."""

from __future__ import annotations

import re
import uuid

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.common.view_marks import about_person, lists_people
from sojourn.office.rounds.presenters import reviews as reviews_presenter
from sojourn.office.shared.access import office_page, who
from sojourn.people.permissions import is_signed_in
from sojourn.selection import files, reviewer_invitations, reviews
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import ReviewAssignment, ReviewerInvitation
from sojourn.selection.permissions import may_review
from sojourn.selection.reviews import GivenScore, ScoreKey


@require_safe
@lists_people
@office_page(may_review)
def mine(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "office/rounds/templates/reviews/list.html",
        {"part": "reviews", "reviews": reviews_presenter.waiting(who(request))},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(is_signed_in)
def invited(request: HttpRequest, number: uuid.UUID) -> HttpResponseBase:
    """Show an invitation: sign in, see what is asked, accept. Looking changes nothing."""
    person = who(request)
    invitation = (
        ReviewerInvitation.objects.named_by_link(uuid=number).select_related("round").first()
    )
    if invitation is None:
        if may_review(person):  # accepted already, perhaps a moment ago
            return redirect("office:reviews")
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            reviewer_invitations.accept(invitation, actor=person)
        except SelectionError as error:
            problem = error.message
        else:
            messages.success(request, _("Thank you. The applications you review will appear here."))
            return redirect("office:reviews")
    return render(
        request,
        "office/rounds/templates/reviews/invited.html",
        {"part": "reviews", "title": invitation.round.title, "person": person, "problem": problem},
        status=422 if problem else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(ReviewAssignment, "application__owner", "number")
@office_page(may_review)
def review(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    row = _own(request, number)
    if request.method != "POST":
        return _page(request, row)
    typed = {key: value for key, value in request.POST.items() if isinstance(value, str)}
    try:
        reviews.save_scores(row, _given(row, typed), actor=who(request))
        if typed.get("do") == "finish":
            reviews.finish(row, actor=who(request))
    except SelectionError as error:
        return _page(request, row, typed=typed, problem=error.message)
    if typed.get("do") != "finish":
        messages.success(request, _("Saved. Press “Done” once everything is scored."))
        return redirect("office:review", number=number)
    after = reviews_presenter.review(row).next_href
    messages.success(
        request, _("Done. Here is the next one.") if after else _("Done. That was the last one.")
    )
    return redirect(after or "office:reviews")


@require_POST
@office_page(may_review)
def conflict(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    row = _own(request, number)
    try:
        reviews.declare_conflict(row, request.POST.get("because", ""), actor=who(request))
    except SelectionError as error:
        return _page(request, row, problem=error.message)
    messages.success(request, _("Returned. Somebody else will read it; you will not see it again."))
    return redirect("office:reviews")


@require_safe
@about_person(ReviewAssignment, "application__owner", "number")
@office_page(may_review)
def document(request: HttpRequest, number: uuid.UUID, document: uuid.UUID) -> FileResponse:
    """Return a document of an application under review."""
    row = _own(request, number)
    found = row.application.documents.filter(uuid=document, is_submitted=True).first()
    name = f"{row.application.review_code}-{found.kind}.pdf" if found else ""
    return files.as_download(found, name)


def _own(request: HttpRequest, number: uuid.UUID) -> ReviewAssignment:
    found = reviews.reviews_of(who(request)).filter(uuid=number).first()
    if found is None:
        raise Http404
    return found


def _given(row: ReviewAssignment, typed: dict[str, str]) -> dict[ScoreKey, GivenScore]:
    found: dict[ScoreKey, GivenScore] = {}
    for part in reviews.score_items(row):
        name = reviews_presenter.field_name(part)
        if re.fullmatch(r"[0-9]{1,2}", typed.get(name, "")):
            comment = typed.get(f"comment-{name}", "").strip()
            found[part.criterion.pk, part.choice_pk] = GivenScore(int(typed[name]), comment)
    return found


def _page(
    request: HttpRequest,
    row: ReviewAssignment,
    *,
    typed: dict[str, str] | None = None,
    problem: str = "",
) -> HttpResponse:
    return render(
        request,
        "office/rounds/templates/reviews/review.html",
        {"part": "reviews", "page": reviews_presenter.review(row, typed), "problem": problem},
        status=422 if problem else 200,
    )
