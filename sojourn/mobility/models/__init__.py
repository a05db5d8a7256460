"""Stays as the database keeps them."""

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

__all__ = [
    "GateOverride", "Origin", "PeriodKind", "Stay", "StayChange", "StayHost", "StayPeriod",
    "StayStep",
]  # fmt: skip
