"""Facts that hang on one entry, each with where it comes from."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, TypeVar

from django.db.models import QuerySet

from sojourn.catalogue import models
from sojourn.catalogue.snapshot.build.reading import Reading
from sojourn.catalogue.snapshot.build.rows import table
from sojourn.catalogue.snapshot.types import Deadline, LanguageNeed, Requirement

R = TypeVar("R")


def _by_owner(
    reading: Reading, query: QuerySet[Any], record: type[R], owner: str, *order: str
) -> dict[int, list[R]]:
    found: dict[int, list[R]] = defaultdict(list)
    for row, fields in reading.rows(query.order_by(*order, "pk"), record, owner):
        found[getattr(row, owner)].append(record(**fields))
    return found


def read_window_requirements(reading: Reading) -> dict[int, list[Requirement]]:
    rows = table(models.WindowRequirement)
    return _by_owner(reading, rows, Requirement, "window_id", "position")


def read_requirements(reading: Reading) -> dict[int, list[Requirement]]:
    rows = reading.of_opportunities(models.OpportunityRequirement)
    return _by_owner(reading, rows, Requirement, "opportunity_id", "position")


def read_languages(reading: Reading) -> dict[int, list[LanguageNeed]]:
    rows = reading.of_opportunities(models.LanguageNeed)
    return _by_owner(reading, rows, LanguageNeed, "opportunity_id", "position")


def read_deadlines(reading: Reading) -> dict[int, list[Deadline]]:
    rows = reading.of_opportunities(models.Deadline)
    return _by_owner(reading, rows, Deadline, "opportunity_id", "date", "time")
