"""The overview of a plan: the road, the top five, what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sojourn.common.view_marks import private_page
from sojourn.people.models import User
from sojourn.people.permissions import anybody, open_to
from sojourn.planning import top_five
from sojourn.planning.current import (
    delete_earlier_plan,
    earlier_plan,
    plan_for_change,
    plan_of,
)
from sojourn.planning.fit import fit_of, weights_of
from sojourn.planning.profile import profile_of, save_profile
from sojourn.planning.visible_catalogue import visible_snapshot
from sojourn.portal.appointments import presenters
from sojourn.portal.plan.presenters import matters
from sojourn.portal.plan.presenters import overview as overview_presenter
from sojourn.selection import applications
from sojourn.selection.eligibility import why_not_at_all


@require_safe
@private_page
@open_to(anybody)
def overview(request: HttpRequest) -> HttpResponse:
    snapshot = visible_snapshot(request.user)
    plan = plan_of(request)
    profile = profile_of(plan)
    fits = fit_of(snapshot, profile, weights_of(plan))
    entries = top_five.top_five_of(plan)
    now = timezone.now()
    standing = None
    if isinstance(request.user, User) and request.user.is_student:
        standing = matters.of_student(
            request.user,
            [entry.key for entry in entries if not entry.is_country],
            lambda round_: why_not_at_all(round_, profile.programme, profile.year),
            lambda application: matters.still_missing(
                applications.gaps_of(
                    application, applications.read_draft(application), snapshot, profile
                )
            ),
            now,
        )
    page = overview_presenter.page(snapshot, profile, entries, fits, standing)
    return render(
        request,
        "portal/plan/templates/overview.html",
        {
            "page": page,
            "part": "overview",
            "has_plan": plan is not None,
            "from_before": earlier_plan(request) is not None,
            "own": presenters.own(snapshot.records, request.user, now)
            if isinstance(request.user, User)
            else presenters.Own(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(anybody)
def from_before(request: HttpRequest) -> HttpResponse:
    """Return what was planned before signing in and did not fit beside what the account had."""
    before = earlier_plan(request)
    if before is None:
        return redirect("plan:overview")
    if request.method == "POST":
        if "take" in request.POST:
            plan = plan_for_change(request)
            now = profile_of(plan)
            save_profile(
                plan, overview_presenter.with_answers_of(now, profile_of(before)), now.seen
            )
        delete_earlier_plan(request)
        return redirect("plan:overview")
    records = visible_snapshot(request.user).records
    return render(
        request,
        "portal/plan/templates/from-before.html",
        {
            "part": "overview",
            "entries": overview_presenter.entries(records, top_five.top_five_of(before)),
            "answers": overview_presenter.answers(records, profile_of(before)),
        },
    )
