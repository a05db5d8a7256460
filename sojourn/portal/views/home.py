"""The home page: what this is, in one glance, and the first question."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sojourn.catalogue import queries
from sojourn.catalogue.snapshot import holder
from sojourn.design import maps
from sojourn.design.map_texts import map_texts
from sojourn.portal.presenters import addresses, cards, contacts, front, places
from sojourn.portal.public_page import public_page

CLOSING_NEXT = 3


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    snapshot = holder.current()
    records = snapshot.records
    closing = queries.closing_next(snapshot, snapshot.built_on, CLOSING_NEXT)
    destinations = places.hosts_of(records, records.opportunities.values())
    origin, texts, more = places.home(records), map_texts(), addresses.world()
    walk_ins = contacts.with_walk_in_hour(records)
    went = front.went(snapshot)
    return render(
        request,
        "portal/home/home.html",
        {
            "studies": front.studies(records),
            "hero": maps.world_map(origin, destinations, texts=texts, more=more),
            "hero_narrow": maps.world_map(
                origin, destinations, texts=texts, frame=maps.NARROW, more=more
            ),
            "total": len(records.opportunities),
            "cards": cards.cards_html(snapshot, closing),
            "deadlines_calendar": addresses.all_deadlines(),
            "went": went,
            "went_has_examples": any(report.is_example for report in records.reports.values()),
            "coordinator": contacts.person(records, walk_ins[0], timezone.now())
            if walk_ins
            else None,
            "contacts_href": addresses.contacts(),
        },
    )
