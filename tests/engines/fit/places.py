"""Places for tests: as many as wanted, every kind of fact, reproducible."""

from __future__ import annotations

import datetime as dt

import numpy as np

from sojourn.engines.fit import Places

TODAY = dt.date(2026, 11, 24)
PROGRAMMES, LANGUAGES, COUNTRIES, SUBJECTS, KINDS = 6, 8, 30, 20, 6


def some_places(count: int, seed: int = 1) -> Places:
    draw = np.random.default_rng(seed)
    windows, needs, agreements = count * 2, count * 2, count
    unknown = np.nan
    low = draw.integers(500, 8000, count).astype(float)
    deadlines = draw.integers(TODAY.toordinal() - 300, TODAY.toordinal() + 500, count)
    has_deadlines = draw.random(count) > 0.2
    return Places(
        slugs=tuple(f"place-{number:05d}" for number in draw.permutation(count)),
        window_place=np.repeat(np.arange(count), 2),
        window_programme=draw.integers(0, PROGRAMMES, windows),
        window_year=draw.integers(0, 5, windows),
        window_month=draw.integers(0, 13, windows),
        need_place=np.repeat(np.arange(count), 2),
        need_language=draw.integers(0, LANGUAGES, needs),
        need_level=draw.integers(0, 7, needs),
        need_is_required=draw.random(needs) > 0.5,
        need_counts_full=draw.random(needs) > 0.3,
        agreement_place=np.arange(agreements),
        agreement_programme=draw.integers(-1, PROGRAMMES, agreements),
        agreement_seats=np.where(
            draw.random(agreements) > 0.5, draw.integers(0, 9, agreements), unknown
        ),
        agreement_until=np.where(
            draw.random(agreements) > 0.7,
            TODAY.toordinal() + draw.integers(0, 900, agreements),
            unknown,
        ),
        required_ects=np.where(draw.random(count) > 0.6, draw.integers(0, 120, count), unknown),
        seats=np.where(draw.random(count) > 0.5, draw.integers(0, 20, count), unknown),
        next_deadline=np.where(has_deadlines, deadlines, unknown),
        has_deadlines=has_deadlines,
        advised_against=draw.integers(-1, 2, count),
        cost_low=np.where(draw.random(count) > 0.2, low, unknown),
        cost_high=np.where(draw.random(count) > 0.2, low + draw.integers(0, 4000, count), unknown),
        rating_total=draw.integers(0, 20, count).astype(float),
        rating_count=draw.integers(0, 5, count).astype(float),
        country=draw.integers(0, COUNTRIES, count),
        kind=draw.integers(0, KINDS, count),
        subjects=draw.random((count, SUBJECTS)) > 0.8,
        periods=draw.random((count, 4)) > 0.6,
    )


def one_place(**facts: object) -> Places:
    """One place for programme 0 in year 3 from September, about which nothing else is known."""
    none, codes = np.zeros(0), np.zeros(0, np.int64)
    known: dict[str, object] = {
        "slugs": ("the-place",),
        "window_place": np.array([0]),
        "window_programme": np.array([0]),
        "window_year": np.array([3]),
        "window_month": np.array([9]),
        "need_place": codes,
        "need_language": codes,
        "need_level": codes,
        "need_is_required": np.zeros(0, bool),
        "need_counts_full": np.zeros(0, bool),
        "agreement_place": codes,
        "agreement_programme": codes,
        "agreement_seats": none,
        "agreement_until": none,
        "required_ects": np.array([np.nan]),
        "seats": np.array([np.nan]),
        "next_deadline": np.array([np.nan]),
        "has_deadlines": np.array([False]),
        "advised_against": np.array([-1]),
        "cost_low": np.array([np.nan]),
        "cost_high": np.array([np.nan]),
        "rating_total": np.array([0.0]),
        "rating_count": np.array([0.0]),
        "country": np.array([0]),
        "kind": np.array([0]),
        "subjects": np.zeros((1, SUBJECTS), bool),
        "periods": np.zeros((1, 4), bool),
    }
    return Places(**(known | facts))  # type: ignore[arg-type]
