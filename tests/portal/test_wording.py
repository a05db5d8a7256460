"""Dates, money and numbers as readers of each language write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils.translation import override

from sojourn.catalogue.snapshot.types import Period, Provenance
from sojourn.portal.shared import formatting

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "7 February 2027"), ("nl", "7 februari 2027")]
)
def test_a_day_is_written_out(language: str, expected: str) -> None:
    with override(language):
        assert formatting.day(dt.date(2027, 2, 7)) == expected


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "€3,900 to 6,400"), ("nl", f"€{NBSP}3.900 tot 6.400")]
)
def test_money_is_a_range_in_whole_euros(language: str, expected: str) -> None:
    with override(language):
        assert formatting.euro_range(Decimal("3900.40"), Decimal("6399.60")) == expected


def test_a_range_of_one_figure_is_that_figure() -> None:
    with override("en"):
        assert formatting.euro_range(Decimal(120), Decimal(120)) == "€120"


@pytest.mark.parametrize(
    ("ects", "language", "expected"),
    [
        (Decimal("30.0"), "en", f"30{NBSP}ECTS"),
        (Decimal("7.5"), "en", f"7.5{NBSP}ECTS"),
        (Decimal("7.5"), "nl", f"7,5{NBSP}ECTS"),
        (None, "en", ""),
    ],
)
def test_credits_have_no_trailing_nought(
    ects: Decimal | None, language: str, expected: str
) -> None:
    with override(language):
        assert formatting.ects_points(ects) == expected


def period(**known: dt.date | int) -> Period:
    parts = {"starts_on": None, "ends_on": None, "starts_month": None, "ends_month": None}
    return Period(**(parts | known), provenance=Provenance())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "language", "short", "full"),
    [
        ({"starts_month": 9, "ends_month": 1}, "en", "Sep to Jan", "September to January"),
        ({"starts_month": 9, "ends_month": 1}, "nl", "sep tot jan", "september tot januari"),
        (
            {"starts_on": dt.date(2027, 8, 30), "ends_on": dt.date(2028, 1, 16)},
            "en",
            "Aug to Jan",
            "30 August 2027 to 16 January 2028",
        ),
        ({"starts_month": 6, "ends_month": 6}, "en", "Jun", "June"),
        ({"starts_month": 6}, "en", "Jun", "June"),
        ({"ends_month": 6}, "en", "until Jun", "until June"),
        ({}, "en", "", ""),
    ],
)
def test_a_period_is_days_where_known_and_months_otherwise(
    known: dict[str, dt.date | int], language: str, short: str, full: str
) -> None:
    with override(language):
        assert formatting.short_period(period(**known)) == short
        assert formatting.full_period(period(**known)) == full


@pytest.mark.parametrize(("far", "said"), [(1163.4, "1,160"), (28.2, "28"), (99.4, "99")])
def test_a_distance_is_rounded_as_on_the_maps(far: float, said: str) -> None:
    with override("en"):
        assert formatting.distance(far) == f"{said}{NBSP}km"


def test_weeks_are_a_range_or_one_number() -> None:
    with override("en"):
        assert formatting.weeks(18, 21) == "18 to 21 weeks"
        assert formatting.weeks(10, 10) == "10 weeks"
        assert formatting.weeks(1, None) == "1 week"
        assert formatting.weeks(None, None) == ""
