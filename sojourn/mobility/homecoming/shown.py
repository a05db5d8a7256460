"""What the student's page and the office's say alike about coming home."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from sojourn.catalogue.choices import Gate
from sojourn.common.languages import Text, joined
from sojourn.common.translated_fields import text_of
from sojourn.mobility import wording
from sojourn.mobility.homecoming import asking, ledger, transcripts
from sojourn.mobility.models import (
    CertifiedBy,
    CertifiedDays,
    CheckedHow,
    CourseOutcome,
    CreditDecision,
    CreditLine,
    Reason,
    RequestKind,
    Stay,
    StayStep,
    Transcript,
    TranscriptFrom,
)
from sojourn.mobility.states import CreditState, TranscriptState


@dataclass(frozen=True)
class Waiting:
    """Something that is still waited for, and from whom."""

    what: str
    who: str
    """'The host has had it for 6 days.'"""
    when: str
    is_late: bool


@dataclass(frozen=True)
class Certified:
    """A certificate of days."""

    number: int
    days: str
    by: str
    how: str
    planned: str
    """The days that the stay had until then, where they were others."""
    has_file: bool


def waiting(stay: Stay, now: dt.datetime) -> tuple[Waiting, ...]:
    """List what the last two gates still wait for."""
    today = timezone.localtime(now).date()
    return tuple(
        Waiting(
            str(text_of(row.step, "name")),
            wording.waits_for(row, now),
            wording.when(row, today),
            wording.is_late(row, today),
        )
        for row in stay.steps.all()
        if _counts(row)
    )


def _counts(row: StayStep) -> bool:
    return row.step.gate in (Gate.END, Gate.RECOGNITION) and not row.is_settled


def certificates(stay: Stay) -> tuple[Certified, ...]:
    """List what the host certified, the newest first: that one counts."""
    held = stay.certified_days.defer("content").order_by("-number")
    return tuple(_certified(each) for each in held)


def _certified(held: CertifiedDays) -> Certified:
    is_other = (held.planned_first, held.planned_last) != (held.starts_on, held.ends_on)
    by = _("%(name)s, %(function)s, on %(day)s") % {
        "name": held.name,
        "function": held.function,
        "day": wording.day(timezone.localtime(held.at).date()),
    }
    if held.way == CertifiedBy.PAPER:
        how = _("On paper; %(name)s checked it.") % {"name": held.checked_name}
    else:
        how = _("By the link that was mailed to the host.")
    return Certified(
        held.number,
        wording.days_of(held.starts_on, held.ends_on),
        by,
        how,
        wording.days_of(held.planned_first, held.planned_last) if is_other else "",
        held.way == CertifiedBy.PAPER,
    )


def asked(stay: Stay) -> str:
    """Say whom the host is asked through, and since when."""
    found = asking.current(stay)
    if found is None:
        return _("Nobody at the host was asked yet.")
    day = wording.day(timezone.localtime(found.asked_at).date())
    return _("%(name)s was asked on %(day)s.") % {"name": found.name or found.email, "day": day}


@dataclass(frozen=True)
class Brought:
    """A transcript as it is shown."""

    number: int
    file: str
    by: str
    state: str
    tone: str
    checked: str
    reason: str
    whose: str
    """Of whom a file with data says it is."""
    issuer: str
    waits: bool
    counts: bool


_TONES = {
    TranscriptState.WAITING: "warn",
    TranscriptState.CHECKED: "good",
    TranscriptState.REFUSED: "bad",
}


def brought(stay: Stay) -> tuple[Brought, ...]:
    """List the transcripts, the newest first."""
    return tuple(_brought(each) for each in transcripts.of_stay(stay))


def _brought(row: Transcript) -> Brought:
    state = TranscriptState(row.state)
    said = row.read or {}
    checked = ""
    if row.checked_at is not None:
        day = wording.day(timezone.localtime(row.checked_at).date())
        how = f"{CheckedHow(row.how).label}: " if row.how else ""
        checked = f"{how}{row.checked_name}, {day}"
    return Brought(
        row.number,
        row.file_name,
        _("%(name)s (%(who)s), %(day)s")
        % {
            "name": row.brought_name,
            "who": TranscriptFrom(row.origin).label,
            "day": wording.day(timezone.localtime(row.at).date()),
        },
        str(state.label),
        _TONES[state],
        checked,
        row.reason,
        said.get("learner", ""),
        said.get("issuer", ""),
        state == TranscriptState.WAITING,
        state != TranscriptState.REFUSED,
    )


# --- The ledger ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Course:
    """A course, from the plan to what counts at home."""

    key: int
    title: str
    code: str
    planned: str
    agreed: str
    changed: str
    result: str
    in_their_words: str
    """The title at the host, where it is written otherwise."""
    given: str
    proposal: str
    decision: str
    decided: str
    """By whom, when and on what basis."""
    appeal: str
    home_grade: str
    table: str
    state: str
    tone: str
    entered: str


@dataclass(frozen=True)
class Sum:
    """What became of the credits of one kind."""

    kind: str
    agreed: str
    extra: str
    recognised: str
    lost: str
    undecided: str
    reasons: tuple[tuple[str, str], ...]


_CREDIT_TONES = {
    CreditState.EXPECTED: "quiet",
    CreditState.RESULT: "warn",
    CreditState.PROPOSED: "warn",
    CreditState.DECIDED: "good",
    CreditState.ENTERED: "good",
    CreditState.DROPPED: "quiet",
}


def courses(lines: list[CreditLine]) -> tuple[Course, ...]:
    """Show the lines of a ledger."""
    return tuple(course(each) for each in lines)


def sums(lines: list[CreditLine]) -> tuple[Sum, ...]:
    """Show what became of the credits."""
    return tuple(
        Sum(
            _kind(kind),
            _number(found.agreed),
            _number(found.extra) if found.extra else "",
            _number(found.recognised),
            _number(found.lost) if found.lost else "",
            _number(found.undecided) if found.undecided else "",
            tuple(
                (ledger.loss_in_words(code, ""), _number(lost))
                for code, lost in found.reasons.items()
            ),
        )
        for kind, found in ledger.account(lines).items()
    )


def course(line: CreditLine) -> Course:
    state = CreditState(line.state)
    decision = ledger.newest(line)
    why = Reason(line.why_changed).label if line.why_changed in Reason.values else line.why_changed
    if line.was_planned != line.is_agreed and (line.was_planned or line.is_agreed):
        change = _("Taken out") if line.was_planned else _("Added")
        why = joined(": ", filter(None, (change, str(why))))
    elif not line.is_agreed:
        why = _("Not agreed beforehand")
    table = line.grade_table or {}
    return Course(
        key=line.pk,
        title=line.title,
        code=line.code,
        planned=_worth(line.planned, line.scheme),
        agreed=_worth(line.agreed, line.scheme),
        changed=str(why),
        result=str(CourseOutcome(line.outcome).label) if line.outcome else "",
        in_their_words=line.result_title if line.result_title != line.title else "",
        given=joined(", ", filter(None, (line.grade, _worth(line.taken, line.taken_scheme)))),
        proposal=_counts_for(line, line.recognised, line.at_stake, line.loss, line.loss_text)
        if state == CreditState.PROPOSED
        else "",
        decision=_counts_for(
            line, decision.recognised, decision.at_stake, decision.loss, decision.loss_text
        )
        if decision
        else "",
        decided=_("%(name)s, %(day)s: %(basis)s")
        % {
            "name": decision.decided_name,
            "day": wording.day(decision.decided_on),
            "basis": _basis(decision),
        }
        if decision
        else "",
        appeal=_("You can appeal until %(day)s.")
        % {"day": wording.day(ledger.appeal_until(decision))}
        if decision
        else "",
        home_grade=line.home_grade,
        table=str(Text(table["name"])) if line.home_grade and table else "",
        state=str(state.label),
        tone=_CREDIT_TONES[state],
        entered=_("%(day)s, under %(code)s")
        % {
            "day": wording.day(timezone.localtime(line.entered_at).date()),
            "code": line.home_code or "–",
        }
        if line.entered_at
        else "",
    )


def decisions(line: CreditLine) -> tuple[tuple[str, str, str], ...]:
    """List every decision about a course, the newest first: what counts, by whom, asked where.

    The last is the number of the request to the Board on which it was decided.
    """
    held = sorted(line.decisions.all(), key=lambda each: -each.number)
    return tuple(
        (
            _counts_for(line, each.recognised, each.at_stake, each.loss, each.loss_text),
            f"{each.decided_name}, {wording.day(each.decided_on)}. {_basis(each)}",
            str(each.board_decision.request.uuid) if each.board_decision else "",
        )
        for each in held
    )


def _basis(decision: CreditDecision) -> str:
    """Say on what a decision rests, with what the Board decided here."""
    rests_on = decision.board_decision
    if rests_on is None:
        return decision.basis
    return _("%(basis)s (decision of the Board of Examiners: %(outcome)s, %(day)s)") % {
        "basis": decision.basis,
        "outcome": rests_on.get_outcome_display(),
        "day": wording.day(rests_on.decided_on),
    }


def board_requests(stay: Stay) -> tuple[tuple[str, str], ...]:
    """List what the Board was asked about a stay after the return: its number and its state."""
    asked = stay.board_requests.filter(kind=RequestKind.RECOGNITION)
    return tuple((str(each.uuid), each.get_state_display()) for each in asked)


def _counts_for(
    line: CreditLine, recognised: Decimal | None, at_stake: Decimal, loss: str, text: str
) -> str:
    if not at_stake:
        return _("Counts") if line.outcome == CourseOutcome.PASSED else _("Does not count")
    counts = _("%(credits)s of %(all)s count") % {
        "credits": _number(recognised or Decimal(0)), "all": _number(at_stake),
    }  # fmt: skip
    return joined(". ", filter(None, (counts, ledger.loss_in_words(loss, text) if loss else "")))


def _worth(value: Decimal | None, scheme: str) -> str:
    return "" if value is None else f"{_number(value)} {_kind(scheme)}".strip()


def _kind(scheme: str) -> str:
    return "ECTS" if scheme.casefold() == "ects" else scheme


def _number(value: Decimal) -> str:
    return number_format(value.normalize() if value else Decimal(0), use_l10n=True)
