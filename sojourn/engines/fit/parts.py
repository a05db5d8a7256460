"""What speaks for a place and what against it: five parts, each from 0 to 1 or not known.

A part is a whole number of thousandths (0 to 1000), -1 where it cannot be said, so that the
browser and the server reckon with exactly the same figures.

The parts, in full:

- cost: 1 when the budget covers the high end of what the student would pay, 0 when it does not
  reach the low end, and in between as far as it reaches.
- language: 1 without a gap; each CEFR level that is missing takes a sixth, half of that where the
  language only helps. The largest gap counts, not the sum.
- similarity: how much of the student's own courses the place covers, as the caller passes it in.
- wishes: the mean over what was wished: kinds, countries and periods are met or not; of the
  subjects, as many of them as the place has, where three are as good as all.
- experiences: the mean rating of returned students, with two middling reports counted in, so that
  one happy report does not beat ten good ones.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sojourn.engines.fit.model import UNKNOWN, Marks, Numbers, Places, Student
from sojourn.engines.fit.rules import own_levels

PARTS = ("cost", "language", "similarity", "wishes", "experiences")
WHOLE = 1000
LEVELS = 6
ENOUGH_SUBJECTS = 3
REPORTS_COUNTED_IN = 2
LOWEST_RATING, MIDDLING_RATING, HIGHEST_RATING = 1, 3, 5


def part_values(
    places: Places, student: Student, similarity: Numbers | None = None
) -> NDArray[np.int16]:
    """Return a row a place, a column a part in the order of PARTS.

    Thousandths, -1 for not known.
    """
    found = np.column_stack(
        [
            _cost(places, student),
            _language(places, student),
            np.full(len(places), np.nan) if similarity is None else similarity,
            _wishes(places, student),
            _experiences(places),
        ]
    ).reshape(len(places), len(PARTS))
    whole = np.rint(np.clip(found, 0.0, 1.0) * WHOLE)
    return np.where(np.isnan(whole), UNKNOWN, whole).astype(np.int16)


def _cost(places: Places, student: Student) -> Numbers:
    if student.budget is None:
        return np.full(len(places), np.nan)
    width = places.cost_high - places.cost_low
    reaches = student.budget - places.cost_low
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(width > 0, reaches / width, np.where(reaches >= 0, 1.0, 0.0))
    return np.where(np.isnan(width), np.nan, np.clip(share, 0.0, 1.0))


def _language(places: Places, student: Student) -> Numbers:
    own = own_levels(places, student)
    worst = np.full(len(places), np.nan)
    if not student.languages or not len(own):
        return worst
    gap = np.maximum(places.need_level - own, 0) * np.where(places.need_counts_full, 1.0, 0.5)
    largest = np.full(len(places), -1.0)
    np.maximum.at(largest, places.need_place, gap)
    return np.where(largest < 0, worst, 1.0 - largest / LEVELS)


def _wishes(places: Places, student: Student) -> Numbers:
    met: list[Numbers] = []
    if student.wished_subjects:
        has = places.subjects[:, sorted(student.wished_subjects)].sum(axis=1)
        met.append(np.minimum(has / min(len(student.wished_subjects), ENOUGH_SUBJECTS), 1.0))
    if student.wished_countries:
        met.append(_among(places.country, student.wished_countries).astype(np.float64))
    if student.wished_periods:
        at = np.asarray(places.periods[:, sorted(student.wished_periods)].any(axis=1))
        met.append(at.astype(np.float64))
    if student.wished_kinds:
        met.append(_among(places.kind, student.wished_kinds).astype(np.float64))
    if not met:
        return np.full(len(places), np.nan)
    mean: Numbers = np.mean(np.vstack(met), axis=0)
    return mean


def _among(codes: NDArray[np.int64], wished: frozenset[int]) -> Marks:
    return np.isin(codes, sorted(wished))


def _experiences(places: Places) -> Numbers:
    counted = places.rating_count + REPORTS_COUNTED_IN
    mean = (places.rating_total + REPORTS_COUNTED_IN * MIDDLING_RATING) / counted
    share = (mean - LOWEST_RATING) / (HIGHEST_RATING - LOWEST_RATING)
    return np.where(places.rating_count > 0, share, np.nan)
