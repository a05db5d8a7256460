"""However an edition is spoiled, the answer is a report or a success, never a crash."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sojourn.catalogue import models
from sojourn.catalogue.edition.check import check_edition
from sojourn.catalogue.edition.load import load_edition
from sojourn.catalogue.edition.merge import ConflictPolicy
from sojourn.catalogue.edition.problems import EditionError, EditionProblem
from tests.catalogue.edition.folder import HARBOUR

FILES = sorted(str(path.relative_to(HARBOUR)) for path in HARBOUR.rglob("*") if path.is_file())

NASTY = st.one_of(
    st.sampled_from(
        [
            "", "[]", "{}", "~", "- ", "? ", ": ", "&a", "*a", "!!python/name:os.system", "<<: x",
            "true", "-1", "1e999", ".inf", "9" * 400, "0x10", "1:30", "2027-02-30", "99999-01-01",
            "\t", "\x00", "\ufeff", "\u202e", "'", '"', "|", ">", "%YAML 1.1", "---", "...",
            "<script>", "[x](javascript:1)", "{a: {b: {c: {d: e}}}}", "[[[[]]]]", "é" * 300, "{,}",
        ]
    ),
    st.text(max_size=12),
)  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[str, bytes]:
    """One file of the harbour edition with up to three changes."""
    file = draw(st.sampled_from(FILES))
    lines = (HARBOUR / file).read_text(encoding="utf-8").split("\n")
    for _ in range(draw(st.integers(1, 3))):
        where = draw(st.integers(0, len(lines) - 1))
        line = lines[where]
        cut = draw(st.integers(0, len(line)))
        match draw(st.sampled_from(["drop", "double", "insert", "cut", "replace", "swap"])):
            case "drop":
                lines[where : where + 1] = []
            case "double":
                lines.insert(where, line)
            case "insert":
                lines[where] = line[:cut] + draw(NASTY) + line[cut:]
            case "cut":
                lines[where] = line[:cut]
            case "replace":
                key, colon, _ = line.partition(": ")
                lines[where] = key + colon + draw(NASTY)
            case _:
                other = draw(st.integers(0, len(lines) - 1))
                lines[where], lines[other] = lines[other], lines[where]
        lines = lines or [""]
    content = "\n".join(lines).encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 9)) == 0:
        at = draw(st.integers(0, len(content)))
        content = content[:at] + draw(st.binary(max_size=4)) + content[at:]
    return file, content


def spoil(place: Path, file: str, content: bytes) -> None:
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(HARBOUR, place)
    (place / file).write_bytes(content)


FAST = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.long
@pytest.mark.slow
@settings(FAST, max_examples=200)
@given(spoiled())
def test_a_spoiled_edition_is_reported_or_read(tmp_path: Path, change: tuple[str, bytes]) -> None:
    spoil(tmp_path / "spoiled", *change)
    problems: tuple[EditionProblem, ...] | None = None
    try:
        check_edition(tmp_path / "spoiled")
    except EditionError as error:
        problems = error.problems
    assert problems is None or problems
    assert all(problem.file and problem.line >= 1 for problem in problems or ())


@pytest.mark.slow
@pytest.mark.django_db
@settings(FAST, max_examples=25)
@given(spoiled(), st.sampled_from(ConflictPolicy))
def test_what_the_check_lets_through_can_be_loaded(
    tmp_path: Path, change: tuple[str, bytes], on_conflict: ConflictPolicy
) -> None:
    spoil(tmp_path / "spoiled", *change)
    with transaction.atomic():
        if not models.Edition.objects.exists():
            load_edition(HARBOUR)
        with transaction.atomic():
            try:
                load_edition(tmp_path / "spoiled", on_conflict=on_conflict)
            except EditionError:
                pass
            else:
                assert load_edition(tmp_path / "spoiled").changes == 0
            transaction.set_rollback(True)
