"""A student's result in sentences: what they got, why not each higher choice, what comes next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue.snapshot.types import Records
from sojourn.design.components import Message
from sojourn.engines.allocation import Reason, WhyNot
from sojourn.portal.apply.presenters.round_page import category
from sojourn.portal.shared import formatting, urls
from sojourn.portal.shared.links import AFTER_SELECTION, guide_or_list
from sojourn.selection import objections
from sojourn.selection.models import Application, Choice, Objection, Offer
from sojourn.selection.offers import moment, place_name
from sojourn.selection.results import OwnResult, PublishedResult
from sojourn.selection.scoring import Counted, ScoreSum
from sojourn.selection.states import ApplicationState, ObjectionState


@dataclass(frozen=True)
class Line:
    """One round with results, in the list of all of one's own."""

    title: str
    href: str
    detail: str


@dataclass(frozen=True)
class ChoiceLine:
    """One choice of the list: what became of it, and why."""

    rank: int
    place: str
    standing: str
    """In two or three words."""
    tone: str
    """good, warn or bad: how the standing is drawn."""
    why: str
    queue: str


@dataclass(frozen=True)
class Answer:
    """One of the answers that an offer can be given."""

    name: str
    title: str
    hint: str


@dataclass(frozen=True)
class SumLine:
    """What one criterion adds: in words, in figures, and as drawn in thousandths."""

    name: str
    detail: str
    share: str
    points: str
    shade: int
    starts: str
    """Where its part of the whole bar begins, and how long it is; of a thousand."""
    length: str
    most: str
    """How long its own bar is, beside that of the criterion that can add most."""
    reached: str


@dataclass(frozen=True)
class Cut:
    """The score of the last one admitted at a choice, as a mark on the bar."""

    at: str
    text: str


@dataclass(frozen=True)
class Sum:
    """How the points of one or several choices add up."""

    title: str
    places: str
    """For which choices, where not for all."""
    lines: tuple[SumLine, ...]
    total: str
    of: str
    reached: str
    is_open: bool
    """It is of the place that is the student's, or of the first choice; others are folded."""
    cuts: tuple[Cut, ...]


@dataclass(frozen=True)
class Step:
    """Something to do now, or to know."""

    title: str
    detail: str
    href: str = ""


@dataclass(frozen=True)
class ResultPage:
    title: str
    round: str
    is_example: bool
    hides_points: bool
    href: str
    uuid: str
    headline: str
    lead: str
    offer: str
    """The id of the offer to be answered or kept; empty where there is none."""
    place: str
    answers: tuple[Answer, ...]
    may_stop_waiting: bool
    may_leave: bool
    choices: tuple[ChoiceLine, ...]
    sums: tuple[Sum, ...]
    waiting: tuple[str, ...]
    """What it means to wait; empty where nobody waits."""
    steps: tuple[Step, ...]
    code: str
    lot: str
    certificate_href: str
    objection_href: str
    objection_link: str
    objection: str
    history: tuple[str, ...]


def line(application: Application) -> Line:
    return Line(
        application.round.title,
        reverse("results:result", args=[application.uuid]),
        _("results of %(day)s") % {"day": formatting.day(_local(application.round.publication.at))},
    )


def _local(value: dt.datetime) -> dt.date:
    return timezone.localtime(value).date()


def page(result: OwnResult, records: Records, now: dt.datetime) -> ResultPage:
    application = result.application
    headline, lead = _headline(result)
    offer = result.offer
    return ResultPage(
        title=_("Your result: %(round)s") % {"round": application.round.title},
        round=application.round.title,
        is_example=application.round.is_example,
        hides_points=result.hides_points,
        href=reverse("results:result", args=[application.uuid]),
        uuid=str(application.uuid),
        headline=headline,
        lead=lead,
        offer=str(offer.uuid) if offer else "",
        place=place_name(offer.opportunity) if offer else "",
        answers=_answers(result) if result.may_answer else (),
        may_stop_waiting=(
            result.is_running and offer is not None and offer.meaning.waits_for_higher
        ),
        may_leave=result.is_running and application.state == ApplicationState.SUBMITTED,
        choices=tuple(_choice(result, each) for each in result.choices),
        sums=_sums(result),
        waiting=_waiting(result),
        steps=_steps(result, records),
        code=application.code,
        lot=str(result.explanation.lot) if result.explanation else "",
        certificate_href=reverse("results:certificate", args=[application.round.slug]),
        objection_href=_objection_href(result, now),
        objection_link=_("See your objection") if result.objection else _("Make an objection"),
        objection=_objection_sentence(result, now),
        history=tuple(_past(each) for each in result.earlier),
    )


