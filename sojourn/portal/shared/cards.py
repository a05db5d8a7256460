"""An opportunity as a boarding pass, and the ready-made HTML of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sojourn.catalogue.snapshot.columns import DEADLINES_TO_APPLY, next_deadline
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import CostRange, Deadline, Opportunity, Records
from sojourn.common.languages import language_title, page_language
from sojourn.design import components
from sojourn.portal.shared import formatting, map_places, urls

# One scale for all ranges of the site, so that two cards can be compared by eye.
SCALE = Decimal(12_000)
# In a ready-made card, where the sentence goes.
_SENTENCE = "\N{OBJECT REPLACEMENT CHARACTER}"


def has_closed(opportunity: Opportunity, today: dt.date) -> bool:
    """Whether every day to apply by lies behind us."""
    dates = [d.date for d in opportunity.deadlines if d.kind in DEADLINES_TO_APPLY]
    return bool(dates) and max(dates) < today


def languages(opportunity: Opportunity) -> str:
    """'English, Spanish A2': what is needed, for class or for life."""
    levels: dict[str, str] = {}
    for need in opportunity.languages:
        if need.is_required or need.use == "instruction":
            levels[need.language] = max(levels.get(need.language, ""), need.level)
    named = [
        f"{language_title(code)}" + (f" {level}" if level and code != "en" else "")
        for code, level in levels.items()
    ]
    return ", ".join(named)


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
    said = _("master year %(year)d") if level == "master" else _("year %(year)d")
    return said % {"year": year}


def _deadline_text(deadline: Deadline, today: dt.date) -> str:
    """Format a date, with its year only where it could be mistaken."""
    if (deadline.date - today).days < 300:
        return formatting.short_day(deadline.date)
    return f"{formatting.short_day(deadline.date)} {deadline.date.year}"


def _examples(
    records: Records, opportunity: Opportunity, deadline: Deadline | None
) -> frozenset[str]:
    hosts = [records.institutions[slug] for slug in opportunity.hosts]
    marks = {
        "card": opportunity.is_example,
        "preferred": any(host.is_preferred and host.preferred.is_example for host in hosts),
        "when": bool(opportunity.period and opportunity.period.provenance.is_example),
        "language": bool(opportunity.languages)
        and all(need.provenance.is_example for need in opportunity.languages),
        "costs": bool(opportunity.costs and opportunity.costs.has_examples),
        "seats": bool(opportunity.seats and opportunity.seats.provenance.is_example),
        "due": bool(deadline and deadline.provenance.is_example),
    }
    # On a pass that is an example as a whole, one mark says it.
    return frozenset({"card"}) if marks["card"] else frozenset(k for k, on in marks.items() if on)


def card(snapshot: Snapshot, opportunity: Opportunity) -> components.Card:
    records, today = snapshot.records, snapshot.built_on
    deadline = next_deadline(opportunity, today)
    when = [formatting.short_period(opportunity.period), years(records, opportunity)]
    due = ""
    if deadline:
        due = _deadline_text(deadline, today)
    elif has_closed(opportunity, today):
        due = _("closed")
    return components.Card(
        href=urls.opportunity(opportunity.slug),
        title=str(opportunity.title),
        where=map_places.where_of(records, opportunity),
        crop=map_places.crop(snapshot, opportunity.hosts),
        when=formatting.sentence_case(", ".join(part for part in when if part)),
        credits=formatting.ects_points(opportunity.ects),
        language=languages(opportunity),
        costs=cost_range(opportunity.costs),
        seats=str(opportunity.seats.number) if opportunity.seats else "",
        due=due,
        due_on=deadline.date if deadline else None,
        sentence=_SENTENCE,
        examples=_examples(records, opportunity, deadline),
        preferred=opportunity.is_preferred,
        add_key=opportunity.slug,
        add_href=urls.add_to_top_five(opportunity.slug),
    )


def card_html(snapshot: Snapshot, opportunity: Opportunity, sentence: str = "") -> SafeString:
    """Render the card, once for each snapshot and language; `sentence` is escaped already."""

    def render() -> str:
        made = card(snapshot, opportunity)
        return get_template("design/components/card.html").render({"card": made})

    ready = snapshot.fragments.get("card", opportunity.slug, page_language(), render)
    shown = sentence or formatting.escaped(str(opportunity.summary))
    return mark_safe(ready.replace(_SENTENCE, shown, 1))  # noqa: S308


def cards_html(snapshot: Snapshot, opportunities: Iterable[Opportunity]) -> list[SafeString]:
    return [card_html(snapshot, opportunity) for opportunity in opportunities]
