"""Similarity between the courses of the Leiden edition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sojourn.catalogue.index_writer import write_what_is_missing
from sojourn.catalogue.models import Course
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.similarity import build, service
from sojourn.catalogue.similarity.build import SIGNALS
from sojourn.catalogue.similarity.files import compare, table_folders
from sojourn.catalogue.similarity.service import (
    reset_similarity,
    similarity_table,
    take_newest_table,
)
from sojourn.catalogue.similarity.table import RANKED, SimilarityTable
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.engines.similarity.certainty import Certainty
from sojourn.engines.similarity.index import CourseIndex
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


@pytest.mark.slow
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
def test_field_and_level_decide_between_similarities_of_one_word(leiden: Snapshot) -> None:
    def strength(level: str, field: str) -> float:
        course = replace(leiden.records.courses[AT_KAROLINSKA], level=level, isced_f=field)
        records = replace(
            leiden.records,
            precedents={},
            courses={**leiden.records.courses, AT_KAROLINSKA: course},
        )
        found = SimilarityTable(records, compare(records)).equivalents(IMMUNOLOGY)
        return next(one.strength for one in found if one.course == AT_KAROLINSKA)

    home = leiden.records.courses[IMMUNOLOGY]
    assert home.level
    assert home.isced_f
    other = "1013" if home.isced_f != "1013" else "0111"
    alike = strength(home.level, home.isced_f)
    assert alike > strength(home.level, "") > strength(home.level, other)
    assert alike > strength("master" if home.level != "master" else "bachelor", home.isced_f)


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
    def missing(_vectors: object, _sentences: list[str]) -> dict[str, Packed]:
        raise ModelMissingError("not here")

    monkeypatch.setattr(build, "_missing", set())
    monkeypatch.setattr(build.SentenceVectors, "of", missing)
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
    found = table_of(leiden).ranking_for("biomedical-sciences-bsc")
    assert found.institutions[0].name == "karolinska-institutet"
    assert found.countries[0].name == "SE"
    assert all(
        leiden.records.courses[pair.host].institution == one.name
        for one in found.institutions
        for pair in one.pairs
    )


# --- what the worker writes and every process reads ----------------------------------------------


@pytest.fixture
def worker_alone(
    leiden: Snapshot,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words_alone: None,
) -> Snapshot:
    """No table is made but by the worker, as outside of tests."""
    settings.SIMILARITY_FOLDER = tmp_path / "similarity"
    monkeypatch.setattr(service, "_checks_on_each_call", lambda: False)
    monkeypatch.setattr(service, "follow_snapshots", lambda: None)
    return leiden


def edit(title: str, slug: str = IMMUNOLOGY) -> Snapshot:
    Course.objects.filter(slug=slug).update(title_en=title, title_nl=title)
    publish_change()
    return current_snapshot()


def test_nothing_is_shown_before_the_first_comparison_and_no_request_waits(
    worker_alone: Snapshot,
) -> None:
    assert not take_newest_table(worker_alone)
    assert similarity_table(worker_alone) is None


@pytest.mark.slow
def test_a_process_takes_what_the_worker_wrote(worker_alone: Snapshot) -> None:
    write_what_is_missing()
    assert take_newest_table(worker_alone)
    table = table_of(worker_alone)
    assert table.is_current
    assert table.equivalents(IMMUNOLOGY)[0].course == AT_KAROLINSKA
    assert not take_newest_table(worker_alone)
    assert table_of(worker_alone) is table


@pytest.mark.slow
def test_of_an_edited_course_nothing_is_said_until_the_worker_compared_it(
    worker_alone: Snapshot,
) -> None:
    before = worker_alone
    write_what_is_missing()
    take_newest_table(before)
    whole = table_of(before).equivalents("lu-physiology-basic-concepts", RANKED)
    edited = next(one.course for one in whole if one.certainty is not Certainty.RECOGNISED)
    after = edit("Heart surgery", edited)
    assert take_newest_table(after)
    table, course = table_of(after), after.records.courses[edited]
    assert not table.is_current
    assert not table.knows(course)
    assert table.equivalents(edited) == ()
    assert table.knows(after.records.courses[IMMUNOLOGY])
    assert edited not in [
        one.course for one in table.equivalents("lu-physiology-basic-concepts", RANKED)
    ]
    write_what_is_missing()
    assert take_newest_table(after)
    assert table_of(after).is_current
    assert table_of(after).knows(course)


@pytest.mark.slow
def test_a_precedent_is_told_even_of_an_edited_course(worker_alone: Snapshot) -> None:
    write_what_is_missing()
    after = edit("Something else")
    take_newest_table(after)
    found = table_of(after).equivalents(IMMUNOLOGY)
    assert {one.certainty for one in found} == {Certainty.RECOGNISED}


@pytest.mark.slow
def test_a_course_that_is_gone_is_named_no_more(worker_alone: Snapshot) -> None:
    write_what_is_missing()
    records = worker_alone.records
    courses = {slug: one for slug, one in records.courses.items() if slug != AT_KAROLINSKA}
    after = replace(worker_alone, records=replace(records, courses=courses, precedents={}))
    take_newest_table(after)
    table = table_of(after)
    assert AT_KAROLINSKA not in [one.course for one in table.equivalents(IMMUNOLOGY, RANKED)]
    assert table.ranking_for("biomedical-sciences-bsc").institutions


@pytest.mark.slow
def test_an_edit_of_something_else_compares_nothing_again(
    worker_alone: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_what_is_missing()
    monkeypatch.setattr(CourseIndex, "build", lambda *_: pytest.fail("nothing has changed"))
    publish_change()
    write_what_is_missing()
    after = current_snapshot()
    take_newest_table(after)
    assert table_of(after).is_current
    (folder,) = (each for each in table_folders().root.iterdir() if each.name != "lock")
    assert folder == table_folders().newest()


@pytest.mark.slow
def test_other_signals_are_another_table(
    worker_alone: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_what_is_missing()
    take_newest_table(worker_alone)
    assert not table_of(worker_alone).uses_meaning
    monkeypatch.delenv(SIGNALS)
    write_what_is_missing()
    assert take_newest_table(worker_alone)
    assert table_of(worker_alone).uses_meaning
    monkeypatch.setenv(SIGNALS, "words")
    write_what_is_missing()
    assert take_newest_table(worker_alone)
    assert not table_of(worker_alone).uses_meaning
