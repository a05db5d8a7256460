"""The kinds of criteria: where a value comes from, what it may be, and what it is called.

A new kind is a class here and its place in KINDS; the database's own list of kinds follows by a
migration. Scoring, imports, forms, checks and pages ask the class and know no kind by name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Protocol

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.engines.allocation import mean
from sojourn.engines.allocation.scoring import Exact
from sojourn.engines.language import CEFR_LEVELS

MOST_ECTS = 480


class CriterionScope(models.TextChoices):
    """Whether an applicant has one value, or one for each choice."""

    APPLICATION = "application", gettext_lazy("once for each applicant")
    CHOICE = "choice", gettext_lazy("for each choice")


class Criterion(Protocol):
    """What a kind reads of a criterion."""

    @property
    def name(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def lowest(self) -> Decimal: ...
    @property
    def highest(self) -> Decimal: ...
    @property
    def language(self) -> str: ...
    @property
    def levels(self) -> Any: ...


@dataclass(frozen=True)
class Evidence:
    """What is known of an applicant, or of one choice, for one criterion."""

    languages: Mapping[str, str]
    """The CEFR level of each language, as the application says."""
    points: Sequence[int] = ()
    """From each reviewer who is done."""
    measured: Decimal | None = None
    """Imported, or typed in by the office."""


class CriterionKind(ABC):
    """A kind of criterion."""

    code: ClassVar[str]
    label: ClassVar[str | Promise]
    is_imported: ClassVar[bool] = False
    """A column of a file of values may fill it in."""
    has_rubric: ClassVar[bool] = False
    """Reviewers score it, by levels that say what each number of points means."""
    asks_language: ClassVar[bool] = False
    """It is about one language, whose level the applicant gives."""

    @abstractmethod
    def explanation(self, criterion: Criterion) -> str:
        """Say to an applicant where the value comes from."""

    def value(self, criterion: Criterion, evidence: Evidence) -> Exact | None:
        """Return the value that counts; None while it is not known."""
        return None if evidence.measured is None else _clamped(criterion, evidence.measured)

    def bounds(self, criterion: Criterion) -> tuple[Decimal, Decimal]:
        """Return the lowest and the highest value that may be imported or typed in."""
        return Decimal(criterion.lowest), Decimal(criterion.highest)

    def accepts(self, criterion: Criterion, value: Decimal) -> bool:
        """Tell whether a value may be imported or typed in."""
        lowest, highest = self.bounds(criterion)
        return lowest <= value <= highest

    def rule_problems(self, criterion: Criterion) -> list[str]:
        """List what is in the way of publishing a round with this criterion."""
        return []

    def form_errors(self, cleaned: Mapping[str, Any]) -> dict[str, str]:
        """Check a form about a criterion of this kind; return the mistakes by field."""
        errors = {}
        if not self.has_rubric and cleaned.get("scope") == CriterionScope.CHOICE:
            errors["scope"] = _("Only a rubric is scored for each choice.")
        if self.asks_language and not cleaned.get("language"):
            errors["language"] = _("Name the language.")
        return errors


class Grades(CriterionKind):
    """Grades, from the student administration."""

    code = "grades"
    label = gettext_lazy("Grades, imported")
    is_imported = True

    def explanation(self, criterion: Criterion) -> str:
        return _("taken from the student administration")


class EctsProgress(CriterionKind):
    """ECTS earned; more than counts is no mistake, and counts as the most."""

    code = "ects"
    label = gettext_lazy("ECTS progress, imported")
    is_imported = True

    def explanation(self, criterion: Criterion) -> str:
        return _("taken from the student administration")

    def bounds(self, criterion: Criterion) -> tuple[Decimal, Decimal]:
        lowest, highest = super().bounds(criterion)
        return lowest, max(highest, Decimal(MOST_ECTS))


class Rubric(CriterionKind):
    """Points that reviewers give by a rubric; their mean counts."""

    code = "rubric"
    label = gettext_lazy("Scored by reviewers with a rubric")
    has_rubric = True

    def explanation(self, criterion: Criterion) -> str:
        if criterion.scope == CriterionScope.CHOICE:
            return _("scored by reviewers, separately for each choice")
        return _("scored by reviewers")

    def value(self, criterion: Criterion, evidence: Evidence) -> Exact | None:
        return mean(evidence.points) if evidence.points else None

    def accepts(self, criterion: Criterion, value: Decimal) -> bool:
        return False

    def rule_problems(self, criterion: Criterion) -> list[str]:
        points = [level.points for level in criterion.levels.all()]
        if points == list(range(int(criterion.lowest), int(criterion.highest) + 1)):
            return []
        return [
            _("The rubric of “%(name)s” must say what each number of points means.")
            % {"name": criterion.name}
        ]


class LanguageLevel(CriterionKind):
    """The level in one language: 0 for none, 1 for A1, up to 6 for C2."""

    code = "language"
    label = gettext_lazy("Level in a language")
    asks_language = True

    def explanation(self, criterion: Criterion) -> str:
        return _("the level you fill in, from none (0) to C2 (6)")

    def value(self, criterion: Criterion, evidence: Evidence) -> Exact | None:
        if evidence.measured is not None:
            return super().value(criterion, evidence)
        level = evidence.languages.get(criterion.language, "")
        return _clamped(criterion, CEFR_LEVELS.index(level) + 1 if level in CEFR_LEVELS else 0)


class OfficeJudgement(CriterionKind):
    """Something that the office looks up and fills in."""

    code = "office"
    label = gettext_lazy("Filled in by the office")
    is_imported = True

    def explanation(self, criterion: Criterion) -> str:
        return _("looked up by the office")


KINDS: dict[str, CriterionKind] = {
    kind.code: kind
    for kind in (Grades(), EctsProgress(), Rubric(), LanguageLevel(), OfficeJudgement())
}


def kind_choices() -> list[tuple[str, str | Promise]]:
    """Return every kind as a choice of a form field."""
    return [(kind.code, kind.label) for kind in KINDS.values()]


def _clamped(criterion: Criterion, value: Decimal | int) -> Fraction:
    """Count more than the highest as the highest, and less than the lowest as the lowest."""
    return min(max(Fraction(value), Fraction(criterion.lowest)), Fraction(criterion.highest))
