"""Likeness between the courses of the Leiden edition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from sojourn.catalogue.similarity import encode, service
from sojourn.catalogue.similarity.service import (
    SIGNALS,
    reset_similarity,
    similarity_table,
    update_similarity,
)
from sojourn.catalogue.similarity.table import SimilarityTable
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.languages import Text
from sojourn.engines.similarity.certainty import Certainty
from sojourn.engines.similarity.meaning import ModelMissingError, Packed

IMMUNOLOGY = "lu-immunology"
AT_KAROLINSKA = "ki-immunology-and-microbiology"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    reset_similarity()
    yield
    reset_similarity()


def table_of(snapshot: Snapshot) -> SimilarityTable:
    table = similarity_table(snapshot)
    assert table is not None
    return table


@pytest.fixture
def words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SIGNALS, "words")


def test_a_recognised_course_comes_before_every_computed_one(leiden: Snapshot) -> None:
    table = table_of(leiden)
    assert table.uses_meaning
    for slug in {precedent.home_course for precedent in leiden.records.precedents.values()}:
        found = table.equivalents(slug)
        recognised = [one.certainty is Certainty.RECOGNISED for one in found]
        assert recognised[0]
        assert recognised == sorted(recognised, reverse=True)
        assert all(
            bool(one.precedents) == flag for one, flag in zip(found, recognised, strict=True)
        )


def test_it_is_recognised_seen_from_abroad_too(leiden: Snapshot) -> None:
    found = table_of(leiden).equivalents(AT_KAROLINSKA)
    assert IMMUNOLOGY in [one.course for one in found if one.certainty is Certainty.RECOGNISED]


def test_home_courses_find_courses_abroad_and_the_other_way_round(leiden: Snapshot) -> None:
    table, courses = table_of(leiden), leiden.records.courses
    home = leiden.records.edition.home
    for slug in (IMMUNOLOGY, AT_KAROLINSKA):
        at_home = courses[slug].institution == home
        found = table.equivalents(slug)
        assert found
        assert all((courses[one.course].institution == home) != at_home for one in found)


@pytest.mark.usefixtures("words_alone")
def test_an_edited_course_is_compared_anew(leiden: Snapshot) -> None:
    before = table_of(leiden)
    course = leiden.records.courses[IMMUNOLOGY]
    edited = replace(course, title=Text({"en": "Heart surgery", "nl": "Hartchirurgie"}))
    records = replace(leiden.records, courses=leiden.records.courses | {IMMUNOLOGY: edited})
    snapshot = replace(leiden, records=records)
    assert not before.knows(edited)
    assert update_similarity(snapshot)
    after = table_of(snapshot)
    assert after.knows(edited)
    assert after.index.letters.telling is before.index.letters.telling  # nothing measured anew


@pytest.mark.usefixtures("words_alone")
def test_the_same_records_are_not_compared_twice(leiden: Snapshot) -> None:
    assert table_of(leiden) is table_of(leiden)


@pytest.mark.usefixtures("words_alone")
def test_words_alone_are_used_when_meaning_is_switched_off(leiden: Snapshot) -> None:
    table = table_of(leiden)
    assert not table.uses_meaning
    assert table.equivalents(IMMUNOLOGY)[0].course == AT_KAROLINSKA


def test_words_alone_are_used_where_the_model_is_missing(
    leiden: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_reader: object, _sentences: list[str]) -> dict[str, Packed]:
        raise ModelMissingError("not here")

    monkeypatch.setattr(encode.VectorReader, "vectors", missing)
    table = table_of(leiden)
    assert not table.uses_meaning
    assert table.equivalents(IMMUNOLOGY)


@pytest.mark.usefixtures("words_alone")
def test_pairs_are_those_of_the_courses_asked_for(leiden: Snapshot) -> None:
    table = table_of(leiden)
    found = table.pairs([IMMUNOLOGY], [AT_KAROLINSKA, "hd-ex-cancer-biology"])
    assert (found[0].home, found[0].host, found[0].certainty) == (
        IMMUNOLOGY, AT_KAROLINSKA, Certainty.RECOGNISED,
    )  # fmt: skip
    assert {pair.host for pair in found} <= {AT_KAROLINSKA, "hd-ex-cancer-biology"}


@pytest.mark.usefixtures("words_alone")
def test_karolinska_is_most_like_biomedical_sciences(leiden: Snapshot) -> None:
    found = table_of(leiden).alike("biomedical-sciences-bsc")
    assert found.institutions[0].name == "karolinska-institutet"
    assert found.countries[0].name == "SE"
    assert all(
        leiden.records.courses[pair.host].institution == one.name
        for one in found.institutions
        for pair in one.pairs
    )


@pytest.mark.usefixtures("words_alone")
def test_nothing_is_shown_before_the_first_comparison_and_no_request_waits(
    leiden: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_checks_on_each_call", lambda: False)
    monkeypatch.setattr(service, "follow_snapshots", lambda: None)
    assert similarity_table(leiden) is None
