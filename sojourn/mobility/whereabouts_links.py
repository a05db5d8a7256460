"""Links in mail for what is done without signing in, each for one purpose and one row.

No secret is kept: a link is signed with the installation's key, and a copy of the database opens
nothing. What is behind a link that shows data of a person ends after a while; a new one is mailed
to the address of the account.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from uuid import UUID

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner


class LinkPurpose(StrEnum):
    REACH = "reach"
    """Say where one can be reached; the number is that of the stay."""
    ARRIVAL = "arrival"
    """Say, as the host, that the student has arrived; the number is that of the stay."""
    CHECK_IN = "check-in"
    """Say that one is safe or needs help; the number is that of the person of an incident."""


class LinkIsOldError(Exception):
    """A link that was ours and has run out; `number` says what it was for."""

    def __init__(self, number: UUID) -> None:
        super().__init__()
        self.number = number


# Whoever asks whether somebody is safe never finds a door that is shut: no end for those.
LASTS = {LinkPurpose.REACH: dt.timedelta(days=30), LinkPurpose.ARRIVAL: dt.timedelta(days=120)}


def token_for(purpose: LinkPurpose, number: UUID) -> str:
    return _signer(purpose).sign(number.hex)


def number_in(purpose: LinkPurpose, token: str) -> UUID | None:
    """Return the row that a link leads to; None for one that is not ours.

    Raises LinkIsOldError for one that has run out.
    """
    signer = _signer(purpose)
    try:
        return UUID(hex=signer.unsign(token, max_age=LASTS.get(purpose)))
    except SignatureExpired as error:
        raise LinkIsOldError(UUID(hex=signer.unsign(token))) from error
    except (BadSignature, ValueError):
        return None


def _signer(purpose: LinkPurpose) -> TimestampSigner:
    # A dot, because a colon is where some mail programs end an address.
    return TimestampSigner(salt=f"sojourn.mobility.{purpose.value}", sep=".")
