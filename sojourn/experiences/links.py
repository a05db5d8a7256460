"""Signed links for people without an account: a purpose, and the row that it leads to.

A link opens one thing and is made again from the row whenever it is needed, so no secret is kept
in the database. It works as long as the row allows it; taking a thing back closes its links.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from django.core.signing import BadSignature, Signer


class LinkPurpose(StrEnum):
    REPORT = "report"
    """Write the report that one was invited to."""
    CONSENT = "consent"
    """Agree to be written to, or stop for ever."""
    ANSWER = "answer"
    """Answer one message."""
    STOP = "stop"
    """Stop messages from students for ever."""
    STOP_INVITING = "stop-inviting"
    """Never be asked for a report again."""


def token_for(purpose: LinkPurpose, number: UUID) -> str:
    return f"{number.hex}.{_signer(purpose).signature(number.hex)}"


def number_in(purpose: LinkPurpose, token: str) -> UUID | None:
    """Return the row that a link of that purpose leads to; None for a link that is not ours."""
    number, _dot, signature = token.partition(".")
    try:
        _signer(purpose).unsign(f"{number}:{signature}")
        return UUID(hex=number)
    except (BadSignature, ValueError):
        return None


def _signer(purpose: LinkPurpose) -> Signer:
    return Signer(salt=f"sojourn.experiences.{purpose.value}")
