"""What travel advice means for going: the rule, the strictest of several, and its age."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sojourn.catalogue.safety import (
    GOES_STALE_AFTER,
    is_advised_against,
    is_stale,
    standing_in_the_way,
)
from sojourn.catalogue.snapshot.types import (
    Source,
    TravelAdvice,
)
from sojourn.common.languages import Text

TODAY = dt.date(2026, 11, 26)
LEVELS = ("green", "yellow", "orange", "red")
SOURCE = Source("advice", "Advice", "", "https://ministry.example", None, None, "", Text())


def advice(country: str, level: str, days_ago: int = 0) -> TravelAdvice:
    day = TODAY - dt.timedelta(days=days_ago)
    return TravelAdvice(country.lower(), country, level, day, Text(), SOURCE)


def kept(*advices: TravelAdvice) -> dict[str, TravelAdvice]:
    return {one.slug: one for one in advices}


def test_what_nobody_looked_up_is_not_known() -> None:
    assert is_advised_against({}, ["CU"], TODAY) is None
    assert is_advised_against(kept(advice("CU", "green")), [], TODAY) is None
    assert is_advised_against(kept(advice("CU", "green")), ["CU", "SE"], TODAY) is None


def test_orange_and_red_stand_in_the_way_and_green_and_yellow_do_not() -> None:
    said = [is_advised_against(kept(advice("CU", level)), ["CU"], TODAY) for level in LEVELS]
    assert said == [False, False, True, True]


def test_one_country_is_enough_and_the_strictest_is_named() -> None:
    known = kept(advice("SE", "green"), advice("CU", "orange"), advice("SR", "red"))
    assert is_advised_against(known, ["SE", "CU"], TODAY) is True
    assert standing_in_the_way(known, ["CU", "SE", "SR"]) == known["sr"]
    assert standing_in_the_way(known, ["SE"]) is None


def test_an_old_green_is_not_known_and_an_old_orange_still_counts() -> None:
    days = GOES_STALE_AFTER.days
    assert not is_stale(advice("CU", "green", days), TODAY)
    assert is_stale(advice("CU", "green", days + 1), TODAY)
    assert is_advised_against(kept(advice("CU", "green", days + 1)), ["CU"], TODAY) is None
    assert is_advised_against(kept(advice("CU", "orange", days + 1)), ["CU"], TODAY) is True


@given(st.integers(0, 3000), st.permutations(["SE", "CU", "SR"]))
def test_a_stricter_colour_never_opens_a_place(days_ago: int, countries: list[str]) -> None:
    others = [advice("SE", "green"), advice("SR", "yellow")]
    strictness = {False: 0, None: 1, True: 2}
    said = [
        strictness[
            is_advised_against(kept(*others, advice("CU", level, days_ago)), countries, TODAY)
        ]
        for level in LEVELS
    ]
    assert all(one <= other for one, other in pairwise(said))
