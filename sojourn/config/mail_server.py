"""Reads the mail server out of one environment variable, SOJOURN_SMTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

# What each scheme means, and its usual port.
_SCHEMES = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


class MailServerError(ValueError):
    """SOJOURN_SMTP cannot be understood; the message says what was expected."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over, and how that connection is kept private."""

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    tls: bool

    @classmethod
    def from_address(cls, address: str) -> Self:
        """`smtp://user:password@host:587` (STARTTLS), `smtps://…` (TLS), `smtp+plain://…`."""
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in _SCHEMES or not parts.hostname:
            # The address itself is not repeated: it holds a password.
            raise MailServerError(
                "SOJOURN_SMTP is not an address such as smtp://user:password@mail.example.edu:587 "
                "(smtp with STARTTLS, smtps with TLS, smtp+plain with neither)."
            )
        return cls(
            host=parts.hostname,
            port=port or _SCHEMES[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            starttls=parts.scheme == "smtp",
            tls=parts.scheme == "smtps",
        )
