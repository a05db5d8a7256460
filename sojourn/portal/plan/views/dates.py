"""What has to be done before departure, told backwards, and a calendar of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sojourn.common.urls import site_url
from sojourn.common.view_marks import private_page
from sojourn.people.permissions import anybody, open_to
from sojourn.planning import dates_feed
from sojourn.planning.current import plan_for_change, plan_of
from sojourn.planning.dates import preparations_of
from sojourn.planning.fit import fit_of, weights_of
from sojourn.planning.profile import profile_of
from sojourn.planning.top_five import top_five_of
from sojourn.planning.visible_catalogue import visible_snapshot
from sojourn.portal.plan.presenters import fit_text, preparation


@require_safe
@private_page
@open_to(anybody)
def dates(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@private_page
@open_to(anybody)
def make_feed(request: HttpRequest) -> HttpResponse:
    """Show the address once: only its hash is kept."""
    token = dates_feed.make_feed(plan_for_change(request))
    return _page(request, site_url(request) + reverse("exchange:plan_dates", args=[token]))


@require_POST
@private_page
@open_to(anybody)
def withdraw_feed(request: HttpRequest) -> HttpResponse:
    plan = plan_of(request)
    if plan is not None:
        dates_feed.withdraw_feed(plan)
        messages.success(request, _("The address of your calendar is withdrawn."))
    return redirect("plan:dates")


def _page(request: HttpRequest, address: str = "") -> HttpResponse:
    snapshot = visible_snapshot(request.user)
    plan = plan_of(request)
    profile = profile_of(plan)
    found = preparations_of(snapshot.records, plan, snapshot.built_on)
    fits = fit_of(snapshot, profile, weights_of(plan)) if found else None
    ways = [
        preparation.way(
            snapshot.records,
            each,
            fit_text.not_theirs(snapshot.records, fits.of(each.opportunity.slug), profile)
            if fits
            else None,
        )
        for each in found
    ]
    context = {
        "ways": ways,
        "timeline": preparation.timeline(ways),
        "without_dates": preparation.without_dates(snapshot.records, top_five_of(plan)),
        "hours_a_week": profile.hours_a_week,
        "address": address,
        "feed": dates_feed.open_feed(plan),
        "part": "dates",
    }
    return render(request, "portal/plan/templates/dates.html", context)
