"""What is going on for a student: each matter with its day and where it leads, the first one first.

One list for every page that says where a student stands. What only the student can do is found by
`portal.shared.waiting`, which the header counts.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.advising.models import Appointment, AppointmentState, Question, QuestionState
from sojourn.mobility.models import Stay
from sojourn.mobility.queries import standing_of
from sojourn.mobility.states import StayState
from sojourn.people.models import User
from sojourn.planning.models import TOP_FIVE_SIZE
from sojourn.portal.shared import formatting, waiting
from sojourn.portal.shared.round_cards import moment
from sojourn.portal.stays.presenters import next_of
from sojourn.selection import queries, results
from sojourn.selection.calendar import takes_applications
from sojourn.selection.drafts import Gap
from sojourn.selection.models import Application, Offer, Round
from sojourn.selection.offers import place_name
from sojourn.selection.states import ApplicationState, RoundState

# With less time than this a round goes before the talk about it.
_SOON = dt.timedelta(days=7)
_MOST_GAPS = 3


@dataclass(frozen=True)
class Matter:
    """One thing that is going on."""

    kind: str
    title: str
    text: str
    action: str
    href: str
    step: str
    """The step of the road that it belongs to."""
    due: dt.datetime | None = None
    due_label: str = ""
    waits: bool = False
    """Only the student can do it, and it is theirs already."""

    @property
    def when(self) -> str:
        return moment(self.due) if self.due else ""


@dataclass(frozen=True)
class Standing:
    """Where a student stands."""

    matters: tuple[Matter, ...] = ()
    done: tuple[str, ...] = ()
    """The steps of the road that are behind the student."""

    @property
    def has_applied(self) -> bool:
        return any(each.kind in _AFTER_APPLYING for each in self.matters)


_AFTER_APPLYING = ("offer", "place", "stay", "applied", "waiting", "no-place", "return")
_ORDER = (
    "offer", "time-offered", "asked-back", "draft", "round-soon", "stay", "place", "return", "talk",
    "round", "applied", "waiting", "no-place", "too-late", "appointment", "answered",
)  # fmt: skip

# What waits for the student, by id.
Ids = Collection[uuid.UUID]


def of_student(
    user: User,
    places: Collection[str],
    why_not: Callable[[Round], str],
    missing: Callable[[Application], str],
    now: dt.datetime,
) -> Standing:
    """Collect what is going on for a student, the most pressing first.

    `places` is the student's list. `why_not` says why a round is not for this student, and
    `missing` what a draft still needs; they are asked only of rounds and drafts that are open.
    """
    waits = waiting.ids_for(user, now)
    applications = queries.standing_applications(user)
    stays = list(standing_of(user))
    begun = {each.offer_id for each in stays}
    found = [
        matter
        for each in applications
        if not begun.intersection(offer.pk for offer in each.offers.all())
        for matter in _of_application(each, missing, waits, now)
    ]
    found += [_stay(each, now) for each in stays]
    talks, was_held = _talks(user, waits, now)
    found += talks
    found += _questions(user, waits)
    if places:
        found += [
            _open_round(round_, count, now)
            for round_, count in queries.open_rounds_for(user, places, now)
            if not why_not(round_)
        ]
    kinds = {each.kind for each in found}
    has_applied = bool(kinds & set(_AFTER_APPLYING))
    is_full = len(places) >= TOP_FIVE_SIZE
    if is_full and not (was_held or has_applied or kinds & {"appointment", "time-offered"}):
        found.append(book_a_talk())
    latest = dt.datetime.max.replace(tzinfo=dt.UTC)
    found.sort(key=lambda each: (_ORDER.index(each.kind), each.due or latest))
    done = []
    if places or has_applied:
        done.append("find")
    if is_full or has_applied:
        done.append("top-five")
    if was_held:
        done.append("appointment")
    if kinds & {"place", "stay", "return"}:
        done.append("apply")
    if "return" in kinds:
        done.append("go")
    return Standing(tuple(found), tuple(done))


def still_missing(gaps: Sequence[Gap]) -> str:
    """Say what a draft needs before it can be submitted: the first few things."""
    if not gaps:
        return _("Everything is filled in. It counts once you submit it.")
    return " ".join(each.text for each in gaps[:_MOST_GAPS])


def book_a_talk() -> Matter:
    return Matter(
        "talk",
        _("Talk about your five places"),
        _("Your list is full. Book a talk with the office: they know the places and the rules."),
        _("Book a talk"),
        reverse("advice:overview"),
        "appointment",
    )


def _of_application(
    application: Application,
    missing: Callable[[Application], str],
    waits: Ids,
    now: dt.datetime,
) -> list[Matter]:
    round_ = application.round
    if application.state == ApplicationState.DRAFT:
        return _draft(application, missing, waits, now)
    if getattr(round_, "publication", None) is None:
        return [_applied(application, now)]
    offer = next((each for each in application.offers.all() if each.meaning.takes_seat), None)
    if offer is not None and offer.meaning.is_accepted:
        return _place(offer, application, now)
    if round_.state != RoundState.RESULTS:
        return []
    if offer is not None and offer.uuid in waits:
        return [
            Matter(
                "offer",
                _("You are offered a place: %(place)s") % {"place": place_name(offer.opportunity)},
                _("Without an answer it goes to the next student."),
                _("Answer"),
                _result(application),
                "apply",
                offer.answer_by,
                _("Answer by"),
                waits=True,
            )
        ]
    return [_without_place(application, now)]


def _result(application: Application) -> str:
    return reverse("results:result", args=[application.uuid])


def _without_place(application: Application, now: dt.datetime) -> Matter:
    round_ = application.round
    queue = _queue(application, now)
    action = _("See your result")
    if queue:
        return Matter(
            "waiting",
            queue,
            _("When a seat comes free, we offer it to the next student and send a mail."),
            action,
            _result(application),
            "apply",
        )
    return Matter(
        "no-place",
        _("You have no place now: %(round)s") % {"round": round_.title},
        _("Your result says why, choice by choice."),
        action,
        _result(application),
        "apply",
    )


def _queue(application: Application, now: dt.datetime) -> str:
    """Say where the student waits, for the choice that they like best."""
    places = results.waiting_places(application, now)
    waits_for = next(
        (
            choice.opportunity
            for choice in application.choices.select_related("opportunity__opportunity")
            if choice.opportunity.key in places
        ),
        None,
    )
    if waits_for is None:
        return ""
    return _("You are number %(number)d on the waiting list: %(place)s") % {
        "number": places[waits_for.key],
        "place": place_name(waits_for),
    }


def _draft(
    application: Application,
    missing: Callable[[Application], str],
    waits: Ids,
    now: dt.datetime,
) -> list[Matter]:
    round_ = application.round
    if takes_applications(round_, now):
        return [
            Matter(
                "draft",
                _("Submit your application: %(round)s") % {"round": round_.title},
                missing(application),
                _("Go on with your application"),
                reverse("apply:form", args=[round_.slug]),
                "apply",
                round_.closes_at,
                _("Closes"),
                # In the minutes of grace it still counts, but nobody is called to it.
                waits=application.uuid in waits,
            )
        ]
    if round_.state not in (RoundState.OPEN, RoundState.CLOSED):
        return []
    return [
        Matter(
            "too-late",
            _("You did not submit in time: %(round)s") % {"round": round_.title},
            _("The round has closed. What you wrote does not count. Ask the office what to do."),
            _("Ask the office"),
            reverse("questions:ask"),
            "apply",
        )
    ]


def _applied(application: Application, now: dt.datetime) -> Matter:
    round_ = application.round
    if takes_applications(round_, now) and round_.closes_at is not None:
        text = _("We have your application. You can change it until %(moment)s.") % {
            "moment": moment(round_.closes_at)
        }
    else:
        text = _("We have your application. You need to do nothing now.")
    return Matter(
        "applied",
        _("You applied: %(round)s") % {"round": round_.title},
        text,
        _("See what you submitted"),
        reverse("apply:receipt", args=[round_.slug]),
        "apply",
        round_.results_at,
        _("Result by"),
    )


def _place(offer: Offer, application: Application, now: dt.datetime) -> list[Matter]:
    round_ = application.round
    names = {"place": place_name(offer.opportunity)}
    ends = int(round_.academic_year[-4:])
    today = timezone.localtime(now).date()
    if today >= dt.date(ends + 1, 9, 1):
        return []
    if today >= dt.date(ends, 9, 1):
        return [
            Matter(
                "return",
                _("Are you back? %(place)s") % names,
                _("Tell the next student how it was."),
                _("Write about it"),
                reverse("experiences:mine"),
                "return",
            )
        ]
    may_move_up = offer.meaning.waits_for_higher and round_.state == RoundState.RESULTS
    higher = _queue(application, now) if may_move_up else ""
    return [
        Matter(
            "place",
            _("You have a place: %(place)s") % names,
            f"{higher}."
            if higher
            else _("You accepted it, and you still wait for a higher choice.")
            if may_move_up
            else _("You accepted it. Now prepare: courses, papers, a room."),
            _("See your result") if may_move_up else _("What to do before you go"),
            _result(application) if may_move_up else reverse("plan:dates"),
            "go",
        )
    ]


def _stay(stay: Stay, now: dt.datetime) -> Matter:
    title, text, due = next_of(stay, now)
    return Matter(
        "stay",
        title,
        text,
        _("To your stay"),
        reverse("stays:stay", args=[stay.uuid]),
        "return" if stay.state == StayState.BACK else "go",
        due,
        _("By"),
    )


def _open_round(round_: Round, count: int, now: dt.datetime) -> Matter:
    is_soon = round_.closes_at is not None and round_.closes_at - now <= _SOON
    return Matter(
        "round-soon" if is_soon else "round",
        _("Apply: %(round)s") % {"round": round_.title},
        ngettext(
            "The round is open for %(count)d place on your list.",
            "The round is open for %(count)d places on your list.",
            count,
        )
        % {"count": count},
        _("Begin your application"),
        reverse("apply:begin", args=[round_.slug]),
        "apply",
        round_.closes_at,
        _("Closes"),
    )


def _talks(user: User, waits: Ids, now: dt.datetime) -> tuple[list[Matter], bool]:
    """Return the appointments ahead and the times on offer; and whether a talk took place."""
    found = []
    was_held = False
    for each in Appointment.objects.owned_by(user).order_by("starts_at"):
        if each.pk in waits:
            found.append(
                Matter(
                    "time-offered",
                    _("A time is free for you"),
                    _("For a talk on %(moment)s.") % {"moment": moment(each.starts_at)},
                    _("Take it or leave it"),
                    reverse("advice:offer", args=[each.pk]),
                    "appointment",
                    each.offer_ends_at,
                    _("Answer by"),
                    waits=True,
                )
            )
        elif each.state == AppointmentState.BOOKED and each.ends_at > now:
            found.append(
                Matter(
                    "appointment",
                    _("You have an appointment with the office"),
                    "",
                    _("See your appointment"),
                    reverse("advice:appointment", args=[each.pk]),
                    "appointment",
                    each.starts_at,
                    _("When"),
                )
            )
        elif each.state == AppointmentState.HELD:
            was_held = True
    return found, was_held


def _questions(user: User, waits: Ids) -> list[Matter]:
    asked = Question.objects.owned_by(user).filter(
        state__in=(QuestionState.ASKED_BACK, QuestionState.ANSWERED)
    )
    return [_question(each, waits) for each in asked.order_by("-changed_at")]


def _question(question: Question, waits: Ids) -> Matter:
    href = reverse("questions:thread", args=[question.pk])
    day = formatting.day(timezone.localtime(question.changed_at).date())
    detail = f"{question.subject}, {day}"
    if question.pk in waits:
        title, action = _("The office asks you something back"), _("Answer the office")
        return Matter("asked-back", title, detail, action, href, "", waits=True)
    return Matter(
        "answered", _("Your question has an answer"), detail, _("Read the answer"), href, ""
    )
