"""The ledger of recognition: each course abroad, from the plan to what counts at home.

A line follows the agreement until somebody decided about it. Its result is in the host's words.
What was agreed and passed is proposed as recognised by itself; whatever is lost needs a reason. A
decision is never changed: deciding otherwise is a new decision.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.choices import DoneBy
from sojourn.common.folding import fold
from sojourn.common.languages import Text, joined
from sojourn.mobility import board_decisions, steps
from sojourn.mobility.agreements import versions
from sojourn.mobility.agreements.substance import content_of
from sojourn.mobility.changes import locked, move, refusal
from sojourn.mobility.errors import ChangedMeanwhileError, MobilityError, NotAllowedNowError
from sojourn.mobility.homecoming import grades, letters
from sojourn.mobility.homecoming.rules import rules
from sojourn.mobility.models import (
    MOST_CREDITS,
    AgreementVersion,
    BoardDecision,
    ComponentTable,
    CourseOutcome,
    CreditDecision,
    CreditLine,
    Loss,
    Standing,
    Stay,
    Transcript,
)
from sojourn.mobility.permissions import speaks_for_board
from sojourn.mobility.states import CreditState, StayState, VersionState
from sojourn.people.models import User

WHEN = (StayState.AWAY, StayState.INTERRUPTED, StayState.BACK)
LONGEST_BASIS = 500
MOST_LINES = 100
APPEAL_WEEKS = 6
_NOTHING = Decimal(0)
_DECIDED = (CreditState.DECIDED, CreditState.ENTERED)
_AGREED_ONCE = (VersionState.AGREED, VersionState.REPLACED)


@dataclass(frozen=True)
class Result:
    """What the host says of a course, as it is written there."""

    outcome: str
    grade: str = ""
    credits: Decimal | None = None
    title: str = ""
    scheme: str = "ects"


@dataclass(frozen=True)
class Ruling:
    """What counts of a course, and why the rest does not."""

    recognised: Decimal
    loss: str = ""
    loss_text: str = ""
    home_grade: str = ""


@dataclass
class Account:
    """What became of the credits of one kind: every one is somewhere."""

    planned: Decimal = _NOTHING
    dropped: Decimal = _NOTHING
    added: Decimal = _NOTHING
    agreed: Decimal = _NOTHING
    extra: Decimal = _NOTHING
    """Taken besides what was agreed."""
    recognised: Decimal = _NOTHING
    lost: Decimal = _NOTHING
    undecided: Decimal = _NOTHING
    reasons: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: _NOTHING))


# --- Read -----------------------------------------------------------------------------------------


def lines_of(stay: Stay) -> list[CreditLine]:
    """List the courses with their decisions."""
    held = stay.credit_lines.prefetch_related("decisions__board_decision__request")
    return list(held.order_by("position", "pk"))


def newest(line: CreditLine) -> CreditDecision | None:
    """Return the decision that holds."""
    return max(line.decisions.all(), key=lambda each: each.number, default=None)


def appeal_until(decision: CreditDecision) -> dt.date:
    """Return the last day on which one can appeal: six weeks from the day of the decision."""
    return decision.decided_on + dt.timedelta(weeks=APPEAL_WEEKS)


def account(lines: Iterable[CreditLine]) -> dict[str, Account]:
    """Add the credits up, by their kind."""
    found: dict[str, Account] = {}
    for line in lines:
        if not line.scheme:
            continue
        sums = found.setdefault(line.scheme, Account())
        planned, agreed = line.planned or _NOTHING, line.agreed or _NOTHING
        sums.planned += planned
        sums.agreed += agreed
        sums.dropped += max(planned - agreed, _NOTHING)
        sums.added += max(agreed - planned, _NOTHING)
        if not line.is_agreed:
            sums.extra += line.at_stake
        decision = newest(line) if line.state in _DECIDED else None
        if decision is None:
            sums.undecided += line.at_stake
        else:
            sums.recognised += decision.recognised
            sums.lost += decision.lost
            if decision.lost:
                sums.reasons[decision.loss] += decision.lost
    return found


# --- What was agreed ------------------------------------------------------------------------------


def draw_up(stay: Stay, *, actor: User | None) -> None:
    """Let the lines follow the agreement. Twice does no harm; what is decided stays."""
    with transaction.atomic():
        row = _stay(stay)
        first, now, why = _agreed(row)
        held = {line.key: line for line in row.credit_lines.all()}
        for old in held.values():
            # It came in by a change and went out by a later one.
            if old.is_agreed and old.key not in {**first, **now} and old.state not in _DECIDED:
                old.is_agreed, old.agreed = False, None
                old.save(update_fields=["is_agreed", "agreed"])
                if old.state == CreditState.EXPECTED:
                    move(old, "drop", actor=actor, student=row.student)
        for place, (key, said) in enumerate({**first, **now}.items()):
            line = held.get(key)
            if line is not None and line.state in _DECIDED:
                continue
            if line is None:
                line = CreditLine(stay=row, key=key)
            line.position = place
            line.title, line.code = said["title"], said.get("code", "")
            line.scheme = said.get("scheme", "")
            line.was_planned, line.is_agreed = key in first, key in now
            line.planned, line.agreed = _worth(first.get(key)), _worth(now.get(key))
            line.why_changed = why.get(key, "")[:300]
            line.save()
            if not line.is_agreed and line.state == CreditState.EXPECTED:
                move(line, "drop", actor=actor, student=row.student)
            elif line.is_agreed and line.state == CreditState.DROPPED:
                move(line, "restore", actor=actor, student=row.student)
        if actor is not None:
            _settle(row, actor)


Said = dict[str, Any]


def _agreed(stay: Stay) -> tuple[dict[UUID, Said], dict[UUID, Said], dict[UUID, str]]:
    """Return what was agreed first, what is in force, and why lines changed."""
    agreement = versions.of_stay(stay)
    if agreement is None:
        return {}, {}, {}
    found = list(agreement.versions.filter(state__in=_AGREED_ONCE).order_by("number"))
    if not found:
        return {}, {}, {}
    why: dict[UUID, str] = {}
    for version in found:
        for said in content_of(version)["components"]:
            if said.get("standing", Standing.KEPT) != Standing.KEPT:
                why[UUID(said["key"])] = said.get("reason") or said.get("reason_text", "")
    return _lines(found[0]), _lines(found[-1]), why


def _lines(version: AgreementVersion) -> dict[UUID, Said]:
    """Return the courses of a version abroad; where it has none, what they count for at home."""
    standing = [
        said
        for said in content_of(version)["components"]
        if said.get("standing", Standing.KEPT) != Standing.REMOVED
    ]
    abroad = [said for said in standing if said["table"] != ComponentTable.HOME]
    return {UUID(said["key"]): said for said in abroad or standing}


def _worth(said: Said | None) -> Decimal | None:
    return Decimal(said["credits"]) if said and said.get("credits") else None


def follow(now: dt.datetime) -> None:
    """Draw up the ledgers of those who came back and have none. Twice does no harm."""
    back = Stay.objects.filter(state=StayState.BACK, credit_lines__isnull=True)
    for stay in back.filter(agreement__versions__state=VersionState.AGREED).distinct():
        draw_up(stay, actor=None)


def add_line(
    stay: Stay, title: str, code: str, worth: Decimal | None, scheme: str, *, actor: User
) -> CreditLine:
    """Add a course that was taken and is in no agreement here."""
    title = " ".join(title.split())[:250]
    if not title:
        raise MobilityError(_("Write the title of the course, as the host writes it."))
    with transaction.atomic():
        row = _stay(stay)
        if row.credit_lines.count() >= MOST_LINES:
            raise MobilityError(_("There are too many courses."))
        last = row.credit_lines.aggregate(Max("position"))["position__max"] or 0
        same = row.credit_lines.filter(title=title, code=code, is_agreed=False).first()
        if same is not None:
            return same
        made = CreditLine.objects.create(
            stay=row,
            position=last + 1,
            title=title,
            code=code[:40],
            scheme=scheme if worth is not None else "",
            taken=_sound(worth),
            taken_scheme=scheme if worth is not None else "",
        )
        _settle(row, actor)
        return made


# --- Results --------------------------------------------------------------------------------------


def set_result(
    line: CreditLine, said: Result, *, actor: User, transcript: Transcript | None = None
) -> CreditLine:
    """Write down what the host says. What was agreed and passed is proposed by itself."""
    if said.outcome not in CourseOutcome.values:
        raise MobilityError(_("Say whether the course was passed."))
    with transaction.atomic():
        row, found = _found(line)
        _write(row, found, said, actor, transcript)
        _settle(row, actor)
        return found


def read_from(transcript: Transcript, *, actor: User) -> int:
    """Take over the results of a transcript that is data. Return how many courses it has.

    A course is found by its code, else by its title, word for word; any other becomes a line of its
    own, which was not agreed. What is decided stays.
    """
    said = (transcript.read or {}).get("lines", ())
    done = [each for each in said if each["status"] != "in-progress"]
    with transaction.atomic():
        row = _stay(transcript.stay)
        free = [line for line in row.credit_lines.all() if line.state not in _DECIDED]
        decided = [line for line in row.credit_lines.all() if line.state in _DECIDED]
        for each in done:
            if _same(decided, each) is not None:
                continue
            found = _same(free, each)
            worth = Decimal(each["credits"]) if each["credits"] else None
            if found is None:
                found = add_line(
                    row, each["title"], each["code"], worth, each["scheme"], actor=actor
                )
            else:
                free.remove(found)
            outcome = CourseOutcome.PASSED if each["status"] == "passed" else CourseOutcome.FAILED
            result = Result(outcome, each["grade"], worth, each["title"], each["scheme"])
            _write(row, found, result, actor, transcript)
        _settle(row, actor)
        return len(done)


def _same(lines: Sequence[CreditLine], said: dict[str, str]) -> CreditLine | None:
    if said["code"]:
        code = said["code"].casefold()
        by_code = [line for line in lines if line.code.casefold() == code]
        if by_code:
            return by_code[0]
    title = fold(said["title"])
    return next((line for line in lines if fold(line.title) == title), None)


def _write(
    stay: Stay, line: CreditLine, said: Result, actor: User, transcript: Transcript | None
) -> None:
    """Write a result on a line of a locked stay, and propose what follows from it.

    The same result once more leaves what was proposed by hand as it is.
    """
    before = _result_of(line)
    line.outcome = said.outcome
    line.grade = " ".join(said.grade.split())[:60]
    line.result_title = " ".join(said.title.split())[:250]
    line.taken = _sound(said.credits)
    line.taken_scheme = said.scheme if line.taken is not None else ""
    is_same = _result_of(line) == before and transcript in (None, line.transcript)
    if is_same and line.state == CreditState.PROPOSED:
        return
    line.transcript = transcript
    line.recognised, line.loss, line.loss_text = None, "", ""
    line.home_grade, line.grade_table = "", None
    line.scheme = line.scheme or line.taken_scheme
    move(line, "result", actor=actor, student=stay.student, outcome=said.outcome)
    proposal = _follows(stay, line)
    if proposal is not None:
        _propose(stay, line, proposal, actor)


def _result_of(line: CreditLine) -> tuple[object, ...]:
    title = line.result_title or line.title
    return line.outcome, line.grade, title, line.taken, line.taken_scheme


def suggested(stay: Stay, line: CreditLine) -> Ruling:
    """Return what the form of a proposal begins with."""
    table = grades.table_for(stay, line)
    grade = table.grade_of(line) if table else ""
    if line.outcome != CourseOutcome.PASSED:
        loss = Loss.NOT_TAKEN if line.outcome == CourseOutcome.NOT_TAKEN else Loss.NOT_PASSED
        return Ruling(_NOTHING, loss if line.at_stake else "", "", grade)
    if not line.is_agreed:
        return Ruling(line.at_stake, "", "", grade)
    given = min(line.taken or _NOTHING, line.at_stake) if _is_same_kind(line) else line.at_stake
    return Ruling(given, Loss.FEWER if given < line.at_stake else "", "", grade)


def _follows(stay: Stay, line: CreditLine) -> Ruling | None:
    """Return what is proposed without more work: what was agreed and passed."""
    is_full = line.taken is None or (_is_same_kind(line) and line.taken >= line.at_stake)
    if line.is_agreed and line.outcome == CourseOutcome.PASSED and is_full:
        return suggested(stay, line)
    return None


def _is_same_kind(line: CreditLine) -> bool:
    return line.taken is not None and line.taken_scheme.casefold() == line.scheme.casefold()


# --- Proposed and decided -------------------------------------------------------------------------


def propose(line: CreditLine, ruling: Ruling, *, actor: User) -> CreditLine:
    """Propose what counts of a course, and why the rest does not."""
    with transaction.atomic():
        row, found = _found(line)
        _propose(row, found, ruling, actor)
        return found


def _propose(stay: Stay, line: CreditLine, ruling: Ruling, actor: User) -> None:
    checked = _checked(line, ruling)
    line.recognised, line.loss = checked.recognised, checked.loss
    line.loss_text, line.home_grade = checked.loss_text, checked.home_grade
    table = grades.table_for(stay, line)
    line.grade_table = table.as_data() if table and table.grade_of(line) else None
    move(
        line,
        "propose",
        actor=actor,
        student=stay.student,
        recognised=str(checked.recognised),
        loss=checked.loss,
    )


def decide(
    line: CreditLine,
    ruling: Ruling,
    basis: str,
    on: dt.date,
    *,
    actor: User,
    board_decision: BoardDecision | None = None,
) -> CreditDecision:
    """Decide about a course. Somebody who is not of the Board says which decision it is.

    After a decision another one may follow; the one before stays as it was. The same form sent
    twice is one decision. `board_decision` is what it rests on, where the Board was asked here.
    """
    with transaction.atomic():
        row, found = _found(line)
        made = _decide(row, found, ruling, basis, on, actor, board_decision)
        _settle(row, actor)
        return made


def decide_as_proposed(
    stay: Stay,
    seen: Sequence[str],
    basis: str,
    on: dt.date,
    *,
    actor: User,
    board_decision: BoardDecision | None = None,
) -> int:
    """Decide about everything that is proposed, as it is proposed. Return how many courses.

    `seen` says what the page showed; where something else is proposed by now, nothing is decided.
    """
    with transaction.atomic():
        row = _stay(stay)
        waiting = [line for line in lines_of(row) if line.state == CreditState.PROPOSED]
        if sorted(map(proposal_key, waiting)) != sorted(seen):
            raise ChangedMeanwhileError(
                _("Something else is proposed by now, see below. Decide again.")
            )
        for line in waiting:
            _decide(row, line, proposed(line), basis, on, actor, board_decision)
        _settle(row, actor)
        return len(waiting)


def proposal_key(line: CreditLine) -> str:
    """Name a line as it is proposed now."""
    return f"{line.pk}:{line.recognised}:{line.changed_at.timestamp()}"


def proposed(line: CreditLine) -> Ruling:
    """Return what is proposed on a line."""
    return Ruling(line.recognised or _NOTHING, line.loss, line.loss_text, line.home_grade)


def _decide(
    stay: Stay,
    line: CreditLine,
    ruling: Ruling,
    basis: str,
    on: dt.date,
    actor: User,
    board_decision: BoardDecision | None,
) -> CreditDecision:
    is_board = speaks_for_board(actor, stay)
    basis = " ".join(basis.split())[:LONGEST_BASIS]
    if board_decision is not None:
        if not board_decisions.after_return(stay).filter(pk=board_decision.pk).exists():
            raise MobilityError(_("That decision of the Board is not about this stay."))
        basis = basis or _("Letter %(number)s") % {"number": str(board_decision.uuid)[:8]}
    if not basis:
        raise MobilityError(
            _("Say on what basis: the agreement, or which decision of the Board of which day.")
        )
    if on > timezone.localdate():
        raise MobilityError(_("That day is still to come."))
    checked = _checked(line, ruling)
    before = newest(line)
    made = CreditDecision(
        line=line,
        number=before.number + 1 if before else 1,
        at_stake=line.at_stake,
        recognised=checked.recognised,
        lost=line.at_stake - checked.recognised,
        scheme=line.scheme,
        loss=checked.loss,
        loss_text=checked.loss_text,
        home_grade=checked.home_grade,
        grade_table=line.grade_table,
        basis=basis,
        board_decision=board_decision,
        decided_by=actor,
        decided_name=str(actor)[:200],
        by_board=is_board,
        decided_on=on,
    )
    if before is not None and _content_of(before) == _content_of(made):
        return before
    line.recognised, line.loss = checked.recognised, checked.loss
    line.loss_text, line.home_grade = checked.loss_text, checked.home_grade
    line.entered_by = line.entered_at = None
    move(
        line,
        "decide",
        actor=actor,
        student=stay.student,
        number=made.number,
        recognised=str(made.recognised),
        lost=str(made.lost),
        loss=made.loss,
    )
    made.save()
    return made


def _content_of(decision: CreditDecision) -> tuple[object, ...]:
    said = decision.recognised, decision.loss, decision.loss_text, decision.home_grade
    by = decision.board_decision_id, decision.decided_by_id
    return *said, decision.basis, decision.decided_on, *by


def enter(line: CreditLine, home_code: str, *, actor: User) -> CreditLine:
    """Say that what was recognised is entered in the system at home. Twice changes nothing."""
    with transaction.atomic():
        row, found = _found(line)
        if found.state == CreditState.ENTERED:
            return found
        found.home_code = " ".join(home_code.split())[:60]
        found.entered_by, found.entered_at = actor, timezone.now()
        move(found, "enter", actor=actor, student=row.student)
        _settle(row, actor)
        return found


# --- How it is done -------------------------------------------------------------------------------


def _checked(line: CreditLine, ruling: Ruling) -> Ruling:
    """Refuse what does not add up, and a loss without a reason."""
    recognised = _sound(ruling.recognised) or _NOTHING
    if recognised > line.at_stake:
        raise MobilityError(
            _("At most %(credits)s can be recognised of “%(course)s”.")
            % {"credits": f"{line.at_stake.normalize():f}", "course": line.title}
        )
    if recognised == line.at_stake:
        return Ruling(recognised, home_grade=_short(ruling.home_grade))
    if ruling.loss not in losses():
        raise MobilityError(_("Say why the rest of “%(course)s” is lost.") % {"course": line.title})
    text = " ".join(ruling.loss_text.split())[:300]
    if ruling.loss == Loss.OTHER and not text:
        raise MobilityError(_("Say in words why the rest of it is lost."))
    return Ruling(recognised, ruling.loss, text, _short(ruling.home_grade))


def losses() -> dict[str, Any]:
    """Return the reasons for a loss: the common ones, and those of the edition."""
    return {
        **{each.value: each.label for each in Loss},
        **{each["id"]: Text(each["name"]) for each in rules().losses},
    }


def loss_in_words(code: str, text: str) -> str:
    """Return a reason for a loss as it is read."""
    return joined(": ", filter(None, (str(losses().get(code, code)), text)))


def _short(grade: str) -> str:
    return " ".join(grade.split())[:60]


def _sound(value: Decimal | None) -> Decimal | None:
    if value is None:
        return None
    if not value.is_finite() or not 0 <= value <= MOST_CREDITS:
        raise MobilityError(_("That is no number of credits that we can keep."))
    return value.quantize(Decimal("0.01"))


def _stay(stay: Stay) -> Stay:
    row = locked(stay)
    if row.state not in WHEN:
        raise refusal(row)
    return row


def _found(line: CreditLine) -> tuple[Stay, CreditLine]:
    row = _stay(line.stay)
    found = row.credit_lines.filter(pk=line.pk).first()
    if found is None:
        raise NotAllowedNowError(_("This is no longer there. Perhaps somebody else deleted it."))
    return row, found


def _settle(stay: Stay, actor: User) -> None:
    """Let the steps of the road say how far it is. The caller holds the lock."""
    lines = [line for line in stay.credit_lines.all() if line.state != CreditState.DROPPED]
    decided = bool(lines) and all(line.state in _DECIDED for line in lines)
    entered = decided and all(
        line.state == CreditState.ENTERED or not line.recognised for line in lines
    )
    is_news = stay.steps.filter(step__done_by=DoneBy.RECOGNITION, settled_at__isnull=True).exists()
    for event, holds in ((DoneBy.RECOGNITION, decided), (DoneBy.ENTRY, entered)):
        if holds:
            steps.done_by(stay, event, actor=actor)
        else:
            steps.undone_by(stay, event, _("Not every course is settled."), actor=actor)
    if decided and is_news:
        letters.recognised(stay)
