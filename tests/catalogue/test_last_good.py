"""What another process of this site just read is not read again; of anybody else it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import override_settings

from sojourn.catalogue.snapshot import last_good
from sojourn.catalogue.snapshot.snapshot import Snapshot


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(last_good, "_trusted_since", None)
    with override_settings(SEARCH_FOLDER=tmp_path):
        yield tmp_path


@pytest.mark.django_db
def test_only_what_this_site_kept_of_the_same_state_is_taken(
    leiden: Snapshot, folder: Path
) -> None:
    state, records = leiden.state, leiden.records
    last_good.keep(state, records)
    assert last_good.read_of(state) is None, "nobody said that it is of this site"
    (file,) = folder.iterdir()
    last_good.trust_from_now()
    os.utime(file, (1, 1))
    assert last_good.read_of(state) is None, "an earlier one wrote it"
    last_good.keep(state, records)
    found = last_good.read_of(state)
    assert found is not None
    assert found.opportunities.keys() == records.opportunities.keys()
    assert last_good.read_of(replace(state, number=state.number + 1)) is None
