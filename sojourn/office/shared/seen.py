"""What somebody of the office looked at last: kept in their session, by number, without names."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.http import HttpRequest

Kind = Literal["student", "question", "round"]
KINDS: tuple[Kind, ...] = ("student", "question", "round")
MOST = 8
_KEY = "office_seen"


def note(request: HttpRequest, kind: Kind, key: UUID | str) -> None:
    """Put a thing on top of what was seen last; once it is there, it moves."""
    one = [kind, str(key)]
    before = [each for each in _kept(request) if each != one]
    after = [one, *before][:MOST]
    if after != request.session.get(_KEY):
        request.session[_KEY] = after


def of(request: HttpRequest) -> tuple[tuple[Kind, str], ...]:
    """List what was seen, the last first."""
    return tuple((kind, key) for kind, key in _kept(request) for known in KINDS if kind == known)


def _kept(request: HttpRequest) -> list[list[str]]:
    kept = request.session.get(_KEY, [])
    return [each for each in kept if isinstance(each, list) and len(each) == 2]
