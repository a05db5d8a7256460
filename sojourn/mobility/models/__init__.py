"""Stays as the database keeps them."""

from sojourn.mobility.models.agreements import (
    ADDED_BECAUSE,
    MOST_CREDITS,
    REMOVED_BECAUSE,
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
    StayAgreement,
)
from sojourn.mobility.models.board import (
    Basis,
    BoardDecision,
    BoardLetter,
    BoardMandate,
    BoardMessage,
    BoardRequest,
    Outcome,
    RequestKind,
)
from sojourn.mobility.models.homecoming import (
    CertifiedBy,
    CertifiedDays,
    CheckedHow,
    CourseOutcome,
    CreditDecision,
    CreditLine,
    Loss,
    PapersRequest,
    Transcript,
    TranscriptFrom,
    TranscriptKind,
)
from sojourn.mobility.models.incidents import (
    Answer,
    EntryKind,
    Incident,
    IncidentEntry,
    IncidentPerson,
)
from sojourn.mobility.models.money import GrantEntry, GrantEntryKind, StayGrant
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
    "ADDED_BECAUSE", "MOST_CREDITS", "REMOVED_BECAUSE", "AgreementComponent", "AgreementPackage",
    "AgreementPaper", "AgreementVersion", "Answer", "Arrival", "Basis", "BoardDecision",
    "BoardLetter", "BoardMandate", "BoardMessage", "BoardRequest", "CertifiedBy", "CertifiedDays",
    "CheckedHow", "ComponentTable", "CourseOutcome", "CreditDecision", "CreditLine",
    "EmergencyContact", "EntryKind", "Evidence", "GateOverride", "GrantEntry", "GrantEntryKind",
    "Incident", "IncidentEntry", "IncidentPerson", "Loss", "Origin", "Outcome", "PapersRequest",
    "PeriodKind", "ReadingKind", "Reason", "RequestKind", "SaidBy", "SideTrip", "SignedDocument",
    "SigningMethod", "SigningRequest", "Standing", "Stay", "StayAgreement", "StayChange",
    "StayGrant", "StayHost", "StayPeriod", "StayStep", "Transcript", "TranscriptFrom",
    "TranscriptKind", "Whereabouts", "WhereaboutsReading",
]  # fmt: skip
