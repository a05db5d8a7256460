"""Stays as the database keeps them."""

from sojourn.mobility.models.agreements import (
    ADDED_BECAUSE,
    MOST_CREDITS,
    REMOVED_BECAUSE,
    Agreement,
    AgreementComponent,
    AgreementPackage,
    AgreementPaper,
    AgreementVersion,
    ComponentTable,
    Evidence,
    Reason,
    SignedDocument,
    SigningMethod,
    SigningRequest,
    Standing,
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

__all__ = [
    "ADDED_BECAUSE", "MOST_CREDITS", "REMOVED_BECAUSE", "Agreement", "AgreementComponent",
    "AgreementPackage", "AgreementPaper", "AgreementVersion", "ComponentTable", "Evidence",
    "GateOverride", "Origin", "PeriodKind", "Reason", "SignedDocument", "SigningMethod",
    "SigningRequest", "Standing", "Stay", "StayChange", "StayHost", "StayPeriod", "StayStep",
]  # fmt: skip
