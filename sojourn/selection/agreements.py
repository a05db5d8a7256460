"""Whether a round keeps to the agreements behind its seats: how many, with whom, and until when.

More is refused at publishing, in every later change of the rules and when seats are added to a
published round, unless the office has stated why. A reason is dated, signed and kept; it holds up
to the number of seats that it names.

A place is outside its agreement where that is with none of its hosts, is not valid all through the
academic year, or is not in force. That too needs a reason, which holds for what it was stated for.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from sojourn.catalogue import academic_years
from sojourn.catalogue import services as catalogue
from sojourn.catalogue.models import Agreement, PublicationStatus
from sojourn.people import audit
from sojourn.people.models import User
from sojourn.selection.changes import locked
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import (
    Offer,
    OutsideAgreement,
    Round,
    RoundOpportunity,
    SeatsBeyondAgreement,
)
from sojourn.selection.states import TAKES_SEAT, RoundState

MOST_SEATS = 500
# What an academic year holds at least, as (month, day): the first and the last day of teaching.
_FIRST, _LAST = (9, 1), (6, 30)


@dataclass(frozen=True)
class Claim:
    """What a round gives of one agreement."""

    agreement: Agreement
    keys: tuple[str, ...]
    """The places of the round whose seats are of this agreement."""
    here: int
    """Seats in this round, those held back and those added since included."""
    elsewhere: int
    """Seats in other public rounds of the same academic year, none counted twice."""
    agreed: int
    reason: SeatsBeyondAgreement | None

    @property
    def seats(self) -> int:
        return self.here + self.elsewhere

    @property
    def is_too_much(self) -> bool:
        allowed = self.agreed
        if self.reason is not None and self.reason.agreed == self.agreed:
            allowed = max(allowed, self.reason.seats)
        return self.seats > allowed


def claims_of(round_: Round) -> list[Claim]:
    """List the round's agreements whose number of seats is known, in the round's order."""
    rows: dict[Agreement, list[RoundOpportunity]] = defaultdict(list)
    for row in round_.opportunities.select_related("agreement__partner"):
        if row.agreement is not None and row.agreement.seats_out is not None:
            rows[row.agreement].append(row)
    here = _given(RoundOpportunity.objects.filter(round=round_))
    elsewhere = _elsewhere(round_, here)
    reasons = {
        each.agreement_id: each
        for each in round_.beyond_agreements.select_related("by").order_by("at", "pk")
    }
    return [
        Claim(
            agreement=agreement,
            keys=tuple(row.key for row in those),
            here=here[agreement.pk],
            elsewhere=elsewhere.get(agreement.pk, 0),
            agreed=agreement.seats_out or 0,
            reason=reasons.get(agreement.pk),
        )
        for agreement, those in rows.items()
    ]


class Outside(StrEnum):
    """How a place stands outside its agreement."""

    PARTNER = "partner"
    VALIDITY = "validity"
    STATUS = "status"

    @property
    def words(self) -> str:
        """Say what is wrong, as the end of a sentence."""
        return {
            Outside.PARTNER: _("it is with none of the hosts"),
            Outside.VALIDITY: _("it is not valid all through the academic year"),
            Outside.STATUS: _("it is not in force: it is a draft or withdrawn"),
        }[self]


@dataclass(frozen=True)
class Stray:
    """A place that stands in a round outside its agreement."""

    place: RoundOpportunity
    agreement: Agreement
    kinds: tuple[Outside, ...]
    reason: OutsideAgreement | None

    @property
    def is_explained(self) -> bool:
        return self.reason is not None and set(self.kinds) <= set(self.reason.kinds)


def strays_of(round_: Round) -> list[Stray]:
    """List the places that stand in a round outside their agreement, in the round's order."""
    reasons = {
        (each.place_id, each.agreement_id): each
        for each in round_.outside_agreements.select_related("by").order_by("at", "pk")
    }
    rows = round_.opportunities.select_related("agreement__partner", "opportunity")
    found = []
    for row in rows.prefetch_related("opportunity__host_links"):
        if row.agreement is None:
            continue
        kinds = tuple(_how_outside(row, row.agreement, round_.academic_year))
        if kinds:
            reason = reasons.get((row.pk, row.agreement.pk))
            found.append(Stray(row, row.agreement, kinds, reason))
    return found


def _how_outside(row: RoundOpportunity, agreement: Agreement, year: str) -> Iterator[Outside]:
    if agreement.partner_id not in {
        link.institution_id for link in row.opportunity.host_links.all()
    }:
        yield Outside.PARTNER
    first, last = _days_of(row, year)
    begins, ends = agreement.valid_from, agreement.valid_until
    if (begins and first and begins > first) or (ends and last and ends < last):
        yield Outside.VALIDITY
    if agreement.status != PublicationStatus.PUBLISHED:
        yield Outside.STATUS


def _days_of(row: RoundOpportunity, year: str) -> tuple[dt.date | None, dt.date | None]:
    """Return the days on which people are there: the place's own, else those of the year."""
    place = row.opportunity
    if place.starts_on and place.ends_on:
        return place.starts_on, place.ends_on
    return days_of_year(year)


