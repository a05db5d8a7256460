"""An appointment as a mail to a calendar program (iTIP, RFC 5546).

Times are written in UTC, which every program turns into its owner's clock; a single event needs no
rules of a time zone, so none can be wrong. The summary says with whom, never about what: calendar
programs send what they hold to their provider.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from sojourn.advising import diaries, formatting
from sojourn.advising.models import Appointment
from sojourn.people.outbox import CalendarPart

PRODUCT = "-//Sojourn//Study abroad//EN"


def request(appointment: Appointment, now: dt.datetime) -> CalendarPart:
    """Return the appointment as it is now: new, or instead of an earlier sequence."""
    return CalendarPart("REQUEST", _written(appointment, "REQUEST", "CONFIRMED", now))


def cancellation(appointment: Appointment, now: dt.datetime) -> CalendarPart:
    """Return the message that the appointment is cancelled."""
    return CalendarPart("CANCEL", _written(appointment, "CANCEL", "CANCELLED", now))


def uid(appointment: Appointment) -> str:
    """Return one id for the whole life of the appointment, without the host: a site may move."""
    return f"appointment-{appointment.pk}@sojourn"


def _written(appointment: Appointment, method: str, status: str, now: dt.datetime) -> str:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    event = Event()
    event.add("uid", uid(appointment))
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", now.astimezone(dt.UTC).replace(microsecond=0))
    event.add("dtstart", appointment.starts_at.astimezone(dt.UTC))
    event.add("dtend", appointment.ends_at.astimezone(dt.UTC))
    who = diaries.name_of(appointment.diary)
    event.add("summary", _("Appointment about studying abroad: %(who)s") % {"who": who})
    where = formatting.place(appointment.room, appointment.online_link)
    if where:
        event.add("location", where)
    if appointment.online_link:
        event.add("url", appointment.online_link)
    event.add("status", status)
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE" if status == "CONFIRMED" else "TRANSPARENT")
    organizer = vCalAddress(f"mailto:{appointment.diary.contact.email or _sender()}")
    organizer.params["CN"] = vText(who)
    event["organizer"] = organizer
    attendee = vCalAddress(f"mailto:{appointment.student.email}")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    # They asked for it themselves; a question whether they will come would only confuse.
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee, encode=False)
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content.decode()


def _sender() -> str:
    """Return the bare address that mail comes from."""
    _name, _separator, address = settings.DEFAULT_FROM_EMAIL.rpartition("<")
    return address.rstrip(">")
