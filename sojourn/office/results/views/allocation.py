"""Allocating a round: compare, try out, run, approve by two, publish."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.common.view_marks import lists_people
from sojourn.office.results.presenters import allocation as allocation_presenter
from sojourn.office.results.presenters import what_if as what_if_presenter
from sojourn.office.shared.access import asked_again, asked_again_to_see, office_page, who
from sojourn.people.permissions import may_enter_office, require
from sojourn.selection import runs
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import AllocationRun, Round
from sojourn.selection.permissions import may_manage, may_see_all_applicants
from sojourn.selection.states import RoundState

_LATE_ENOUGH = (RoundState.CLOSED, RoundState.ALLOCATED, RoundState.RESULTS, RoundState.FINISHED)


def round_of(request: HttpRequest, slug: str) -> Round:
    """Find a round that has closed; before that there is nothing to allocate."""
    rounds = Round.objects.visible_to(who(request)).filter(state__in=_LATE_ENOUGH)
    found = get_object_or_404(rounds, slug=slug)
    require(may_see_all_applicants(who(request), found))
    return found


def run_of(request: HttpRequest, slug: str, number: int) -> AllocationRun:
    """One run of a round."""
    runs_seen = AllocationRun.objects.visible_to(who(request)).select_related("round")
    return get_object_or_404(runs_seen, round__slug=slug, number=number)


@require_safe
@office_page(may_enter_office)
def results(request: HttpRequest) -> HttpResponse:
    """Every round that has closed, the newest first."""
    rounds = Round.objects.visible_to(who(request)).filter(state__in=_LATE_ENOUGH)
    context = {"part": "results", "table": allocation_presenter.rounds_table(who(request), rounds)}
    return render(request, "office/results/templates/list.html", context)


@require_safe
@lists_people
@office_page(may_see_all_applicants)
def allocation(request: HttpRequest, slug: str) -> HttpResponse:
    """One round: what each method would do, or the run that was made and who approved it."""
    round_ = round_of(request, slug)
    page = allocation_presenter.page(round_, who(request))
    return render(
        request, "office/results/templates/allocation.html", {"part": "results", "page": page}
    )


@require_POST
@office_page(may_manage)
def run(request: HttpRequest, slug: str) -> HttpResponse:
    """Run the allocation and keep it; nothing is published by this."""
    round_ = round_of(request, slug)
    require(may_manage(who(request), round_))
    try:
        made = runs.allocate_round(round_, actor=who(request))
    except SelectionError as error:
        messages.warning(request, error.message)
    else:
        messages.success(
            request,
            _("Run %(number)d is saved. Nobody outside the office sees it yet.")
            % {"number": made.number},
        )
    return redirect("office:allocation", slug=slug)


@require_POST
@office_page(may_manage)
@asked_again
def decide(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Approve a run, take the approval back, set the run aside, or run it again to compare."""
    found = run_of(request, slug, number)
    require(may_manage(who(request), found.round))
    actor = who(request)
    try:
        match request.POST.get("do"):
            case "approve":
                runs.approve(found, actor=actor)
                messages.success(request, _("You approved this run."))
            case "take-back":
                runs.withdraw_approval(found, actor=actor)
                messages.success(request, _("You no longer approve this run."))
            case "set-aside":
                runs.set_aside(found, actor=actor)
                messages.success(request, _("The run is set aside. It stays on record."))
            case "again":
                _say_whether_it_is_the_same(request, found)
            case _:
                messages.warning(request, _("Choose what to do with this run."))
    except SelectionError as error:
        messages.warning(request, error.message)
    return redirect("office:allocation", slug=slug)


def _say_whether_it_is_the_same(request: HttpRequest, found: AllocationRun) -> None:
    if runs.reproduces_result(found):
        messages.success(
            request, _("Run again with the same input: the result is exactly the same.")
        )
    else:
        messages.warning(
            request,
            _("Run again with the same input: the result is different. Do not publish this run."),
        )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_manage)
@asked_again
def publish(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Say once more what will happen; then publish."""
    found = run_of(request, slug, number)
    require(may_manage(who(request), found.round))
    if found.round.state != RoundState.ALLOCATED:
        messages.warning(request, _("There is nothing to publish here now."))
        return redirect("office:allocation", slug=slug)
    problem = ""
    if request.method == "POST":
        if "sure" not in request.POST:
            problem = _("Tick the box first: a published result cannot be withdrawn.")
        else:
            try:
                runs.publish(found, actor=who(request))
            except SelectionError as error:
                problem = error.message
            else:
                messages.success(request, _("The results are published, and the offers are sent."))
                return redirect("office:offers", slug=slug)
    page = allocation_presenter.publish_page(found)
    context = {"part": "results", "page": page, "problem": problem}
    status = 422 if problem else 200
    return render(request, "office/results/templates/publish.html", context, status=status)


@require_safe
@office_page(may_see_all_applicants)
@asked_again_to_see
def run_file(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Return the office's own file of a run, with exact scores."""
    found = run_of(request, slug, number)
    name = f"{slug}-run-{number}-office-only.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(bytes(found.result), content_type="application/json", headers=headers)


@require_safe
@office_page(may_see_all_applicants)
def what_if(request: HttpRequest, slug: str) -> HttpResponse:
    """Other seats, other weights: who would gain, who would lose. Changes nothing."""
    round_ = round_of(request, slug)
    if round_.state not in (RoundState.CLOSED, RoundState.ALLOCATED):
        raise Http404
    page = what_if_presenter.page(round_, request.GET)
    return render(
        request, "office/results/templates/what-if.html", {"part": "results", "page": page}
    )
