"""The home page: what this is, in one glance, and the first question.

Whoever has a plan reads first where they stand; that page is theirs and not kept.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sojourn.catalogue.queries import lists
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.view_marks import private_page, public_page, public_view
from sojourn.design import maps
from sojourn.planning.current import may_have_plan, plan_of
from sojourn.planning.study_choice import profile_for
from sojourn.planning.top_five import top_five_of
from sojourn.planning.visible_catalogue import visible_snapshot
from sojourn.portal.catalogue.presenters import home as home_presenter
from sojourn.portal.shared import cards, contacts, map_places, round_cards, standing, urls
from sojourn.selection import queries as selection_queries

CLOSING_NEXT = 3


@require_safe
@public_view
def home(request: HttpRequest) -> HttpResponseBase:
    return _of_ones_own(request) if may_have_plan(request) else _for_everybody(request)


@public_page
def _for_everybody(request: HttpRequest) -> HttpResponse:
    records = current_snapshot().records
    return _page(request, {"studies": home_presenter.studies(records)})


@private_page
def _of_ones_own(request: HttpRequest) -> HttpResponse:
    plan = plan_of(request)
    profile = profile_for(request, plan)
    stand = standing.of_request(
        request, visible_snapshot(request.user), profile, top_five_of(plan), timezone.now()
    )
    records = current_snapshot().records
    studies = [] if profile.programme else home_presenter.studies(records)
    return _page(request, {"stand": stand, "studies": studies})


def _page(request: HttpRequest, own: dict[str, Any]) -> HttpResponse:
    snapshot = current_snapshot()
    records = snapshot.records
    closing = lists.closing_next(snapshot, snapshot.built_on, CLOSING_NEXT)
    destinations = map_places.hosts_of(records, records.opportunities.values())
    walk_ins = contacts.with_walk_in_hour(records)
    went = home_presenter.went(snapshot)
    now = timezone.now()
    return render(
        request,
        "portal/catalogue/templates/home/home.html",
        {
            "rounds": round_cards.cards("", selection_queries.current_rounds, now),
            **own,
            "hero": map_places.world(snapshot, destinations),
            "hero_narrow": map_places.world(snapshot, destinations, maps.NARROW),
            "total": len(records.opportunities),
            "cards": cards.cards_html(snapshot, closing),
            "deadlines_calendar": urls.all_deadlines(),
            "went": went,
            "went_has_examples": any(report.is_example for report in records.reports.values()),
            "went_all_examples": all(report.is_example for report in records.reports.values()),
            "coordinator": contacts.person(records, walk_ins[0], now) if walk_ins else None,
            "advice_href": urls.advice(),
        },
    )
