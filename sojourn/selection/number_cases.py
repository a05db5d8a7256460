"""Say whose a student number is, and take back what came to the others by it."""

from __future__ import annotations

from django.db import transaction

from sojourn.people import audit, student_numbers
from sojourn.people.models import StudentNumber, User
from sojourn.selection.changes import locked
from sojourn.selection.models import MeasuredValue
from sojourn.selection.states import RoundState


def decide(chosen: StudentNumber, *, actor: User) -> int:
    """Confirm one claim and end the others. Return how many imported values were taken back.

    What a file brought to the others by this number is somebody else's. Where the seats are
    allocated already, values stay: the office decides there by hand.
    """
    with transaction.atomic():
        others = student_numbers.decide(chosen, actor=actor)
        values = MeasuredValue.objects.filter(
            application__owner__in=others,
            source__isnull=False,
            application__round__state__in=(
                RoundState.PUBLISHED, RoundState.OPEN, RoundState.CLOSED,
            ),
        ).select_related("application__round", "application__owner")  # fmt: skip
        taken = 0
        for value in values.order_by("application__round_id", "pk"):
            locked(value.application.round)
            audit.record(
                "application.value_removed",
                actor=actor,
                about=value.application.owner,
                on=value.application,
            )
            value.delete()
            taken += 1
    return taken