def days_of_year(year: str) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day of teaching in '2027-2028'."""
    begins = academic_years.named(year)
    if begins is None:
        return None, None
    return dt.date(begins, *_FIRST), dt.date(begins + 1, *_LAST)


def explain_stray(
    round_: Round, place: RoundOpportunity, because: str, *, actor: User
) -> OutsideAgreement:
    """State why a place stands in a round outside its agreement.

    Raises SelectionError without a reason, or where the place keeps to its agreement.
    """
    if not because.strip():
        raise SelectionError(_("Say why, and who at the host agreed to it."))
    with transaction.atomic():
        row = locked(round_)
        stray = next((each for each in strays_of(row) if each.place == place), None)
        if stray is None:
            raise SelectionError(_("This place keeps to its agreement."))
        made = OutsideAgreement.objects.create(
            round=row,
            place=stray.place,
            agreement=stray.agreement,
            kinds=list(stray.kinds),
            because=because.strip()[:300],
            by=actor,
        )
        audit.record(
            "round.outside_agreement",
            actor=actor,
            about=None,
            on=row,
            details={
                "place": place.key,
                "agreement": stray.agreement.slug,
                "kinds": list(stray.kinds),
            },
        )
        return made


def taking_turns() -> AbstractContextManager[None]:
    """Open a transaction in which no other round changes what it gives of these agreements.

    Rounds of a year share an agreement, and each locks itself alone. The catalogue's lock is taken
    when a round is published anyhow, and always after the round's own.
    """
    return catalogue.changing_catalogue()


def require_agreed(place: RoundOpportunity) -> None:
    """Raise SelectionError where more seats are given than the place's agreement has."""
    claims = [each for each in claims_of(place.round) if each.agreement.pk == place.agreement_id]
    for problem in _problems(place.round, claims):
        raise SelectionError(problem)


def problems_of(round_: Round) -> list[str]:
    """List where the round does not keep to an agreement, without a stated reason."""
    return [
        *_problems(round_, claims_of(round_)),
        *(
            _(
                "%(place)s stands outside its agreement %(agreement)s: %(how)s. Choose another"
                " agreement, or first state on “Seats and agreements” why it does."
            )
            % {
                "place": each.place.key,
                "agreement": each.agreement.slug,
                "how": "; ".join(kind.words for kind in each.kinds),
            }
            for each in strays_of(round_)
            if not each.is_explained
        ),
    ]


def _problems(round_: Round, claims: Iterable[Claim]) -> list[str]:
    return [
        _(
            "“Seats” of %(places)s: %(seats)d in %(year)s, other rounds included, but the "
            "agreement %(agreement)s has %(agreed)d a year. Give fewer, or first state on “Seats "
            "and agreements” why there are more."
        )
        % {
            "places": ", ".join(claim.keys),
            "seats": claim.seats,
            "year": round_.academic_year,
            "agreement": claim.agreement.slug,
            "agreed": claim.agreed,
        }
        for claim in claims
        if claim.is_too_much
    ]


def state_reason(
    round_: Round, agreement: Agreement, seats: int, because: str, *, actor: User
) -> SeatsBeyondAgreement:
    """State why the round may give up to `seats` seats a year of a smaller agreement.

    Raises SelectionError without a reason, or where the number is not above the agreement's.
    """
    if not because.strip():
        raise SelectionError(_("Say why, and who at the host agreed to it."))
    with transaction.atomic():
        row = locked(round_)
        claim = next((each for each in claims_of(row) if each.agreement == agreement), None)
        if claim is None:
            raise SelectionError(_("No seat of this round belongs to that agreement."))
        if not claim.agreed < seats <= MOST_SEATS:
            raise SelectionError(
                _("Give a number of seats from %(low)d to %(high)d.")
                % {"low": claim.agreed + 1, "high": MOST_SEATS}
            )
        made = SeatsBeyondAgreement.objects.create(
            round=row,
            agreement=agreement,
            seats=seats,
            agreed=claim.agreed,
            because=because.strip()[:300],
            by=actor,
        )
        audit.record(
            "round.beyond_agreement",
            actor=actor,
            about=None,
            on=row,
            details={"agreement": agreement.slug, "seats": seats, "agreed": claim.agreed},
        )
        return made


def _elsewhere(round_: Round, here: Counter[int]) -> Counter[int]:
    """Count the seats of agreements in other public rounds of the year.

    A second round gives the seats that the first one left. Of a round that this one continues,
    the seats that are taken count; of one that continues this one, what it gives beyond the seats
    that nobody has here.
    """
    public = RoundOpportunity.objects.filter(round__academic_year=round_.academic_year).exclude(
        round__state=RoundState.DRAFT
    )
    before, after = _chain(round_)
    found = _given(public.exclude(round__in=[round_, *before, *after]))
    found += _taken(public.filter(round__in=before))
    if after:
        left = here - _taken(public.filter(round=round_))
        *between, last = after
        later = _taken(public.filter(round__in=between)) + _given(public.filter(round=last))
        found += later - left
    return found


def _given(places: QuerySet[RoundOpportunity]) -> Counter[int]:
    """Count the seats of each agreement at these places; added seats may be those held back."""
    found: Counter[int] = Counter()
    for row in places.filter(agreement__isnull=False).annotate(added=Sum("more_seats__count")):
        found[row.agreement_id or 0] += row.seats + max((row.added or 0) - row.held_back, 0)
    return found


def _taken(places: QuerySet[RoundOpportunity]) -> Counter[int]:
    """Count the seats of each agreement at these places that are taken or offered."""
    active = Offer.objects.filter(
        opportunity__in=places, opportunity__agreement__isnull=False, state__in=TAKES_SEAT
    )
    return Counter(active.values_list("opportunity__agreement_id", flat=True))


def _chain(round_: Round) -> tuple[list[Round], list[Round]]:
    """Return the rounds that this one continues, and the public ones that continue it."""
    before, after = [], []
    first = round_.continues
    while first is not None:
        before.append(first)
        first = first.continues
    public = Round.objects.exclude(state=RoundState.DRAFT)
    later = public.filter(continues=round_).first()
    while later is not None:
        after.append(later)
        later = public.filter(continues=later).first()
    return before, after
