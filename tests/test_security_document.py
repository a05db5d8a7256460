"""docs/security.md names files that are there, and judges each requirement of the standard once."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "docs/security.md").read_text()
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; they come first in each.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5,
    "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2,
    "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11,
    "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1,
    "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5,
    "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip


def rows() -> list[list[str]]:
    lines = [line for line in DOCUMENT.splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def numbers(row: list[str]) -> list[str]:
    return re.findall(r"\d+\.\d+\.\d+", row[0])


def test_every_file_that_it_names_exists() -> None:
    named = set(re.findall(r"`((?:sojourn|tests|docs|requirements)/[^` ]+)`", DOCUMENT))
    assert len(named) > 100
    assert [each for each in sorted(named) if not (ROOT / each).exists()] == []


def test_every_requirement_is_judged_once() -> None:
    judged = [number for row in rows() for number in numbers(row)]
    of_the_standard = [
        f"{section}.{number}"
        for section, count in SECTIONS.items()
        for number in range(1, count + 1)
    ]
    assert len(of_the_standard) == 253
    assert sorted(judged) == sorted(of_the_standard)


def test_the_sums_at_its_head_are_right() -> None:
    counted = Counter(row[2] for row in rows() for _number in numbers(row))
    said = re.findall(r"^- \*\*(.+?)\*\*, (\d+):", DOCUMENT, re.MULTILINE)
    assert {state: int(count) for state, count in said} == counted


def test_each_says_why_and_what_is_met_names_where() -> None:
    assert [row for row in rows() if not row[3]] == []
    # What is not met tells somebody what to do about it.
    assert [row for row in rows() if row[2] == "not met" and row[3].count(". ") < 1] == []
