"""The rules of a round as plain values, what is wrong with them, and how two versions differ."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sojourn.common.translated_fields import columns, text_of
from sojourn.selection import agreements
from sojourn.selection.models import Round, RoundOpportunity

# The columns of a round that applicants rely on.
FIELDS = (
    *columns("title", "intro"),
    "academic_year",
    "opens_at",
    "closes_at",
    "grace_minutes",
    "remind_days_before",
    "results_at",
    "answer_by",
    "objection_days",
    "most_choices",
    "motivation_words_min",
    "motivation_words_max",
    "asks_cv",
    "asks_transcript",
    "referees_asked",
    "score_digits",
    "score_highest",
    "reviews_each",
    "disagreement_limit",
    "is_anonymous",
    "approvals_needed",
    "may_accept_and_wait",
)
OPPORTUNITY_FIELDS = ("seats", "held_back", "minimum_score", "nomination_deadline", "position")
CRITERION_FIELDS = (
    "kind",
    "scope",
    *columns("name", "about"),
    "weight",
    "lowest",
    "highest",
    "language",
    "position",
)
QUESTION_FIELDS = ("kind", *columns("text"), "words_max", "is_required", "position")

Rules = dict[str, str]


@dataclass(frozen=True)
class Difference:
    """One rule that changed; an empty text means that it was not there."""

    what: str
    before: str
    after: str


def rules_of(round_: Round) -> Rules:
    """Return every rule by a name of its own, as text that compares equal when it is the same."""
    rules = {name: _text(getattr(round_, name)) for name in FIELDS}
    for row in round_.programmes.select_related("programme"):
        rules[f"programme.{row.programme.slug}"] = (
            f"{row.category} {_text(row.year_min)}-{_text(row.year_max)}"
        )
    for opportunity in round_.opportunities.select_related("agreement", "opportunity"):
        rules |= _opportunity_rules(opportunity)
    for criterion in round_.criteria.prefetch_related("levels"):
        name = f"criterion.{criterion.code}"
        rules |= {f"{name}.{field}": _text(getattr(criterion, field)) for field in CRITERION_FIELDS}
        for level in criterion.levels.all():
            rules[f"{name}.level.{level.points}"] = " / ".join(text_of(level, "text").values())
    for question in round_.questions.all():
        name = f"question.{question.pk}"
        rules |= {f"{name}.{field}": _text(getattr(question, field)) for field in QUESTION_FIELDS}
    return rules


def differences(before: Rules, after: Rules) -> tuple[Difference, ...]:
    return tuple(
        Difference(name, before.get(name, ""), after.get(name, ""))
        for name in sorted({*before, *after})
        if before.get(name, "") != after.get(name, "")
    )


def problems_of(round_: Round) -> list[str]:
    """List what prevents publishing these rules; empty when nothing does."""
    return [
        *_calendar_problems(round_),
        *_people_problems(round_),
        *_seat_problems(round_),
        *agreements.problems_of(round_),
        *_criteria_problems(round_),
    ]


def _calendar_problems(round_: Round) -> list[str]:
    moments = (
        (round_.opens_at, _("The round has no opening time.")),
        (round_.closes_at, _("The round has no closing time.")),
        (round_.results_at, _("The round has no date for the results.")),
        (round_.answer_by, _("The round has no date by which an offer must be answered.")),
    )
    return [text for moment, text in moments if moment is None]


def _people_problems(round_: Round) -> list[str]:
    return [] if round_.programmes.exists() else [_("Nobody can apply: add a degree programme.")]


def _seat_problems(round_: Round) -> list[str]:
    rows = list(round_.opportunities.prefetch_related("quotas"))
    if not rows:
        return [_("There is no place in this round.")]
    categories = set(round_.programmes.values_list("category", flat=True))
    problems = []
    for row in rows:
        named = {"key": row.key}
        quotas = list(row.quotas.all())
        if row.seats_to_give < 1:
            problems.append(_("%(key)s has no seat to allocate.") % named)
        if sum(quota.minimum for quota in quotas) > row.seats_to_give:
            problems.append(_("The minimums of %(key)s are more than its seats.") % named)
        problems += [
            _("A quota of %(key)s is for “%(category)s”, but nobody in that category may apply.")
            % {**named, "category": quota.category}
            for quota in quotas
            if quota.category not in categories
        ]
    return problems


def _criteria_problems(round_: Round) -> list[str]:
    criteria = list(round_.criteria.prefetch_related("levels"))
    if not criteria:
        return [_("Nothing counts yet: add a criterion to the round.")]
    problems = [text for each in criteria for text in each.behaviour.rule_problems(each)]
    if round_.reviews_each < 1 and any(each.behaviour.has_rubric for each in criteria):
        problems.append(_("A rubric needs at least one reviewer."))
    return problems


def _opportunity_rules(row: RoundOpportunity) -> Rules:
    name = f"opportunity.{row.key}"
    rules = {f"{name}.{field}": _text(getattr(row, field)) for field in OPPORTUNITY_FIELDS}
    rules[f"{name}.opportunity"] = row.opportunity.slug
    rules[f"{name}.agreement"] = row.agreement.slug if row.agreement else ""
    for quota in row.quotas.all():
        rules[f"{name}.quota.{quota.category}"] = f"{quota.minimum}-{_text(quota.maximum)}"
    return rules


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="minutes")
    if hasattr(value, "normalize"):
        return f"{value.normalize():f}"
    return str(value)
