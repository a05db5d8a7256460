"""Merge a visitor's plan into that of the account that signs in; nothing of either is lost.

An account without a plan simply gets the visitor's. Where both exist, what the account's plan
leaves empty is filled from the visitor's, and its top five is followed by the visitor's as far as
there is room. Answers that differ and entries without room stay in the visitor's plan, which is
handed back so that the student can choose.
"""

from __future__ import annotations

from typing import Any

from django.db import models, transaction

from sojourn.people import audit
from sojourn.people.models import User
from sojourn.planning.models import TOP_FIVE_SIZE, Plan, PlanLanguage, TopFiveEntry

# One answer each; programme, phase and year belong together and move together.
_STUDY = ("programme_id", "phase_id", "year")
ANSWERS = ("ects_earned", "budget", "hours_a_week", "citizenship_group")
WISHES = ("wished_subjects", "wished_countries", "wished_periods", "wished_kinds")
_SETTINGS = ("weights", "statements")


@transaction.atomic
def adopt(visitors: Plan, user: User) -> Plan | None:
    """Merge the plan; return what is left of it, or None when all of it found its place."""
    visitors = Plan.objects.select_for_update().get(pk=visitors.pk)
    own = Plan.objects.select_for_update().filter(owner=user).first()
    if own is None:
        visitors.owner = user
        visitors.revision += 1
        visitors.save()
        audit.record("plan.kept", actor=user, about=user, on=visitors)
        return None
    _fill_answers(own, visitors)
    _add_languages(own, visitors)
    _add_entries(own, visitors)
    _move_figures(own, visitors)
    own.revision += 1
    own.save()
    visitors.revision += 1
    visitors.save()
    audit.record("plan.merged", actor=user, about=user, on=own)
    if _is_empty(visitors):
        visitors.delete()
        return None
    return visitors


def _fill_answers(own: Plan, visitors: Plan) -> None:
    """Take the visitor's answer where the account has none; drop equal answers."""
    if not any(getattr(own, name) for name in _STUDY):
        for name in _STUDY:
            setattr(own, name, getattr(visitors, name))
    if all(getattr(own, name) == getattr(visitors, name) for name in _STUDY):
        _clear(visitors, _STUDY)
    for name in (*ANSWERS, *WISHES):
        mine, theirs = getattr(own, name), getattr(visitors, name)
        if _is_unanswered(mine):
            setattr(own, name, theirs)
        if _is_unanswered(mine) or _equal(mine, theirs):
            _clear(visitors, (name,))
    for name in _SETTINGS:
        setattr(own, name, getattr(visitors, name) | getattr(own, name))
        _clear(visitors, (name,))


def _add_languages(own: Plan, visitors: Plan) -> None:
    known = {language.language: language.level for language in own.languages.all()}
    for language in visitors.languages.all():
        if language.language not in known:
            PlanLanguage.objects.filter(pk=language.pk).update(plan=own)
        elif known[language.language] == language.level:
            language.delete()


def _add_entries(own: Plan, visitors: Plan) -> None:
    """Append what is not there yet while there is room, in the visitor's order."""
    mine = {(entry.opportunity_id, entry.country): entry for entry in own.top_five.all()}
    for entry in visitors.top_five.all():
        twin = mine.get((entry.opportunity_id, entry.country))
        if twin is not None:
            if entry.note and not twin.note:
                TopFiveEntry.objects.filter(pk=twin.pk).update(note=entry.note)
            elif entry.note and entry.note != twin.note:
                continue  # two notes on one place: the student chooses
            entry.delete()
        elif len(mine) < TOP_FIVE_SIZE:
            entry.plan = own
            entry.rank = len(mine) + 1
            entry.save(update_fields=["plan", "rank"])
            mine[entry.opportunity_id, entry.country] = entry


def _move_figures(own: Plan, visitors: Plan) -> None:
    """Move own costs and course pairs along where the account has none for them."""
    known_costs = set(own.own_costs.values_list("opportunity", "item"))
    for cost in visitors.own_costs.all():
        if (cost.opportunity_id, cost.item) not in known_costs:
            cost.plan = own
            cost.save(update_fields=["plan"])
    pair = ("window", "opportunity", "host_course", "home_course")
    known_pairs = set(own.cover_wishes.values_list(*pair))
    for wish in visitors.cover_wishes.all():
        if tuple(getattr(wish, f"{name}_id") for name in pair) not in known_pairs:
            wish.plan = own
            wish.save(update_fields=["plan"])
    visitors.cover_wishes.all().delete()


def _is_unanswered(value: Any) -> bool:
    return value is None or value in ("", [])


def _equal(mine: Any, theirs: Any) -> bool:
    return _is_unanswered(theirs) or mine == theirs


def _clear(plan: Plan, names: tuple[str, ...]) -> None:
    for name in names:
        field = plan._meta.get_field(name.removesuffix("_id"))
        assert isinstance(field, models.Field)  # noqa: S101 (no relation from elsewhere)
        setattr(plan, name, field.get_default())


def _is_empty(plan: Plan) -> bool:
    answers: list[Any] = [getattr(plan, name) for name in (*_STUDY, *ANSWERS, *WISHES)]
    return (
        all(_is_unanswered(answer) for answer in answers)
        and not plan.languages.exists()
        and not plan.top_five.exists()
        and not plan.own_costs.exists()
    )
