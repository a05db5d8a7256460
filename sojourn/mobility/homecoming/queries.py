"""Reads of those who come home: what each of them still lacks."""

from __future__ import annotations

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from sojourn.mobility.models import CertifiedDays, CreditLine, Stay, Transcript
from sojourn.mobility.states import CreditState, StayState, TranscriptState

_DAYS = CertifiedDays.objects.filter(stay=OuterRef("pk"))
_TRANSCRIPTS = Transcript.objects.filter(stay=OuterRef("pk"))
_COURSES = CreditLine.objects.filter(stay=OuterRef("pk"))


class Lack(models.TextChoices):
    """What is still waited for."""

    DAYS = "days", _("Confirmed days")
    TRANSCRIPT = "transcript", _("A transcript")
    CHECK = "check", _("A look at the transcript")
    RESULT = "result", _("Results of courses")
    PROPOSAL = "proposal", _("A proposal")
    DECISION = "decision", _("A decision")
    ENTRY = "entry", _("Entering at home")


def coming_home(found: QuerySet[Stay]) -> QuerySet[Stay]:
    """Keep who is back or will be soon, and say with each what is there."""
    newest = _TRANSCRIPTS.order_by("-number").values("state")[:1]
    counts = ~Q(credit_lines__state=CreditState.DROPPED)
    decided = Q(credit_lines__state__in=[CreditState.DECIDED, CreditState.ENTERED])
    return found.filter(state__in=[StayState.AWAY, StayState.INTERRUPTED, StayState.BACK]).annotate(
        has_days=Exists(_DAYS),
        transcript=Subquery(newest),
        courses=Count("credit_lines", filter=counts),
        decided=Count("credit_lines", filter=decided),
    )


def lacking(found: QuerySet[Stay], what: str) -> QuerySet[Stay]:
    """Keep the stays that lack this."""
    in_state = {
        Lack.RESULT: [CreditState.EXPECTED],
        Lack.PROPOSAL: [CreditState.RESULT],
        Lack.DECISION: [CreditState.PROPOSED],
    }
    if what == Lack.DAYS:
        return found.filter(~Exists(_DAYS))
    if what == Lack.TRANSCRIPT:
        return found.filter(~Exists(_TRANSCRIPTS.exclude(state=TranscriptState.REFUSED)))
    if what == Lack.CHECK:
        return found.filter(Exists(_TRANSCRIPTS.filter(state=TranscriptState.WAITING)))
    if what == Lack.ENTRY:
        waiting = _COURSES.filter(state=CreditState.DECIDED, recognised__gt=0)
        return found.filter(Exists(waiting))
    return found.filter(Exists(_COURSES.filter(state__in=in_state[Lack(what)])))
