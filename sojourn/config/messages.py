"""Compiles the interface's translations: `python -m sojourn.config.messages`.

Django's own command needs GNU gettext on the machine; Babel, which we have anyway, does not.
The compiled files lie beside their sources and are not committed.
"""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parents[1]


def sources(package: Path = PACKAGE) -> list[Path]:
    """Every catalogue: the interface's own in `locale/`, and those of the apps that have one."""
    return sorted(
        [*package.glob("locale/*/LC_MESSAGES/*.po"), *package.glob("*/locale/*/LC_MESSAGES/*.po")]
    )


def compile_messages(package: Path = PACKAGE) -> list[Path]:
    """Write each `.mo` that is missing or older than its `.po`; return those written."""
    written = []
    for source in sources(package):
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


if __name__ == "__main__":
    compile_messages()
