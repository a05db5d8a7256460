"""The words for the catalogue's codes, as students read them."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.choices import RatingCriterion
from sojourn.catalogue.models import (
    Certainty,
    CostItem,
    CostPeriod,
    DeadlineKind,
    InstitutionKind,
    Level,
    OpportunityKind,
)

_USES: dict[str, Promise] = {
    "instruction": _("In class or in the lab"),
    "patients": _("With patients"),
    "daily_life": _("In daily life"),
}
# The words before a level, so that nobody has to know the codes by heart.
_LEVELS: dict[str, Promise] = {
    "A1": _("a few words and sentences"),
    "A2": _("simple talk about everyday things"),
    "B1": _("getting by in most situations"),
    "B2": _("following lectures and discussions"),
    "C1": _("fluent, also about your field"),
    "C2": _("almost like a native speaker"),
}
_SCOPES: dict[str, Promise] = {
    "opportunity": _("for this place"),
    "institution": _("for this host"),
    "country": _("for this country"),
    "everywhere": _("for every place"),
}


def _choice(choices: type[TextChoices], value: str) -> str:
    return str(choices(value).label) if value in choices.values else value


def kind(value: str) -> str:
    return _choice(OpportunityKind, value)


def institution_kind(value: str) -> str:
    return _choice(InstitutionKind, value)


def cost_item(value: str) -> str:
    return _choice(CostItem, value)


def cost_period(value: str) -> str:
    return _choice(CostPeriod, value)


def cost_scope(value: str) -> str:
    return str(_SCOPES.get(value, value))


def certainty(value: str) -> str:
    return _choice(Certainty, value)


def deadline_kind(value: str) -> str:
    return _choice(DeadlineKind, value)


def level(value: str) -> str:
    return _choice(Level, value)


def rating(value: str) -> str:
    return _choice(RatingCriterion, value)


def language_use(value: str) -> str:
    return str(_USES.get(value, value))


def cefr(value: str) -> str:
    """Return what someone at that level can do."""
    return str(_LEVELS.get(value, ""))
