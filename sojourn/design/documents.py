"""PDFs that a screen reader can read (PDF/UA-1), made by typst, which never fail on a name.

The document's own font knows Latin, Greek and Cyrillic. For everything else the Noto fonts lie
ready: Chinese, Japanese, Korean, Thai, Arabic, Indian scripts, emoji. A character that none of them
has is written as its code, and the document says so.
"""

from __future__ import annotations

import importlib.util
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

_FONT_PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")
_LATIN = 0x250  # what the document's own font has, below
_NOT_SHOWN = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_MOST_TRIES = 12
_NO_LETTERS = ("Cc", "Cn", "Co", "Cs")  # controls, and what has no meaning for everybody


@lru_cache(maxsize=1)
def font_folders() -> list[Path]:
    """Return where the fonts for other scripts are. Raises RuntimeError where one is missing."""
    found = []
    for package in _FONT_PACKAGES:
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.origin:
            raise RuntimeError(f"The fonts of {package} are not installed.")
        found.append(Path(spec.origin).parent)
    return found


def pdf(template: Path, data: Mapping[str, Any]) -> bytes:
    """Make a document of a template and its data; the template shows `remark` where it is set."""
    unknown = {each for each in _characters(data) if unicodedata.category(each) in _NO_LETTERS}
    for _try in range(_MOST_TRIES):
        try:
            return _compiled(template, _shown(data, unknown))
        except typst.TypstError as error:
            found = _NOT_SHOWN.search(str(error))
            if found is None:
                raise
            unknown |= set(_ESCAPED.sub(_character, found[1])) - set("\\")
    # So many unknown characters are no name: what is beyond Latin is written in codes.
    unknown |= {each for each in _characters(data) if ord(each) >= _LATIN}
    return _compiled(template, _shown(data, unknown))


def _compiled(template: Path, data: Mapping[str, Any]) -> bytes:
    needs_more = any(ord(each) >= _LATIN for each in _characters(data))
    made = typst.compile(
        str(template),
        format="pdf",
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        font_paths=[str(folder) for folder in font_folders()] if needs_more else [],
    )
    assert isinstance(made, bytes)  # noqa: S101 - without an output file typst hands it back
    return made


def _shown(data: Mapping[str, Any], unknown: set[str]) -> dict[str, Any]:
    """Return the data with unknown characters as codes, and a remark if there are any."""
    table = str.maketrans({each: f"[{_code(each)}]" for each in unknown})

    def shown(value: Any) -> Any:
        if isinstance(value, str):
            return value.translate(table)
        if isinstance(value, Mapping):
            return {key: shown(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [shown(inner) for inner in value]
        return value

    remark = ""
    if unknown:
        remark = _("This document has no letter for: %(codes)s.") % {
            "codes": ", ".join(sorted(_code(each) for each in unknown))
        }
    return {**shown(data), "remark": remark}


def _characters(data: Mapping[str, Any] | Sequence[Any]) -> set[str]:
    """Return every character of the data but line breaks."""
    inside: set[str] = set()
    for value in data.values() if isinstance(data, Mapping) else data:
        if isinstance(value, str):
            inside |= set(value)
        elif isinstance(value, Mapping | list | tuple):
            inside |= _characters(value)
    return inside - {"\n"}


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"


def _character(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 16))
