"""What waits for a student: what only they can do, for the mark in the header and for the plan."""

from __future__ import annotations

import datetime as dt
import uuid

from sojourn.advising.models import Appointment, AppointmentState, Question, QuestionState
from sojourn.people.models import User
from sojourn.selection.models import Application, Offer
from sojourn.selection.states import AWAITS_ANSWER, ApplicationState, RoundState


def ids_for(user: User, now: dt.datetime) -> frozenset[uuid.UUID]:
    """Find in one query the offers, times, questions and drafts that wait for this student."""
    offers = Offer.objects.owned_by(user).filter(
        application__state=ApplicationState.SUBMITTED,
        application__round__state=RoundState.RESULTS,
        state__in=AWAITS_ANSWER,
        answer_by__gte=now,
    )
    times = Appointment.objects.owned_by(user).filter(
        state=AppointmentState.OFFERED, offer_ends_at__gt=now
    )
    questions = Question.objects.owned_by(user).filter(state=QuestionState.ASKED_BACK)
    drafts = Application.objects.owned_by(user).filter(
        state=ApplicationState.DRAFT,
        round__state__in=(RoundState.PUBLISHED, RoundState.OPEN),
        round__opens_at__lte=now,
        round__closes_at__gte=now,
    )
    each = [
        kind.order_by().values_list(
            "uuid" if kind.model in (Offer, Application) else "id", flat=True
        )
        for kind in (offers, times, questions, drafts)
    ]
    return frozenset(each[0].union(*each[1:], all=True))
