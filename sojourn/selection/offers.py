"""Offers: made, answered, expired, withdrawn; the waiting list moves in the same transaction.

Every change locks the round first. Seats and answers of one round therefore come one after the
other, and a reader sees either none or all of what a change brought about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sojourn.catalogue.models import Edition
from sojourn.engines.allocation import NextOffer
from sojourn.people import audit, outbox
from sojourn.people.models import User
from sojourn.people.outbox import Letter, Link
from sojourn.selection import agreements, followers, schedule, waiting
from sojourn.selection.changes import locked, move
from sojourn.selection.errors import NotAllowedNowError, SelectionError
from sojourn.selection.models import (
    AllocationRun,
    Application,
    MoreSeats,
    Nomination,
    Offer,
    OfferOrigin,
    Round,
    RoundOpportunity,
)
from sojourn.selection.states import (
    AWAITS_ANSWER,
    TAKES_SEAT,
    ApplicationState,
    NominationState,
    OfferState,
    RoundState,
    target_of,
)

REMIND_BEFORE = dt.timedelta(hours=24)


def place_name(opportunity: RoundOpportunity) -> str:
    """Return the name of the place, in the language of the page."""
    return str(opportunity.opportunity.title)


def may_wait(round_: Round) -> bool:
    """Tell whether one may accept a place and stay on the list: edition and round both say so."""
    edition = Edition.objects.first()
    return round_.may_accept_and_wait and (edition is None or edition.may_stay_on_the_list)


# --- What a student does --------------------------------------------------------------------


def accept(offer: Offer, *, actor: User) -> Offer:
    """Accept the place, and wait for nothing else. Accepting twice changes nothing."""
    return _answer(offer, "accept", actor)


def accept_and_wait(offer: Offer, *, actor: User) -> Offer:
    """Accept the place and move up when a choice higher on the list comes free."""
    if not may_wait(offer.application.round):
        raise NotAllowedNowError(
            _("In this round you leave the waiting lists when you accept a place.")
        )
    return _answer(offer, "accept_and_wait", actor)


def decline(offer: Offer, *, actor: User) -> Offer:
    """Decline the place, and stay on the list for higher choices only."""
    return _answer(offer, "decline", actor)


def _answer(offer: Offer, name: str, actor: User) -> Offer:
    with transaction.atomic():
        round_, row = _locked(offer)
        if row.state == target_of("offer", name):
            return row
        now = timezone.now()
        if row.meaning.awaits_answer and now > row.answer_by:
            raise NotAllowedNowError(_("The time to answer this offer is over."))
        _change(row, name, actor, now)
        _advance(round_, now)
        return row


def stop_waiting(offer: Offer, *, actor: User) -> Offer:
    """Keep the accepted place and wait for no higher choice."""
    with transaction.atomic():
        _round, row = _locked(offer)
        if row.state != target_of("offer", "stop_waiting"):
            _change(row, "stop_waiting", actor, timezone.now())
        return row


def withdraw(offer: Offer, *, actor: User) -> Offer:
    """Withdraw from an accepted place; the seat goes to the next one on the list.

    The office does this for a student who asks for it by another way; `actor` says who did it.
    """
    with transaction.atomic():
        round_, row = _locked(offer)
        if row.state == target_of("offer", "withdraw"):
            return row
        now = timezone.now()
        _change(row, "withdraw", actor, now)
        _cancel_nomination(row, actor)
        followers.given_up(row, actor)
        _advance(round_, now)
        return row


def leave(application: Application, *, actor: User) -> Application:
    """Leave a published round: the place, if there is one, and every waiting list."""
    with transaction.atomic():
        round_ = locked(application.round)
        _require_results(round_)
        row = locked(application)
        if row.state == ApplicationState.WITHDRAWN:
            return row
        now = timezone.now()
        active = row.offers.filter(state__in=TAKES_SEAT).first()
        if active is not None:
            offer = locked(active)
            _change(offer, "decline" if offer.meaning.awaits_answer else "withdraw", actor, now)
            _cancel_nomination(offer, actor)
            followers.given_up(offer, actor)
        row.withdrawn_at = now
        move(row, "withdraw", actor=actor, about=row.owner)
        _advance(round_, now)
        return row


# --- What the office does -------------------------------------------------------------------


def count_seat_additions(round_: Round) -> int:
    """Count how often seats were added to this round since its results."""
    return MoreSeats.objects.filter(opportunity__round=round_).count()


def add_seats(
    opportunity: RoundOpportunity, count: int, because: str, *, actor: User, seen: int | None = None
) -> tuple[Offer, ...]:
    """Add seats that were held back, or that the host added. Return the offers that follow.

    `seen` is what `times_added` said when the person decided; with another number by now nothing
    is added, so that a form that is sent twice adds once.

    Raises SelectionError without a reason or a number that makes sense, and where the agreement
    behind the seats has fewer and nobody has stated why.
    """
    if not 1 <= count <= 500:
        raise SelectionError(_("Give a number of seats from 1 to 500."))
    if not because.strip():
        raise SelectionError(_("Say why there are more seats."))
    with transaction.atomic():
        round_ = locked(opportunity.round)
        _require_results(round_)
        if seen is not None and seen != count_seat_additions(round_):
            raise SelectionError(
                _("Seats were added meanwhile, see below. Send this again if it is still needed.")
            )
        _write_more_seats(opportunity, count, because, actor)
        return _advance(round_, timezone.now())


def offer_after_objection(
    application: Application, opportunity: RoundOpportunity, *, actor: User
) -> Offer:
    """Offer a student an added seat at a place on their list.

    The caller holds the lock of the round. An offer that the student has not answered yet is
    replaced; an accepted place has to be given up first.
    """
    rank = application.choices.filter(opportunity=opportunity).values_list("rank", flat=True)
    if not rank:
        raise SelectionError(_("This place is not on the student's list."))
    now = timezone.now()
    active = application.offers.filter(state__in=TAKES_SEAT).first()
    if active is not None and (
        not active.meaning.moves_up or active.opportunity_id == opportunity.pk
    ):
        raise SelectionError(
            _("This student already has a place, and would have to withdraw from it first.")
        )
    if active is not None:
        _change(locked(active), "move_up", None, now)
    _write_more_seats(opportunity, 1, "objection", actor)
    round_ = application.round
    made = _make_offer(round_, application, opportunity, rank[0], OfferOrigin.OBJECTION, now, actor)
    _notify(made)
    schedule.process_at(round_, [made.answer_by])
    return made


def _write_more_seats(opportunity: RoundOpportunity, count: int, because: str, actor: User) -> None:
    row = MoreSeats.objects.create(
        opportunity=opportunity, count=count, because=because.strip()[:300], by=actor
    )
    with agreements.taking_turns():
        agreements.require_agreed(opportunity)
    audit.record("seats.added", actor=actor, about=None, on=row, details={"count": count})


# --- What the clock does --------------------------------------------------------------------


def process_due_events(round_: Round, now: dt.datetime) -> tuple[Offer, ...]:
    """Expire offers, offer free seats, and remind those with a day left.

    Safe to call at any time, and twice. Returns the new offers.
    """
    with transaction.atomic():
        row = locked(round_)
        if row.state != RoundState.RESULTS:
            return ()
        unanswered = Offer.objects.filter(application__round=row, state__in=AWAITS_ANSWER)
        for due in unanswered.filter(answer_by__lt=now).select_related("application"):
            offer = locked(due)
            _change(offer, "expire", None, now)
            _notify_of_expiry(offer)
        made = _advance(row, now)
        for offer in unanswered.filter(answer_by__lte=now + REMIND_BEFORE):
            _remind(offer)
        return made


def make_first_offers(round_: Round, run: AllocationRun, now: dt.datetime) -> tuple[Offer, ...]:
    """Make the offers of the results, and write to everybody. The caller holds the round's lock."""
    made = _offer_free_seats(round_, run, now, OfferOrigin.RESULTS)
    offered = {each.application_id: each for each in made}
    for application in Application.objects.filter(
        round=round_, state=ApplicationState.SUBMITTED
    ).select_related("owner"):
        _notify_of_results(round_, application, offered.get(application.pk))
    schedule.process_daily(round_, now)
    return made


