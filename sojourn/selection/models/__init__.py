"""A selection as the database keeps it: rounds, applications, reviews, results."""

from sojourn.selection.models.applications import (
    Answer,
    Application,
    Choice,
    Document,
    DocumentKind,
    Referee,
    StudentNumber,
)
from sojourn.selection.models.reviews import (
    MeasuredValue,
    ReviewAssignment,
    Reviewer,
    Score,
    ValueImport,
)
from sojourn.selection.models.rounds import (
    Criterion,
    CriterionKind,
    CriterionScope,
    CustomQuestion,
    Lottery,
    PublicNote,
    QuestionKind,
    Quota,
    Round,
    RoundOpportunity,
    RoundProgramme,
    RubricLevel,
)

__all__ = [
    "Answer",
    "Application",
    "Choice",
    "Criterion",
    "CriterionKind",
    "CriterionScope",
    "CustomQuestion",
    "Document",
    "DocumentKind",
    "Lottery",
    "MeasuredValue",
    "PublicNote",
    "QuestionKind",
    "Quota",
    "Referee",
    "ReviewAssignment",
    "Reviewer",
    "Round",
    "RoundOpportunity",
    "RoundProgramme",
    "RubricLevel",
    "Score",
    "StudentNumber",
    "ValueImport",
]
