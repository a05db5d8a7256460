"""What travel advice means for going: the rule, the strictest of several, and its age."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sojourn.catalogue.safety import (
    Whereabouts,
    is_advised_against,
    is_stale,
    standing_in_the_way,
)
from sojourn.catalogue.snapshot.types import (
    AdviceRegion,
    Source,
    TravelAdvice,
)
from sojourn.common.languages import Text

TODAY = dt.date(2026, 11, 26)
COUNTS_FOR = 30  # days
LEVELS = ("green", "yellow", "orange", "red")
SOURCE = Source("advice", "Advice", "", "https://ministry.example", None, None, "", Text())


def advice(country: str, level: str, days_ago: int = 0) -> TravelAdvice:
    day = TODAY - dt.timedelta(days=days_ago)
    counts_until = day + dt.timedelta(days=COUNTS_FOR)
    return TravelAdvice(country.lower(), country, level, day, Text(), SOURCE, counts_until)


def at(*countries: str) -> list[Whereabouts]:
    return [Whereabouts(country) for country in countries]


def kept(*advices: TravelAdvice) -> dict[str, TravelAdvice]:
    return {one.slug: one for one in advices}


def test_what_nobody_looked_up_is_not_known() -> None:
    assert is_advised_against({}, at("CU"), TODAY) is None
    assert is_advised_against(kept(advice("CU", "green")), at(), TODAY) is None
    assert is_advised_against(kept(advice("CU", "green")), at("CU", "SE"), TODAY) is None


def test_orange_and_red_stand_in_the_way_and_green_and_yellow_do_not() -> None:
    said = [is_advised_against(kept(advice("CU", level)), at("CU"), TODAY) for level in LEVELS]
    assert said == [False, False, True, True]


def test_one_country_is_enough_and_the_strictest_is_named() -> None:
    known = kept(advice("SE", "green"), advice("CU", "orange"), advice("SR", "red"))
    assert is_advised_against(known, at("SE", "CU"), TODAY) is True
    strictest = standing_in_the_way(known, at("CU", "SE", "SR"))
    assert strictest is not None
    assert strictest.advice == known["sr"]
    assert standing_in_the_way(known, at("SE")) is None


def test_an_old_green_is_not_known_and_an_old_orange_still_counts() -> None:
    days = COUNTS_FOR
    assert not is_stale(advice("CU", "green", days), TODAY)
    assert is_stale(advice("CU", "green", days + 1), TODAY)
    assert is_advised_against(kept(advice("CU", "green", days + 1)), at("CU"), TODAY) is None
    assert is_advised_against(kept(advice("CU", "orange", days + 1)), at("CU"), TODAY) is True


@given(st.integers(0, 3000), st.permutations(["SE", "CU", "SR"]))
def test_a_stricter_colour_never_opens_a_place(days_ago: int, countries: list[str]) -> None:
    others = [advice("SE", "green"), advice("SR", "yellow")]
    strictness = {False: 0, None: 1, True: 2}
    said = [
        strictness[
            is_advised_against(kept(*others, advice("CU", level, days_ago)), at(*countries), TODAY)
        ]
        for level in LEVELS
    ]
    assert all(one <= other for one, other in pairwise(said))


def test_the_colour_of_the_region_counts_and_no_other_of_the_country() -> None:
    papua = AdviceRegion(Text(), "orange", ("ID-PA", "ID-PT"))
    known = kept(replace(advice("ID", "yellow"), regions=(papua,)))
    for region, said in (("ID-PA", True), ("ID-PT", True), ("ID-SN", False), ("", False)):
        assert is_advised_against(known, [Whereabouts("ID", region)], TODAY) is said, region
    there = standing_in_the_way(known, [Whereabouts("ID", "ID-SN"), Whereabouts("ID", "ID-PA")])
    assert there is not None
    assert there.region is papua
    # The other way round: a safe region of a country to which one does not go.
    island = AdviceRegion(Text(), "green", ("CU-99",))
    known = kept(replace(advice("CU", "red"), regions=(island,)))
    assert is_advised_against(known, [Whereabouts("CU", "CU-99")], TODAY) is False
    assert is_advised_against(known, at("CU"), TODAY) is True
    # Its day is that of the whole advice: an old green is not known there either.
    days = COUNTS_FOR + 1
    known = kept(replace(advice("CU", "red", days), regions=(island,)))
    assert is_advised_against(known, [Whereabouts("CU", "CU-99")], TODAY) is None