# --- How it is done -------------------------------------------------------------------------


def _locked(offer: Offer) -> tuple[Round, Offer]:
    """Lock the round and then the offer, so that no two changes wait for each other."""
    round_ = locked(offer.application.round)
    _require_results(round_)
    return round_, locked(offer)


def _require_results(round_: Round) -> None:
    if round_.state != RoundState.RESULTS:
        raise NotAllowedNowError(_("No places are being allocated in this round now."))


def _change(
    offer: Offer, name: str, actor: User | None, now: dt.datetime, **details: object
) -> None:
    offer.changed_at = now
    move(offer, name, actor=actor, about=offer.application.owner, **details)


def _advance(round_: Round, now: dt.datetime) -> tuple[Offer, ...]:
    """Move the waiting list: offer every free seat to the next applicant."""
    made = _offer_free_seats(round_, round_.publication.run, now, OfferOrigin.WAITING_LIST)
    for offer in made:
        _notify(offer)
    return made


def _offer_free_seats(
    round_: Round, run: AllocationRun, now: dt.datetime, origin: OfferOrigin
) -> tuple[Offer, ...]:
    upcoming = waiting.current_round(round_, run, now).next_offers().offers
    if not upcoming:
        return ()
    codes = [each.application for each in upcoming]
    applications = {
        each.code: each
        for each in Application.objects.filter(round=round_, code__in=codes).select_related("owner")
    }
    places = {
        each.key: each for each in round_.opportunities.select_related("opportunity", "round")
    }
    left = _free_seats_left_behind(upcoming, applications, now)
    made = tuple(
        _make_offer(
            round_,
            applications[each.application],
            places[each.opportunity],
            each.rank,
            origin if each.leaves is None else OfferOrigin.BETTER,
            now,
            None,
            was=left.get(each.application),
        )
        for each in upcoming
    )
    schedule.process_at(round_, [each.answer_by for each in made if each.meaning.awaits_answer])
    return made


