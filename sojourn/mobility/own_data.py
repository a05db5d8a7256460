"""What a stay stores about a person: exported as plain data, or erased."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sojourn.mobility.models import (
    BoardDecision,
    BoardRequest,
    EntryKind,
    Stay,
    StayAgreement,
    StayGrant,
    Whereabouts,
)
from sojourn.mobility.states import STANDING
from sojourn.people import audit
from sojourn.people.models import User


def export(user: User) -> dict[str, Any]:
    """Export every stay with its days, hosts, steps and changes; and what was asked in incidents.

    Of an incident it is what the person themself said: notes of the team may be about others, and
    are given by hand.
    """
    return {
        "stays": [_stay(each) for each in user.stays.order_by("begun_at", "pk")],
        "incidents": [
            {
                "what": each.incident.title,
                "drill": each.incident.is_drill,
                "on": each.incident.day.isoformat(),
                "answers": [
                    {"at": said.at.isoformat(), "answer": said.answer, "text": said.text}
                    for said in each.entries.filter(kind=EntryKind.ANSWERED)
                ],
            }
            for each in user.incidents.select_related("incident").order_by("pk")
        ],
    }


def _stay(stay: Stay) -> dict[str, Any]:
    return {
        "id": str(stay.uuid),
        "state": stay.state,
        "road": stay.road.slug,
        "place": stay.opportunity.slug if stay.opportunity else None,
        "title": stay.title,
        "began_with": stay.origin,
        "begun": stay.begun_at.isoformat(),
        "from": _day(stay.starts_on),
        "until": _day(stay.ends_on),
        "hosts": list(
            stay.hosts.values(
                "name", "city", "country", "department", "contact_name", "contact_role",
                "contact_email",
            )
        ),
        "periods": [
            {"kind": each.kind, "from": _day(each.starts_on), "until": _day(each.ends_on)}
            for each in stay.periods.order_by("kind")
        ],
        "steps": [
            {
                "step": each.step.slug,
                "state": each.state,
                "by": _day(each.due_on),
                "valid_until": _day(each.valid_until),
                "note": each.reason,
            }
            for each in stay.steps.select_related("step")
        ],
        "changes": [
            {"kind": each.kind, "why": each.reason, "at": each.at.isoformat()}
            for each in stay.changes.all()
        ],
        "agreement": _agreement(stay),
        "confirmed_days": [
            {
                "from": _day(each.starts_on),
                "until": _day(each.ends_on),
                "by": each.name,
                "function": each.function,
                "how": each.way,
                "checked_by": each.checked_name,
                "paper": each.file_name,
                "at": each.at.isoformat(),
            }
            for each in stay.certified_days.defer("content")
        ],
        "recognition": [
            {
                "course": each.title,
                "code": each.code,
                "planned": _number(each.planned),
                "agreed": _number(each.agreed),
                "why_changed": each.why_changed,
                "state": each.state,
                "result": each.outcome,
                "title_at_the_host": each.result_title,
                "grade": each.grade,
                "credits_of_the_host": _number(each.taken),
                "kind_of_credits": each.scheme,
                "decisions": [
                    {
                        "recognised": _number(made.recognised),
                        "lost": _number(made.lost),
                        "why_lost": made.loss,
                        "in_words": made.loss_text,
                        "grade_at_home": made.home_grade,
                        "basis": made.basis,
                        "decision_of_the_board": made.board_decision
                        and _day(made.board_decision.decided_on),
                        "by": made.decided_name,
                        "on": _day(made.decided_on),
                    }
                    for made in each.decisions.all()
                ],
                "entered": each.entered_at.isoformat() if each.entered_at else None,
            }
            for each in stay.credit_lines.prefetch_related("decisions__board_decision")
        ],
        "transcripts": [
            {
                "file": each.file_name,
                "sha256": each.sha256,
                "brought_by": each.brought_name,
                "at": each.at.isoformat(),
                "state": each.state,
                "checked": each.how,
                "why_not": each.reason,
                "read": each.read,
            }
            for each in stay.transcripts.defer("content")
        ],
        "asked_at_the_host": [
            {"name": each.name, "at": each.asked_at.isoformat(), "why_ended": each.why_ended}
            for each in stay.papers_requests.all()
        ],
        "grants": [_grant(each) for each in stay.grants.order_by("pk")],
        "board": [_board(each) for each in stay.board_requests.order_by("asked_at", "pk")],
        "arrival": [
            {"said_by": each.said_by, "on": each.on.isoformat()} for each in stay.arrivals.all()
        ],
        "reached": list(
            Whereabouts.objects.filter(stay=stay).values("phone", "address")
        ),
        "emergency_contacts": list(
            stay.emergency_contacts.values(
                "name", "relation", "phone", "email", "may_locate", "may_inform",
                "may_know_health",
            )
        ),
        "side_trips": [
            {
                "place": each.place,
                "country": each.country,
                "from": _day(each.starts_on),
                "until": _day(each.ends_on),
            }
            for each in stay.side_trips.all()
        ],
        "exceptions": [
            {"gate": each.gate, "why": each.reason, "at": each.at.isoformat()}
            for each in stay.overrides.all()
        ],
    }  # fmt: skip


def _grant(grant: StayGrant) -> dict[str, Any]:
    """Export a grant with its rule as it was, and every entry of its ledger."""
    return {
        "grant": grant.slug,
        "year": grant.year,
        "state": grant.state,
        "currency": grant.currency,
        "promised": str(grant.promised),
        "due": str(grant.due),
        "paid": str(grant.paid),
        "rule": grant.rule,
        "entries": [
            {
                "number": each.number,
                "what": each.kind,
                "on": each.on.isoformat(),
                "due": str(each.due),
                "paid": str(each.paid),
                "counted_on": each.basis,
                "condition": each.condition,
                "reference": each.reference,
                "why": each.reason,
            }
            for each in grant.entries.all()
        ],
    }


def _agreement(stay: Stay) -> dict[str, Any] | None:
    """Export every version with its text, and who signed it when."""
    found = StayAgreement.objects.filter(stay=stay).first()
    if found is None:
        return None
    return {
        "id": str(found.uuid),
        "official": found.official_system or "Sojourn",
        "official_number": found.official_id,
        "versions": [
            {
                "number": each.number,
                "state": each.state,
                "text": each.content or {"facts": each.facts},
                "signatures": [
                    {
                        "side": one.side,
                        "name": one.signed_name or one.name,
                        "state": one.state,
                        "at": one.answered_at.isoformat() if one.answered_at else None,
                        "why": one.comment,
                    }
                    for one in each.requests.all()
                ],
            }
            for each in found.versions.all()
        ],
    }


def _board(request: BoardRequest) -> dict[str, Any]:
    """Export what the Board was asked, every question and answer, and what it decided."""
    decision = BoardDecision.objects.filter(request=request).first()
    return {
        "kind": request.kind,
        "asked": request.asked,
        "courses": request.components,
        "state": request.state,
        "asked_at": request.asked_at.isoformat(),
        "messages": [
            {"answer": each.is_answer, "text": each.text, "at": each.at.isoformat()}
            for each in request.messages.all()
        ],
        "decision": decision
        and {
            "outcome": decision.outcome,
            "condition": decision.conditions,
            "reason": decision.reason,
            "by": decision.by_name,
            "on": _day(decision.decided_on),
            "appeal_until": _day(decision.appeal_until),
        },
    }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _day(value: dt.date | None) -> str | None:
    return value.isoformat() if value else None


def erase(user: User) -> None:
    """Note for the office that a stay under way goes, before the account is deleted with it.

    The rows go with the account; the office must still know that a host has to be told. That there
    was a stay still counts.
    """
    audit.forget(
        StayGrant, StayGrant.objects.filter(stay__student=user).values_list("pk", flat=True)
    )
    for stay in user.stays.filter(state__in=STANDING):
        audit.record(
            "stay.student_deleted",
            actor=None,
            about=None,
            on=stay.road,
            details={"hosts": list(stay.hosts.values_list("name", flat=True))},
        )
    audit.forget(Stay, user.stays.values_list("pk", flat=True))
