"""The states of a stay, and the one table of the transitions that are allowed.

Every change of a state goes through `changes.move`, which looks here; docs/mobility.md shows the
same table, and a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StayState(models.TextChoices):
    """The state of a stay."""

    PREPARING = "preparing", _("Being prepared")
    AWAY = "away", _("Abroad")
    INTERRUPTED = "interrupted", _("Interrupted")
    BACK = "back", _("Back, not settled yet")
    FINISHED = "finished", _("Finished")
    POSTPONED = "postponed", _("Postponed")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def meaning(self) -> StayMeaning:
        """Return what follows from the state."""
        return _STAY_MEANINGS[self]


@dataclass(frozen=True)
class StayMeaning:
    """What follows from the state of a stay, wherever that is asked."""

    is_running: bool = False
    """Somebody has something to do, and deadlines count."""
    is_before: bool = False
    """The student has not left."""
    is_over: bool = False
    """Nothing is to be done any more."""


_STAY_MEANINGS = {
    StayState.PREPARING: StayMeaning(is_running=True, is_before=True),
    StayState.AWAY: StayMeaning(is_running=True),
    StayState.INTERRUPTED: StayMeaning(),
    StayState.BACK: StayMeaning(is_running=True),
    StayState.FINISHED: StayMeaning(is_over=True),
    StayState.POSTPONED: StayMeaning(is_before=True),
    StayState.WITHDRAWN: StayMeaning(is_over=True),
}
# For queries.
RUNNING = [each for each in StayState if each.meaning.is_running]
OVER = [each for each in StayState if each.meaning.is_over]
# The student is there, or has been: what the host gives at the end is asked for or is there.
COMES_HOME = [StayState.AWAY, StayState.INTERRUPTED, StayState.BACK, StayState.FINISHED]
STANDING = [each for each in StayState if not each.meaning.is_over]


class StepState(models.TextChoices):
    """The state of one step of a stay."""

    WAITING = "waiting", _("To do")
    SAID = "said", _("Done, the office looks at it")
    DONE = "done", pgettext_lazy("step", "Done")
    WAIVED = "waived", pgettext_lazy("step", "Not needed")


# What a gate asks for is there.
SETTLED = [StepState.DONE, StepState.WAIVED]


class VersionState(models.TextChoices):
    """The state of one version of an agreement."""

    DRAFT = "draft", pgettext_lazy("agreement", "Draft")
    SIGNING = "signing", pgettext_lazy("agreement", "Being signed")
    AGREED = "agreed", pgettext_lazy("agreement", "In force")
    REPLACED = "replaced", pgettext_lazy("agreement", "Replaced by a change")
    REFUSED = "refused", pgettext_lazy("agreement", "Refused")
    RECALLED = "recalled", pgettext_lazy("agreement", "Taken back")


# Somebody works on it or signs it: at most one of an agreement.
OPEN_VERSIONS = [VersionState.DRAFT, VersionState.SIGNING]


class SigningState(models.TextChoices):
    """How far one person is with signing a version."""

    WAITING = "waiting", pgettext_lazy("signature", "Not asked yet")
    SENT = "sent", pgettext_lazy("signature", "Asked")
    SIGNED = "signed", pgettext_lazy("signature", "Signed")
    REFUSED = "refused", pgettext_lazy("signature", "Refused")
    HANDED_ON = "handed_on", pgettext_lazy("signature", "Passed on to somebody else")


class TranscriptState(models.TextChoices):
    """The state of a transcript that somebody brought."""

    WAITING = "waiting", pgettext_lazy("transcript", "The office looks at it")
    CHECKED = "checked", pgettext_lazy("transcript", "Checked: it comes from the host")
    REFUSED = "refused", pgettext_lazy("transcript", "Does not count")


class GrantState(models.TextChoices):
    """How far a grant of a stay is."""

    PROMISED = "promised", pgettext_lazy("grant", "Promised")
    RECALCULATED = "recalculated", pgettext_lazy("grant", "Counted again")
    RECLAIMED = "reclaimed", pgettext_lazy("grant", "Asked back")
    SETTLED = "settled", pgettext_lazy("grant", "Settled")
    TAKEN_BACK = "taken_back", pgettext_lazy("grant", "Taken back")


# Money may still move.
OPEN_GRANTS = [GrantState.PROMISED, GrantState.RECALCULATED, GrantState.RECLAIMED]


class BoardState(models.TextChoices):
    """The state of a request to the Board of Examiners."""

    WAITING = "waiting", pgettext_lazy("request", "Waits for the Board")
    ASKED_BACK = "asked_back", pgettext_lazy("request", "The Board asks something")
    DECIDED = "decided", pgettext_lazy("request", "Decided")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "Withdrawn")


# The Board has not decided yet.
UNDECIDED = [BoardState.WAITING, BoardState.ASKED_BACK]


class CreditState(models.TextChoices):
    """How far a course abroad is on the way to credits at home."""

    EXPECTED = "expected", pgettext_lazy("course", "No result yet")
    RESULT = "result", pgettext_lazy("course", "Result is there")
    PROPOSED = "proposed", pgettext_lazy("course", "Proposed")
    DECIDED = "decided", pgettext_lazy("course", "Decided")
    ENTERED = "entered", pgettext_lazy("course", "Entered at home")
    DROPPED = "dropped", pgettext_lazy("course", "Taken out by a change")


class Actor(models.TextChoices):
    """Who makes a transition."""

    STUDENT = "student", _("student")
    OFFICE = "office", _("office")
    HOST = "host", pgettext_lazy("actor", "host")
    CLOCK = "clock", _("clock")


@dataclass(frozen=True)
class Transition:
    """One allowed change: of what, its name, from which state to which, and by whom."""

    of: str
    name: str
    before: str
    after: str
    by: tuple[Actor, ...]


_S, _O, _H, _C = Actor.STUDENT, Actor.OFFICE, Actor.HOST, Actor.CLOCK
_P, _A, _I, _B = StayState.PREPARING, StayState.AWAY, StayState.INTERRUPTED, StayState.BACK
_F, _LATER, _W = StayState.FINISHED, StayState.POSTPONED, StayState.WITHDRAWN
_PROMISED, _COUNTED = GrantState.PROMISED, GrantState.RECALCULATED
_ASKED, _SETTLED = GrantState.RECLAIMED, GrantState.SETTLED

TRANSITIONS: tuple[Transition, ...] = (
    Transition("stay", "depart", _P, _A, (_S, _O, _H)),
    Transition("stay", "come_back", _A, _B, (_S, _O)),
    Transition("stay", "finish", _B, _F, (_O,)),
    Transition("stay", "reopen", _F, _B, (_O,)),
    Transition("stay", "withdraw", _P, _W, (_S, _O)),
    Transition("stay", "withdraw", _LATER, _W, (_S, _O)),
    Transition("stay", "lose_place", _P, _W, (_S, _O)),
    Transition("stay", "lose_place", _LATER, _W, (_S, _O)),
    Transition("stay", "postpone", _P, _LATER, (_O,)),
    Transition("stay", "resume", _LATER, _P, (_O,)),
    Transition("stay", "interrupt", _A, _I, (_O,)),
    Transition("stay", "go_on", _I, _A, (_O,)),
    Transition("stay", "return_early", _A, _B, (_O,)),
    Transition("stay", "return_early", _I, _B, (_O,)),
    Transition("stay", "force_majeure", _P, _W, (_O,)),
    Transition("stay", "force_majeure", _A, _B, (_O,)),
    Transition("stay", "force_majeure", _I, _B, (_O,)),
    Transition("stay", "extend", _A, _A, (_O,)),
    Transition("step", "do", StepState.WAITING, StepState.DONE, (_S, _O, _H)),
    Transition("step", "say", StepState.WAITING, StepState.SAID, (_S, _O, _H)),
    Transition("step", "accept", StepState.SAID, StepState.DONE, (_S, _O, _H)),
    Transition("step", "send_back", StepState.SAID, StepState.WAITING, (_O,)),
    Transition("step", "waive", StepState.WAITING, StepState.WAIVED, (_O,)),
    Transition("step", "waive", StepState.SAID, StepState.WAIVED, (_O,)),
    Transition("step", "reopen", StepState.DONE, StepState.WAITING, (_S, _O)),
    Transition("step", "reopen", StepState.WAIVED, StepState.WAITING, (_O,)),
    Transition("step", "run_out", StepState.DONE, StepState.WAITING, (_C,)),
    Transition("version", "send", VersionState.DRAFT, VersionState.SIGNING, (_S,)),
    Transition("version", "agree", VersionState.SIGNING, VersionState.AGREED, (_S, _O, _H)),
    Transition("version", "refuse", VersionState.SIGNING, VersionState.REFUSED, (_O, _H)),
    Transition("version", "recall", VersionState.SIGNING, VersionState.RECALLED, (_S, _O)),
    Transition("version", "discard", VersionState.DRAFT, VersionState.RECALLED, (_S, _O)),
    Transition("version", "replace", VersionState.AGREED, VersionState.REPLACED, (_S, _O, _H)),
    Transition("signing", "ask", SigningState.WAITING, SigningState.SENT, (_S, _O, _H)),
    Transition("signing", "sign", SigningState.SENT, SigningState.SIGNED, (_S, _O, _H)),
    Transition("signing", "refuse", SigningState.SENT, SigningState.REFUSED, (_O, _H)),
    Transition("signing", "hand_on", SigningState.SENT, SigningState.HANDED_ON, (_O, _H)),
    Transition("transcript", "check", TranscriptState.WAITING, TranscriptState.CHECKED, (_O,)),
    Transition("transcript", "refuse", TranscriptState.WAITING, TranscriptState.REFUSED, (_O,)),
    Transition("grant", "check", _PROMISED, _PROMISED, (_O,)),
    Transition("grant", "check", _COUNTED, _COUNTED, (_O,)),
    Transition("grant", "pay", _PROMISED, _PROMISED, (_O,)),
    Transition("grant", "pay", _COUNTED, _COUNTED, (_O,)),
    Transition("grant", "recalculate", _PROMISED, _COUNTED, (_O,)),
    Transition("grant", "recalculate", _COUNTED, _COUNTED, (_O,)),
    Transition("grant", "recalculate", _ASKED, _COUNTED, (_O,)),
    Transition("grant", "reclaim", _COUNTED, _ASKED, (_O,)),
    Transition("grant", "repay", _ASKED, _ASKED, (_O,)),
    Transition("grant", "correct", _PROMISED, _PROMISED, (_O,)),
    Transition("grant", "correct", _COUNTED, _COUNTED, (_O,)),
    Transition("grant", "correct", _ASKED, _ASKED, (_O,)),
    Transition("grant", "settle", _COUNTED, _SETTLED, (_O,)),
    Transition("grant", "settle", _ASKED, _SETTLED, (_O,)),
    Transition("grant", "reopen", _SETTLED, _COUNTED, (_O,)),
    Transition("grant", "take_back", _PROMISED, GrantState.TAKEN_BACK, (_O,)),
    Transition("board", "ask_back", BoardState.WAITING, BoardState.ASKED_BACK, (_O,)),
    Transition("board", "answer", BoardState.ASKED_BACK, BoardState.WAITING, (_S, _O)),
    Transition("board", "decide", BoardState.WAITING, BoardState.DECIDED, (_O,)),
    Transition("board", "decide", BoardState.ASKED_BACK, BoardState.DECIDED, (_O,)),
    Transition("board", "withdraw", BoardState.WAITING, BoardState.WITHDRAWN, (_S, _O, _H)),
    Transition("board", "withdraw", BoardState.ASKED_BACK, BoardState.WITHDRAWN, (_S, _O, _H)),
    Transition("credit", "drop", CreditState.EXPECTED, CreditState.DROPPED, (_O, _C)),
    Transition("credit", "restore", CreditState.DROPPED, CreditState.EXPECTED, (_O, _C)),
    Transition("credit", "result", CreditState.EXPECTED, CreditState.RESULT, (_O,)),
    Transition("credit", "result", CreditState.DROPPED, CreditState.RESULT, (_O,)),
    Transition("credit", "result", CreditState.RESULT, CreditState.RESULT, (_O,)),
    Transition("credit", "result", CreditState.PROPOSED, CreditState.RESULT, (_O,)),
    Transition("credit", "propose", CreditState.RESULT, CreditState.PROPOSED, (_O,)),
    Transition("credit", "propose", CreditState.PROPOSED, CreditState.PROPOSED, (_O,)),
    Transition("credit", "decide", CreditState.PROPOSED, CreditState.DECIDED, (_O,)),
    Transition("credit", "decide", CreditState.DECIDED, CreditState.DECIDED, (_O,)),
    Transition("credit", "decide", CreditState.ENTERED, CreditState.DECIDED, (_O,)),
    Transition("credit", "enter", CreditState.DECIDED, CreditState.ENTERED, (_O,)),
)


def find_transition(of: str, name: str, before: str) -> Transition | None:
    """Find the transition of that name from that state; None where it is not allowed."""
    return next(
        (each for each in TRANSITIONS if (each.of, each.name, each.before) == (of, name, before)),
        None,
    )


class ChangeKind(models.TextChoices):
    """How the course of a stay changes; each kind has consequences of its own."""

    WITHDRAWN = "withdrawn", _("The student does not go")
    POSTPONED = "postponed", _("The stay is postponed")
    INTERRUPTED = "interrupted", _("The stay is interrupted")
    EARLY_RETURN = "early_return", _("The student comes back early")
    FORCE_MAJEURE = "force_majeure", _("Force majeure ends it")
    EXTENDED = "extended", _("The stay is extended")

    @property
    def transition(self) -> str:
        """Return the name of the transition that it makes."""
        return _TRANSITION_OF[self]

    @property
    def asks_for_last_day(self) -> bool:
        """Tell whether there is a new last day to say."""
        return self in (ChangeKind.EARLY_RETURN, ChangeKind.FORCE_MAJEURE, ChangeKind.EXTENDED)


_TRANSITION_OF = {
    ChangeKind.WITHDRAWN: "withdraw",
    ChangeKind.POSTPONED: "postpone",
    ChangeKind.INTERRUPTED: "interrupt",
    ChangeKind.EARLY_RETURN: "return_early",
    ChangeKind.FORCE_MAJEURE: "force_majeure",
    ChangeKind.EXTENDED: "extend",
}


def changes_from(state: str) -> list[ChangeKind]:
    """List the kinds of ending that are possible from a state."""
    return [kind for kind in ChangeKind if find_transition("stay", kind.transition, state)]
