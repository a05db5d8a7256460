"""The chain of evidence of an agreement, and the bytes that stay when everybody has signed.

Each link holds the hash of the one before it, so that none can be changed, left out or put in
between without all that follow showing it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from sojourn import __version__
from sojourn.mobility.agreements import document
from sojourn.mobility.agreements.substance import canonical, content_of, digest_of
from sojourn.mobility.models import (
    AgreementVersion,
    Evidence,
    SignedDocument,
    SigningRequest,
    StayAgreement,
)
from sojourn.mobility.states import SigningState, VersionState

APPLICATION = f"Sojourn {__version__}"


def note(version: AgreementVersion, kind: str, **what: Any) -> Evidence:
    """Add a link to the chain. The caller holds the lock of the stay."""
    agreement = version.agreement
    last = agreement.evidence.order_by("-number").first()
    row = Evidence(
        agreement=agreement,
        number=(last.number if last else 0) + 1,
        version=version.number,
        kind=kind,
        at=timezone.now(),
        what={name: text for name, text in what.items() if text},
        before=last.hash if last else "",
    )
    row.hash = hash_of(row)
    row.save()
    return row


def first_break(agreement: StayAgreement) -> int | None:
    """Return the first link of the chain that does not hold; None where all do."""
    return broken_in(agreement.evidence.order_by("number"), "", 1)


def broken_in(links: Iterable[Evidence], before: str, number: int) -> int | None:
    """Return the first of these links that does not follow from the one before it."""
    for link in links:
        if (link.number, link.before) != (number, before) or link.hash != hash_of(link):
            return number
        before, number = link.hash, number + 1
    return None


def hash_of(link: Evidence) -> str:
    """Return the hash that a link has to hold."""
    return digest_of(
        {
            "number": link.number,
            "version": link.version,
            "kind": link.kind,
            "at": _moment(link.at),
            "what": link.what,
            "before": link.before,
        }
    )


def keep(version: AgreementVersion) -> SignedDocument:
    """Write down the bytes of a version that everybody signed. They are never written again."""
    data = canonical(signed_data(version))
    data_sha256 = hashlib.sha256(data).hexdigest()
    pdf = document.pdf(version, signatures_of(version), chain_of(version), data_sha256)
    return SignedDocument.objects.create(
        version=version,
        data=data,
        data_sha256=data_sha256,
        pdf=pdf,
        pdf_sha256=hashlib.sha256(pdf).hexdigest(),
    )


def signed_data(version: AgreementVersion) -> dict[str, Any]:
    """Return what is signed, who signed it, and the chain so far, as plain data."""
    return {
        "content": content_of(version),
        "digest": version.digest,
        "signatures": signatures_of(version),
        "evidence": chain_of(version),
        "application": APPLICATION,
    }


def signatures_of(version: AgreementVersion) -> list[dict[str, str]]:
    """Return who signed a version: name, function, address, when, how, what they agreed to."""
    rows = version.requests.filter(state=SigningState.SIGNED).order_by("position")
    return [_signature(row) for row in rows]


def _signature(row: SigningRequest) -> dict[str, str]:
    said = {
        "side": row.side,
        "name": row.signed_name,
        "function": row.signed_function,
        "email": row.email,
        "named_by": row.named_by,
        "sent": _moment(row.sent_at),
        "opened": _moment(row.opened_at),
        "signed": _moment(row.answered_at),
        "method": row.method,
        "sentence": row.sentence,
        "digest": row.digest,
        "checked_by": str(row.checked_by or ""),
        "application": APPLICATION,
    }
    return {name: text for name, text in said.items() if text}


def chain_of(version: AgreementVersion) -> list[dict[str, Any]]:
    """Return the chain of its agreement so far."""
    return [
        {
            "number": link.number,
            "version": link.version,
            "kind": link.kind,
            "at": _moment(link.at),
            "what": link.what,
            "before": link.before,
            "hash": link.hash,
        }
        for link in version.agreement.evidence.order_by("number")
    ]


def _moment(value: dt.datetime | None) -> str:
    """Every time comes from one clock, and is written in UTC."""
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds") if value else ""


def document_of(content: bytes) -> SignedDocument | None:
    """Find the signed agreement whose PDF, or data, these bytes are."""
    digest = hashlib.sha256(content).hexdigest()
    rows = SignedDocument.objects.named_by_link(pdf_sha256=digest)
    if not rows.exists():
        rows = SignedDocument.objects.named_by_link(data_sha256=digest)
    return rows.select_related("version__agreement__stay").first()


def is_in_force(found: SignedDocument) -> bool:
    """Tell whether no later version took the place of this one."""
    return found.version.state == VersionState.AGREED
