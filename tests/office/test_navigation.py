"""The menu of the office."""

from __future__ import annotations

from collections import Counter

from sojourn.office.shared.navigation import GROUPS


def test_a_letter_after_g_leads_to_one_page() -> None:
    keys = Counter(part.key for group in GROUPS for part in group.parts if part.key)
    assert [key for key, count in keys.items() if count > 1] == []
