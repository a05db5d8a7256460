"""A second round for the seats that the first one left."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from sojourn.common.languages import in_every_language
from sojourn.common.translated_fields import write
from sojourn.people import audit
from sojourn.people.models import User
from sojourn.selection import rounds
from sojourn.selection.changes import locked
from sojourn.selection.errors import NotAllowedNowError, SelectionError
from sojourn.selection.models import MoreSeats, Round, RoundOpportunity
from sojourn.selection.states import TAKES_SEAT, RoundState


def seats_left(place: RoundOpportunity) -> int:
    """Count the seats of a published round that are neither taken nor offered."""
    added = sum(MoreSeats.objects.filter(opportunity=place).values_list("count", flat=True))
    taken = place.offers.filter(state__in=TAKES_SEAT).count()
    return max(place.seats_to_give + added - taken, 0)


def draft_second_round(round_: Round, *, actor: User) -> Round:
    """Draft a round with the same rules and the seats that are left; dates are still to be set.

    Raises SelectionError when no seat is left or there is such a draft already. The first round's
    waiting list goes on as long as that round runs, so finish it before the second one opens.
    """
    with transaction.atomic():
        row = locked(round_)
        if row.state not in (RoundState.RESULTS, RoundState.FINISHED):
            raise NotAllowedNowError(_("This round has no results yet."))
        if row.continued_by.exists():
            raise SelectionError(_("There is a second round already."))
        left = {each.key: seats_left(each) for each in row.opportunities.all()}
        if not any(left.values()):
            raise SelectionError(_("No seat is left."))
        made = rounds.copy(
            row, f"{row.slug[:92].rstrip('-')}-second", row.academic_year, actor=actor
        )
        _narrow(made, row, left)
        audit.record(
            "round.continued", actor=actor, about=None, on=made, details={"from": row.slug}
        )
        return made


def _narrow(made: Round, first: Round, left: dict[str, int]) -> None:
    made.continues = first
    title = in_every_language(lambda: _("%(title)s, second round") % {"title": first.title[:130]})
    write(made, "title", title)
    made.opens_at = made.closes_at = made.results_at = made.answer_by = None
    made.save()
    deadlines = dict(first.opportunities.values_list("key", "nomination_deadline"))
    for place in made.opportunities.all():
        if not left.get(place.key):
            place.delete()
            continue
        place.seats, place.held_back = left[place.key], 0
        place.nomination_deadline = deadlines[place.key]
        place.save()
        place.quotas.update(minimum=0)
