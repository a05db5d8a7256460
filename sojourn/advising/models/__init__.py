"""Advice: appointments, the walk-in queue, notes and steps, questions, self-arranged places."""

from sojourn.advising.models.appointments import (
    Appointment,
    AppointmentState,
    WaitingState,
    WeekWaiting,
)
from sojourn.advising.models.group_messages import GroupMessage
from sojourn.advising.models.hours import Diary, SlotRule
from sojourn.advising.models.notes import AppointmentNote, NextStep
from sojourn.advising.models.questions import Question, QuestionState, SavedReply
from sojourn.advising.models.queue import Ticket, TicketState
from sojourn.advising.models.self_arranged import SelfArrangedPlace, SelfArrangedState
from sojourn.advising.models.threads import Message, Side, StoredFile

__all__ = [
    "Appointment",
    "AppointmentNote",
    "AppointmentState",
    "Diary",
    "GroupMessage",
    "Message",
    "NextStep",
    "Question",
    "QuestionState",
    "SavedReply",
    "SelfArrangedPlace",
    "SelfArrangedState",
    "Side",
    "SlotRule",
    "StoredFile",
    "Ticket",
    "TicketState",
    "WaitingState",
    "WeekWaiting",
]
