"""The Dutch travel advice for a country as pages tell it, with its day and where to look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sojourn.catalogue import names
from sojourn.catalogue.models import AdviceLevel
from sojourn.catalogue.safety import AGAINST, GOES_STALE_AFTER, advice_of, is_stale
from sojourn.catalogue.snapshot.types import AdviceRegion, Records, TravelAdvice
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


def known(records: Records, countries: Iterable[str], today: dt.date) -> tuple[Advice, ...]:
    """Return what is kept for these countries; nothing where nobody has looked."""
    return tuple(_advice(one, today) for one in advice_of(records.travel_advice, countries))


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


def _advice(advice: TravelAdvice, today: dt.date) -> Advice:
    country = names.country_name(advice.country, page_language())
    parts = [
        _("%(level)s. Checked on %(day)s.")
        % {"level": AdviceLevel(advice.level).label, "day": formatting.day(advice.checked_on)}
    ]
    stale = is_stale(advice, today)
    if stale:
        parts.append(
            _("That is more than %(days)d days ago; the colour may have changed.")
            % {"days": GOES_STALE_AFTER.days}
        )
    if advice.level in AGAINST:
        parts.append(_("There is no exchange there until that changes."))
    # An old green reassures nobody.
    kind = "warn" if stale and advice.level not in AGAINST else _NOTICES[advice.level]
    return Advice(
        title=_("Dutch travel advice for %(country)s") % {"country": country},
        text=" ".join(parts),
        kind=kind,
        note=str(advice.note),
        regions=tuple(_region(region) for region in advice.regions),
        source=sources.shown(advice.source),
        href=advice.source.url,
        is_against=advice.level in AGAINST,
    )