def _free_seats_left_behind(
    upcoming: Iterable[NextOffer], applications: dict[str, Application], now: dt.datetime
) -> dict[str, OfferState]:
    """Free the seats that are left for better ones, before they are offered."""
    left: dict[str, OfferState] = {}
    for each in upcoming:
        if each.leaves is None:
            continue
        application = applications[each.application]
        old = locked(application.offers.get(state__in=TAKES_SEAT))
        left[each.application] = OfferState(old.state)
        _change(old, "move_up", None, now)
    return left


def _make_offer(
    round_: Round,
    application: Application,
    place: RoundOpportunity,
    rank: int,
    origin: OfferOrigin,
    now: dt.datetime,
    actor: User | None,
    was: OfferState | None = None,
) -> Offer:
    """Offer the lowest free seat. A student who had accepted and waited has accepted this one."""
    state = OfferState.OPEN
    if was is not None and was.meaning.waits_for_higher:
        state = OfferState.ACCEPTED if rank == 1 else was
    taken = set(place.offers.filter(state__in=TAKES_SEAT).values_list("seat", flat=True))
    seat = next(number for number in range(1, len(taken) + 2) if number not in taken)
    offer = Offer.objects.create(
        application=application,
        opportunity=place,
        seat=seat,
        rank=rank,
        state=state,
        origin=origin,
        made_at=now,
        answer_by=deadline(round_, place, now),
        changed_at=now,
    )
    audit.record(
        "offer.make",
        actor=actor,
        about=application.owner,
        on=offer,
        details={"after": state, "origin": origin, "place": place.key, "rank": rank},
    )
    return offer


