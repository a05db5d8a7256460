"""The overview of a plan: the road, the top five, what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sojourn.common.view_marks import private_page, signing_in_is_for
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
from sojourn.planning.study_choice import profile_for
from sojourn.planning.visible_catalogue import visible_snapshot
from sojourn.portal.appointments import presenters
from sojourn.portal.plan.presenters import overview as overview_presenter
from sojourn.portal.shared import standing


@require_safe
@private_page
@open_to(anybody)
@signing_in_is_for(lambda: _("To keep your plan and open it on every device you need an account."))
def overview(request: HttpRequest) -> HttpResponse:
    snapshot = visible_snapshot(request.user)
    plan = plan_of(request)
    profile = profile_for(request, plan)
    fits = fit_of(snapshot, profile, weights_of(plan))
    entries = top_five.top_five_of(plan)
    now = timezone.now()
    stand = standing.of_request(request, snapshot, profile, entries, now)
    page = overview_presenter.page(snapshot, profile, entries, fits, stand)
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
