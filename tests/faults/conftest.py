"""The site under fire: the Leiden edition, no limits, and a snapshot that stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from sojourn.catalogue.snapshot import service
from tests.faults.requests import Site

if TYPE_CHECKING:
    from sojourn.catalogue.snapshot.snapshot import Snapshot


@pytest.fixture
def still_catalogue(leiden: Snapshot, monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    """The snapshot, without the look at the database that tests otherwise take at each request."""
    monkeypatch.setattr(service, "_update", lambda: None)
    return leiden


@pytest.fixture
def site(still_catalogue: Snapshot) -> Site:
    """The site in this process, without limits."""
    with override_settings(RATE_LIMITS={}):
        return Site()