def deadline(round_: Round, place: RoundOpportunity, now: dt.datetime) -> dt.datetime:
    """Return until when an offer made now can be answered.

    The round's own date while that leaves the days that the edition gives; otherwise the end of
    the last of those days. Never later than the host's nomination day, and never over already.
    """
    edition = Edition.objects.first()
    days = 7 if edition is None else edition.answer_days
    until = _end_of(timezone.localdate(now) + dt.timedelta(days=days))
    if round_.answer_by is not None:
        until = max(until, round_.answer_by)
    if place.nomination_deadline is not None:
        until = min(until, _end_of(place.nomination_deadline))
    return max(until, _end_of(timezone.localdate(now)))


def _end_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59)))


def _cancel_nomination(offer: Offer, actor: User | None) -> None:
    nomination = Nomination.objects.filter(offer=offer).first()
    if nomination is not None and nomination.state != NominationState.CANCELLED:
        move(locked(nomination), "cancel", actor=actor, about=offer.application.owner)


# --- What people are told -------------------------------------------------------------------


def moment(value: dt.datetime) -> str:
    """Format a day and a time, in the edition's time zone."""
    return date_format(timezone.localtime(value), "j F Y, H:i")


def _link(application: Application) -> Link:
    return Link(_("See your result"), reverse("results:result", args=[application.uuid]))


def _notify_of_results(round_: Round, application: Application, offer: Offer | None) -> None:
    def write() -> Letter:
        if offer is None:
            news = _(
                "There is no place for you yet. The page says why, choice by choice, "
                "and your position on each waiting list."
            )
        else:
            news = _("You are offered a place: %(place)s. Answer by %(until)s.") % {
                "place": place_name(offer.opportunity),
                "until": moment(offer.answer_by),
            }
        subject = _("The results of “%(round)s”") % {"round": round_.title}
        return Letter(subject=subject, paragraphs=(news,), link=_link(application))

    outbox.post(key=f"results:{application.uuid}", to=application.owner, write=write)


def _notify(offer: Offer) -> None:
    def write() -> Letter:
        place = place_name(offer.opportunity)
        if offer.meaning.awaits_answer:
            subject = _("You are offered a place: %(place)s") % {"place": place}
            news = _(
                "A place became free for you. Answer by %(until)s; after that it goes "
                "to the next student."
            ) % {"until": moment(offer.answer_by)}
        else:
            subject = _("You moved up: %(place)s") % {"place": place}
            news = _(
                "A choice higher on your list became free, and as you asked, it is now "
                "yours. The place you had goes to somebody else."
            )
        return Letter(subject=subject, paragraphs=(news,), link=_link(offer.application))

    outbox.post(key=f"offer:{offer.uuid}", to=offer.application.owner, write=write)


def _notify_of_expiry(offer: Offer) -> None:
    def write() -> Letter:
        return Letter(
            subject=_("Your offer has expired: %(place)s")
            % {"place": place_name(offer.opportunity)},
            paragraphs=(
                _("You did not answer in time, so the place has gone to the next student."),
                _("You are still waiting for the choices that are higher on your list."),
            ),
            link=_link(offer.application),
        )

    outbox.post(key=f"offer-expired:{offer.uuid}", to=offer.application.owner, write=write)


def _remind(offer: Offer) -> None:
    def write() -> Letter:
        return Letter(
            subject=_("Answer today or tomorrow: %(place)s")
            % {"place": place_name(offer.opportunity)},
            paragraphs=(
                _(
                    "Your offer waits for your answer until %(until)s; after that the "
                    "place goes to the next student."
                )
                % {"until": moment(offer.answer_by)},
            ),
            link=_link(offer.application),
        )

    outbox.post(key=f"offer-reminder:{offer.uuid}", to=offer.application.owner, write=write)