def _headline(result: OwnResult) -> tuple[str, str]:
    offer = result.offer
    if result.application.state == ApplicationState.WITHDRAWN:
        return _("You have left this round"), _("You are no longer waiting for anything here.")
    if offer is None:
        if result.queue:
            return (
                _("No place yet"),
                _("You are on the waiting list. It moves automatically, and we send you a mail."),
            )
        return _("No place in this round"), _("Below you read why, choice by choice.")
    place = place_name(offer.opportunity)
    if offer.meaning.awaits_answer:
        if not result.may_answer:
            return _("Your offer: %(place)s") % {"place": place}, _(
                "The time to answer is over. The place goes to the next student."
            )
        return (
            _("You are offered: %(place)s") % {"place": place},
            _(
                "Answer by %(until)s, by the clock of this site. After that it goes to "
                "the next student."
            )
            % {"until": moment(offer.answer_by)},
        )
    if offer.meaning.waits_for_higher:
        return (
            _("Yours: %(place)s") % {"place": place},
            _(
                "When a choice higher on your list becomes free, you move up "
                "automatically and this place goes to somebody else."
            ),
        )
    return (
        _("Yours: %(place)s") % {"place": place},
        _(
            "You accepted this place. It cannot be taken away from you; the office "
            "will nominate you to the host."
        ),
    )


# --- The sum --------------------------------------------------------------------------------

_WHOLE = 1000


def _sums(result: OwnResult) -> tuple[Sum, ...]:
    """Return each way in which points add up, with the choices that have it in common."""
    grouped: dict[ScoreSum, list[Choice]] = {}
    for choice in result.choices:
        found = result.sums.get(choice.opportunity.key)
        if found is not None:
            grouped.setdefault(found, []).append(choice)
    return tuple(
        _sum(result, found, choices, is_only=len(grouped) == 1)
        for found, choices in grouped.items()
    )


def _sum(result: OwnResult, found: ScoreSum, choices: list[Choice], *, is_only: bool) -> Sum:
    digits = result.score_digits
    highest = result.application.round.score_highest
    total = _points(found.score, digits)
    most = max(each.most for each in found.parts)
    first = result.choices[0].opportunity
    shown = [each.opportunity for each in choices]
    starts = Fraction(0)
    lines = []
    for number, part in enumerate(found.parts):
        lines.append(
            SumLine(
                name=part.criterion.name,
                detail=_value(part, result.application),
                share=_("%(share)s × %(most)s")
                % {"share": _figure(part.share, 2), "most": _figure(part.most, 2)},
                points=formatting.number(Decimal(f"{float(part.points):.{digits}f}"), digits),
                shade=number % 4,
                starts=_drawn(starts / highest),
                length=_drawn(part.points / highest),
                most=_drawn(part.most / most),
                reached=_drawn(part.points / most),
            )
        )
        starts += part.points
    return Sum(
        title=_("How your %(points)s points add up") % {"points": total},
        places="" if is_only else formatting.listed([place_name(e.opportunity) for e in choices]),
        lines=tuple(lines),
        total=total,
        of=_("of %(highest)d") % {"highest": highest},
        reached=_drawn(starts / highest),
        is_open=is_only or (result.offer.opportunity if result.offer else first) in shown,
        cuts=_cuts(result, choices),
    )


