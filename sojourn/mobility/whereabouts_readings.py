"""Who read where students are. Each reading is a row; nothing of a person is in it."""

from __future__ import annotations

import datetime as dt

from sojourn.mobility.models import ReadingKind, WhereaboutsReading
from sojourn.people.models import User


def note_reading(
    reader: User | None, kind: ReadingKind, day: dt.date, place: str, people: int
) -> None:
    """Note that somebody read the list, narrowed like this, with so many people on it."""
    WhereaboutsReading.objects.create(
        by=reader, kind=kind, day=day, place=place[:120], people=people
    )
