"""Which fields of the catalogue exist in every language of the site."""

from __future__ import annotations

from typing import Any, get_type_hints

from modeltranslation.translator import register

from sojourn.catalogue import models
from sojourn.catalogue.snapshot import types as records
from sojourn.catalogue.snapshot.types import TextList, facts_of
from sojourn.common.languages import Text
from sojourn.common.translated_fields import translated


def texts_of_facts(model: type[models.Entry], record: type[Any]) -> tuple[str, ...]:
    """Return the columns of optional facts that are texts in the record."""
    kinds = facts_of(record)
    return tuple(
        column
        for fact, columns in model.FACTS.items()
        for column, kind in zip(columns, get_type_hints(kinds[fact]).values(), strict=False)
        if kind in (Text, TextList)
    )


register(models.Source)(translated("note"))
register(models.Edition)(translated("name", "home_city", "tagline"))
register(models.Subject)(translated("name"))
register(models.DegreeProgramme)(translated("name", "short_name"))
register(models.StudyPhase)(translated("name"))
register(models.Institution)(translated("name", "city", "about", "city_life"))
register(models.OrganisationalUnit)(translated("name"))
register(models.Agreement)(translated("note"))
register(models.MobilityWindow)(translated("name", "summary"))
register(models.WindowRequirement)(translated("text"))
register(models.Course)(translated("title", "summary", "outcomes", "topics"))
register(models.Precedent)(translated("decided_by", "note"))
register(models.Contact)(translated("title", "unit_name", "help_with"))
register(models.WalkInHour)(translated("note"))
register(models.WalkInChange)(translated("note"))
register(models.Absence)(translated("reason"))
register(models.Opportunity)(
    translated(
        *("title", "summary", "description", "keywords"),
        *texts_of_facts(models.Opportunity, records.Opportunity),
    )
)
register(models.OpportunityRequirement)(translated("text"))
register(models.Deadline)(translated("label"))
register(models.CostLine)(translated("note"))
register(models.PublishedReport)(translated("author", "title", "text", "advice"))
register(models.Guide)(translated("title", "summary", "text"))
register(models.PublishedAnswer)(translated("question", "text"))
register(models.Grant)(translated("name", "about", "because"))
register(models.GrantQuestion)(translated("question"))
register(models.TravelAdvice)(translated("note"))
register(models.LearningHours)(translated("note"))
register(models.PreparationStep)(translated("name", "about"))
