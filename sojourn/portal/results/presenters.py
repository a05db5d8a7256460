"""A student's result in sentences: what they got, why not each higher choice, what comes next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.design.components import Message
from sojourn.engines.allocation import Reason, WhyNot
from sojourn.portal.apply.presenters.round_page import category
from sojourn.portal.shared import formatting
from sojourn.selection import objections
from sojourn.selection.models import Application, Choice, Objection, Offer
from sojourn.selection.offers import moment, place_name
from sojourn.selection.results import OwnResult, PublishedResult
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


def page(result: OwnResult, now: dt.datetime) -> ResultPage:
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
