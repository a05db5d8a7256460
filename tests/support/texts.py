"""The Dutch catalogue of the interface's texts, as the tests read it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from babel.messages.pofile import read_po

from sojourn.config.messages import LOCALE

if TYPE_CHECKING:
    from babel.messages.catalog import Message

DUTCH = LOCALE / "nl" / "LC_MESSAGES" / "django.po"


def forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """The forms of a text: one, or its singular and plurals."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


@cache
def dutch() -> tuple[Message, ...]:
    with DUTCH.open("rb") as file:
        return tuple(message for message in read_po(file, locale="nl") if message.id)
