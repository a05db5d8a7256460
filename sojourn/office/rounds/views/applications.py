"""What the office does while a round is reviewed: applications and reviewers."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from sojourn.common.view_marks import about_person, lists_people
from sojourn.office.rounds.presenters import reviews as reviews_presenter
from sojourn.office.rounds.presenters import rounds as listed
from sojourn.office.rounds.views.rounds import managed_round, round_of
from sojourn.office.shared import lists
from sojourn.office.shared.access import office_page, who
from sojourn.people.permissions import may_enter_office, require
from sojourn.selection import files, reviewer_invitations, reviews
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Application, Document, Reviewer, ReviewerInvitation, Round
from sojourn.selection.permissions import may_decide, may_manage


@require_safe
@lists_people
@office_page(may_enter_office)
def applications(request: HttpRequest, slug: str) -> HttpResponse:
    round_ = round_of(request, slug)
    visible = Application.objects.visible_to(who(request)).filter(round=round_)
    rows = visible.select_related("owner", "programme", "round").prefetch_related(
        "choices__opportunity__opportunity"
    )
    return lists.answer(
        request,
        "office/rounds/templates/applications.html",
        listed.applications(round_, request.GET.get("place", "")),
        rows,
        {"part": "rounds", "round": round_},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(Application, "owner", "number")
@office_page(may_enter_office)
def application(request: HttpRequest, slug: str, number: uuid.UUID) -> HttpResponse:
    visible = Application.objects.visible_to(who(request)).select_related("round", "owner")
    found = get_object_or_404(visible, round__slug=slug, uuid=number)
    problem = ""
    if request.method == "POST":
        try:
            _change(request, found)
        except SelectionError as error:
            problem = error.message
        else:
            messages.success(request, _("Saved."))
            return redirect("office:application", slug=slug, number=number)
    return render(
        request,
        "office/rounds/templates/application.html",
        {
            "part": "rounds",
            "page": reviews_presenter.whole(who(request), found),
            "problem": problem,
        },
        status=422 if problem else 200,
    )


@require_safe
@about_person(Document, "application__owner", "number")
@office_page(may_enter_office)
def document(request: HttpRequest, slug: str, number: uuid.UUID) -> FileResponse:
    visible = Document.objects.visible_to(who(request)).filter(is_submitted=True)
    found = get_object_or_404(visible, uuid=number, application__round__slug=slug)
    return files.as_download(found, found.name)


@require_http_methods(["GET", "HEAD", "POST"])
@lists_people
@office_page(may_manage)
def reviewers(request: HttpRequest, slug: str) -> HttpResponse:
    round_ = managed_round(request, slug)
    problem = ""
    if request.method == "POST":
        try:
            messages.success(request, _work(request, round_))
        except SelectionError as error:
            problem = error.message
        else:
            return redirect("office:reviewers", slug=slug)
    return render(
        request,
        "office/rounds/templates/reviewers.html",
        {
            "part": "rounds",
            "page": reviews_presenter.overview(round_),
            "problem": problem,
            "typed": request.POST.get("email", ""),
        },
        status=422 if problem else 200,
    )


def _change(request: HttpRequest, found: Application) -> None:
    require(may_decide(who(request), found))
    action = request.POST.get("do", "")
    if action in ("rule-out", "let-in"):
        choice = found.choices.filter(pk=_number(request, "choice")).first()
        if choice is None:
            raise Http404
        if action == "rule-out":
            reviews.exclude(choice, request.POST.get("because", ""), actor=who(request))
        else:
            reviews.reinstate(choice, actor=who(request))
        return
    criterion = found.round.criteria.filter(code=request.POST.get("criterion", "")).first()
    if criterion is None:
        raise Http404
    text = request.POST.get("value", "").strip().replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", text):
        raise SelectionError(_("Write a number, such as 7.5."))
    reviews.set_value(found, criterion, Decimal(text), actor=who(request))


def _work(request: HttpRequest, round_: Round) -> str:
    """Do what a button of the reviewers' page asks for; says what happened."""
    action = request.POST.get("do", "")
    if action == "invite":
        asked = reviewer_invitations.invite(
            round_, request.POST.get("email", ""), actor=who(request)
        )
        if isinstance(asked, ReviewerInvitation):
            return _("A mail with a link is on its way to %(email)s.") % {"email": asked.email}
        return _("%(name)s reviews in this round now.") % {"name": asked.user}
    if action == "take-back":
        found = get_object_or_404(
            ReviewerInvitation.objects.visible_to(who(request)),
            round=round_,
            pk=_number(request, "invitation"),
        )
        reviewer_invitations.withdraw(found, actor=who(request))
        return _("Withdrawn: the link no longer works.")
    if action == "dismiss":
        reviewer = get_object_or_404(
            Reviewer.objects.visible_to(who(request)),
            round=round_,
            pk=_number(request, "reviewer"),
        )
        reviews.dismiss(reviewer, actor=who(request))
        return _("Removed from the round.")
    if action == "assign":
        count = reviews.assign(round_, actor=who(request))
        return ngettext("%(count)d review assigned.", "%(count)d reviews assigned.", count) % {
            "count": count
        }
    if action == "third":
        application = get_object_or_404(
            Application.objects.visible_to(who(request)),
            round=round_,
            code=request.POST.get("application", ""),
        )
        reviews.request_third_review(application, actor=who(request))
        return _("A third reviewer reads it.")
    raise Http404


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Http404
    return int(text)
