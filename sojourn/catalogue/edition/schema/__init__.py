"""The format of an edition, as models that say what each field must be.

A module for each file or few of an edition. `publish_schema` turns these models into the JSON
Schemas by which an editor completes and checks the files.
"""

from __future__ import annotations

from sojourn.catalogue.edition.schema.contacts import Consent, Contact
from sojourn.catalogue.edition.schema.courses import Course, CourseFile, Precedent
from sojourn.catalogue.edition.schema.faculty import (
    AwayRules,
    BoardRules,
    DegreeProgramme,
    Faculty,
    Source,
    Target,
)
from sojourn.catalogue.edition.schema.institutions import (
    Agreement,
    AgreementLanguage,
    Institution,
    Window,
)
from sojourn.catalogue.edition.schema.opportunities import (
    CostFigures,
    CostLine,
    CostScope,
    LanguageNeed,
    Opportunity,
    Period,
    cost_slug,
    deadline_slug,
)
from sojourn.catalogue.edition.schema.parts import Part, Sourced, SubFact, Translations
from sojourn.catalogue.edition.schema.reports import Guide, GuideHead, PaidCosts, Ratings, Report
from sojourn.catalogue.edition.schema.roads import Road, RoadStep, road_step_slug
from sojourn.catalogue.edition.schema.rules import (
    ExchangeRate,
    Grant,
    LearningHours,
    PreparationStep,
    TravelAdvice,
)
from sojourn.catalogue.edition.schema.values import (
    check_links,
    english_name,
    name_of_language,
    refuse_html,
)

__all__ = [
    "Agreement", "AgreementLanguage", "AwayRules", "BoardRules", "Consent",
    "Contact", "CostFigures", "CostLine", "CostScope", "Course",
    "CourseFile", "DegreeProgramme", "ExchangeRate", "Faculty", "Grant", "Guide", "GuideHead",
    "Institution", "LanguageNeed", "LearningHours", "Opportunity", "PaidCosts", "Part", "Period",
    "Precedent", "PreparationStep", "Ratings", "Report", "Road", "RoadStep", "Source", "Sourced",
    "SubFact", "Target", "Translations", "TravelAdvice", "Window", "check_links", "cost_slug",
    "deadline_slug", "english_name", "name_of_language", "refuse_html", "road_step_slug",
]  # fmt: skip
