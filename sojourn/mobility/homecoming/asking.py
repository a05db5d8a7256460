"""Asking the host for the papers of the end: one link for one person, asked again by rule."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.choices import DoneBy
from sojourn.mobility.changes import locked
from sojourn.mobility.errors import ChangedMeanwhileError, MobilityError
from sojourn.mobility.homecoming import letters
from sojourn.mobility.homecoming.rules import rules
from sojourn.mobility.models import PapersRequest, Stay, StayStep
from sojourn.mobility.states import StayState, StepState
from sojourn.people import audit
from sojourn.people.models import User

LONGEST_NAME = 200
LONGEST_REASON = 500
A_DAY = dt.timedelta(days=1)
_PAPERS = (DoneBy.DATES, DoneBy.TRANSCRIPT)
_WHEN = (StayState.AWAY, StayState.BACK)


def current(stay: Stay) -> PapersRequest | None:
    """Find whom the host is asked through now."""
    return stay.papers_requests.filter(ended_at__isnull=True).first()


def by_link(link: UUID) -> PapersRequest | None:
    """Find the request that a link opens."""
    return (
        PapersRequest.objects.named_by_link(link=link)
        .select_related("stay__student", "stay__opportunity", "stay__programme")
        .first()
    )


def require_current(request: PapersRequest) -> None:
    """Refuse what comes by a link that was handed on. The caller holds the lock of the stay."""
    if not PapersRequest.objects.filter(pk=request.pk, ended_at__isnull=True).exists():
        raise ChangedMeanwhileError(_("This was passed on to somebody else meanwhile."))


def note_opened(request: PapersRequest) -> None:
    """Note when the page was opened first."""
    PapersRequest.objects.filter(pk=request.pk, opened_at__isnull=True).update(
        opened_at=timezone.now()
    )


def missing(stay: Stay) -> set[DoneBy]:
    """Say which papers the host still has to give."""
    waiting = stay.steps.filter(step__done_by__in=_PAPERS, state=StepState.WAITING)
    return {DoneBy(each) for each in waiting.values_list("step__done_by", flat=True)}


def ask(stay: Stay, *, actor: User) -> bool:
    """Write to the host, at most once a day. Return whether somebody was written to."""
    with transaction.atomic():
        row = locked(stay)
        request = _opened(row, str(actor))
        wanted = missing(row)
        if not wanted:
            raise MobilityError(_("The host has given everything."))
        now = timezone.now()
        if request.reminded_at is not None and now - request.reminded_at < A_DAY:
            return False
        request.reminded_at, request.reminders = now, request.reminders + 1
        request.save(update_fields=["reminded_at", "reminders"])
        letters.ask_host(row, request, wanted, again=f"office-{request.reminders}")
        audit.record("stay.papers_asked", actor=actor, about=row.student, on=row)
        return True


def name_somebody(stay: Stay, name: str, email: str, *, actor: User) -> PapersRequest:
    """Say who of the host is asked from now on; the link of somebody else opens nothing more."""
    with transaction.atomic():
        row = locked(stay)
        return _handed(row, name, email, "", str(actor), actor)


def hand_on(request: PapersRequest, name: str, email: str, why: str) -> PapersRequest:
    """Ask somebody else of the host, as the one who was asked wishes."""
    why = " ".join(why.split())[:LONGEST_REASON]
    if not why:
        raise MobilityError(_("Say why."))
    with transaction.atomic():
        row = locked(request.stay)
        require_current(request)
        return _handed(row, name, email, why, request.name or request.email, None)


def ask_by_rule(now: dt.datetime) -> None:
    """Ask for what is missing on the days of the edition. Twice does no harm: mail has a key.

    Before the last day the host is asked for the days alone, after it for all that is missing; the
    student hears of it too, because they know whom to call.
    """
    today, rule = timezone.localtime(now).date(), rules()
    ahead = dt.timedelta(days=rule.ask_days_before)
    behind = dt.timedelta(days=(rule.chase_days[-1] if rule.chase_days else 0) + 7)
    waiting = StayStep.objects.filter(
        stay=OuterRef("pk"), step__done_by__in=_PAPERS, state=StepState.WAITING
    )
    found = Stay.objects.filter(
        Exists(waiting), state__in=_WHEN, ends_on__range=(today - behind, today + ahead)
    )
    for stay in found.order_by("pk"):
        last = stay.ends_on or today
        passed = [each for each in rule.chase_days if last + dt.timedelta(days=each) <= today]
        with transaction.atomic():
            row = locked(stay)
            wanted = missing(row)
            if today < last:
                wanted &= {DoneBy.DATES}
            if not wanted:
                continue
            when = f"{last}-{passed[-1] if passed else 'end' if today >= last else 'before'}"
            if current(row) is not None or _contact(row) is not None:
                letters.ask_host(row, _opened(row, _("automatic")), wanted, again=when)
            if passed:
                letters.ask_student(row, wanted, when)


def _opened(stay: Stay, named_by: str) -> PapersRequest:
    """Return who is asked; at first whoever speaks for the host. The caller holds the lock."""
    found = current(stay)
    if found is not None:
        return found
    contact = _contact(stay)
    if contact is None:
        raise MobilityError(
            _("There is nobody to write to. Say who of the host confirms it, with an address.")
        )
    name, email = contact
    return PapersRequest.objects.create(stay=stay, name=name, email=email, named_by=named_by)


def _contact(stay: Stay) -> tuple[str, str] | None:
    host = stay.hosts.exclude(contact_email="").order_by("position").first()
    return (host.contact_name, host.contact_email) if host else None


def _handed(
    stay: Stay, name: str, email: str, why: str, named_by: str, actor: User | None
) -> PapersRequest:
    name, email = " ".join(name.split())[:LONGEST_NAME], email.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise MobilityError(_("This is not a mail address: look at it again.")) from None
    if not name:
        raise MobilityError(_("Write the name."))
    before = current(stay)
    if before is not None:
        if (before.name, before.email) == (name, email):
            return before
        before.ended_at, before.why_ended = timezone.now(), why
        before.save(update_fields=["ended_at", "why_ended"])
    made = PapersRequest.objects.create(
        stay=stay, name=name, email=email, named_by=named_by[:LONGEST_NAME]
    )
    audit.record("stay.papers_handed", actor=actor, about=stay.student, on=stay)
    wanted = missing(stay)
    if wanted:
        letters.ask_host(stay, made, wanted, again="named")
    if actor is None:
        letters.handed_on(stay, made)
    return made
