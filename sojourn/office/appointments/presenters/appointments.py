"""The list of appointments, and one of them with its student's summary."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.advising import diaries
from sojourn.advising import formatting as advising_formatting
from sojourn.advising.appointments import BEGINS_EARLY
from sojourn.advising.models import Appointment, AppointmentState
from sojourn.advising.permissions import may_advise
from sojourn.advising.slots import Slot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.folding import by_name, with_words
from sojourn.office.shared import formatting, lists, people
from sojourn.people.models import User

_TONES = {
    AppointmentState.OFFERED: "warn",
    AppointmentState.CANCELLED: "quiet",
    AppointmentState.LAPSED: "quiet",
    AppointmentState.NO_SHOW: "bad",
}

HELD = lists.Action("held", _("The appointment took place"))
NO_SHOW = lists.Action("no_show", _("Did not come"))
CANCEL = lists.Action("cancel", _("Cancel them and tell the students"))
ACTIONS = (HELD, NO_SHOW, CANCEL)


@dataclass(frozen=True)
class Head:
    """The head of an appointment's page."""

    when: str
    place: str
    state: str
    topic: str
    question: str
    route: str
    with_whom: str
    may_record: bool
    """Whether one can write down that it was held, or that nobody came."""
    may_cancel: bool


def _narrow_by_time(rows: QuerySet[Appointment], value: str) -> QuerySet[Appointment]:
    now = timezone.now()
    zone = diaries.zone()
    today = dt.datetime.combine(now.astimezone(zone).date(), dt.time(), zone)
    if value == "today":
        return rows.filter(starts_at__gte=today, starts_at__lt=today + dt.timedelta(days=1))
    if value == "ahead":
        return rows.filter(ends_at__gt=now)
    if value == "unwritten":
        return rows.filter(ends_at__lte=now, state=AppointmentState.BOOKED)
    return rows.filter(ends_at__lte=now)


def _row(appointment: Appointment) -> lists.Row:
    state = AppointmentState(appointment.state)
    return lists.Row(
        str(appointment.pk),
        (
            lists.Cell(
                formatting.moment(appointment.starts_at),
                reverse("office:appointment", kwargs={"appointment_id": appointment.pk}),
            ),
            people.cell(appointment.student),
            lists.Cell(appointment.topic),
            lists.Cell(diaries.name_of(appointment.diary)),
            lists.Cell(advising_formatting.place(appointment.room, appointment.online_link)),
            lists.Cell(state.label, tone=_TONES.get(state, "")),
        ),
    )


def _search(rows: QuerySet[Appointment], text: str) -> QuerySet[Appointment]:
    return with_words(
        rows, text, "student__first_name", "student__last_name", "student__preferred_name",
        "student__email", "topic", "diary__contact__name", "room",
    )  # fmt: skip


KIND: lists.Kind[Appointment] = lists.Kind(
    caption=_("Appointments"),
    columns=(
        lists.Column("when", _("When"), ("starts_at",)),
        lists.Column("who", _("Student"), by_name("student")),
        lists.Column("topic", _("Topic")),
        lists.Column("with", _("With"), ("diary__contact__name__as_name",)),
        lists.Column("place", _("Place")),
        lists.Column("state", _("State"), ("state", "starts_at")),
    ),
    row=_row,
    empty=_("No appointments yet"),
    first_order="when",
    filters=(
        lists.Filter(
            "time",
            _("Time"),
            (
                ("ahead", _("Still to come")),
                ("today", _("Today")),
                ("unwritten", _("Over, no outcome recorded")),
                ("past", _("Over")),
            ),
            _narrow_by_time,
            _("Any"),
        ),
        lists.Filter(
            "state",
            _("State"),
            tuple((state.value, state.label) for state in AppointmentState),
            lambda rows, value: rows.filter(state=value),
            _("Any"),
        ),
    ),
    search=_search,
    actions=ACTIONS,
    action_page="office:appointments-several",
    name="appointments",
)


def rows(reader: User) -> QuerySet[Appointment]:
    """List the appointments that somebody may see."""
    return Appointment.objects.visible_to(reader).select_related("student", "diary__contact")


def head(reader: User, snapshot: Snapshot, appointment: Appointment, now: dt.datetime) -> Head:
    """Describe the appointment, and what the reader may do with it."""
    advises = may_advise(reader, appointment)
    routes = {route.slug: str(route.name) for route in snapshot.records.edition.advice_routes}
    stands = appointment.state in (
        AppointmentState.BOOKED,
        AppointmentState.HELD,
        AppointmentState.NO_SHOW,
    )
    return Head(
        when=advising_formatting.when(appointment.starts_at, appointment.ends_at),
        place=advising_formatting.place(appointment.room, appointment.online_link),
        state=str(AppointmentState(appointment.state).label),
        topic=appointment.topic,
        question=appointment.question,
        route=routes.get(appointment.route, ""),
        with_whom=diaries.name_of(appointment.diary),
        may_record=advises and stands and appointment.starts_at <= now + BEGINS_EARLY,
        may_cancel=advises
        and appointment.state == AppointmentState.BOOKED
        and appointment.starts_at > now,
    )


def free_times(appointment: Appointment, now: dt.datetime) -> tuple[Slot, ...]:
    """Return the free slots that the appointment could be moved to."""
    return tuple(
        slot
        for slot in diaries.unreserved_slots(appointment.diary, now, besides=appointment)
        if slot.starts != appointment.starts_at
    )


def line(appointment: Appointment) -> str:
    """One appointment in a question such as “Cancel these?”."""
    when = advising_formatting.when(appointment.starts_at, appointment.ends_at)
    return f"{when}: {appointment.student}, {appointment.topic}"
