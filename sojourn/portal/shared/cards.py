"""An opportunity as a boarding pass, and the ready-made HTML of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sojourn.catalogue.snapshot.facets import DEADLINES_TO_APPLY, next_deadline
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import CostRange, Deadline, Opportunity, Records
from sojourn.common.languages import page_language
from sojourn.design import components
from sojourn.portal.shared import (
    facts,
    formatting,
    like_home,
    map_places,
    reports,
    travel_advice,
    urls,
)

# One scale for all ranges of the site, so that two cards can be compared by eye.
SCALE = Decimal(12_000)
# In a ready-made card, where goes what differs between pages. No text of the catalogue has them.
_SENTENCE, _STANDING, _LIKE_HOME, _STUDY = (
    f"\N{OBJECT REPLACEMENT CHARACTER}{key}" for key in "svlq"
)


@dataclass(frozen=True)
class Chosen:
    """The programme and year that a visitor chose on the page, and what they say of places."""

    programme: str = ""
    study: str = ""
    """Both in one word, as a place's page takes them; empty where one of them is not chosen."""
    standings: Mapping[str, SafeString] = field(default_factory=dict)
    """What the rules say of each place, as a line of its card."""


NOTHING_CHOSEN = Chosen()


def has_closed(opportunity: Opportunity, today: dt.date) -> bool:
    """Whether every day to apply by is behind us."""
    dates = [d.date for d in opportunity.deadlines if d.kind in DEADLINES_TO_APPLY]
    return bool(dates) and max(dates) < today


def cost_range(costs: CostRange | None) -> components.Range | None:
    """Return what one pays in total, to the fifty: a headline figure is not exact."""
    if costs is None:
        return None
    low, high = formatting.to_the_fifty(costs.low), formatting.to_the_fifty(costs.high)
    return components.Range(formatting.euro_range(low, high), low, costs.typical, high, SCALE)


def years(records: Records, opportunity: Opportunity) -> str:
    """'year 2', 'master year 1'; nothing where it differs."""
    found = {
        (window.phase.year, records.programmes[window.programme].level)
        for window in (records.windows.get(slug) for slug in opportunity.windows)
        if window is not None and window.phase is not None
    }
    if len(found) != 1:
        return ""
    year, level = found.pop()
    text = _("master year %(year)d") if level == "master" else _("year %(year)d")
    return text % {"year": year}


def _deadline_text(deadline: Deadline, today: dt.date) -> str:
    """Format a date, with its year only where it could be mistaken."""
    if (deadline.date - today).days < 300:
        return formatting.short_day(deadline.date)
    return f"{formatting.short_day(deadline.date)} {deadline.date.year}"


def card(snapshot: Snapshot, opportunity: Opportunity) -> components.Card:
    records, today = snapshot.records, snapshot.built_on
    deadline = next_deadline(opportunity, today)
    when = [formatting.short_period(opportunity.period), years(records, opportunity)]
    closed = _("closed") if has_closed(opportunity, today) else ""
    due = components.Fact(
        _("Apply by"),
        _deadline_text(deadline, today) if deadline else closed,
        example=bool(deadline and deadline.provenance.is_example),
        day=deadline.date if deadline else None,
        unknown=_("no date yet"),
    )
    shown = [
        replace(
            facts.PERIOD.of(opportunity),
            value=formatting.sentence_case(", ".join(part for part in when if part)),
        ),
        facts.CREDITS.of(opportunity),
        facts.LANGUAGE.of(opportunity),
        facts.SEATS.of(opportunity),
        due,
    ]
    marked = not opportunity.is_example
    if not marked:  # one mark says it for the whole pass
        shown = [replace(fact, example=False) for fact in shown]
    *short, seats, due = shown
    hosts = [records.institutions[slug] for slug in opportunity.hosts]
    main = hosts[0]
    return components.Card(
        href=urls.opportunity(opportunity.slug),
        title=str(opportunity.title),
        where=map_places.where_of(records, opportunity),
        institution=", ".join(host.short_name or str(host.name) for host in hosts)
        if len(hosts) > 1
        else str(main.name),
        crop=map_places.crop(snapshot, opportunity.hosts),
        picture=map_places.picture(snapshot, opportunity),
        city=str(main.city),
        distance=formatting.distance(main.distance_km),
        rating=reports.stars(records, opportunity.reports),
        facts=tuple(short),
        costs=cost_range(opportunity.costs),
        costs_are_example=marked and bool(opportunity.costs and opportunity.costs.has_examples),
        seats=seats,
        due=due,
        sentence=str(opportunity.summary),
        is_example=opportunity.is_example,
        preferred=opportunity.is_preferred,
        preferred_is_example=marked
        and any(host.is_preferred and host.preferred.is_example for host in hosts),
        warning=travel_advice.warning(records, opportunity),
        add_key=opportunity.slug,
        add_href=urls.add_to_top_five(opportunity.slug),
    )


def card_html(
    snapshot: Snapshot,
    opportunity: Opportunity,
    sentence: str = "",
    chosen: Chosen = NOTHING_CHOSEN,
) -> SafeString:
    """Render the card, once for each snapshot and language; `sentence` is escaped already."""

    def render() -> str:
        made = card(snapshot, opportunity)
        made = replace(
            made,
            href=made.href + _STUDY,
            sentence=_SENTENCE,
            standing=_STANDING,
            like_home=_LIKE_HOME,
        )
        return get_template("design/components/card.html").render({"card": made})

    ready = snapshot.fragments.get("card", opportunity.slug, page_language(), render)
    shown = {
        _SENTENCE: sentence or formatting.escaped(str(opportunity.summary)),
        _STANDING: chosen.standings.get(opportunity.slug, ""),
        _LIKE_HOME: like_home.on_card(snapshot, opportunity, chosen.programme),
        _STUDY: f"?study={chosen.study}" if chosen.study else "",
    }
    for mark, text in shown.items():
        ready = ready.replace(mark, text, 1)
    return mark_safe(ready)  # noqa: S308 (a template made it, and each piece is escaped)


def cards_html(snapshot: Snapshot, opportunities: Iterable[Opportunity]) -> list[SafeString]:
    return [card_html(snapshot, opportunity) for opportunity in opportunities]
