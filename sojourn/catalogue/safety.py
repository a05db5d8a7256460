"""What travel advice says about going: which region's or country's counts, and for how long.

The rule of Leiden University (student.universiteitleiden.nl): no exchange to a country for which
the Dutch travel advice is orange or red. A colour that nobody has looked at for a while is treated
on the side of caution: an old green or yellow counts as not known, while an old orange or red
is in the way until somebody has looked again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sojourn.catalogue.snapshot.types import AdviceRegion, Institution, Opportunity, TravelAdvice

AGAINST = frozenset({"orange", "red"})


class _Region(Protocol):
    @property
    def codes(self) -> Sequence[str]: ...


R = TypeVar("R", bound=_Region)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a stay is: the country, and the region of it where that is noted."""

    country: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class AdviceThere:
    """The advice that counts somewhere: of its region where that has a colour of its own."""

    advice: TravelAdvice
    region: AdviceRegion | None = None

    @property
    def level(self) -> str:
        return self.region.level if self.region else self.advice.level


def whereabouts(
    institutions: Mapping[str, Institution], place: Opportunity
) -> tuple[Whereabouts, ...]:
    """Return where the hosts of a place are, each once."""
    hosts = (institutions[slug] for slug in place.hosts)
    return tuple(dict.fromkeys(Whereabouts(host.country, host.region) for host in hosts))


def region_with(regions: Iterable[R], code: str) -> R | None:
    """Return the region with a colour of its own in which a code of ISO 3166-2 lies."""
    return next((one for one in regions if code and code in one.codes), None)


def is_stale(advice: TravelAdvice, today: dt.date) -> bool:
    """Whether nobody has looked for so long that the colour may be another by now."""
    return today > advice.counts_until


def advice_of(
    known: Mapping[str, TravelAdvice], spots: Iterable[Whereabouts]
) -> tuple[AdviceThere, ...]:
    """Return the advice that is kept for these spots, in their order, each once."""
    found: dict[tuple[str, str], AdviceThere] = {}
    for spot in spots:
        advice = known.get(spot.country.lower())
        if advice is None:
            continue
        region = region_with(advice.regions, spot.region)
        own = str(region.codes) if region else ""
        found.setdefault((spot.country, own), AdviceThere(advice, region))
    return tuple(found.values())


def standing_in_the_way(
    known: Mapping[str, TravelAdvice], spots: Iterable[Whereabouts]
) -> AdviceThere | None:
    """Return the advice for which one cannot go there, the strictest first; None: there is none."""
    against = [one for one in advice_of(known, spots) if one.level in AGAINST]
    return max(against, key=lambda one: one.level == "red", default=None)


def is_advised_against(
    known: Mapping[str, TravelAdvice], spots: Iterable[Whereabouts], today: dt.date
) -> bool | None:
    """Whether one is advised not to go to any of the spots; None when that is not known."""
    spots = tuple(spots)
    if standing_in_the_way(known, spots):
        return True
    countries = {spot.country for spot in spots}
    fresh = {
        one.advice.country for one in advice_of(known, spots) if not is_stale(one.advice, today)
    }
    return False if countries and fresh == countries else None