def _drawn(part: Fraction) -> str:
    """Return a length as a drawing writes it, in every language with a point."""
    return f"{float(part) * _WHOLE:.1f}"


def _figure(value: Fraction | Decimal | int, most_digits: int) -> str:
    """Return a figure without zeros that say nothing: 0.75, 4, 7.6."""
    rounded = round(Fraction(value), most_digits)
    digits = next(n for n in range(most_digits + 1) if round(rounded, n) == rounded)
    # Through text: a fraction has more digits than a decimal can.
    return formatting.number(Decimal(f"{float(rounded):.{digits}f}"), digits)


def _value(part: Counted, application: Application) -> str:
    criterion = part.criterion
    figures = {
        "value": _figure(part.value, 2),
        "low": _figure(criterion.lowest, 2),
        "high": _figure(criterion.highest, 2),
    }
    if criterion.behaviour.asks_language and application.languages.get(criterion.language):
        level = {"level": application.languages[criterion.language]}
        return _("%(level)s, that is %(value)s of %(high)s") % {**figures, **level}
    if criterion.lowest:
        return _("%(value)s, on a scale from %(low)s to %(high)s") % figures
    if criterion.behaviour.has_rubric:
        return _("%(value)s of %(high)s, the average of your reviewers") % figures
    return _("%(value)s of %(high)s") % figures


def _cuts(result: OwnResult, choices: list[Choice]) -> tuple[Cut, ...]:
    """Return the scores of those admitted last, where a student may know them."""
    if result.explanation is None:
        return ()
    named = {each.opportunity.key: each for each in choices}
    whole = result.application.round.score_highest * 10**result.score_digits
    return tuple(
        Cut(
            _drawn(Fraction(why.last_admitted.score, whole)),
            _("%(place)s: the last one admitted had %(points)s")
            % {
                "place": place_name(named[why.opportunity].opportunity),
                "points": _points(why.last_admitted.score, result.score_digits),
            },
        )
        for why in result.explanation.why_not
        if why.opportunity in named and why.last_admitted is not None
    )


# --- What waiting means, and what to do -----------------------------------------------------


def _waiting(result: OwnResult) -> tuple[str, ...]:
    if not result.queue:
        return ()
    parts = [
        _(
            "When somebody ahead of you says no, or gives up the place, it goes to the next one on "
            "the list. You do nothing: we send you a mail, and the offer stands on this page with "
            "the day by which you answer."
        )
    ]
    if result.offer is not None and result.offer.meaning.waits_for_higher:
        parts.append(
            _(
                "Your place now is safe. When a higher choice becomes free, you move up and this "
                "place goes to somebody else. You can stop waiting at any time."
            )
        )
    elif result.may_answer and result.may_wait and result.waits_for_higher:
        parts.append(
            _(
                "You can accept what is offered and wait as well. Then this place is yours until "
                "you move up. You can stop waiting at any time."
            )
        )
    else:
        parts.append(
            _(
                "Your number gets lower as others drop out. It is no promise: keep another plan "
                "ready. The list ends when the office closes the round."
            )
        )
    return tuple(parts)


def _steps(result: OwnResult, records: Records) -> tuple[Step, ...]:
    if result.application.state == ApplicationState.WITHDRAWN:
        return ()
    offer = result.offer
    if offer is None:
        return _steps_without_place(result)
    talk = Step(
        _("Talk about your courses"),
        _("Take the courses you would follow to a talk, so that you know what counts."),
        urls.advice(),
    )
    follows = Step(
        _("See what follows, and when"),
        _("Papers, room, grant and insurance, in the order in which you need them."),
        guide_or_list(records, AFTER_SELECTION),
    )
    if offer.meaning.awaits_answer:
        if not result.may_answer:
            return ()
        first = Step(
            _("Answer by %(until)s") % {"until": moment(offer.answer_by)},
            _("With the form on this page. Without an answer it goes to the next student."),
        )
        return (first, talk, follows)
    deadline = offer.opportunity.nomination_deadline
    nominated = Step(
        _("We tell the host that you are coming"),
        _("By %(day)s. You hear it by mail; there is nothing you need to do for it.")
        % {"day": formatting.day(deadline)}
        if deadline
        else _("You hear it by mail; there is nothing you need to do for it."),
    )
    return (talk, follows, nominated)


