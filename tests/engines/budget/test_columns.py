"""Grants on columns come to what the rules come to stay by stay."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.engines.budget import EuroRange, Stay, Stays, awards, help_for
from tests.engines.budget.stays import COUNTRIES, PURPOSES, STATEMENTS, some_rules

RULES = some_rules()
said = st.dictionaries(st.sampled_from(STATEMENTS), st.booleans())
stays = st.lists(
    st.tuples(
        st.sampled_from(COUNTRIES),
        st.one_of(st.none(), st.integers(1, 400)),
        st.one_of(st.none(), st.floats(0, 15_000)),
        st.sampled_from(PURPOSES),
    ),
    max_size=12,
)


def as_columns(rows: list[tuple[str, int | None, float | None, str]]) -> Stays:
    def number(values: list[float | int | None]) -> np.ndarray:
        return np.array([np.nan if value is None else value for value in values], np.float64)

    return Stays(
        COUNTRIES,
        PURPOSES,
        np.array([COUNTRIES.index(row[0]) for row in rows], np.int64),
        np.array([PURPOSES.index(row[3]) for row in rows], np.int64),
        number([row[1] for row in rows]),
        number([row[2] for row in rows]),
    )


@pytest.mark.slow
@given(stays, said, st.permutations(RULES))
def test_columns_and_single_stays_agree(
    rows: list[tuple[str, int | None, float | None, str]], statements: dict[str, bool], rules: list
) -> None:
    found = help_for(rules, as_columns(rows), statements)
    for position, (country, days, distance, purpose) in enumerate(rows):
        _each, total = awards(RULES, Stay(country, days, distance, purpose, statements))
        assert (found.low[position], found.typical[position], found.high[position]) == (
            pytest.approx(float(total.low), abs=0.011),
            pytest.approx(float(total.typical), abs=0.011),
            pytest.approx(float(total.high), abs=0.011),
        )


def test_a_kind_of_rule_that_columns_do_not_know_is_refused() -> None:
    class Odd:
        name = "odd"

        def over(self, stay: Stay) -> EuroRange:
            return EuroRange.exactly(Decimal(1))

    rule = type(RULES[0])("odd", (), Odd())
    with pytest.raises(TypeError, match="Odd"):
        help_for([rule], as_columns([("SE", 10, 10.0, "courses")]), {})
