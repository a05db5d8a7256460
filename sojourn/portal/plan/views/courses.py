"""Will my courses count at this place."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sojourn.catalogue.similarity.service import similarity_table
from sojourn.catalogue.snapshot.types import Opportunity, Records
from sojourn.common.view_marks import private_page
from sojourn.people.permissions import anybody, open_to
from sojourn.planning.courses import (
    clear_pair_wishes,
    course_plan,
    set_pair_wish,
    window_of,
    wishes_of,
)
from sojourn.planning.current import plan_for_change, plan_of
from sojourn.planning.errors import PlanError
from sojourn.planning.models import CoverWish
from sojourn.planning.visible_catalogue import visible_snapshot
from sojourn.portal.plan.presenters import courses as courses_presenter
from sojourn.portal.shared import errors, urls, whole

KINDS = {"pin": CoverWish.Kind.PIN, "forbid": CoverWish.Kind.FORBID, "release": None}
LONGEST_SLUG = 200


def _opportunity(records: Records, slug: str) -> Opportunity:
    opportunity = records.opportunities.get(slug)
    if opportunity is None:
        raise Http404
    return opportunity


@require_safe
@private_page
@open_to(anybody)
def courses(request: HttpRequest, slug: str) -> HttpResponse:
    """Two columns with lines: what the courses of a stay cover of a window."""
    snapshot = visible_snapshot(request.user)
    opportunity = snapshot.records.opportunities.get(slug)
    if opportunity is None:
        return errors.missing(request, snapshot.records, "opportunity", slug)
    plan = plan_of(request)
    window = window_of(snapshot.records, opportunity, plan, request.GET.get("window", ""))
    if window is None and request.GET.get("window"):
        raise Http404
    table = similarity_table(snapshot)
    programme = window.programme if window else ""
    context = {
        "part": "courses",
        "opportunity": opportunity,
        "window": window,
        "whole": whole.of_place(snapshot.records, opportunity, programme),
    }
    if window is None or table is None:
        return render(request, "portal/plan/templates/courses.html", context | {"page": None})
    wishes = wishes_of(plan, window, opportunity)
    found = course_plan(snapshot.records, table, window, opportunity, wishes)
    page = courses_presenter.page(snapshot, table, found)
    return render(request, "portal/plan/templates/courses.html", context | {"page": page})


@require_POST
@private_page
@open_to(anybody)
def pair(request: HttpRequest, slug: str) -> HttpResponse:
    """Insist on a pair of courses, rule it out, or leave it to the program again."""
    records = visible_snapshot(request.user).records
    opportunity = _opportunity(records, slug)
    window, host, home = (
        # PostgreSQL refuses to look for a text with a zero byte.
        request.POST.get(name, "")[:LONGEST_SLUG].replace("\0", "")
        for name in ("window", "host", "home")
    )
    wanted = request.POST.get("kind", "")
    if wanted not in KINDS or window not in records.windows:
        raise Http404
    try:
        set_pair_wish(plan_for_change(request), window, slug, host, home, KINDS[wanted])
    except PlanError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _done(wanted))
    return redirect(courses_presenter.address(opportunity, records.windows[window]))


@require_POST
@private_page
@open_to(anybody)
def forget(request: HttpRequest, slug: str) -> HttpResponse:
    """Leave every pair of this window to the program again."""
    records = visible_snapshot(request.user).records
    opportunity = _opportunity(records, slug)
    window = request.POST.get("window", "")
    if window not in records.windows:
        raise Http404
    plan = plan_of(request)
    if plan is not None:
        clear_pair_wishes(plan, window, slug)
    messages.success(request, _("Everything you had chosen here is released."))
    return redirect(courses_presenter.address(opportunity, records.windows[window]))


def _done(wanted: str) -> str:
    if wanted == "pin":
        return _("This pair is now fixed. We calculated the rest again.")
    if wanted == "forbid":
        return _("This pair is now excluded. We calculated the rest again.")
    return _("We calculate this pair for you again.")


@require_safe
@private_page
@open_to(anybody)
def similar_hosts(request: HttpRequest) -> HttpResponse:
    """Lead to the public page, with the programme of the plan chosen."""
    plan = plan_of(request)
    own = plan.programme.slug if plan and plan.programme else ""
    return redirect(urls.most_like_home(own))
