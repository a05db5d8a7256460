"""The mails about appointments, each posted in the transaction of its change.

They say when and with whom, but not what the appointment is about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from sojourn.advising import diaries, formatting, itip
from sojourn.advising.models import Appointment
from sojourn.advising.slots import Slot
from sojourn.people import outbox
from sojourn.people.outbox import CalendarPart, Letter, Link


def booked(appointment: Appointment, now: dt.datetime) -> None:
    """Tell the student that the appointment is made."""
    _post(
        appointment,
        lambda: _letter(
            appointment,
            _("Your appointment: %(when)s") % {"when": _when(appointment)},
            _("Your appointment with %(who)s is booked.") % {"who": _who(appointment)},
        ),
        itip.request(appointment, now),
    )


def booked_by_the_office(appointment: Appointment, now: dt.datetime) -> None:
    """Tell the student that the office made an appointment, and what it sees of them then."""
    _post(
        appointment,
        lambda: _letter(
            appointment,
            _("Your appointment: %(when)s") % {"when": _when(appointment)},
            _(
                "%(who)s made an appointment with you. If the time does not suit you, move or "
                "cancel it. In the appointment the office sees your profile and your top five, "
                "but not your notes."
            )
            % {"who": _who(appointment)},
        ),
        itip.request(appointment, now),
    )


def moved(appointment: Appointment, now: dt.datetime) -> None:
    """Tell the student the new time."""
    _post(
        appointment,
        lambda: _letter(
            appointment,
            _("Your appointment has moved: %(when)s") % {"when": _when(appointment)},
            _("Your appointment with %(who)s is at another time now.") % {"who": _who(appointment)},
        ),
        itip.request(appointment, now),
    )


def moved_by_the_office(appointment: Appointment, was: Slot, now: dt.datetime) -> None:
    """Tell the student that the office changed time or place; `was` is the slot before."""
    _post(
        appointment,
        lambda: _changed_letter(appointment, was),
        itip.request(appointment, now),
    )


def cancelled(appointment: Appointment, now: dt.datetime) -> None:
    """Confirm to the student that the appointment is cancelled."""
    _post(
        appointment,
        lambda: Letter(
            _("Cancelled: your appointment of %(when)s") % {"when": _when(appointment)},
            (
                _("Your appointment with %(who)s on %(when)s is cancelled.")
                % {"who": _who(appointment), "when": _when(appointment)},
            ),
            Link(_("Choose another time"), reverse("advice:overview")),
        ),
        itip.cancellation(appointment, now),
    )


def cancelled_by_the_office(appointment: Appointment, now: dt.datetime) -> None:
    """Tell the student that the office cannot keep the appointment."""
    _post(
        appointment,
        lambda: Letter(
            _("Cancelled: your appointment of %(when)s") % {"when": _when(appointment)},
            (
                _("%(who)s cannot keep your appointment on %(when)s. We are sorry.")
                % {"who": _who(appointment), "when": _when(appointment)},
                _("Choose another time; what you wanted to talk about is kept for you."),
            ),
            Link(_("Choose another time"), reverse("advice:overview")),
        ),
        itip.cancellation(appointment, now),
    )


def reminder(appointment: Appointment) -> None:
    """Remind the student the day before."""
    outbox.post(
        key=f"{_key(appointment)}:reminder",
        to=appointment.student,
        write=lambda: _letter(
            appointment,
            _("Reminder: your appointment of %(when)s") % {"when": _when(appointment)},
            _(
                "You have an appointment with %(who)s. If you cannot come, cancel it "
                "so that someone else can have the time."
            )
            % {"who": _who(appointment)},
        ),
        reply_to=_answers_to(appointment),
    )


def offered(appointment: Appointment) -> None:
    """Offer a slot that came free to a student who waits."""
    outbox.post(
        key=f"{_key(appointment)}:offer",
        to=appointment.student,
        write=lambda: Letter(
            _("A time is free: %(when)s") % {"when": _when(appointment)},
            (
                _(
                    "You are first on the waiting list for that week. We hold the time for "
                    "you until %(until)s. After that it goes to the next student."
                )
                % {"until": _until(appointment)},
            ),
            Link(
                _("Say yes or no"),
                reverse("advice:offer", kwargs={"appointment_id": appointment.pk}),
            ),
        ),
    )


def lapsed(appointment: Appointment) -> None:
    """Tell the student that the offer was not answered in time."""
    outbox.post(
        key=f"{_key(appointment)}:lapsed",
        to=appointment.student,
        write=lambda: Letter(
            _("The time we held for you is no longer yours"),
            (
                _("You did not answer in time, so we no longer hold %(when)s for you.")
                % {"when": _when(appointment)},
            ),
            Link(_("Choose another time"), reverse("advice:overview")),
        ),
    )


def _post(appointment: Appointment, write: Callable[[], Letter], calendar: CalendarPart) -> None:
    outbox.post(
        key=_key(appointment),
        to=appointment.student,
        write=write,
        calendar=calendar,
        reply_to=_answers_to(appointment),
    )


def _answers_to(appointment: Appointment) -> str:
    """Return the address of the diary's contact where it is known; else the office's."""
    return appointment.diary.contact.email or outbox.office_address()


def _letter(appointment: Appointment, subject: str, first: str) -> Letter:
    paragraphs = [first, f"{_when(appointment)}. {_where(appointment)}".strip()]
    if appointment.online_link:
        paragraphs.append(
            _("The link for the appointment: %(link)s") % {"link": appointment.online_link}
        )
    return Letter(
        subject,
        tuple(paragraphs),
        Link(
            _("See, move or cancel it"),
            reverse("advice:appointment", kwargs={"appointment_id": appointment.pk}),
        ),
    )


def _changed_letter(appointment: Appointment, was: Slot) -> Letter:
    is_later = (appointment.starts_at, appointment.ends_at) != (was.starts, was.ends)
    changes = []
    if is_later:
        changes.append(
            _("The time was %(before)s and is now %(after)s.")
            % {"before": formatting.when(was.starts, was.ends), "after": _when(appointment)}
        )
    if (appointment.room, appointment.online_link) != (was.room, was.online_link):
        changes.append(
            _("The place was %(before)s and is now %(after)s.")
            % {
                "before": formatting.place(was.room, was.online_link) or _("not known"),
                "after": formatting.place(appointment.room, appointment.online_link)
                or _("not known"),
            }
        )
    elif _where(appointment):
        changes.append(_where(appointment))
    subject = (
        _("Your appointment has moved: %(when)s")
        if is_later
        else _("Another place for your appointment of %(when)s")
    )
    letter = _letter(
        appointment,
        subject % {"when": _when(appointment)},
        _("The study abroad office changed your appointment with %(who)s.")
        % {"who": _who(appointment)},
    )
    first, _now, *rest = letter.paragraphs
    return Letter(
        letter.subject,
        (first, *changes, *rest, _("Does this time not suit you? Choose another one or cancel.")),
        letter.link,
    )


def _key(appointment: Appointment) -> str:
    return f"appointment:{appointment.pk}:{appointment.sequence}"


def _who(appointment: Appointment) -> str:
    return diaries.name_of(appointment.diary)


def _when(appointment: Appointment) -> str:
    return formatting.when(appointment.starts_at, appointment.ends_at)


def _where(appointment: Appointment) -> str:
    place = formatting.place(appointment.room, appointment.online_link)
    return f"{place[:1].upper()}{place[1:]}." if place else ""


def _until(appointment: Appointment) -> str:
    moment = appointment.offer_ends_at or appointment.starts_at
    local = moment.astimezone(diaries.zone())
    return f"{formatting.day(local.date())}, {local:%H:%M}"
