"""The language engine against the published tables and its own promises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.engines.language import (
    CEFR_LEVELS,
    GuidedHours,
    HoursRange,
    LearningEffort,
    Outlook,
    UnknownLevelError,
    language_gap,
)

# Cambridge English: cumulative guided learning hours (shared facts, costs: "Learning a language").
CAMBRIDGE = GuidedHours(
    {
        "A1": HoursRange(90, 100),
        "A2": HoursRange(180, 200),
        "B1": HoursRange(350, 400),
        "B2": HoursRange(500, 600),
        "C1": HoursRange(700, 800),
        "C2": HoursRange(1000, 1200),
    }
)
# Foreign Service Institute: class hours by category.
CATEGORY_I, CATEGORY_II = HoursRange(600, 750), HoursRange(900, 900)
INDONESIAN = LearningEffort.from_class_hours(CATEGORY_II, CATEGORY_I)
SPANISH = LearningEffort.from_class_hours(CATEGORY_I, CATEGORY_I)

own_levels = st.sampled_from([None, *CEFR_LEVELS])
required_levels = st.sampled_from(CEFR_LEVELS)
efforts = st.tuples(st.floats(1, 4), st.floats(0, 2)).map(
    lambda pair: LearningEffort(pair[0], pair[0] + pair[1])
)


def test_from_nothing_to_a2_spanish_takes_what_the_table_says() -> None:
    gap = language_gap("A2", None, CAMBRIDGE, SPANISH, weeks_left=40, hours_a_week=5)
    assert gap.hours == HoursRange(180, 200)
    assert gap.outlook is Outlook.FITS
    assert gap.hours_a_week == HoursRange(5, 5)


def test_indonesian_takes_a_fifth_to_a_half_more() -> None:
    assert (INDONESIAN.low, INDONESIAN.high) == (pytest.approx(1.2), pytest.approx(1.5))
    gap = language_gap("B1", "A2", CAMBRIDGE, INDONESIAN, weeks_left=20, hours_a_week=12)
    assert gap.hours == HoursRange(200, 300)  # 170 to 200 hours, times 1.2 to 1.5
    assert gap.outlook is Outlook.MAY_FIT


def test_a_level_already_reached_leaves_no_gap_even_for_an_unknown_language() -> None:
    assert language_gap("B2", "C1", CAMBRIDGE, None, None, None).outlook is Outlook.NO_GAP


def test_a_language_without_a_figure_stays_unknown() -> None:
    gap = language_gap("A1", None, CAMBRIDGE, None, 30, 5)
    assert gap.hours is None
    assert gap.outlook is Outlook.UNKNOWN


def test_after_departure_nothing_fits() -> None:
    gap = language_gap("A1", None, CAMBRIDGE, SPANISH, weeks_left=-3, hours_a_week=10)
    assert gap.outlook is Outlook.DOES_NOT_FIT
    assert gap.hours_a_week is None


@pytest.mark.parametrize("level", ["Z9", "a2", "B3", "😀"])
def test_a_level_that_does_not_exist_is_named(level: str) -> None:
    with pytest.raises(UnknownLevelError, match=level):
        language_gap("B2", level, CAMBRIDGE, SPANISH, 10, 5)


def test_a_table_that_runs_backwards_is_refused() -> None:
    hours = dict(CAMBRIDGE.cumulative) | {"B1": HoursRange(100, 120)}
    with pytest.raises(ValueError, match="higher CEFR level"):
        GuidedHours(hours)


@pytest.mark.slow
@given(required_levels, st.tuples(own_levels, own_levels), efforts)
def test_a_better_level_never_widens_the_gap(
    required: str, owns: tuple[str | None, str | None], effort: LearningEffort
) -> None:
    worse, better = sorted(owns, key=lambda level: CEFR_LEVELS.index(level) if level else -1)
    wide = language_gap(required, worse, CAMBRIDGE, effort, 10, 5).hours
    narrow = language_gap(required, better, CAMBRIDGE, effort, 10, 5).hours
    assert wide is not None
    assert narrow is not None
    assert narrow.low <= wide.low
    assert narrow.high <= wide.high


@pytest.mark.slow
@given(required_levels, own_levels, efforts, st.floats(0, 200), st.floats(0, 40))
def test_more_time_never_makes_it_worse(
    required: str, own: str | None, effort: LearningEffort, weeks: float, hours: float
) -> None:
    order = [Outlook.DOES_NOT_FIT, Outlook.MAY_FIT, Outlook.FITS, Outlook.NO_GAP]
    now = language_gap(required, own, CAMBRIDGE, effort, weeks, hours).outlook
    later = language_gap(required, own, CAMBRIDGE, effort, weeks + 5, hours).outlook
    assert order.index(later) >= order.index(now)
