"""What docs/adopting.md tells a faculty to write is an edition that can be loaded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sojourn.catalogue.edition.check import LISTS, check_edition
from sojourn.catalogue.edition.load import load_edition
from tests.support.site import PROJECT

ADOPTING = (PROJECT / "docs" / "adopting.md").read_text(encoding="utf-8")


@pytest.fixture
def first_edition(tmp_path: Path) -> Path:
    """The files of the page's first chapter, in a folder."""
    chapter = ADOPTING.split("\n## ")[1]
    files = re.findall(r"`(\w+\.yaml)` (?:says|names)[^`]*```yaml\n(.*?)```", chapter, re.DOTALL)
    assert [name for name, _ in files] == ["edition.yaml", "sources.yaml", "institutions.yaml"]
    for name, text in files:
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_first_edition_is_valid(first_edition: Path) -> None:
    assert check_edition(first_edition).counts()["institutions"] == 1


@pytest.mark.django_db
def test_the_first_edition_can_be_loaded(first_edition: Path) -> None:
    assert load_edition(first_edition).changes == 4
    assert load_edition(first_edition).changes == 0


def test_every_file_of_the_format_is_named() -> None:
    for name in ("edition.yaml", *LISTS):
        assert f"`{name}`" in ADOPTING
