"""How many seats a round gives of each agreement, against how many were agreed a year.

More is refused at publishing, in every later change of the rules and when seats are added to a
published round, unless the office has stated why. A reason is dated, signed and kept; it holds up
to the number of seats that it names.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from sojourn.catalogue import services as catalogue
from sojourn.catalogue.models import Agreement
from sojourn.people import audit
from sojourn.people.models import User
from sojourn.selection.changes import locked
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Offer, Round, RoundOpportunity, SeatsBeyondAgreement
from sojourn.selection.states import TAKES_SEAT, RoundState

MOST_SEATS = 500


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
    """List where the round gives more than an agreement has, without a stated reason."""
    return _problems(round_, claims_of(round_))


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
