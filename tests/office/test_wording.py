"""Days as the office writes them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone, translation

from sojourn.office.shared import formatting

YEAR = dt.date(2026, 11, 26)


@pytest.mark.parametrize(
    ("language", "this", "other"),
    [
        ("en", "Thu 26 November", "Fri 26 November 2027"),
        ("nl", "do 26 november", "vr 26 november 2027"),
    ],
)
def test_a_day_of_another_year_has_its_year(
    monkeypatch: pytest.MonkeyPatch, language: str, this: str, other: str
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: YEAR)
    with translation.override(language):
        assert formatting.short_day(YEAR) == this
        assert formatting.short_day(YEAR.replace(year=2027)) == other
        assert formatting.day(YEAR).endswith("ovember")
        assert formatting.day(YEAR.replace(year=2025)).endswith("2025")
