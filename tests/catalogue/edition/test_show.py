"""What `sojourn check` and `sojourn load` print, and the exit codes they end with."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from sojourn.catalogue import models
from sojourn.catalogue.edition.merge import ConflictPolicy
from sojourn.catalogue.edition.show import FINE, PROBLEMS, WRONG_USE, run_check, run_load
from tests.catalogue.edition.folder import EditionFolder


@pytest.fixture
def console() -> Console:
    return Console(record=True, width=100, quiet=False)


@pytest.fixture
def errors() -> Console:
    return Console(record=True, width=60)


def test_a_valid_edition_is_summed_up(
    harbour: EditionFolder, console: Console, errors: Console
) -> None:
    assert run_check(harbour.path, console, errors) == FINE
    printed = console.export_text()
    assert "nothing is wrong" in printed
    assert "opportunities" in printed
    assert errors.export_text() == ""


def test_every_problem_is_printed_on_a_line_that_an_editor_understands(
    harbour: EditionFolder, console: Console, errors: Console
) -> None:
    harbour.replace("windows.yaml", "starts:", "start:")
    harbour.replace("costs.yaml", "low: 400", "low: 4000")
    assert run_check(harbour.path, console, errors) == PROBLEMS
    lines = errors.export_text().split("\n")
    assert "costs.yaml:1  se-housing" in lines
    line = harbour.line_of("windows.yaml", "start:")
    assert f"windows.yaml:{line}  medicine-half-minor.start" in lines
    assert "2 problems in the edition." in lines


def test_markup_in_an_edition_is_printed_as_it_is(
    harbour: EditionFolder, console: Console, errors: Console
) -> None:
    harbour.replace("windows.yaml", "starts:", "'[bold]x[/nothing]':")
    assert run_check(harbour.path, console, errors) == PROBLEMS
    assert "[bold]x[/nothing]" in errors.export_text()


def test_a_folder_that_is_not_there_is_wrong_use(
    tmp_path: Path, console: Console, errors: Console
) -> None:
    assert run_check(tmp_path / "nowhere", console, errors) == WRONG_USE
    assert run_load(tmp_path / "nowhere", console, errors) == WRONG_USE


@pytest.mark.slow
@pytest.mark.django_db
def test_what_the_office_edited_is_listed_by_field(
    harbour: EditionFolder, console: Console, errors: Console
) -> None:
    assert run_load(harbour.path, console, errors) == FINE
    assert "43 changes; the catalogue is at version 1." in console.export_text()
    models.Opportunity.objects.filter(slug="northern-half-minor").update(summary_nl="Koud.")
    assert run_load(harbour.path, console, errors) == FINE
    printed = console.export_text()
    assert "Edited by the office, kept" in printed
    assert "summary (nl)" in printed
    assert "Use --overwrite" in printed
    assert "0 changes" in printed
    assert run_load(harbour.path, console, errors, on_conflict=ConflictPolicy.OVERWRITE) == FINE
    assert "1 change; the catalogue is at version 2." in console.export_text()


@pytest.mark.django_db
def test_a_refused_load_says_that_nothing_was_changed(
    harbour: EditionFolder, console: Console, errors: Console
) -> None:
    harbour.replace("windows.yaml", "starts:", "start:")
    assert run_load(harbour.path, console, errors) == PROBLEMS
    assert "Nothing was changed." in errors.export_text()
