"""Signed links by which a host signs without an account.

A link is made again from its row whenever it is needed, so no secret is kept in the database. It
opens the request of one person; handing it on makes another link.
"""

from __future__ import annotations

from uuid import UUID

from django.core.signing import BadSignature, Signer

_signer = Signer(salt="sojourn.mobility.signing")


def token_for(link: UUID) -> str:
    """Return what stands in the address."""
    return f"{link.hex}.{_signer.signature(link.hex)}"


def link_in(token: str) -> UUID | None:
    """Return the link that an address names; None for one that is not ours."""
    number, _dot, signature = token.partition(".")
    try:
        _signer.unsign(f"{number}:{signature}")
        return UUID(hex=number)
    except (BadSignature, ValueError):
        return None
