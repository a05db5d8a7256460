"""Compile the interface's translations: `python -m sojourn.config.messages`.

Django's own command needs GNU gettext on the machine; Babel, which we have anyway, does not.
The compiled files lie beside their sources and are not committed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

LOCALE = Path(__file__).resolve().parents[1] / "locale"


def compile_messages(folder: Path = LOCALE) -> list[Path]:
    """Write each `.mo` that is missing or older than its `.po`; return those written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalog = read_po(file, locale=source.parents[1].name, abort_invalid=True)
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, catalog)
        draft.replace(target)  # in one step: another process may be reading it
        written.append(target)
    return written


def extract_template(
    file: IO[bytes], keywords: Any, comment_tags: Any, options: Any
) -> Iterator[Any]:
    """Find the texts of a Django template, for Babel (see `tool.babel` in pyproject.toml)."""
    as_code = templatize(file.read().decode("utf-8"))
    unindented = "\n".join(line.lstrip() for line in as_code.split("\n"))
    return extract_python(BytesIO(unindented.encode()), keywords, comment_tags, options)


if __name__ == "__main__":
    compile_messages()
