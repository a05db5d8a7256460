"""Nominations: who is nominated to which host, by when, marked sent and confirmed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.common.urls import url_for
from sojourn.people import audit, outbox
from sojourn.people.models import User
from sojourn.people.outbox import Letter, Link
from sojourn.people.roles import DECIDING, SEEING
from sojourn.people.visibility import Roles
from sojourn.selection import followers
from sojourn.selection.changes import locked, move
from sojourn.selection.errors import NotAllowedNowError
from sojourn.selection.models import Nomination, Offer, Round, RoundOpportunity
from sojourn.selection.states import NominationState, RoundState


@dataclass(frozen=True)
class HostList:
    """One host's list: who is still to be named, who was, and who was taken back."""

    opportunity: RoundOpportunity
    to_send: tuple[Offer, ...]
    sent: tuple[Nomination, ...]
    confirmed: tuple[Nomination, ...]
    cancelled: tuple[Nomination, ...]
    unanswered: int
    """Offers that are still to be answered: the list may grow."""

    @property
    def is_empty(self) -> bool:
        return not (self.to_send or self.sent or self.confirmed or self.cancelled)

    @property
    def nameless(self) -> tuple[Offer, ...]:
        """Return those whom no host can be told of yet: their account has no name."""
        return tuple(each for each in self.everybody if not each.application.owner.get_full_name())

    @property
    def everybody(self) -> tuple[Offer, ...]:
        """Return all who are or will be nominated, in the order of their names."""
        offers = [*self.to_send, *(each.offer for each in (*self.sent, *self.confirmed))]
        return tuple(sorted(offers, key=_by_name))

    def is_due(self, today: dt.date) -> bool:
        deadline = self.opportunity.nomination_deadline
        return bool(self.to_send) and deadline is not None and deadline <= today


def _by_name(offer: Offer) -> tuple[str, str, int]:
    owner = offer.application.owner
    return owner.last_name.casefold(), owner.first_name.casefold(), offer.pk


def nomination_lists(round_: Round, reader: User) -> list[HostList]:
    """Read the list of every opportunity of a round, in the round's order."""
    places = round_.opportunities.select_related("opportunity")
    return [nomination_list(each, reader) for each in places]


def nomination_list(opportunity: RoundOpportunity, reader: User, roles: Roles = SEEING) -> HostList:
    """Read one host's list as it is now, of those for whom somebody holds one of the roles."""
    held = Offer.objects.in_units_of(reader, roles).filter(opportunity=opportunity)
    offers = list(
        held.select_related(
            "application__owner", "application__programme", "nomination", "opportunity__opportunity"
        )
    )
    named = [each.nomination for each in offers if _is_named(each)]

    def those(state: str) -> tuple[Nomination, ...]:
        found = [each for each in named if each.state == state]
        return tuple(sorted(found, key=lambda each: _by_name(each.offer)))

    waiting = [
        each for each in offers if each.meaning.is_accepted and not hasattr(each, "nomination")
    ]
    return HostList(
        opportunity=opportunity,
        to_send=tuple(sorted(waiting, key=_by_name)),
        sent=those(NominationState.SENT),
        confirmed=those(NominationState.CONFIRMED),
        cancelled=those(NominationState.CANCELLED),
        unanswered=sum(each.meaning.awaits_answer for each in offers),
    )


def _is_named(offer: Offer) -> bool:
    return hasattr(offer, "nomination")


def mark_sent(opportunity: RoundOpportunity, *, actor: User) -> tuple[Nomination, ...]:
    """Record that those who accepted, and whom the actor decides about, are nominated to the host.

    A place that was named is settled: its student no longer waits for a higher choice. Raises
    NotAllowedNowError when there is nobody to name.
    """
    with transaction.atomic():
        round_ = locked(opportunity.round)
        if round_.state not in (RoundState.RESULTS, RoundState.FINISHED):
            raise NotAllowedNowError(_("This round has no results yet."))
        waiting = nomination_list(opportunity, actor, DECIDING).to_send
        if not waiting:
            raise NotAllowedNowError(
                _("There is nobody on this list who still has to be nominated.")
            )
        if any(not offer.application.owner.get_full_name() for offer in waiting):
            raise NotAllowedNowError(nameless_sentence())
        now = timezone.now()
        return tuple(_nominate(offer, actor, now) for offer in waiting)


def nameless_sentence() -> str:
    """Say why a list cannot go to its host yet, and what to do."""
    return _(
        "Somebody on this list has not filled in a name, and a host cannot take them without. "
        "Ask them for it here, and send the list once it is there."
    )


def ask_for_names(opportunity: RoundOpportunity, *, actor: User) -> int:
    """Write to everybody on the list who has no name yet, once a day. Return how many there are."""
    with transaction.atomic():
        waiting = nomination_list(opportunity, actor, DECIDING).nameless
        for offer in waiting:
            owner = offer.application.owner
            outbox.post(
                key=f"name-needed:{offer.pk}:{timezone.localdate().isoformat()}",
                to=owner,
                write=_name_letter,
            )
            audit.record("nomination.name_asked", actor=actor, about=owner, on=offer)
        return len(waiting)


def _name_letter() -> Letter:
    return Letter(
        subject=_("We need your name for the university abroad"),
        paragraphs=(
            _(
                "You have a place abroad, and we want to tell the university there that you come. "
                "Your account has no name yet. Fill it in as it is in your passport."
            ),
        ),
        link=Link(_("Fill in my name"), url_for("account:name")),
    )


def _nominate(offer: Offer, actor: User, now: dt.datetime) -> Nomination:
    row = locked(offer)
    owner = row.application.owner
    if row.meaning.waits_for_higher:
        row.changed_at = now
        move(row, "finalise", actor=actor, about=owner)
    nomination = Nomination.objects.create(offer=row, sent_at=now, sent_by=actor)
    audit.record(
        "nomination.send",
        actor=actor,
        about=owner,
        on=nomination,
        details={"after": NominationState.SENT},
    )
    followers.nominated(row, actor)
    return nomination


def confirm(nomination: Nomination, *, actor: User) -> Nomination:
    """Record that the host confirmed this student. Confirming twice changes nothing."""
    with transaction.atomic():
        locked(nomination.offer.application.round)
        row = locked(nomination)
        if row.state != NominationState.CONFIRMED:
            row.confirmed_at = timezone.now()
            move(row, "confirm", actor=actor, about=row.offer.application.owner)
        return row


def confirm_all(opportunity: RoundOpportunity, *, actor: User) -> int:
    """Record that the host confirmed all who were nominated. Return how many."""
    with transaction.atomic():
        locked(opportunity.round)
        sent = nomination_list(opportunity, actor, DECIDING).sent
        for each in sent:
            confirm(each, actor=actor)
        return len(sent)
