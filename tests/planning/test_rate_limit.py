"""Changes to plans are held back when they come faster than people make them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from sojourn.catalogue.snapshot.snapshot import Snapshot


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_flood_of_changes_is_answered_with_wait(
    leiden: Snapshot, settings: Any, language: str
) -> None:
    settings.RATE_LIMITS = {"plan": "5/minute"}
    client = Client()
    answers = [
        client.post(f"/{language}/plan/top-five/add/", {"place": "SE"}).status_code
        for _turn in range(7)
    ]
    assert answers == [302] * 5 + [429] * 2
    assert client.get(f"/{language}/plan/top-five/").status_code == 200
