"""How long people waited for the office: from a question to the reply, from a place to a decision.

A wait is a number of days with the moment it began and a key of the person, to count people by.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from sojourn.advising.models import Message, Question, SelfArrangedPlace, SelfArrangedState
from sojourn.advising.models.threads import Side
from sojourn.common.raw_moments import as_raw, first_raw, moment
from sojourn.people.models import User


@dataclass(frozen=True)
class Wait:
    """One wait; `days` is None while it lasts."""

    person: str
    began_on: dt.date
    days: float | None


def waits_for_reply(reader: User, since: dt.date) -> list[Wait]:
    """List the questions that were asked since a day, as far as somebody may see them.

    A thread that the office began is no question.
    """
    begun_by_office = Message.objects.filter(question=OuterRef("pk"), number=1, side=Side.OFFICE)
    found = (
        Question.objects.visible_to(reader)
        .filter(asked_at__gte=_midnight(since), group_message__isnull=True)
        .exclude(Exists(begun_by_office))
        .annotate(
            asked=as_raw("asked_at"),
            replied=first_raw("messages__written_at", Q(messages__side=Side.OFFICE)),
        )
        .order_by()
        .values_list("asker_id", "reply_email", "asked", "replied")
    )
    return [
        _wait(asker or address.casefold(), moment(asked), moment(replied))
        for asker, address, asked, replied in found
    ]


def waits_for_decision(reader: User, since: dt.date) -> list[Wait]:
    """List the self-arranged places that were proposed since a day; one withdrawn is none."""
    found = (
        SelfArrangedPlace.objects.visible_to(reader)
        .filter(proposed_at__gte=_midnight(since))
        .exclude(state=SelfArrangedState.WITHDRAWN)
        .values_list("student_id", "proposed_at", "decided_at")
    )
    return [_wait(student, proposed, decided) for student, proposed, decided in found]


def _wait(person: object, began: dt.datetime | None, ended: dt.datetime | None) -> Wait:
    if began is None:
        raise TypeError("a wait has a beginning")
    days = None if ended is None else max((ended - began).total_seconds(), 0) / 86400
    return Wait(str(person), timezone.localtime(began).date(), days)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
