"""Grades at home, proposed by a table of the edition. The grade of the host is never replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sojourn.common.folding import fold
from sojourn.mobility.homecoming.rules import rules
from sojourn.mobility.models import CreditLine, Stay


@dataclass(frozen=True)
class GradeTable:
    """Which grade at home is proposed for which words of the host, and who says so."""

    said: dict[str, Any]

    def grade_of(self, line: CreditLine) -> str:
        """Return what is proposed; nothing where the table does not have the grade."""
        written = fold(line.grade)
        for row in self.said["rows"]:
            if row.get("outcome", "") == line.outcome and not row.get("grades"):
                return str(row["home"])
            if written and written in map(fold, row.get("grades", ())):
                return str(row["home"])
        return ""

    def as_data(self) -> dict[str, Any]:
        return self.said


def table_for(stay: Stay, line: CreditLine) -> GradeTable | None:
    """Find the table for the host of a stay, else the one for every host."""
    host = stay.hosts.select_related("institution").order_by("position").first()
    institution = host.institution if host else None
    tables = rules().grade_tables
    own = [each for each in tables if institution and each.get("host") == institution.slug]
    common = [each for each in tables if not each.get("host")]
    return next((GradeTable(each) for each in (*own, *common)), None)
