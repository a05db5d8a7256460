"""Days, moments and texts a year on: in the academic year after, and never on no day."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from sojourn.catalogue import academic_years
from sojourn.catalogue.academic_years import on, said_on, text_on, together_on, year_of, years_until
from sojourn.catalogue.choices import Keeps
from sojourn.catalogue.models import Edition
from sojourn.common.languages import Text

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2090, 12, 31))
YEARS = st.integers(1, 8)


@given(DAYS, YEARS)
def test_a_weekday_stays_a_weekday_in_the_year_that_is_as_many_later(
    day: dt.date, years: int
) -> None:
    later = on(day, years, Keeps.WEEKDAY)
    assert later.weekday() == day.weekday()
    assert year_of(later) == year_of(day) + years


@given(DAYS, YEARS)
def test_a_date_stays_a_date_and_29_february_becomes_the_day_before(
    day: dt.date, years: int
) -> None:
    later = on(day, years, Keeps.DATE)
    assert later.year == day.year + years
    assert year_of(later) == year_of(day) + years
    if (later.month, later.day) != (day.month, day.day):
        assert (day.month, day.day, later.month, later.day) == (2, 29, 2, 28)


@given(DAYS, DAYS, st.sampled_from(list(Keeps)))
def test_a_day_that_passed_comes_next_as_soon_as_it_can(
    day: dt.date, today: dt.date, keeps: Keeps
) -> None:
    years = years_until(day, today, keeps)
    assert on(day, years, keeps) >= today
    if years:
        assert on(day, years - 1, keeps) < today
    else:
        assert day >= today


@given(st.lists(DAYS, min_size=1, max_size=5), YEARS, st.sampled_from(list(Keeps)))
def test_days_that_belong_together_stay_in_their_order(
    days: list[dt.date], years: int, keeps: Keeps
) -> None:
    days.sort()
    moved = together_on(days, years, keeps)
    assert moved == sorted(moved)
    assert moved[0] == on(days[0], years, keeps)
    if keeps is Keeps.WEEKDAY:
        assert moved[-1] - moved[0] == days[-1] - days[0]


@given(
    st.text(alphabet="abc ,.-/()0123456789", max_size=40), st.integers(1, 3),
    st.sets(st.integers(2020, 2030)),
)  # fmt: skip
def test_of_a_text_only_known_years_change(text: str, years: int, known: set[int]) -> None:
    moved = said_on(text, years, known)
    assert len(moved) == len(text)
    if not any(str(year) in text for year in known):
        assert moved == text


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("Apply for autumn 2027", "Apply for autumn 2028"),
        ("Halve minoren 2027-2028", "Halve minoren 2028-2029"),
        ("Round 2027/28", "Round 2028/29"),
        ("Spring 2028 (round of 2027)", "Spring 2029 (round of 2028)"),
        ("Erasmus+ 2021-2027", "Erasmus+ 2021-2027"),
        ("karolinska-2027", "karolinska-2028"),
        ("Since 1987, room 2027.5", "Since 1987, room 2028.5"),
        ("12027 or 20270", "12027 or 20270"),
    ],
)
def test_years_in_titles(text: str, then: str) -> None:
    assert said_on(text, 1, {2027, 2028}) == then
    assert text_on(Text({"en": text, "nl": text}), 1, {2027, 2028}) == Text(
        {"en": then, "nl": then}
    )


def test_a_weekend_a_holiday_and_29_february_are_said() -> None:
    assert academic_years.remarks(dt.date(2027, 2, 5), "NL") == ()
    assert academic_years.remarks(dt.date(2027, 2, 6), "NL") == ("This is a Saturday.",)
    sunday, christmas = academic_years.remarks(dt.date(2033, 12, 25), "NL")
    assert sunday == "This is a Sunday."
    assert "Christmas" in christmas
    (leap,) = academic_years.remarks(dt.date(2029, 2, 28), "NL", dt.date(2028, 2, 29))
    assert leap == "2029 has no 29 February."


def test_the_clock_on_the_wall_stays() -> None:
    """Summer time begins on 28 March 2027 and on 26 March 2028."""
    before = timezone.make_aware(dt.datetime(2027, 3, 27, 23, 59))
    later = timezone.localtime(academic_years.moments_on({"at": before}, 1, Keeps.DATE)["at"])
    assert (later.date(), later.time()) == (dt.date(2028, 3, 27), dt.time(23, 59))
    assert before.utcoffset() != later.utcoffset()


@pytest.mark.parametrize(
    ("today", "ends", "is_on"),
    [
        ("2026-11-30", 2026, False), ("2027-03-31", 2026, False), ("2027-04-01", 2026, True),
        ("2027-09-30", 2026, True), ("2027-10-01", 2027, False),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_the_turn_is_in_the_months_of_the_edition(today: str, ends: int, is_on: bool) -> None:
    turn = academic_years.turn_of(dt.date.fromisoformat(today))
    assert (turn.ends, turn.is_on(dt.date.fromisoformat(today))) == (ends, is_on)
    assert turn.names == (f"{ends}-{ends + 1}", f"{ends + 1}-{ends + 2}")


@pytest.mark.django_db
def test_an_edition_may_turn_its_year_in_december() -> None:
    Edition.objects.create(
        slug="south", name="South", short_name="S", home_city="S", tagline="S",
        holidays_country="NL", year={"keeps": "date", "from_month": 10, "until_month": 12},
    )  # fmt: skip
    turn = academic_years.turn_of(dt.date(2027, 12, 31))
    assert (turn.opens, turn.closes) == (dt.date(2027, 10, 1), dt.date(2027, 12, 31))
    assert academic_years.rules().keeps is Keeps.DATE