def _steps_without_place(result: OwnResult) -> tuple[Step, ...]:
    find = Step(
        _("Look at what is still possible"),
        _("Places with another deadline, or in another period."),
        urls.opportunities(),
    )
    talk = Step(
        _("Talk it over with the coordinator"),
        _("Bring two or three places that you would also like."),
        urls.advice(),
    )
    own = Step(
        _("Perhaps you know a place yourself"),
        _("A group or a hospital that would have you: tell the office."),
        reverse("self-arranged:new"),
    )
    if not result.queue:
        return (find, talk, own)
    wait = Step(
        _("For the waiting list you need to do nothing"),
        _("We send you a mail as soon as a place is yours."),
    )
    return (wait, find, talk)


def _answers(result: OwnResult) -> tuple[Answer, ...]:
    answers = [
        Answer(
            "accept",
            _("I accept this place"),
            _("You are not waiting for anything else; this place is yours.")
            if result.waits_for_higher
            else _("It is yours from then on."),
        )
    ]
    if result.may_wait and result.waits_for_higher:
        higher = [
            place_name(each.opportunity)
            for each in result.choices
            if result.offer is not None
            and each.rank < result.offer.rank
            and each.opportunity.key in result.queue
        ]
        answers.append(
            Answer(
                "wait",
                _("I accept it, and stay on the waiting list for a higher choice"),
                _("You move up automatically if this becomes free: %(places)s.")
                % {"places": formatting.listed(higher)},
            )
        )
    answers.append(
        Answer(
            "decline",
            _("I do not want this place"),
            _(
                "It goes to somebody else at once; you cannot get it back. You stay on "
                "the waiting list for higher choices only."
            )
            if result.waits_for_higher
            else _(
                "It goes to somebody else at once; you cannot get it back. You then "
                "have no place in this round."
            ),
        )
    )
    return tuple(answers)


def thanks(answered: Offer) -> str:
    """Return what is said after an answer."""
    if answered.meaning.is_refused:
        return _("You declined the place. Thank you: somebody else can have it now.")
    if answered.meaning.waits_for_higher:
        return _("The place is yours, and you stay on the waiting list for higher choices.")
    return _("The place is yours.")


def _choice(result: OwnResult, choice: Choice) -> ChoiceLine:
    standing, tone = _standing(result, choice)
    return ChoiceLine(
        rank=choice.rank,
        place=place_name(choice.opportunity),
        standing=standing,
        tone=tone,
        why=_why(result, choice),
        queue=_queue(result, choice),
    )


def _standing(result: OwnResult, choice: Choice) -> tuple[str, str]:
    offer = result.offer
    if offer is not None and offer.opportunity_id == choice.opportunity_id:
        if offer.meaning.awaits_answer:
            return _("offered to you"), "good"
        return _("yours"), "good"
    past = [each for each in result.earlier if each.opportunity_id == choice.opportunity_id]
    if past:
        return str(past[-1].get_state_display()), "warn"
    if choice.opportunity.key in result.queue:
        return _("waiting list"), "warn"
    if offer is not None and choice.rank > offer.rank:
        return _("not needed"), "quiet"
    return _("no place"), "bad"


def _queue(result: OwnResult, choice: Choice) -> str:
    place = result.queue.get(choice.opportunity.key)
    if place is None:
        return ""
    return _("You are number %(place)d on the waiting list now.") % {"place": place}


