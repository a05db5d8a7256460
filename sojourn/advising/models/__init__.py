"""What advice keeps: slots, appointments, the walk-in line, what was said and agreed."""

from sojourn.advising.models.appointments import (
    Appointment,
    AppointmentState,
    WaitingState,
    WeekWaiting,
)
from sojourn.advising.models.hours import Diary, SlotRule
from sojourn.advising.models.queue import Ticket, TicketState
from sojourn.advising.models.talks import NextStep, TalkNote

__all__ = [
    "Appointment",
    "AppointmentState",
    "Diary",
    "NextStep",
    "SlotRule",
    "TalkNote",
    "Ticket",
    "TicketState",
    "WaitingState",
    "WeekWaiting",
]
