"""The home page: what this is, in one glance, and the first question."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sojourn.catalogue.queries import lists
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.view_marks import public_page
from sojourn.design import maps
from sojourn.portal.catalogue.presenters import home as home_presenter
from sojourn.portal.shared import cards, contacts, map_places, round_cards, urls
from sojourn.selection import queries as selection_queries

CLOSING_NEXT = 3


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
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
            "studies": home_presenter.studies(records),
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
