"""Changes of the walk-in hours that visitors see: one date otherwise, days without anybody.

No edition knows of them (the weekly rules are in `weekly_hours`). Each moves the catalogue's
version, so that every page and calendar shows it at once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sojourn.advising import desk_history, diaries
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Appointment, AppointmentState
from sojourn.catalogue.models import Absence, Contact, WalkInChange, WalkInHour
from sojourn.catalogue.services import changing_catalogue, publish_change
from sojourn.common.languages import NOTHING, Text
from sojourn.common.translated_fields import columns_of
from sojourn.people.models import User


@dataclass(frozen=True)
class DateChange:
    """What is different on one date; empty means as the rule says."""

    is_cancelled: bool = False
    starts: dt.time | None = None
    ends: dt.time | None = None
    room: str = ""
    online_link: str = ""
    note: Text = NOTHING


def change_date(
    hour: WalkInHour, date: dt.date, otherwise: DateChange, actor: User
) -> WalkInChange:
    """Change the hour on one date, instead of any earlier change of it.

    Raises AdvisingError when the hour does not fall on that date or would end before it begins.
    """
    if date.weekday() != hour.weekday:
        raise AdvisingError(_("This hour does not fall on that day."))
    if (otherwise.starts or hour.starts) >= (otherwise.ends or hour.ends):
        raise AdvisingError(_("The hour must end after it starts."))
    with changing_catalogue():
        # Both ends or neither, so that a later edition cannot turn them around.
        moved = otherwise.starts is not None or otherwise.ends is not None
        made, _is_new = WalkInChange.objects.update_or_create(
            hour=hour,
            date=date,
            defaults={
                "is_cancelled": otherwise.is_cancelled,
                "starts": (otherwise.starts or hour.starts) if moved else None,
                "ends": (otherwise.ends or hour.ends) if moved else None,
                "room": otherwise.room,
                "online_link": otherwise.online_link,
                **columns_of("note", otherwise.note),
            },
        )
        action = "walk_in.date_cancelled" if otherwise.is_cancelled else "walk_in.date_changed"
        desk_history.record(
            action, made, contact=hour.contact_id, actor=actor, now=desk_history.of_change(made)
        )
        publish_change()
    return made


def undo_change(change: WalkInChange, actor: User) -> None:
    """Undo the change of a date."""
    with changing_catalogue():
        desk_history.record(
            "walk_in.change_undone", change, contact=change.hour.contact_id, actor=actor,
            now=desk_history.of_change(change),
        )  # fmt: skip
        change.delete()
        publish_change()


def add_absence(
    contact: Contact, first_day: dt.date, last_day: dt.date, reason: Text, actor: User
) -> Absence:
    """Close walk-in hours and slots on those days. Appointments stay; see `appointments_during`.

    Raises AdvisingError when the days are in the wrong order.
    """
    if first_day > last_day:
        raise AdvisingError(_("The last day must not come before the first."))
    with changing_catalogue():
        made, is_new = Absence.objects.get_or_create(
            contact=contact,
            first_day=first_day,
            last_day=last_day,
            defaults=columns_of("reason", reason),
        )
        if is_new:
            desk_history.record(
                "absence.added", made, contact=contact.pk, actor=actor,
                now=desk_history.of_absence(made),
            )  # fmt: skip
            publish_change()
    return made


def remove_absence(absence: Absence, actor: User) -> None:
    """Open the days of an absence again."""
    with changing_catalogue():
        desk_history.record(
            "absence.removed", absence, contact=absence.contact_id, actor=actor,
            now=desk_history.of_absence(absence),
        )  # fmt: skip
        absence.delete()
        publish_change()


def appointments_during(absence: Absence) -> list[Appointment]:
    """List the appointments that fall into an absence, for the office to move or cancel."""
    zone = diaries.zone()
    first = dt.datetime.combine(absence.first_day, dt.time(), zone)
    last = dt.datetime.combine(absence.last_day + dt.timedelta(days=1), dt.time(), zone)
    return list(
        Appointment.objects.filter(
            diary__contact=absence.contact_id,
            state__in=[AppointmentState.BOOKED, AppointmentState.OFFERED],
            starts_at__gte=first,
            starts_at__lt=last,
        ).select_related("student")
    )
