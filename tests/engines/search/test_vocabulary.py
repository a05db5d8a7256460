"""Which words somebody may have meant, against the textbook's recursion."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn.engines.search.vocabulary import (
    Vocabulary,
    allowed_distance,
    distances,
    is_likely_slip,
)

words = st.text(alphabet="abcdé", min_size=1, max_size=9)


def by_the_book(left: str, right: str) -> int:
    @cache
    def edits(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        least = min(
            edits(i - 1, j) + 1,
            edits(i, j - 1) + 1,
            edits(i - 1, j - 1) + (left[i - 1] != right[j - 1]),
        )
        if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
            least = min(least, edits(i - 2, j - 2) + 1)
        return least

    return edits(len(left), len(right))


@pytest.mark.slow
@settings(deadline=None)
@given(words, st.lists(words, max_size=12))
def test_distances_are_those_of_the_book(word: str, others: list[str]) -> None:
    assert distances(word, others).tolist() == [by_the_book(word, other) for other in others]


@pytest.mark.slow
@settings(deadline=None)
@given(st.text(alphabet="abcd", min_size=1, max_size=10), st.sets(words, max_size=30))
def test_the_nearest_words_within_what_is_forgiven_are_found(word: str, known: set[str]) -> None:
    candidates = Vocabulary((one, 1) for one in known).near(word, most=100)
    away = {one: by_the_book(word, one) for one in known}
    within = [length for length in away.values() if length <= allowed_distance(word)]
    expected = set()
    if within and allowed_distance(word):
        nearest = min(within)
        expected = {
            one
            for one, length in away.items()
            if length == nearest and is_likely_slip(word, one, nearest)
        }
    assert {candidate.word for candidate in candidates} == expected
    assert all(candidate.distance == away[candidate.word] for candidate in candidates)


@pytest.mark.parametrize(
    ("word", "meant"),
    [("cuab", "cuba"), ("cancr", "cancer"), ("cubba", "cuba"), ("kardiologie", "cardiologie"),
     ("edinbrugh", "edinburgh"), ("imunolgy", "immunology")],
)  # fmt: skip
def test_a_slip_of_the_finger_is_forgiven(word: str, meant: str) -> None:
    assert [one.word for one in Vocabulary([(meant, 1)]).near(word)] == [meant]


@pytest.mark.parametrize(
    ("word", "other"),
    [("lund", "land"), ("peru", "per"), ("paris", "parts"), ("rome", "home"), ("chili", "child"),
     ("gent", "get"), ("dermatology", "hematology")],
)  # fmt: skip
def test_another_word_that_happens_to_look_alike_is_not_taken_for_it(word: str, other: str) -> None:
    assert Vocabulary([(other, 9)]).near(word) == []


def test_the_more_common_word_is_offered_first() -> None:
    known = Vocabulary([("heartily", 2), ("hearts", 9), ("heart", 30), ("hears", 1)])
    assert [one.word for one in known.near("hearst")] == ["heart", "hearts", "hears"]
    assert [one.word for one in known.near("heaart")] == ["heart"]
    assert known.near("abc") == []
    assert Vocabulary([]).near("anything") == []


def test_prefixes_and_membership() -> None:
    known = Vocabulary([("heart", 1), ("brain", 1)])
    assert "heart" in known
    assert "hear" not in known
    assert known.has_prefix("hea")
    assert not known.has_prefix("hex")
    assert len(known) == 2
