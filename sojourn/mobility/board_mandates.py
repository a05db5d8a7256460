"""Who decides for the Board: its members, and others within a mandate that has an end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sojourn.catalogue.models import DegreeProgramme
from sojourn.mobility import board_mail
from sojourn.mobility.errors import MobilityError, NotAllowedNowError
from sojourn.mobility.models import Basis, BoardMandate, BoardRequest, RequestKind
from sojourn.people import audit
from sojourn.people.models import User
from sojourn.people.permissions import Person, holds
from sojourn.people.roles import EVERY_PROGRAMME, SEEING, Role


@dataclass(frozen=True)
class Right:
    """By which right somebody decides about a request; without one, why not and what to do."""

    basis: Basis | None
    mandate: BoardMandate | None = None
    why_not: str = ""


def right_of(user: User, request: BoardRequest, day: dt.date | None = None) -> Right:
    """Find the right by which somebody decides about a request on a day, today by default."""
    day = day or timezone.localdate()
    if request.stay is not None and request.stay.student_id == user.pk:
        return Right(None, why_not=_("Nobody decides about their own request."))
    if holds(user, {Role.BOARD}, request):
        return Right(Basis.MEMBER)
    if not holds(user, SEEING, request):
        return Right(None, why_not=_("You do not work for this degree programme."))
    held = [each for each in _covering(user, request) if request.kind in each.kinds]
    valid = next((each for each in held if each.holds_on(day)), None)
    if valid is not None:
        return Right(Basis.MANDATE, valid)
    return Right(None, why_not=f"{_why_not(held, day)} {_way_on(request)}")


def _covering(user: User, request: BoardRequest) -> QuerySet[BoardMandate]:
    unit = Q(programme__isnull=True)
    if request.programme_id is not None:
        unit |= Q(programme=request.programme_id)
    return BoardMandate.objects.filter(unit, holder=user).order_by("-ends_on")


def _why_not(held: Sequence[BoardMandate], day: dt.date) -> str:
    later = [each for each in held if each.ended_at is None and each.starts_on > day]
    if later:
        return _("Your mandate begins on %(day)s.") % {"day": _day(later[-1].starts_on)}
    if not held:
        return _("The Board decides this, and you have no mandate for it.")
    last = held[0]
    ended = timezone.localdate(last.ended_at) if last.ended_at else last.ends_on
    return _("Your mandate ended on %(day)s.") % {"day": _day(ended)}


def _way_on(request: BoardRequest) -> str:
    names = ", ".join(str(each) for each in board_mail.members_for(request))
    if not names:
        return _("Nobody sits on the Board here yet: ask the coordinator to add its members.")
    return _("These members decide, or give a mandate: %(names)s.") % {"names": names}


def may_give(user: User, programme: DegreeProgramme | None) -> bool:
    """Tell whether somebody gives mandates for a degree programme, or for all (None)."""
    slug = programme.slug if programme is not None else EVERY_PROGRAMME
    units = user.units(Role.BOARD)
    return units.of_all if slug == EVERY_PROGRAMME else slug in units


def may_hold(user: User, programme: DegreeProgramme | None) -> bool:
    """Tell whether somebody works for a programme, and could decide for its Board."""
    units = user.units(*SEEING)
    return units.of_all or (programme is not None and programme.slug in units)


def programmes_of(user: User) -> list[DegreeProgramme]:
    """List the degree programmes for whose Board somebody gives mandates."""
    units = user.units(Role.BOARD)
    return [each for each in DegreeProgramme.objects.order_by("slug") if each.slug in units]


def possible_holders(giver: User) -> list[User]:
    """List the colleagues to whom somebody can give a mandate."""
    return [each for each in User.objects.holding(*SEEING) if each.pk != giver.pk]


def gives_any(user: Person) -> bool:
    """Tell whether somebody sits on a Board, whichever."""
    return holds(user, {Role.BOARD})


def give(
    holder: User,
    programme: DegreeProgramme | None,
    kinds: Sequence[str],
    starts_on: dt.date,
    ends_on: dt.date,
    rests_on: str,
    *,
    actor: User,
) -> BoardMandate:
    """Give a mandate as a member of the Board; never to oneself. The same one is given once."""
    rests_on = rests_on.strip()[:300]
    kinds = [kind for kind in RequestKind.values if kind in kinds]
    if not kinds or not rests_on:
        raise MobilityError(_("Say for what, and which decision of the Board it rests on."))
    if ends_on < starts_on or ends_on < timezone.localdate():
        raise MobilityError(_("A mandate ends on a day that is still to come."))
    with transaction.atomic():
        # Two forms at once: the second one sees the mandate of the first.
        User.objects.select_for_update().get(pk=holder.pk)
        if not may_give(actor, programme):
            raise NotAllowedNowError(_("A member of the Board of that programme gives mandates."))
        if holder.pk == actor.pk or holder.is_student or not may_hold(holder, programme):
            raise NotAllowedNowError(
                _("A mandate goes to a colleague who works for that programme.")
            )
        same = BoardMandate.objects.filter(
            holder=holder,
            programme=programme,
            kinds=kinds,
            starts_on=starts_on,
            ends_on=ends_on,
            ended_at__isnull=True,
        ).first()
        if same is not None:
            return same
        made = BoardMandate.objects.create(
            holder=holder,
            programme=programme,
            kinds=kinds,
            starts_on=starts_on,
            ends_on=ends_on,
            rests_on=rests_on,
            given_by=actor,
        )
        audit.record("mandate.give", actor=actor, about=None, on=made)
        board_mail.mandate_given(made)
        return made


def take_back(mandate: BoardMandate, *, actor: User) -> None:
    """End a mandate today. What was decided under it stays decided."""
    with transaction.atomic():
        row = BoardMandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
        if not may_give(actor, row.programme):
            raise NotAllowedNowError(_("A member of the Board of that programme gives mandates."))
        if row.ended_at is not None:
            return
        row.ended_at = timezone.now()
        row.save()
        audit.record("mandate.take_back", actor=actor, about=None, on=row)


def _day(value: dt.date) -> str:
    return date_format(value, "j F Y")
