"""The search of a large catalogue: indexes that one process writes and all read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sojourn.catalogue import index_writer, models
from sojourn.catalogue.index_writer import write_what_is_missing
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.similarity.build import SIGNALS
from sojourn.catalogue.snapshot import index_files
from sojourn.catalogue.snapshot.service import current_snapshot, reset_snapshot
from sojourn.common.shared_folders import KEPT
from tests.catalogue import factory


@pytest.fixture
def folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    settings.SEARCH_FOLDER = tmp_path / "search"
    settings.SIMILARITY_FOLDER = tmp_path / "similarity"
    monkeypatch.setenv(SIGNALS, "words")
    monkeypatch.setattr(index_files, "LARGE", 0)
    monkeypatch.setattr(index_writer, "LARGE", 0)
    reset_snapshot()
    factory.edition()
    factory.home()
    host = factory.institution("karolinska")
    for slug, title in (("immunology", "Immunology"), ("surgery", "Surgery in Havana")):
        factory.opportunity(slug, at=[host], title_en=title, title_nl=title)
    publish_change()
    yield tmp_path / "search"
    reset_snapshot()


def found(question: str) -> list[str]:
    snapshot = current_snapshot()
    index = snapshot.search.opportunities
    slugs = list(snapshot.records.opportunities)
    return [slugs[number] for number in index.search(index.understand(question)).documents]


def written(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "lock")


@pytest.mark.slow
@pytest.mark.django_db
def test_the_first_process_writes_the_indexes_and_the_next_finds_them(folder: Path) -> None:
    assert found("afweer") == ["immunology"]
    (name,) = written(folder)
    made = (folder / name).stat().st_mtime_ns
    reset_snapshot()
    assert found("surgery") == ["surgery"]
    assert written(folder) == [name]
    assert (folder / name).stat().st_mtime_ns == made


@pytest.mark.slow
@pytest.mark.django_db
def test_an_edit_shows_at_once_and_its_words_are_found_once_the_worker_wrote_them(
    folder: Path,
) -> None:
    before = current_snapshot()
    models.Opportunity.objects.filter(slug="surgery").update(
        title_en="Cardiology in Havana", title_nl="Cardiologie in Havana"
    )
    factory.opportunity("cells", at=[models.Institution.objects.get(slug="karolinska")])
    publish_change()
    after = current_snapshot()
    assert after.records.opportunities["surgery"].title["en"] == "Cardiology in Havana"
    assert (found("cardiology"), found("surgery.")) == ([], ["surgery"])
    assert found("afweer") == ["immunology"]  # which is at another place now
    write_what_is_missing()
    assert (found("cardiology"), found("surgery.")) == (["surgery"], [])
    assert len({before.revision, after.revision, current_snapshot().revision}) == 3
    assert current_snapshot().records is after.records


@pytest.mark.slow
@pytest.mark.django_db
def test_what_was_withdrawn_is_found_no_more_whatever_the_worker_does(folder: Path) -> None:
    assert found("surgery") == ["surgery"]
    models.Opportunity.objects.filter(slug="surgery").update(status="withdrawn")
    publish_change()
    assert found("surgery") == []


@pytest.mark.slow
@pytest.mark.django_db
def test_indexes_are_written_once_and_old_ones_removed(folder: Path) -> None:
    for _ in range(KEPT + 2):
        publish_change()
        write_what_is_missing()
        newest = index_files.index_folders().newest()
        write_what_is_missing()
        assert index_files.index_folders().newest() == newest
        (folder / "making-by-a-killed-one").mkdir(exist_ok=True)
    publish_change()
    write_what_is_missing()
    assert len(written(folder)) == KEPT
    assert found("surgery") == ["surgery"]


@pytest.mark.slow
@pytest.mark.django_db
def test_a_small_catalogue_is_indexed_in_memory(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (index_files, index_writer):
        monkeypatch.setattr(module, "LARGE", 2_000)
    write_what_is_missing()
    assert found("surgery") == ["surgery"]
    assert not folder.exists()
