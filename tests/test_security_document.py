"""docs/security.md names files that are there, and judges each requirement once."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "docs/security.md").read_text()
STATES = {"met", "not met", "n/a", "open"}


def rows() -> list[list[str]]:
    lines = [line for line in DOCUMENT.splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_file_that_it_names_exists() -> None:
    named = set(re.findall(r"`((?:sojourn|tests|docs|requirements)/[^` ]+)`", DOCUMENT))
    assert len(named) > 40
    assert [each for each in sorted(named) if not (ROOT / each).exists()] == []


def test_every_requirement_is_judged_once() -> None:
    numbers = [number for row in rows() for number in re.findall(r"\d+\.\d+\.\d+", row[0])]
    assert len(numbers) == len(set(numbers)) > 240
    assert {row[2] for row in rows()} == STATES


def test_what_is_met_or_not_says_why() -> None:
    assert [row for row in rows() if row[2] != "open" and not row[3]] == []
