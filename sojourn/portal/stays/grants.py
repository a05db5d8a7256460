"""The grants of a stay as its student sees them: promised, paid, still to come, to pay back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from sojourn.design import components
from sojourn.mobility import money
from sojourn.mobility.models import GrantEntry, GrantEntryKind, Stay, StayGrant
from sojourn.mobility.money_wording import (
    TONES,
    amount_of,
    days_said,
    name_of,
    rate_said,
    sources_of,
    why_said,
)
from sojourn.mobility.states import GrantState
from sojourn.mobility.wording import day
from sojourn.people.models import User


@dataclass(frozen=True)
class ConditionShown:
    name: str
    is_met: bool
    stage: str
    own_rule: bool


@dataclass(frozen=True)
class GrantShown:
    """One grant in plain words."""

    name: str
    state: str
    tone: str
    promised: str
    counted: str
    rate: str
    year: int
    is_example: bool
    sources: tuple[components.Source, ...]
    changes: tuple[str, ...]
    """What it was counted to later, and why."""
    payments: tuple[str, ...]
    left: str
    """What is still to come, or has to be paid back."""
    conditions: tuple[ConditionShown, ...]
    """What must still be true, while something is to come."""


def grants_of(user: User, stay: Stay) -> tuple[GrantShown, ...]:
    """Show the student the grants of an own stay."""
    found = StayGrant.objects.owned_by(user).filter(stay=stay).prefetch_related("entries")
    rows = list(found.order_by("pk"))
    for row in rows:
        row.stay = stay
    return tuple(_grant(row) for row in rows)


def _grant(row: StayGrant) -> GrantShown:
    state = GrantState(row.state)
    entries = money.entries_of(row)
    undone = {each.corrects_id for each in entries}
    standing = [each for each in entries if each.pk not in undone]
    waits = state in (GrantState.PROMISED, GrantState.RECALCULATED) and row.due > row.paid
    return GrantShown(
        name=name_of(row),
        state=str(state.label),
        tone=TONES[state],
        promised=_("Promised on %(day)s: %(amount)s.")
        % {"day": day(entries[0].on), "amount": amount_of(row.promised, row.currency)},
        counted=days_said(entries[0].basis),
        rate=rate_said(row),
        year=row.year,
        is_example=row.rule["is_example"],
        sources=sources_of(row),
        changes=tuple(_changes(row, standing)),
        payments=tuple(_payments(row, standing)),
        left=_left(row),
        conditions=tuple(
            ConditionShown(str(each.name), each.is_met, str(each.stage.label), each.own_rule)
            for each in money.conditions_of(row)
        )
        if waits
        else (),
    )


def _changes(row: StayGrant, standing: Iterable[GrantEntry]) -> Iterable[str]:
    for each in standing:
        said = {"day": day(each.on), "amount": amount_of(each.due, row.currency)}
        if each.kind == GrantEntryKind.RECALCULATED:
            parts = [
                _("Counted again on %(day)s: %(amount)s.") % said,
                f"{days_said(each.basis)}.",
                *why_said(each.basis, row),
            ]
        elif each.kind == GrantEntryKind.TAKEN_BACK:
            parts = [_("Taken back on %(day)s.") % said]
        elif each.kind == GrantEntryKind.ASKED_BACK:
            said["amount"] = amount_of(Decimal(each.basis["asked"]), row.currency)
            parts = [_("Asked back on %(day)s: %(amount)s.") % said]
        else:
            continue
        yield " ".join(part for part in (*parts, each.reason) if part)


def _payments(row: StayGrant, standing: Iterable[GrantEntry]) -> Iterable[str]:
    for each in standing:
        words = {
            GrantEntryKind.PAID: _("Paid on %(day)s: %(amount)s."),
            GrantEntryKind.PAID_BACK: _("You paid back on %(day)s: %(amount)s."),
        }.get(GrantEntryKind(each.kind))
        if words:
            amount = amount_of(abs(each.paid_change), row.currency)
            yield words % {"day": day(each.on), "amount": amount}


def _left(row: StayGrant) -> str:
    left = row.due - row.paid
    amount = amount_of(abs(left), row.currency)
    if left > 0:
        return _("Still to come: %(amount)s.") % {"amount": amount}
    if left < 0 and row.state == GrantState.RECLAIMED:
        return _("You pay back: %(amount)s.") % {"amount": amount}
    if left < 0:
        return _(
            "More was paid than your stay comes to: %(amount)s. The office writes to you about it."
        ) % {"amount": amount}
    return _("Everything is settled.") if row.state == GrantState.SETTLED else ""
