"""What a plan needs: grants, travel advice, hours of learning, and steps of preparation."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from sojourn.catalogue import models
from sojourn.catalogue.snapshot.build.reading import Reading
from sojourn.catalogue.snapshot.build.rows import table
from sojourn.catalogue.snapshot.types import (
    AdviceRegion,
    Grant,
    GrantAmount,
    GrantQuestion,
    LearningHours,
    PreparationStep,
    TravelAdvice,
)


def read_grants(reading: Reading) -> dict[str, Grant]:
    questions: dict[int, list[GrantQuestion]] = defaultdict(list)
    in_order = table(models.GrantQuestion).order_by("position", "pk")
    for row, fields in reading.rows(in_order, GrantQuestion, "grant_id"):
        questions[row.grant_id].append(GrantQuestion(**fields))
    amounts: dict[int, list[GrantAmount]] = defaultdict(list)
    by_position = table(models.GrantAmount).order_by("position", "pk")
    for row, fields in reading.rows(by_position, GrantAmount, "grant_id"):
        amounts[row.grant_id].append(GrantAmount(**fields))
    query = reading.published(models.Grant).order_by("position", "slug")
    return {
        fields["slug"]: Grant(
            **fields,
            questions=tuple(questions.get(row.pk, ())),
            amounts=tuple(amounts.get(row.pk, ())),
        )
        for row, fields in reading.rows(query, Grant)
    }


def read_travel_advice(reading: Reading) -> dict[str, TravelAdvice]:
    regions: dict[int, list[AdviceRegion]] = defaultdict(list)
    in_order = table(models.AdviceRegion).order_by("position", "pk")
    for row, fields in reading.rows(in_order, AdviceRegion, "advice_id"):
        regions[row.advice_id].append(AdviceRegion(**fields))
    days = table(models.Edition).values_list("check_advice_days", flat=True).get()
    query = table(models.TravelAdvice).order_by("country")
    return {
        fields["slug"]: TravelAdvice(
            **fields,
            source=reading.sources[row.source_id],
            counts_until=fields["checked_on"] + dt.timedelta(days=days),
            regions=tuple(regions.get(row.pk, ())),
        )
        for row, fields in reading.rows(query, TravelAdvice, "source_id")
    }


def read_learning_hours(reading: Reading) -> dict[str, LearningHours]:
    query = table(models.LearningHours).order_by("position", "slug")
    return {
        fields["slug"]: LearningHours(**fields) for _, fields in reading.rows(query, LearningHours)
    }


def read_preparation(reading: Reading) -> dict[str, PreparationStep]:
    query = reading.published(models.PreparationStep).order_by("position", "slug")
    return {
        fields["slug"]: PreparationStep(**fields)
        for _, fields in reading.rows(query, PreparationStep)
    }
