"""A decision of the Board in words, on the student's page and on the office's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sojourn.common.languages import Text
from sojourn.mobility import board
from sojourn.mobility.models import (
    Basis,
    BoardDecision,
    BoardRequest,
    Outcome,
    RequestKind,
    Standing,
)
from sojourn.mobility.states import BoardState

TONES = {Outcome.APPROVED: "good", Outcome.CONDITIONAL: "warn", Outcome.REFUSED: "bad"}


@dataclass(frozen=True)
class DecisionShown:
    """What was decided, by whom and by which right, and until when one appeals."""

    number: str
    """Of the request."""
    about: str
    outcome: str
    tone: str
    conditions: str
    reason: str
    by: str
    how: str
    decided: str
    appeal_until: str
    appeal_to: Text
    appeal_how: Text
    courses: tuple[str, ...]


def say_decision(decision: BoardDecision) -> DecisionShown:
    outcome = Outcome(decision.outcome)
    how = str(Basis(decision.basis).label)
    return DecisionShown(
        number=str(decision.request.uuid),
        about=f"{RequestKind(decision.request.kind).label}: {decision.request.title}",
        outcome=str(outcome.label),
        tone=TONES[outcome],
        conditions=decision.conditions,
        reason=decision.reason,
        by=", ".join(part for part in (decision.by_name, decision.by_function) if part),
        how=f"{how} ({decision.rests_on})" if decision.rests_on else how,
        decided=date_format(decision.decided_on, "j F Y"),
        appeal_until=date_format(decision.appeal_until, "j F Y") if decision.appeal_until else "",
        appeal_to=Text(decision.appeal.get("to", {})),
        appeal_how=Text(decision.appeal.get("how", {})),
        courses=(),
    )


def promise(decision: BoardDecision) -> DecisionShown:
    """Show a promise with the courses that it was about."""
    said = say_decision(decision)
    lines = [each for each in decision.components if each.get("standing") != Standing.REMOVED]
    return replace(said, courses=tuple(_course(each) for each in lines))


def _course(line: Mapping[str, str]) -> str:
    title = line["title"]
    return f"{title} ({line['credits']} {line.get('scheme', '')})" if line.get("credits") else title


def ended_text(request: BoardRequest) -> str:
    """Say why a request was withdrawn; empty where it was not."""
    if request.state != BoardState.WITHDRAWN:
        return ""
    known = {
        board.RECALLED: _("The agreement was taken back; a new version asks anew."),
        board.NOT_AGREED: _("The agreement was refused; a new version asks anew."),
    }
    return known.get(request.ended_why, request.ended_why)
