"""Which fields of the catalogue exist in every language of the site."""

from __future__ import annotations

from typing import Any, get_type_hints

from sojourn.catalogue import models
from sojourn.catalogue.snapshot import types as records
from sojourn.catalogue.snapshot.types import TextList, facts_of
from sojourn.common.languages import Text
from sojourn.common.translated_fields import translate


def texts_of_facts(model: type[models.Entry], record: type[Any]) -> tuple[str, ...]:
    """Return the columns of optional facts that are texts in the record."""
    kinds = facts_of(record)
    return tuple(
        column
        for fact, columns in model.FACTS.items()
        for column, kind in zip(columns, get_type_hints(kinds[fact]).values(), strict=False)
        if kind in (Text, TextList)
    )


translate(models.Source, "note")
translate(models.Edition, "name", "home_city", "tagline")
translate(models.Subject, "name")
translate(models.DegreeProgramme, "name", "short_name")
translate(models.StudyPhase, "name")
translate(models.Institution, "name", "city", "about", "city_life")
translate(models.OrganisationalUnit, "name")
translate(models.Agreement, "note")
translate(models.MobilityWindow, "name", "summary")
translate(models.WindowRequirement, "text")
translate(models.Course, "title", "summary", "outcomes", "topics")
translate(models.Precedent, "decided_by", "note")
translate(models.Contact, "title", "unit_name", "help_with")
translate(models.WalkInHour, "note")
translate(models.WalkInChange, "note")
translate(models.Absence, "reason")
translate(
    models.Opportunity,
    *("title", "summary", "description", "keywords"),
    *texts_of_facts(models.Opportunity, records.Opportunity),
)
translate(models.OpportunityRequirement, "text")
translate(models.Deadline, "label")
translate(models.CostLine, "note")
translate(models.PublishedReport, "author", "title", "text", "advice")
translate(models.Guide, "title", "summary", "text")
translate(models.PublishedAnswer, "question", "text")
translate(models.Grant, "name", "about", "because")
translate(models.GrantQuestion, "question")
translate(models.GrantCondition, "name")
translate(models.TravelAdvice, "note")
translate(models.AdviceRegion, "name")
translate(models.LearningHours, "note")
translate(models.PreparationStep, "name", "about")
translate(models.Road, "name", "about")
translate(models.RoadStep, "name", "about")
