"""What travel advice says about going: which country's counts, and for how long.

The rule of Leiden University (student.universiteitleiden.nl): no exchange to a country for which
the Dutch travel advice is orange or red. A colour that nobody has looked at for a while is treated
on the side of caution: an old green or yellow counts as not known, while an old orange or red
is in the way until somebody has looked again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from sojourn.catalogue.snapshot.types import TravelAdvice

AGAINST = frozenset({"orange", "red"})
# The ministry changes its advice whenever it has reason to. A month is as long as an office can be
# asked to look at a handful of countries again, and the guide has students look a month ahead too.
GOES_STALE_AFTER = dt.timedelta(days=30)


def is_stale(advice: TravelAdvice, today: dt.date) -> bool:
    """Whether nobody has looked for so long that the colour may be another by now."""
    return today - advice.checked_on > GOES_STALE_AFTER


def advice_of(
    known: Mapping[str, TravelAdvice], countries: Iterable[str]
) -> tuple[TravelAdvice, ...]:
    """Return the advice that is kept for these countries, in their order."""
    return tuple(
        known[country.lower()] for country in dict.fromkeys(countries) if country.lower() in known
    )


def standing_in_the_way(
    known: Mapping[str, TravelAdvice], countries: Iterable[str]
) -> TravelAdvice | None:
    """Return the advice for which one cannot go there, the strictest first; None: there is none."""
    against = [one for one in advice_of(known, countries) if one.level in AGAINST]
    return max(against, key=lambda one: one.level == "red", default=None)


def is_advised_against(
    known: Mapping[str, TravelAdvice], countries: Iterable[str], today: dt.date
) -> bool | None:
    """Whether one is advised not to go to any of the countries; None when that is not known."""
    countries = tuple(dict.fromkeys(countries))
    if standing_in_the_way(known, countries):
        return True
    fresh = [one for one in advice_of(known, countries) if not is_stale(one, today)]
    return False if countries and len(fresh) == len(countries) else None