def _why(result: OwnResult, choice: Choice) -> str:
    explanation = result.explanation
    key = choice.opportunity.key
    score = result.own_scores.get(key)
    if explanation is None:
        return ""
    if explanation.placement.opportunity == key:
        if score is None or result.hides_points:
            return ""
        return _("You have %(score)s points here, and lot %(lot)d.") % {
            "score": _points(score, result.score_digits),
            "lot": explanation.lot,
        }
    for each in explanation.why_not:
        if each.opportunity == key:
            if result.hides_points and each.reason not in _WITHOUT_POINTS:
                return _("Why not is shown here once your student number is confirmed.")
            return _reason(each, choice, result.score_digits, explanation.lot)
    if result.has_refused_better_than(choice):
        return _("You did not accept a higher choice, so you are no longer waiting for this one.")
    if explanation.placement.rank is not None and choice.rank > explanation.placement.rank:
        return _("The results gave you a choice that you like better.")
    return ""


# The reasons that say nothing of points.
_WITHOUT_POINTS = (Reason.NOT_ELIGIBLE, Reason.NO_SEAT)


def _reason(why: WhyNot, choice: Choice, digits: int, lot: int) -> str:
    own = "" if why.score is None else _points(why.score, digits)
    if why.reason is Reason.NOT_ELIGIBLE:
        parts = choice.exclusion_reason
        if parts:
            return _("You could not be placed here: %(reason)s") % {"reason": parts}
        return _("You could not be placed here.")
    if why.reason is Reason.BELOW_MINIMUM_SCORE:
        lowest = "" if why.minimum_score is None else _points(why.minimum_score, digits)
        return _("You need at least %(lowest)s points here; you have %(own)s.") % {
            "lowest": lowest,
            "own": own,
        }
    if why.reason is Reason.NO_SEAT:
        return _("There was no seat here for your group of applicants, whatever the score.")
    group = why.reason in (Reason.CATEGORY_FULL_LOWER_SCORE, Reason.CATEGORY_FULL_LOST_LOTTERY)
    if why.last_admitted is None:
        return _beaten_unseen(own, is_group=group)
    last = _points(why.last_admitted.score, digits)
    words = {"last": last, "last_lot": why.last_admitted.lot, "own": own, "lot": lot}
    if why.reason in (Reason.LOST_LOTTERY, Reason.CATEGORY_FULL_LOST_LOTTERY):
        return (
            _(
                "The last one admitted had %(last)s points too, and lot %(last_lot)d; you have lot "
                "%(lot)d. Equal points are decided by lot."
            )
            % words
        )
    if group:
        return (
            _(
                "All seats for your group of applicants are taken: the last admitted "
                "from your group had %(last)s points and lot %(last_lot)d; you have "
                "%(own)s."
            )
            % words
        )
    return (
        _("The last one admitted had %(last)s points and lot %(last_lot)d; you have %(own)s.")
        % words
    )


def _beaten_unseen(own: str, *, is_group: bool) -> str:
    if is_group:
        return _(
            "The seats for your group of applicants went to others who have "
            "priority; you have %(own)s points. Fewer than three were admitted, so "
            "we do not show their points."
        ) % {"own": own}
    return _(
        "The seats went to others who have priority; you have %(own)s points. "
        "Fewer than three were admitted, so we do not show their points."
    ) % {"own": own}


def _points(score: int, digits: int) -> str:
    return formatting.number(Decimal(score).scaleb(-digits), digits)


def _past(offer: Offer) -> str:
    return _("%(place)s: %(state)s (%(when)s)") % {
        "place": place_name(offer.opportunity),
        "state": str(offer.get_state_display()).lower(),
        "when": moment(offer.changed_at),
    }


# --- Objections -----------------------------------------------------------------------------


def _objection_href(result: OwnResult, now: dt.datetime) -> str:
    if result.objection is None and not objections.may_object(result.application, now):
        return ""
    return reverse("results:objection", args=[result.application.uuid])


def _objection_sentence(result: OwnResult, now: dt.datetime) -> str:
    if result.objection is not None:
        return _("Your objection: %(state)s.") % {
            "state": str(result.objection.get_state_display()).lower()
        }
    until = {"until": moment(result.publication.objections_until)}
    if objections.may_object(result.application, now):
        return _("Do you think that something went wrong? You can object until %(until)s.") % until
    return _("Objections were possible until %(until)s.") % until


