"""A made-up third language: English with accents, for the interface and for an edition's texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.support.texts import dutch, forms

if TYPE_CHECKING:
    from babel.messages.catalog import Message

CODE = "en-xa"
# What must stay as it is: placeholders, markup, references to characters, code, "#n of #m".
_KEPT = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{[^}]*\}|<[^>]+>|&\w+;|#\w|`[^`]*`)")
_ACCENTS = str.maketrans("aceinosuyzACEINOSUYZ", "åçéîñöšûýžÅÇÉÎÑÖŠÛÝŽ")
_ACCENTED = re.compile("[" + "".join(map(chr, _ACCENTS.values())) + "]")


def accented(text: str) -> str:
    parts = _KEPT.split(text)
    return "".join(
        part if place % 2 else part.translate(_ACCENTS) for place, part in enumerate(parts)
    )


def is_pseudo(text: str) -> bool:
    return bool(_ACCENTED.search(text))


def of_libraries() -> Iterator[Message]:
    """What pages say in the words of Django and allauth: months, errors of forms, signing in."""
    for library in ("django/conf", "django/contrib/auth", "allauth"):
        package, _, below = library.partition("/")
        folder = Path(str(files(package)), below, "locale", "nl", "LC_MESSAGES")
        with (folder / "django.po").open("rb") as file:
            yield from (message for message in read_po(file, locale="nl") if message.id)


def write_catalogue(locale: Path) -> None:
    """Write the interface's texts in that language below a folder of translations."""
    catalogue = Catalog(domain="django", fuzzy=False)
    for message in (*of_libraries(), *dutch()):
        said = tuple(accented(text) for text in forms(message.id))
        catalogue.add(message.id, said if len(said) > 1 else said[0], context=message.context)
    folder = locale / "en_XA" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, catalogue)
