"""Moments as the database hands them out, for reading thousands of them.

Django turns each into a datetime in a way that takes longer than reading the row. `as_raw` asks for
what the driver has (a text of SQLite, a datetime of PostgreSQL) and `moment` reads that.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import CharField, ExpressionWrapper, F, Min, Q


def as_raw(field: str) -> ExpressionWrapper[F]:
    """Ask for a column of moments as the driver has it."""
    return ExpressionWrapper(F(field), output_field=CharField())


def first_raw(field: str, which: Q) -> Min:
    """Ask for the first of these moments as the driver has it."""
    return Min(field, filter=which, output_field=CharField())


def moment(raw: object) -> dt.datetime | None:
    """Read a moment; None where there is none."""
    if isinstance(raw, str):
        raw = dt.datetime.fromisoformat(raw)
    if not isinstance(raw, dt.datetime):
        return None
    # SQLite keeps them in UTC, without saying so.
    return raw if raw.tzinfo is not None else raw.replace(tzinfo=dt.UTC)
