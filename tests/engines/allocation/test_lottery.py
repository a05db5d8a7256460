"""The lottery is what its specification says, digit by digit."""

from __future__ import annotations

import subprocess
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.engines.allocation import AllocationError, commitment, draw, lots, new_seed
from tests.engines.allocation.problems import SEED, examples


def test_the_commitment_is_the_hash_of_the_seeds_characters() -> None:
    assert commitment("0" * 64) == sha256(b"0" * 64).hexdigest()
    assert (
        commitment("0" * 64) == "60e05bd1b195af2f94112fa7197a5c88289058840ce7c6df9693756bc6250f55"
    )


def test_a_shell_draws_the_same_lot() -> None:
    command = f"printf '%s:%s' {SEED} 'aanvraag-é' | sha256sum"
    told = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert told.stdout.split()[0] == draw(SEED, "aanvraag-é")


@pytest.mark.slow
@examples(100)
@given(st.sets(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=20))
def test_lots_count_from_one_in_the_order_of_the_draws(names: set[str]) -> None:
    lot = lots(SEED, names)
    assert sorted(lot.values()) == list(range(1, len(names) + 1))
    assert sorted(names, key=lot.__getitem__) == sorted(names, key=lambda n: draw(SEED, n))


@pytest.mark.slow
@examples(100)
@given(st.sets(st.integers(0, 999), min_size=2, max_size=20), st.data())
def test_a_withdrawal_changes_nobodys_order(numbers: set[int], data: st.DataObject) -> None:
    names = [f"student-{number}" for number in numbers]
    left = [name for name in names if name != data.draw(st.sampled_from(names))]
    before, after = lots(SEED, names), lots(SEED, left)
    assert sorted(left, key=before.__getitem__) == sorted(left, key=after.__getitem__)


def test_new_seeds_are_valid_and_differ() -> None:
    first, second = new_seed(), new_seed()
    assert first != second
    assert commitment(first) != commitment(second)


@pytest.mark.parametrize("seed", ["", "abc", "A" * 64, "g" * 64, "0" * 63 + "\n", "0" * 65])
def test_any_other_spelling_of_a_seed_is_refused(seed: str) -> None:
    with pytest.raises(AllocationError, match="64 lower-case hexadecimal"):
        commitment(seed)
    with pytest.raises(AllocationError, match="64 lower-case hexadecimal"):
        lots(seed, ["student"])
