"""Walk-in hours and days off of the next academic year."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising import hours, weekly_hours
from sojourn.advising.errors import AdvisingError
from sojourn.catalogue import academic_years
from sojourn.catalogue.academic_years import Turn
from sojourn.catalogue.models import Absence, PublicationStatus, WalkInHour, YearLine
from sojourn.catalogue.next_year import (
    Line,
    Made,
    Part,
    Values,
    YearError,
    country_of_holidays,
    day_field,
    day_of,
)
from sojourn.common.translated_fields import text_of
from sojourn.people.models import User

_HOUR, _PAUSE = "hour:", "pause:"
_A_DAY = dt.timedelta(days=1)
# A day off of somebody who was ill comes back no year; what is of the calendar lasts longer.
_SHORTEST_PAUSE = dt.timedelta(days=2)


def _lines(reader: User, turn: Turn, today: dt.date) -> list[Line]:
    of_contacts = {"contact__status": PublicationStatus.PUBLISHED}
    begins = academic_years.first_day(turn.ends + 1)
    rows = WalkInHour.objects.filter(**of_contacts).select_related("contact")
    found = list(rows.order_by("contact__position", "contact__slug", "weekday", "starts"))
    pauses = list(
        Absence.objects.filter(
            **of_contacts,
            first_day__lt=begins,
            last_day__gte=academic_years.first_day(turn.ends - 1),
        )
        .select_related("contact")
        .order_by("first_day", "pk")
    )
    return [
        *(_hour(row, today) for row in found if _goes_on(row, found, begins)),
        *(
            _pause(row, today)
            for row in pauses
            if row.last_day - row.first_day >= _SHORTEST_PAUSE and not _comes_again(row, pauses)
        ),
    ]


def _goes_on(row: WalkInHour, others: list[WalkInHour], begins: dt.date) -> bool:
    """Tell whether an hour ends before the next year begins and none follows, or never ends."""
    until = row.valid_until
    if until is None:
        return True
    return until < begins and not any(
        each.contact_id == row.contact_id
        and each.weekday == row.weekday
        and each.pk != row.pk
        and (each.valid_until is None or each.valid_until > until)
        for each in others
    )


def _comes_again(row: Absence, others: list[Absence]) -> bool:
    half_a_year = dt.timedelta(days=182)
    return any(
        each.contact_id == row.contact_id
        and half_a_year < each.first_day - row.first_day < 3 * half_a_year
        for each in others
    )


def _hour(row: WalkInHour, today: dt.date) -> Line:
    where = row.room or row.contact.room
    line = Line(
        key=f"{_HOUR}{row.slug}",
        slug=row.contact.slug,
        title=text_of(row.contact, "title"),
        about=f"{row} – {row.ends:%H:%M}",
        why=_("It goes on without an end. Are day, hour and room still right?"),
        facts=(where,) if where else (),
    )
    if row.valid_until is None:
        return line
    keeps, country = academic_years.rules().keeps, country_of_holidays()
    years = academic_years.years_until(row.valid_until, today, keeps) or 1
    first = row.valid_until + _A_DAY
    last = academic_years.on(row.valid_until, years, keeps)
    if row.valid_from is not None:
        first, last = academic_years.together_on([row.valid_from, row.valid_until], years, keeps)
    return replace(
        line,
        why=_("It ends, and no other hour of this weekday follows."),
        fields=(
            day_field("valid_from", row.valid_from, first, country),
            day_field("valid_until", row.valid_until, last, country),
        ),
    )


def _pause(row: Absence, today: dt.date) -> Line:
    keeps, country = academic_years.rules().keeps, country_of_holidays()
    years = academic_years.years_until(row.last_day, today, keeps) or 1
    first, last = academic_years.together_on([row.first_day, row.last_day], years, keeps)
    return Line(
        key=f"{_PAUSE}{row.pk}",
        slug=row.contact.slug,
        title=text_of(row.contact, "title"),
        about=row.reason,
        why=_("Days without a walk-in hour: will they come again?"),
        fields=(
            day_field("first_day", row.first_day, first, country),
            day_field("last_day", row.last_day, last, country),
        ),
    )


def _accept(line: Line, values: Values, actor: User) -> Made:
    if not values:
        return {}
    try:
        if line.key.startswith(_HOUR):
            return _add_hour(line.key.removeprefix(_HOUR), values, actor)
        return _add_pause(int(line.key.removeprefix(_PAUSE)), values, actor)
    except AdvisingError as error:
        raise YearError(error.message) from error


def _add_hour(slug: str, values: Values, actor: User) -> Made:
    old = WalkInHour.objects.select_related("contact").get(slug=slug)
    made = weekly_hours.add(
        old.contact,
        weekly_hours.WeeklyHour(
            weekday=old.weekday,
            starts=old.starts,
            ends=old.ends,
            room=old.room,
            online_link=old.online_link,
            note=text_of(old, "note"),
            valid_from=day_of(values["valid_from"]),
            valid_until=day_of(values["valid_until"]),
        ),
        actor,
    )
    return {"hour": made.slug}


def _add_pause(key: int, values: Values, actor: User) -> Made:
    old = Absence.objects.select_related("contact").get(pk=key)
    first, last = day_of(values["first_day"]), day_of(values["last_day"])
    if first is None or last is None:
        raise YearError(_("Fill this in."))
    made = hours.add_absence(old.contact, first, last, text_of(old, "reason"), actor)
    return {"absence": made.pk}


def _undo(line: YearLine, actor: User) -> None:
    if slug := line.made.get("hour"):
        hour = WalkInHour.objects.filter(slug=slug).first()
        if hour is None:
            return
        if hour.changes.exists():
            raise YearError(_("Single dates of this hour were changed; remove it on its own page."))
        weekly_hours.remove(hour, actor)
    elif key := line.made.get("absence"):
        absence = Absence.objects.filter(pk=key).first()
        if absence is not None:
            hours.remove_absence(absence, actor)


HOURS = Part(
    "hours",
    gettext_lazy("Walk-in hours"),
    gettext_lazy("Hours that end, hours that go on, and days without any."),
    _lines,
    _accept,
    _undo,
)
