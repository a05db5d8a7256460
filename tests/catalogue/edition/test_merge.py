"""The three-way comparison never undoes the office's work, and settles after one run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.catalogue.edition.merge import MISSING, ConflictPolicy, Values, merge

values = st.one_of(st.none(), st.integers(0, 3), st.sampled_from(["a", "b"]))
sides = st.dictionaries(st.sampled_from(["title", "seats", "deadlines/x", "deadlines/y"]), values)


def applied(catalogue: Values, to_set: Values) -> Values:
    held = {**catalogue, **to_set}
    return {name: value for name, value in held.items() if value is not MISSING}


@pytest.mark.slow
@given(sides, sides, sides)
def test_what_the_office_edited_is_never_set(edition: Values, held: Values, base: Values) -> None:
    result = merge(edition, held, base)
    for name in result.to_set:
        assert held.get(name, MISSING) == base.get(name, MISSING)


@given(sides, sides, sides)
def test_every_difference_is_either_set_or_listed(
    edition: Values, held: Values, base: Values
) -> None:
    result = merge(edition, held, base)
    after = applied(held, result.to_set)
    for name in edition:
        assert after.get(name, MISSING) == edition[name] or name in result.kept


@given(sides, sides, sides, st.sampled_from(ConflictPolicy))
def test_a_second_run_sets_nothing(
    edition: Values, held: Values, base: Values, policy: ConflictPolicy
) -> None:
    first = merge(edition, held, base, policy)
    second = merge(edition, applied(held, first.to_set), first.base, policy)
    assert second.to_set == {}


@given(sides, sides, sides)
def test_overwriting_makes_the_catalogue_say_what_the_edition_says(
    edition: Values, held: Values, base: Values
) -> None:
    result = merge(edition, held, base, ConflictPolicy.OVERWRITE)
    after = applied(held, result.to_set)
    assert {name: after.get(name, MISSING) for name in edition} == edition
    assert not any(name in after for name in base if name not in edition)
    assert result.kept == ()


@given(sides, sides)
def test_what_only_the_office_knows_is_left_alone(edition: Values, held: Values) -> None:
    result = merge(edition, held, {})
    assert set(result.to_set) <= set(edition)
