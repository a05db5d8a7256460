"""The rules of an edition's files, asked of what somebody typed: one set of rules for both."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

Path = tuple[str | int, ...]


def problems_of(model: type[BaseModel], entry: dict[str, Any]) -> list[tuple[Path, str]]:
    """Check an entry as a file of an edition is checked; return what is wrong, and where."""
    said = {name: value for name, value in entry.items() if value not in (None, "", [], {})}
    try:
        model.model_validate(said)
    except ValidationError as error:
        return [(each["loc"], _words(each)) for each in error.errors()]
    return []


def in_languages(text: dict[str, str]) -> dict[str, str]:
    """Return a text in the languages in which it is written, as a file has it."""
    return {language: said for language, said in text.items() if said}


def _words(error: Any) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "missing" | "string_too_short":
            return _("Write this.")
        case "string_too_long":
            return _("At most %(most)d characters.") % {"most": context["max_length"]}
        case "too_long":
            return _("At most %(most)d of these.") % {"most": context["max_length"]}
        case "string_pattern_mismatch":
            return _patterns().get(str(error["loc"][-1]), _("The catalogue does not take this."))
        case _:
            return _("The catalogue does not take this: no HTML, and links to web pages only.")


def _patterns() -> dict[str, str]:
    return {
        "erasmus_code": _("Write it in capitals, as in the European list, such as NL LEIDEN01."),
        "schac": _("Write an internet domain in small letters, such as ki.se."),
        "ror": _("Write a ROR id, such as https://ror.org/027bh9e22."),
        "phone": _("Write a telephone number, such as +31 71 526 9111."),
        "email": _("Write a mail address, such as office@example.org."),
    }
