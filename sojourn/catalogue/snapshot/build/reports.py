"""Reports of students who went."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from sojourn.catalogue import models
from sojourn.catalogue.choices import RatingCriterion
from sojourn.catalogue.snapshot.build.reading import Reading
from sojourn.catalogue.snapshot.build.rows import table
from sojourn.catalogue.snapshot.types import FollowedCourse, Report


def _followed_courses(kept: Any) -> tuple[FollowedCourse, ...]:
    return tuple(
        FollowedCourse(
            title=str(one.get("title", "")),
            ects=str(one.get("ects", "")),
            recognised=str(one.get("recognised", "unknown")),
            home_title=str(one.get("home_title", "")),
            host_course=str(one.get("host", "")),
            home_course=str(one.get("home", "")),
        )
        for one in kept or ()
    )


def _ratings(given: dict[str, Any]) -> tuple[tuple[str, int], ...]:
    return tuple(
        (criterion, int(given[criterion]))
        for criterion in RatingCriterion.values
        if given.get(criterion)
    )


def read_reports(reading: Reading) -> dict[str, Report]:
    costs: dict[int, list[tuple[str, Decimal]]] = defaultdict(list)
    lines = table(models.ReportedCost).order_by("position", "pk")
    for report, item, amount in lines.values_list("report_id", "item", "amount"):
        costs[report].append((item, amount))
    query = reading.published(models.PublishedReport).order_by("-year", "slug")
    return {
        fields["slug"]: Report(
            **fields,
            opportunity=reading.opportunities[row.opportunity_id],
            programme=reading.programmes.get(row.programme_id),
            ratings=_ratings(row.ratings or {}),
            costs=tuple(costs.get(row.pk, ())),
            courses=_followed_courses(row.courses),
        )
        for row, fields in reading.rows(
            query, Report, "opportunity_id", "programme_id", "ratings", "courses"
        )
        if row.opportunity_id in reading.opportunities
    }
