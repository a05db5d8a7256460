"""Indexes of a large catalogue: made by another process, shared, and never those of other days."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from sojourn.catalogue import models
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.snapshot import holder, indexing, search, shelf
from tests.catalogue import factory
from tests.support.database import database_of_its_own
from tests.support.site import PROJECT, environment, sojourn


@pytest.fixture
def folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    settings.SEARCH_FOLDER = tmp_path / "search"
    monkeypatch.setattr(shelf, "LARGE", 0)
    holder.forget()  # what another test left would be followed
    yield tmp_path / "search"
    holder.forget()


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys that a child was started for; it works in this process, on the test's database."""
    started: list[str] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        place, key = command[-2:]
        started.append(key)
        code = indexing.main(Path(place), key)
        return subprocess.CompletedProcess(command, code, b"", b"")

    # The thread that asks has a connection of its own, which sees nothing of this transaction.
    monkeypatch.setattr(holder, "_in_background", lambda work: work())
    monkeypatch.setattr(shelf.subprocess, "run", run)
    return started


def catalogue() -> None:
    factory.edition()
    factory.home()
    host = factory.institution("karolinska")
    for slug, title in (("immunology", "Immunology"), ("surgery", "Surgery in Havana")):
        factory.opportunity(slug, at=[host], title_en=title, title_nl=title)
    publish_change()


def found(question: str) -> list[str]:
    search = holder.current().search
    matches = search.opportunities.search(search.opportunities.understand(question))
    return [search.opportunity_slugs[number] for number in matches.documents]


def entries(folder: Path, beginning: str) -> list[str]:
    return sorted(path.name for path in folder.glob(f"{beginning}*"))


@pytest.mark.django_db
def test_what_a_child_indexed_is_found(folder: Path, children: list[str]) -> None:
    catalogue()
    assert found("afweer") == ["immunology"]
    assert found("surgery") == ["surgery"]
    assert len(children) == 1
    assert len(entries(folder, "ready-")) == 1
    assert entries(folder, "making-") == []


@pytest.mark.django_db
def test_a_restart_finds_the_indexes_again(folder: Path, children: list[str]) -> None:
    catalogue()
    assert found("surgery") == ["surgery"]
    holder.forget()
    assert found("surgery") == ["surgery"]
    assert len(children) == 1


@pytest.mark.django_db
def test_an_edit_follows_in_the_copy_and_leaves_the_original(
    folder: Path, children: list[str]
) -> None:
    catalogue()
    holder.current()
    before = contents(folder)
    edited = models.Opportunity.objects.get(slug="surgery")
    edited.title_en = edited.title_nl = "Cardiology in Havana"
    edited.save()
    publish_change(edited)
    assert found("cardiology") == ["surgery"]
    assert len(children) == 1
    assert contents(folder) == before
    holder.forget()
    assert found("cardiology") == ["surgery"]  # of another moment, so made again
    assert len(children) == 2


def contents(folder: Path) -> dict[str, bytes]:
    (ready,) = entries(folder, "ready-")
    return {str(path): path.read_bytes() for path in (folder / ready).rglob("*") if path.is_file()}


@pytest.mark.django_db
def test_new_synonyms_need_no_new_indexes(
    folder: Path, children: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue()
    assert found("scalpel") == []
    models.Edition.objects.update(synonyms=[["surgery", "scalpel"]])
    monkeypatch.setattr(search, "index_opportunities", None)
    publish_change()
    assert found("scalpel") == ["surgery"]
    assert found("afweer") == []
    assert len(children) == 1


@pytest.mark.django_db
def test_a_load_has_indexes_ready_for_the_next_start(folder: Path, children: list[str]) -> None:
    catalogue()
    holder.current()
    models.Edition.objects.update(loaded_at=timezone.now())
    publish_change()
    assert found("surgery") == ["surgery"]
    assert len(children) == 2
    holder.forget()
    assert found("surgery") == ["surgery"]
    assert len(children) == 2


@pytest.mark.django_db
def test_an_edit_while_the_child_works_has_both_begin_again(
    folder: Path, children: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue()
    read = holder.records_of

    def meanwhile(key: str) -> object:
        if len(children) == 1:
            edited = models.Opportunity.objects.get(slug="surgery")
            edited.title_en = edited.title_nl = "Cardiology in Havana"
            edited.save()
            publish_change(edited)
        return read(key)

    monkeypatch.setattr(holder, "records_of", meanwhile)
    assert found("cardiology") == ["surgery"]
    assert len(children) == 2
    assert len(entries(folder, "ready-")) == 1


@pytest.mark.django_db
def test_without_a_child_the_indexes_are_made_here(
    folder: Path, children: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        children.append(command[-1])
        return subprocess.CompletedProcess(command, 1, b"", b"MemoryError")

    monkeypatch.setattr(shelf.subprocess, "run", fails)
    catalogue()
    assert found("afweer") == ["immunology"]
    assert len(children) == 1
    assert entries(folder, "") == ["lock"]


@pytest.mark.django_db
def test_old_indexes_and_what_killed_processes_left_are_removed(
    folder: Path, children: list[str]
) -> None:
    catalogue()
    holder.current()
    (folder / "opened-by-a-killed-one" / "courses").mkdir(parents=True)
    (folder / "making-half").mkdir()
    in_use = entries(folder, "opened-")
    for _ in range(shelf.KEPT + 1):
        publish_change()
        holder.forget()
        holder.current()
    assert len(children) == shelf.KEPT + 2
    assert len(entries(folder, "ready-")) == shelf.KEPT
    assert entries(folder, "making-") == []
    assert not set(in_use) & set(entries(folder, "opened-"))
    assert len(entries(folder, "opened-")) == 1


SCRIPT = """
import subprocess, sys, django
django.setup()
from sojourn.catalogue.snapshot import holder, shelf
shelf.LARGE = 0
begun = []
run = subprocess.run
subprocess.run = lambda command, **rest: begun.append(command) or run(command, **rest)
search = holder.refresh().search
matches = search.courses.search(search.courses.understand("immunologie"))
print(len(begun), search.course_slugs[matches.documents[0]])
"""


def test_a_real_child_serves_this_process_and_the_next(tmp_path: Path) -> None:
    with database_of_its_own(f"shelf-{tmp_path.name}") as chosen:
        env = environment(tmp_path, DJANGO_SETTINGS_MODULE="sojourn.config.settings", **chosen)
        assert sojourn("migrate", env=env).returncode == 0
        assert sojourn("load", str(PROJECT / "editions" / "leiden"), env=env).returncode == 0
        said = [
            subprocess.run(
                [sys.executable, "-c", SCRIPT],
                env=env, cwd=PROJECT, capture_output=True, text=True, check=True, timeout=120,
            ).stdout.split()
            for _ in range(2)
        ]  # fmt: skip
        assert said[0][0] == "1"
        assert said[1][0] == "0"
        assert said[0][1] == said[1][1]
        assert "immunolog" in said[0][1]
        assert entries(tmp_path / "search", "opened-") == []
