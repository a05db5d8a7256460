"""The site under fire: the Leiden edition, no limits, and a snapshot that stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from sojourn.catalogue.snapshot import holder
from tests.faults.requests import Site

if TYPE_CHECKING:
    from sojourn.catalogue.snapshot.holder import Snapshot


@pytest.fixture
def still_catalogue(leiden: Snapshot, monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    """The snapshot, without the look at the database that tests otherwise take at each request."""
    monkeypatch.setattr(holder, "serving", lambda: leiden)
    monkeypatch.setattr(holder, "current", lambda: leiden)
    return leiden


@pytest.fixture
def site(still_catalogue: Snapshot) -> Site:
    """The site in this process, without limits."""
    with override_settings(RATE_LIMITS={}):
        return Site()