@dataclass(frozen=True)
class ObjectionPage:
    round: str
    href: str
    result_href: str
    take_back_href: str
    """Empty where there is nothing to take back."""
    until: str
    state: str
    outcome: str
    messages: tuple[Message, ...]
    may_write: bool
    is_new: bool


def objection_page(application: Application, now: dt.datetime) -> ObjectionPage:
    found: Objection | None = getattr(application, "objection", None)
    is_open = found is not None and found.state == ObjectionState.OPEN
    return ObjectionPage(
        round=application.round.title,
        href=reverse("results:objection", args=[application.uuid]),
        result_href=reverse("results:result", args=[application.uuid]),
        take_back_href=reverse("results:take-back", args=[application.uuid]) if is_open else "",
        until=moment(application.round.publication.objections_until),
        state=str(found.get_state_display()) if found else "",
        outcome=found.outcome if found else "",
        messages=tuple(
            Message(
                who=_("You") if each.author_id == application.owner_id else _("The office"),
                mine=each.author_id == application.owner_id,
                at=each.at,
                text=each.text,
            )
            for each in (found.messages.all() if found else ())
        ),
        may_write=is_open or objections.may_object(application, now),
        is_new=found is None,
    )


# --- The certificate --------------------------------------------------------------------------


@dataclass(frozen=True)
class PlaceLine:
    place: str
    seats: int
    wanted: int
    first_choices: int
    placed: int


@dataclass(frozen=True)
class CertificatePage:
    title: str
    is_example: bool
    published: str
    sentence: str
    by_rank: tuple[str, ...]
    places: tuple[PlaceLine, ...]
    shortfalls: tuple[str, ...]
    method: str
    input_digest: str
    file_digest: str
    seed: str
    commitment: str
    file_href: str
    script_href: str
    file_name: str


def certificate_page(found: PublishedResult) -> CertificatePage:
    round_ = found.publication.round
    certificate = found.certificate
    names = {
        each.key: place_name(each) for each in round_.opportunities.select_related("opportunity")
    }
    applications = len(found.record["placements"])
    placed = applications - certificate["not_placed"]
    return CertificatePage(
        title=round_.title,
        is_example=round_.is_example,
        published=moment(found.publication.at),
        sentence=ngettext(
            "%(placed)d of %(applications)d applicant has a place. Every rule was kept and nobody "
            "was passed over.",
            "%(placed)d of %(applications)d applicants have a place. Every rule was kept and "
            "nobody was passed over.",
            applications,
        )
        % {"placed": placed, "applications": applications},
        by_rank=tuple(
            ngettext(
                "choice %(rank)d: %(count)d student", "choice %(rank)d: %(count)d students", count
            )
            % {"rank": rank, "count": count}
            for rank, count in enumerate(certificate["placed_by_rank"], start=1)
        ),
        places=tuple(
            PlaceLine(
                names.get(each.opportunity, each.opportunity),
                each.seats,
                each.wanted,
                each.first_choices,
                each.placed,
            )
            for each in found.lines
        ),
        shortfalls=tuple(
            ngettext(
                "%(place)s: one seat reserved for %(group)s, %(admitted)d used",
                "%(place)s: %(minimum)d seats reserved for %(group)s, %(admitted)d used",
                each["minimum"],
            )
            % {
                "place": names.get(each["opportunity"], each["opportunity"]),
                "minimum": each["minimum"],
                "group": category(round_, each["category"]),
                "admitted": each["admitted"],
            }
            for each in certificate["shortfalls"]
        ),
        method=f"{certificate['method']}, {certificate['method_version']}",
        input_digest=certificate["input_digest"],
        file_digest="sha256:" + sha256(found.data).hexdigest(),
        seed=found.record["input"]["seed"],
        commitment=certificate["seed_commitment"],
        file_href=reverse("results:file", args=[round_.slug]),
        script_href=reverse("results:verify", args=[round_.slug]),
        file_name=f"{round_.slug}.json",
    )
