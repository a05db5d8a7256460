"""Stays as the database keeps them."""

from sojourn.mobility.models.incidents import (
    Answer,
    EntryKind,
    Incident,
    IncidentEntry,
    IncidentPerson,
)
from sojourn.mobility.models.stays import (
    GateOverride,
    Origin,
    PeriodKind,
    Stay,
    StayChange,
    StayHost,
    StayPeriod,
    StayStep,
)
from sojourn.mobility.models.whereabouts import (
    Arrival,
    EmergencyContact,
    ReadingKind,
    SaidBy,
    SideTrip,
    Whereabouts,
    WhereaboutsReading,
)

__all__ = [
    "Answer", "Arrival", "EmergencyContact", "EntryKind", "GateOverride", "Incident",
    "IncidentEntry", "IncidentPerson", "Origin", "PeriodKind", "ReadingKind", "SaidBy", "SideTrip",
    "Stay", "StayChange", "StayHost", "StayPeriod", "StayStep", "Whereabouts",
    "WhereaboutsReading",
]  # fmt: skip
