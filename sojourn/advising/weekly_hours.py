"""The weekly walk-in hours: made, changed and ended by the office.

An edition may bring hours too. What the office does to one of those holds: a later load leaves it
as it is and says so.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.advising import desk_history, diaries
from sojourn.advising.errors import AdvisingError
from sojourn.catalogue.models import Contact, WalkInHour, Weekday
from sojourn.catalogue.services import changing_catalogue, publish_change, unused_slug
from sojourn.common.languages import NOTHING, Text
from sojourn.common.translated_fields import as_columns
from sojourn.people.models import User


@dataclass(frozen=True)
class WeeklyHour:
    """An hour on a weekday, by the wall clock; the days may be open at either end."""

    weekday: int
    starts: dt.time
    ends: dt.time
    room: str = ""
    online_link: str = ""
    note: Text = NOTHING
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


def add(contact: Contact, weekly: WeeklyHour, actor: User) -> WalkInHour:
    """Add a weekly hour. The same one twice changes nothing.

    Raises AdvisingError when it overlaps another or ends before it begins.
    """
    with changing_catalogue():
        same = contact.walk_in_hours.filter(**as_columns(weekly)).first()
        if same is not None:
            return same
        _refuse_disorder(weekly)
        _refuse_overlap(contact, weekly)
        day = Weekday(weekly.weekday).name.lower()
        made = WalkInHour.objects.create(
            contact=contact,
            slug=unused_slug(WalkInHour, f"{contact.slug}-{day}"),
            **as_columns(weekly),
        )
        desk_history.record(
            "walk_in.added", made, contact=contact.pk, actor=actor, now=desk_history.of_hour(made)
        )
        publish_change()
    return made


def change(hour: WalkInHour, weekly: WeeklyHour, actor: User) -> WalkInHour:
    """Change the hour from now on. Changes of single dates stay while they still fit.

    Raises AdvisingError when it overlaps another, ends before it begins, or is gone.
    """
    with changing_catalogue():
        mine = _reload(hour)
        if all(getattr(mine, name) == value for name, value in as_columns(weekly).items()):
            return mine
        _refuse_disorder(weekly)
        _refuse_overlap(mine.contact, weekly, besides=mine)
        was = desk_history.of_hour(mine)
        for name, value in as_columns(weekly).items():
            setattr(mine, name, value)
        # What the source said is something else now.
        mine.source, mine.is_example = None, False
        mine.save()
        stale = [
            each.pk
            for each in mine.changes.filter(date__gte=_today())
            if each.date.weekday() != mine.weekday
        ]
        mine.changes.filter(pk__in=stale).delete()
        desk_history.record(
            "walk_in.changed", mine, contact=mine.contact_id, actor=actor,
            now=desk_history.of_hour(mine), was=was,
        )  # fmt: skip
        publish_change()
    return mine


def end(hour: WalkInHour, last_day: dt.date, actor: User) -> WalkInHour:
    """End the hour with its last date on or before a day.

    Raises AdvisingError when that is before it began, or when it is gone.
    """
    with changing_catalogue():
        mine = _reload(hour)
        if mine.valid_from is not None and last_day < mine.valid_from:
            raise AdvisingError(_("The last day must not come before the first."))
        if mine.valid_until != last_day:
            mine.valid_until = last_day
            mine.save(update_fields=["valid_until"])
            desk_history.record(
                "walk_in.ended", mine, contact=mine.contact_id, actor=actor,
                now=desk_history.of_hour(mine),
            )  # fmt: skip
            publish_change()
    return mine


def remove(hour: WalkInHour, actor: User) -> None:
    """Remove an hour that was made by mistake, with its changes of single dates."""
    with changing_catalogue():
        mine = WalkInHour.objects.filter(pk=hour.pk).first()
        if mine is None:
            return
        desk_history.record(
            "walk_in.removed", mine, contact=mine.contact_id, actor=actor,
            was=desk_history.of_hour(mine),
        )  # fmt: skip
        mine.delete()
        publish_change()


def _reload(hour: WalkInHour) -> WalkInHour:
    found = WalkInHour.objects.select_related("contact").filter(pk=hour.pk).first()
    if found is None:
        raise AdvisingError(_("This hour is no longer there."))
    return found


def _refuse_disorder(weekly: WeeklyHour) -> None:
    if weekly.starts >= weekly.ends:
        raise AdvisingError(_("The hour must end after it starts."))
    if weekly.valid_from and weekly.valid_until and weekly.valid_from > weekly.valid_until:
        raise AdvisingError(_("The last day must not come before the first."))


def _refuse_overlap(
    contact: Contact, weekly: WeeklyHour, besides: WalkInHour | None = None
) -> None:
    """Refuse a second walk-in hour at the same time."""
    others = contact.walk_in_hours.filter(
        weekday=weekly.weekday, starts__lt=weekly.ends, ends__gt=weekly.starts
    )
    if weekly.valid_from is not None:
        others = others.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=weekly.valid_from))
    if weekly.valid_until is not None:
        others = others.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=weekly.valid_until))
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if (other := others.first()) is not None:
        raise AdvisingError(
            _("There is a walk-in hour at that time already: %(hour)s.") % {"hour": other}
        )


def _today() -> dt.date:
    return timezone.localtime(timezone.now(), diaries.zone()).date()
