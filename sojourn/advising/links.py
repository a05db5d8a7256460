"""The link by which somebody without an account reads on: signed, in no table.

It names the thread and a signature made with the installation's key, so it cannot be guessed and
a copy of the database opens nothing.
"""

from __future__ import annotations

import uuid

from django.core import signing

_signer = signing.Signer(salt="sojourn.advising.thread")


def token_of(number: uuid.UUID) -> str:
    """Make the token that opens a thread."""
    return _signer.sign(number.hex)


def number_in(token: str) -> uuid.UUID | None:
    """Return the thread that a token opens; None for a token that was not made here."""
    try:
        return uuid.UUID(_signer.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
