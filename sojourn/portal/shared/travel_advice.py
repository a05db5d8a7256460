"""The Dutch travel advice for a country as pages tell it, with its day and where to look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sojourn.catalogue import names
from sojourn.catalogue.models import AdviceLevel
from sojourn.catalogue.safety import (
    AGAINST,
    AdviceThere,
    Whereabouts,
    advice_of,
    is_stale,
    standing_in_the_way,
    whereabouts,
)
from sojourn.catalogue.snapshot.types import AdviceRegion, Opportunity, Records
from sojourn.common.languages import page_language
from sojourn.design import components
from sojourn.portal.shared import formatting, sources

MINISTRY = "https://www.nederlandwereldwijd.nl/reisadvies"
_NOTICES = {"green": "good", "yellow": "info", "orange": "warn", "red": "bad"}


@dataclass(frozen=True)
class Advice:
    """What is known for one country."""

    title: str
    text: str
    kind: str
    """of the notice"""
    note: str
    regions: tuple[str, ...]
    """the parts of the country with another colour, each in a sentence"""
    source: components.Source
    href: str
    is_against: bool


def colour(level: str) -> str:
    """Return the colour within a sentence: 'orange'."""
    return {
        "green": pgettext("travel advice", "green"),
        "yellow": pgettext("travel advice", "yellow"),
        "orange": pgettext("travel advice", "orange"),
        "red": pgettext("travel advice", "red"),
    }[level]


def named(there: AdviceThere) -> str:
    """'Indonesia', or the region where that has a colour of its own: 'Papua (Indonesia)'."""
    country = names.country_name(there.advice.country, page_language())
    return f"{there.region.name} ({country})" if there.region else country


def known(records: Records, spots: Iterable[Whereabouts], today: dt.date) -> tuple[Advice, ...]:
    """Return what is kept for these spots; nothing where nobody has looked."""
    return tuple(_advice(one, today) for one in advice_of(records.travel_advice, spots))


def in_short(records: Records, place: Opportunity) -> str:
    """'Yellow, read on 21 March 2025'; empty where nobody has looked."""
    found = advice_of(records.travel_advice, whereabouts(records.institutions, place))
    return "; ".join(
        _("%(level)s, read on %(day)s")
        % {
            "level": formatting.sentence_case(colour(one.level)),
            "day": formatting.day(one.advice.checked_on),
        }
        for one in found
    )


def warning(records: Records, place: Opportunity) -> str:
    """'Travel advice: orange', where that stands in the way of going; otherwise nothing."""
    spots = whereabouts(records.institutions, place)
    there = standing_in_the_way(records.travel_advice, spots)
    return _("Travel advice: %(level)s") % {"level": colour(there.level)} if there else ""


def not_looked_up(records: Records, countries: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the countries abroad whose advice nobody has looked up."""
    at_home = records.home.country
    return tuple(
        names.country_name(country, page_language())
        for country in dict.fromkeys(countries)
        if country.lower() not in records.travel_advice and country != at_home
    )


def _region(region: AdviceRegion) -> str:
    names = {"region": region.name, "level": colour(region.level)}
    if region.level in AGAINST:
        return _("%(region)s: %(level)s. There is no exchange to that part.") % names
    return _("%(region)s: %(level)s.") % names


def _advice(there: AdviceThere, today: dt.date) -> Advice:
    advice, level = there.advice, there.level
    parts = [
        _("%(level)s. Checked on %(day)s.")
        % {"level": AdviceLevel(level).label, "day": formatting.day(advice.checked_on)}
    ]
    stale = is_stale(advice, today)
    if stale:
        parts.append(
            _("That is more than %(days)d days ago; the colour may have changed.")
            % {"days": (advice.counts_until - advice.checked_on).days}
        )
    if level in AGAINST:
        parts.append(_("There is no exchange there until that changes."))
    # An old green reassures nobody.
    kind = "warn" if stale and level not in AGAINST else _NOTICES[level]
    return Advice(
        title=_("Dutch travel advice for %(where)s") % {"where": named(there)},
        text=" ".join(parts),
        kind=kind,
        note=str(advice.note),
        # Where the region is known, the others decide nothing.
        regions=() if there.region else tuple(_region(region) for region in advice.regions),
        source=sources.shown(advice.source),
        href=advice.source.url,
        is_against=level in AGAINST,
    )
