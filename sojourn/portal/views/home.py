"""The home page: what this is, in one glance, and the first question."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sojourn.catalogue import queries
from sojourn.catalogue.snapshot import holder
from sojourn.design import maps
from sojourn.portal.presenters import addresses, apply_round, cards, contacts, front, places
from sojourn.portal.public_page import public_page
from sojourn.selection import queries as selection

CLOSING_NEXT = 3


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    snapshot = holder.current()
    records = snapshot.records
    closing = queries.closing_next(snapshot, snapshot.built_on, CLOSING_NEXT)
    destinations = places.hosts_of(records, records.opportunities.values())
    walk_ins = contacts.with_walk_in_hour(records)
    went = front.went(snapshot)
    now = timezone.now()
    return render(
        request,
        "portal/home/home.html",
        {
            "rounds": [apply_round.card(each, now) for each in selection.current_rounds(now)],
            "studies": front.studies(records),
            "hero": places.world(snapshot, destinations),
            "hero_narrow": places.world(snapshot, destinations, maps.NARROW),
            "total": len(records.opportunities),
            "cards": cards.cards_html(snapshot, closing),
            "deadlines_calendar": addresses.all_deadlines(),
            "went": went,
            "went_has_examples": any(report.is_example for report in records.reports.values()),
            "went_all_examples": all(report.is_example for report in records.reports.values()),
            "coordinator": contacts.person(records, walk_ins[0], now) if walk_ins else None,
            "advice_href": addresses.advice(),
        },
    )
