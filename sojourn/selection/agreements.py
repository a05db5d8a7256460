"""How many seats a round gives of each agreement, against what the agreement has a year.

More is refused at publishing and in every later change of the rules, unless the office has stated
why. A reason is dated, signed and kept; it holds up to the number of seats that it names.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from sojourn.catalogue.models import Agreement
from sojourn.people import audit
from sojourn.people.models import User
from sojourn.selection.changes import locked
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Round, RoundOpportunity, SeatsBeyondAgreement
from sojourn.selection.states import RoundState

MOST_SEATS = 500


@dataclass(frozen=True)
class Claim:
    """What a round gives of one agreement."""

    agreement: Agreement
    keys: tuple[str, ...]
    """The places of the round whose seats are of this agreement."""
    here: int
    """Seats in this round, those held back included."""
    elsewhere: int
    """Seats in other public rounds of the same academic year."""
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
    """Every agreement of the round whose number of seats is known, in the round's order."""
    rows: dict[Agreement, list[RoundOpportunity]] = defaultdict(list)
    for row in round_.opportunities.select_related("agreement__partner"):
        if row.agreement is not None and row.agreement.seats_out is not None:
            rows[row.agreement].append(row)
    elsewhere = _elsewhere(round_)
    reasons = {
        each.agreement_id: each
        for each in round_.beyond_agreements.select_related("by").order_by("at", "pk")
    }
    return [
        Claim(
            agreement=agreement,
            keys=tuple(row.key for row in those),
            here=sum(row.seats for row in those),
            elsewhere=elsewhere.get(agreement.pk, 0),
            agreed=agreement.seats_out or 0,
            reason=reasons.get(agreement.pk),
        )
        for agreement, those in rows.items()
    ]


def problems_of(round_: Round) -> list[str]:
    """Where the round gives more than an agreement has, and nobody has said why."""
    return [
        _(
            "“Seats” of %(places)s: %(seats)d in %(year)s, other rounds included, but the "
            "agreement %(agreement)s has %(agreed)d a year. Give fewer, or state why there are "
            "more."
        )
        % {
            "places": ", ".join(claim.keys),
            "seats": claim.seats,
            "year": round_.academic_year,
            "agreement": claim.agreement.slug,
            "agreed": claim.agreed,
        }
        for claim in claims_of(round_)
        if claim.is_too_much
    ]


def state_reason(
    round_: Round, agreement: Agreement, seats: int, because: str, *, actor: User
) -> SeatsBeyondAgreement:
    """Say why the round may give up to `seats` seats a year of an agreement that has fewer.

    Raises SelectionError without a reason, or where the number is not above the agreement's.
    """
    if not because.strip():
        raise SelectionError(_("Say why, and who at the host agreed to it."))
    with transaction.atomic():
        row = locked(round_)
        claim = next((each for each in claims_of(row) if each.agreement == agreement), None)
        if claim is None:
            raise SelectionError(_("No seat of this round is of that agreement."))
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


def _elsewhere(round_: Round) -> dict[int, int]:
    """Seats of agreements in other public rounds of the year.

    Not those of the rounds that this one continues or is continued by: it gives the same seats.
    """
    found: dict[int, int] = defaultdict(int)
    others = (
        RoundOpportunity.objects.filter(
            round__academic_year=round_.academic_year, agreement__isnull=False
        )
        .exclude(round__state=RoundState.DRAFT)
        .exclude(round__in=_same_seats(round_))
        .values_list("agreement_id", "seats")
    )
    for agreement, seats in others:
        if agreement is not None:
            found[agreement] += seats
    return found


def _same_seats(round_: Round) -> list[int]:
    chain = [round_.pk]
    first = round_.continues
    while first is not None:
        chain.append(first.pk)
        first = first.continues
    later = list(round_.continued_by.all())
    while later:
        chain += [each.pk for each in later]
        later = list(Round.objects.filter(continues__in=later))
    return chain
