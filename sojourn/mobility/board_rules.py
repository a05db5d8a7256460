"""Until when and where one appeals against a decision of the Board, as the edition says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sojourn.catalogue.models import Edition


@dataclass(frozen=True)
class AppealRules:
    """Where the edition says nothing, letters name no last day."""

    days: int | None = None
    to: Mapping[str, str] = field(default_factory=dict)
    how: Mapping[str, str] = field(default_factory=dict)

    def last_day(self, decided_on: dt.date) -> dt.date | None:
        """Return the last day to appeal: so many days after the date of the decision.

        Days of the calendar: neither the clock nor a holiday changes it.
        """
        return None if self.days is None else decided_on + dt.timedelta(days=self.days)

    def as_told(self) -> dict[str, dict[str, str]]:
        """Return what a decision keeps of it."""
        return {} if self.days is None else {"to": dict(self.to), "how": dict(self.how)}


def rules() -> AppealRules:
    """Read the rules of the edition."""
    said: dict[str, Any] = Edition.objects.values_list("board", flat=True).first() or {}
    return AppealRules(
        said.get("appeal_days"), said.get("appeal_to", {}), said.get("appeal_how", {})
    )
