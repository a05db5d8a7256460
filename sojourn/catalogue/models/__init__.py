"""The catalogue as the database keeps it: public facts, each with its source.

Fields in several languages are declared once here and split by `translation.py`
(`name` becomes `name_en` and `name_nl`). What a page shows comes from the snapshot
(`sojourn.catalogue.snapshot`), never from these tables directly.
"""

from sojourn.catalogue.choices import (
    AdviceLevel,
    Certainty,
    ContactRole,
    CostItem,
    CostPeriod,
    DeadlineKind,
    GrantPays,
    InstitutionKind,
    LanguageUse,
    LearningMeasure,
    Level,
    OpportunityKind,
    PublicationStatus,
    StepKind,
    Visibility,
    Weekday,
)
from sojourn.catalogue.models.advice import (
    AdviceRegion,
    Guide,
    LearningHours,
    PreparationStep,
    PublishedAnswer,
    PublishedReport,
    ReportedCost,
    ReportValues,
    TravelAdvice,
)
from sojourn.catalogue.models.common import (
    CatalogueVersion,
    Edition,
    Entry,
    Fact,
    Source,
    country_validator,
    isced_validator,
    ordered_range,
    require_order,
    slug_validator,
    statement_validator,
)
from sojourn.catalogue.models.contacts import Absence, Contact, WalkInChange, WalkInHour
from sojourn.catalogue.models.costs import (
    CostLine,
    ExchangeRate,
    Grant,
    GrantAmount,
    GrantCondition,
    GrantQuestion,
    rate_slug,
)
from sojourn.catalogue.models.courses import Course, MobilityWindow, Precedent, WindowRequirement
from sojourn.catalogue.models.imports import CatalogueImport
from sojourn.catalogue.models.institutions import (
    Agreement,
    AgreementDocument,
    AgreementLanguage,
    IncomingStudents,
    Institution,
    ListedInstitution,
    OrganisationalUnit,
)
from sojourn.catalogue.models.opportunities import (
    Deadline,
    LanguageNeed,
    Opportunity,
    OpportunityHost,
    OpportunityRequirement,
)
from sojourn.catalogue.models.programmes import DegreeProgramme, StudyPhase, Subject
from sojourn.catalogue.models.roads import Road, RoadStep
from sojourn.catalogue.models.searches import FruitlessSearch
from sojourn.catalogue.models.versions import EntryKind, EntryVersion, VersionState
from sojourn.catalogue.models.years import YearLine, YearLineState

__all__ = [
    "Absence", "AdviceLevel", "AdviceRegion", "Agreement",
    "AgreementDocument", "AgreementLanguage", "CatalogueImport", "CatalogueVersion",
    "Certainty", "Contact", "ContactRole", "CostItem", "CostLine", "CostPeriod", "Course",
    "Deadline", "DeadlineKind", "DegreeProgramme", "Edition", "Entry", "EntryKind", "EntryVersion",
    "ExchangeRate", "Fact", "FruitlessSearch",
    "Grant", "GrantAmount", "GrantCondition", "GrantPays", "GrantQuestion",
    "Guide", "IncomingStudents",
    "Institution", "InstitutionKind",
    "LanguageNeed", "LanguageUse", "LearningHours", "LearningMeasure", "Level",
    "ListedInstitution", "MobilityWindow",
    "Opportunity", "OpportunityHost", "OpportunityKind", "OpportunityRequirement",
    "OrganisationalUnit", "Precedent", "PreparationStep", "PublicationStatus", "PublishedAnswer",
    "PublishedReport", "ReportValues", "ReportedCost", "Road", "RoadStep", "Source", "StepKind",
    "StudyPhase", "Subject",
    "TravelAdvice", "VersionState", "Visibility", "WalkInChange", "WalkInHour", "Weekday",
    "WindowRequirement", "YearLine", "YearLineState",
    "country_validator", "isced_validator", "ordered_range", "rate_slug", "require_order",
    "slug_validator", "statement_validator",
]  # fmt: skip
