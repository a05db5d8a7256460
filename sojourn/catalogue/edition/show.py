"""Shows on a terminal what a check or a load found and did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from sojourn.catalogue.edition.check import check_edition
from sojourn.catalogue.edition.edition import Edition
from sojourn.catalogue.edition.examples import ExamplePolicy
from sojourn.catalogue.edition.load import Fate, LoadReport, load_edition
from sojourn.catalogue.edition.merge import ConflictPolicy
from sojourn.catalogue.edition.problems import EditionError
from sojourn.common.languages import FIRST

FINE = 0
PROBLEMS = 1
WRONG_USE = 2

MOST_NAMED = 40

_HEADINGS = {
    Fate.ADDED: "Added",
    Fate.CHANGED: "Changed",
    Fate.RETURNED: "Returned",
    Fate.WITHDRAWN: "Withdrawn (their pages answer 410)",
    Fate.REMOVED: "Removed",
    Fate.KEPT: "Edited by the office, kept",
}


def run_check(folder: Path, console: Console, errors: Console) -> int:
    """`sojourn check`: says what is wrong with an edition, or what it holds."""
    if not folder.is_dir():
        errors.print(f"There is no folder {folder}.", highlight=False)
        return WRONG_USE
    try:
        edition = check_edition(folder)
    except EditionError as error:
        show_problems(error, errors)
        return PROBLEMS
    show_edition(edition, console)
    return FINE


def run_load(
    folder: Path,
    console: Console,
    errors: Console,
    *,
    examples: ExamplePolicy = ExamplePolicy.KEEP,
    on_conflict: ConflictPolicy = ConflictPolicy.KEEP_OFFICE,
) -> int:
    """`sojourn load`: loads an edition, with a progress bar, and says what that changed."""
    if not folder.is_dir():
        errors.print(f"There is no folder {folder}.", highlight=False)
        return WRONG_USE
    try:
        with _progress_bar(errors) as progress:
            report = load_edition(
                folder, examples=examples, on_conflict=on_conflict, progress=progress
            )
    except EditionError as error:
        show_problems(error, errors)
        errors.print("Nothing was changed.")
        return PROBLEMS
    show_report(report, console)
    return FINE


@contextmanager
def _progress_bar(console: Console) -> Iterator[Callable[[int, int], None]]:
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("Loading", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def show_problems(error: EditionError, console: Console) -> None:
    """Every problem with its place, one paragraph each, so that an editor can jump to it."""
    for problem in error.problems:
        line = Text(f"{problem.file}:{problem.line}", style="bold")
        if problem.field:
            line.append(f"  {problem.field}", style="cyan")
        console.print(line, highlight=False, soft_wrap=True)
        text = Text(f"    {problem.message}")
        if problem.expected:
            text.append("; expected: ", style="dim")
            text.append(problem.expected)
        console.print(text, highlight=False, soft_wrap=True)
    count = len(error.problems)
    noun = "problem" if count == 1 else "problems"
    console.print(Text(f"{count} {noun} in the edition.", style="bold red"))


def show_edition(edition: Edition, console: Console) -> None:
    """Return what a valid edition holds."""
    table = Table()
    table.add_column("Kind")
    table.add_column("Entries", justify="right")
    for kind, count in edition.counts().items():
        table.add_row(kind, str(count))
    console.print(Text(edition.faculty.entry.name.said[FIRST], "bold"))
    console.print(table)
    console.print("Checked: nothing is wrong.")


def show_report(report: LoadReport, console: Console) -> None:
    """Return what a load added, changed, kept and left alone."""
    _show_counts(report, console)
    for fate in (Fate.CHANGED, Fate.RETURNED, Fate.WITHDRAWN, Fate.REMOVED, Fate.KEPT):
        _show_outcomes(report, fate, console)
    if report.of(Fate.KEPT):
        console.print("Use --overwrite to let the edition replace what the office edited.")
    noun = "change" if report.changes == 1 else "changes"
    console.print(
        Text(f"{report.changes} {noun}; the catalogue is at version {report.version}.", "bold")
    )


def _show_counts(report: LoadReport, console: Console) -> None:
    counts = {fate: Counter(outcome.kind for outcome in report.of(fate)) for fate in Fate}
    gone = counts[Fate.WITHDRAWN] + counts[Fate.REMOVED]
    table = Table(title=f"Edition {report.edition}")
    table.add_column("Kind")
    for heading in ("Added", "Changed", "Returned", "Gone", "Kept", "Left alone"):
        table.add_column(heading, justify="right")
    kinds = dict.fromkeys([*(o.kind for o in report.outcomes), *report.left_alone])
    for kind in sorted(kinds):
        numbers = (
            counts[Fate.ADDED][kind],
            counts[Fate.CHANGED][kind],
            counts[Fate.RETURNED][kind],
            gone[kind],
            counts[Fate.KEPT][kind],
            report.left_alone[kind],
        )
        table.add_row(kind, *(str(number) if number else "" for number in numbers))
    console.print(table)


def _show_outcomes(report: LoadReport, fate: Fate, console: Console) -> None:
    outcomes = report.of(fate)
    if not outcomes:
        return
    table = Table(title=_HEADINGS[fate], title_justify="left", show_header=False)
    for column in ("kind", "id", "fields"):
        table.add_column(column)
    # What was kept is always listed in full: somebody has to decide about it.
    most = len(outcomes) if fate is Fate.KEPT else MOST_NAMED
    for outcome in outcomes[:most]:
        table.add_row(outcome.kind, outcome.slug, Text(", ".join(outcome.fields)))
    if len(outcomes) > most:
        table.add_row("", f"and {len(outcomes) - most} more", "")
    console.print(table)
