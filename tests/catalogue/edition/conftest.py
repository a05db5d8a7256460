"""Fixtures for tests about editions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogue.edition.folder import EditionFolder


@pytest.fixture
def harbour(tmp_path: Path) -> EditionFolder:
    """A small valid edition, the test's own copy."""
    return EditionFolder.copy_to(tmp_path / "harbour")
