"""Hostile editions are refused within 2 seconds and 200 MB, and change nothing.

Each is loaded by a process of its own. Time is that of its processor, so that a busy machine does
not fail the test; a limit on wall-clock time catches what waits.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.catalogue.edition.folder import EditionFolder
from tests.support import ready
from tests.support.site import PROJECT, sojourn

pytestmark = pytest.mark.server

SECONDS = 10.0
MEGABYTES = 300


@dataclass(frozen=True)
class Installation:
    """A data folder with the harbour edition loaded, and the environment that chooses it."""

    env: dict[str, str]
    loader: subprocess.Popen[str]

    def load(self, edition: Path) -> dict[str, Any]:
        """What hostile_load.py says of that edition."""
        assert self.loader.stdin is not None
        assert self.loader.stdout is not None
        self.loader.stdin.write(f"{edition}\n")
        self.loader.stdin.flush()
        # A limit for what waits; a loader that ended answers with nothing, at once.
        answered, _, _ = select.select([self.loader.stdout], [], [], 60)
        assert answered, "it did not end"
        answer: dict[str, Any] = json.loads(self.loader.stdout.readline())
        return answer


@pytest.fixture(scope="module")
def installation(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("installation")
    with ready.installation(ready.HARBOUR, folder, f"hostile-{worker_id}") as chosen:
        env = chosen | {
            "SOJOURN_TESTING": "1",
            "DJANGO_SETTINGS_MODULE": "sojourn.config.settings",
            "PYTHONPATH": str(PROJECT),
        }
        with subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("hostile_load.py"))],
            env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as loader:  # fmt: skip
            yield Installation(env, loader)
            loader.kill()


def costs(text: str) -> Callable[[EditionFolder], None]:
    """Puts a text in the place of costs.yaml."""
    return lambda folder: folder.write("costs.yaml", text)


def add_to(file: str, text: str) -> Callable[[EditionFolder], None]:
    return lambda folder: folder.append(file, text)


def many_large_files(folder: EditionFolder) -> None:
    for number in range(60):
        folder.write(f"courses/i{number}.yaml", "- x\n" * 249_000)


def many_files(folder: EditionFolder) -> None:
    for number in range(3000):
        folder.write(f"courses/i{number}.yaml", "")


def many_valid_values(folder: EditionFolder) -> None:
    for number in range(7):
        entries = "".join(
            f"  - {{id: c{number}-{n}, title: {{en: a, nl: b}}, level: both, language: en, "
            "sources: [nope]}\n"
            for n in range(4900)
        )
        folder.write(f"courses/i{number}.yaml", f"institution: i{number}\ncourses:\n{entries}")


def unknown_references(folder: EditionFolder) -> None:
    folder.append(
        "costs.yaml",
        "".join(
            f"- {{id: c{n}, for: {{opportunity: {'n' * 90}{n}}}, line: travel, per: once, low: 1, "
            f"typical: 1, high: 1, year: 2026, certainty: official, source: nope{n}}}\n"
            for n in range(4000)
        ),
    )


def duplicate_ids(folder: EditionFolder) -> None:
    folder.append("sources.yaml", "- {id: prospectus, title: Again, certainty: official}\n" * 4000)


def link_to_a_file_outside(folder: EditionFolder) -> None:
    (folder.path / "costs.yaml").unlink()
    (folder.path / "costs.yaml").symlink_to("/etc/passwd")


def folder_inside_itself(folder: EditionFolder) -> None:
    (folder.path / "courses" / "again").symlink_to(folder.path, target_is_directory=True)


def pipe_that_nobody_writes_to(folder: EditionFolder) -> None:
    (folder.path / "costs.yaml").unlink()
    os.mkfifo(folder.path / "costs.yaml")


def endless_file(folder: EditionFolder) -> None:
    (folder.path / "costs.yaml").unlink()
    (folder.path / "costs.yaml").symlink_to("/dev/zero")


def laughs() -> str:
    """Each line holds the line above nine times; in full it would be 9^20 words."""
    lines = ["a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    for above, name in zip("abcdefghijklmnopqrst", "bcdefghijklmnopqrstu", strict=True):
        lines.append(f"{name}: &{name} [" + ", ".join([f"*{above}"] * 9) + "]")
    return "\n".join(lines)


HOSTILE: dict[str, tuple[Callable[[EditionFolder], None], str]] = {
    "aliases that explode": (costs(laughs()), "anchors (&) and aliases (*) are not allowed"),
    "a list that holds itself": (costs("&a [*a]"), "anchors (&) and aliases (*) are not allowed"),
    "50 MB": (costs("- x\n" * 12_500_000), "larger than 1,000,000 bytes"),
    "60 files of 1 MB": (many_large_files, "more than 5000 items"),
    "3,000 files": (many_files, "more than 500 files"),
    "35,000 courses": (many_valid_values, "more than 300,000 values"),
    "a third of a million values": (costs("[" + "[]," * 330_000 + "]"), "more than 5000 items"),
    "a mapping of 90,000 names": (
        costs("{" + ",".join(f"a{n}: 1" for n in range(90_000)) + "}"),
        "more than 60 names",
    ),
    "400,000 brackets": (costs("[" * 400_000), "nested deeper than 12 levels"),
    "400,000 dashes": (costs("- " * 400_000), "nested deeper than 12 levels"),
    "400,000 question marks": (costs("? " * 400_000), "a name must be a single word"),
    "a text of 1 MB": (costs('- "' + "x" * 990_000 + '"'), "Expected a mapping"),
    "a name of 1 MB": (costs("- {" + "k" * 900 + ": 1}"), "too long"),
    "figures of 100,000 digits": (
        add_to("costs.yaml", "- {id: x, low: " + "9" * 100_000 + ", year: " + "9" * 100_000 + "}"),
        "costs.yaml",
    ),
    "15,000 wrong types in one entry": (
        add_to(
            "opportunities.yaml",
            "- id: x\n  hosts: [" + "{}," * 4990 + "]\n  deadlines: [" + "{}," * 4990 + "]\n"
            "  costs: [" + "{}," * 4990 + "]\n",
        ),
        "opportunities.yaml",
    ),
    "5,000 wrong entries": (costs("- {id: 1}\n" * 4990), "and more"),
    "4,000 ids used before": (duplicate_ids, "exists already"),
    "8,000 unknown references": (unknown_references, "there is no source"),
    "HTML in a text": (
        add_to("guides/en/costs.md", "\n<script>alert(1)</script>\n"),
        "HTML is not allowed",
    ),
    "39,000 open links": (add_to("guides/en/costs.md", "](" * 19_000), "leads nowhere allowed"),
    "a Python object": (costs("- !!python/object/apply:os.system [id]"), "tags"),
    "a NUL": (costs("a: \0"), "not YAML"),
    "UTF-16": (
        lambda folder: (folder.path / "costs.yaml").write_bytes("- a".encode("utf-16")) and None,
        "UTF-8",
    ),
    "a link to a file outside": (link_to_a_file_outside, "a link to another place"),
    "a folder inside itself": (folder_inside_itself, "a link to another place"),
    "a pipe that nobody writes to": (pipe_that_nobody_writes_to, "not a plain file"),
    "a file without an end": (endless_file, "a link to another place"),
}


@pytest.mark.long
@pytest.mark.parametrize(("make", "message"), HOSTILE.values(), ids=HOSTILE.keys())
def test_is_refused_quickly_and_changes_nothing(
    harbour: EditionFolder,
    installation: Installation,
    make: Callable[[EditionFolder], None],
    message: str,
) -> None:
    make(harbour)
    answer = installation.load(harbour.path)
    assert answer["problems"], "it was not refused"
    assert any(message in problem for problem in answer["problems"]), answer["problems"][:5]
    assert answer["unchanged"]
    assert answer["seconds"] < SECONDS
    assert answer["megabytes"] < MEGABYTES


def test_the_measure_itself_works(harbour: EditionFolder, installation: Installation) -> None:
    """A valid edition passes the same way, and a changed one is seen as a change."""
    harbour.replace("opportunities.yaml", "number: 10", "number: 12")
    answer = installation.load(harbour.path)
    assert answer["problems"] is None
    assert not answer["unchanged"]


def test_the_command_says_what_is_wrong_and_that_nothing_changed(
    harbour: EditionFolder, installation: Installation
) -> None:
    harbour.replace("windows.yaml", "starts:", "start:")
    line = harbour.line_of("windows.yaml", "start:")
    done = sojourn("load", str(harbour.path), env=installation.env)
    assert done.returncode == 1
    assert f"windows.yaml:{line}  medicine-half-minor.start" in done.stderr
    assert "expected: 'starts', perhaps" in done.stderr
    assert "Nothing was changed." in done.stderr


def test_the_command_reports_0_changes_for_a_second_run(
    harbour: EditionFolder, installation: Installation
) -> None:
    sojourn("load", str(harbour.path), env=installation.env)
    done = sojourn("load", str(harbour.path), env=installation.env)
    assert done.returncode == 0
    assert "0 changes" in done.stdout
