"""The call list as one sealed file, kept where it is found when this machine is gone.

It is a page that every browser opens and prints, sealed with age for the keys of the closed
circle. Sojourn holds the public halves alone, so it can write the file and not read it. How it is
opened with the standard tools: docs/operating.md.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from pathlib import Path

import pyrage
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from sojourn.common.data_folder import data_folder
from sojourn.common.languages import FIRST
from sojourn.mobility import whereabouts_list, whereabouts_table
from sojourn.mobility.models import ReadingKind
from sojourn.mobility.whereabouts_list import There
from sojourn.mobility.whereabouts_readings import note_reading

NAME = "call-list-{:%Y-%m-%d}.html.age"
_ANY_NAME = "call-list-*.html.age"
# What is older names people who are back.
KEEP_DAYS = 7


class CallListError(Exception):
    """The file cannot be written; `message` says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def is_set_up() -> bool:
    """Tell whether this installation names a place for the file."""
    return bool(settings.CALL_LIST_FOLDER)


def can_seal() -> bool:
    """Tell whether this installation names keys."""
    return bool(settings.CALL_LIST_KEYS)


def write(now: dt.datetime, folder: Path | None = None) -> Path:
    """Write today's file in place of an earlier one of today, and remove those of last week."""
    to = folder or Path(settings.CALL_LIST_FOLDER or ".")
    if folder is None and not is_set_up():
        raise CallListError("SOJOURN_CALL_LIST_TO names no folder for the call list.")
    if not to.is_dir():
        raise CallListError(f"There is no folder {to} for the call list.")
    if to.resolve().is_relative_to(data_folder().resolve()):
        raise CallListError(
            f"{to} is inside the data folder: the call list would be gone with this machine."
        )
    day = timezone.localtime(now).date()
    found = whereabouts_list.on_day(None, day)
    with override(FIRST):
        content = seal(page(found, day, now))
    path = to / NAME.format(day)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise CallListError(f"{path} cannot be written ({error.strerror}).") from error
    note_reading(None, ReadingKind.WORKER, day, "", len(found))
    for old in to.glob(_ANY_NAME):
        if old.name < NAME.format(day - dt.timedelta(days=KEEP_DAYS)):
            old.unlink(missing_ok=True)
    return path


def page(found: list[There], day: dt.date, now: dt.datetime) -> bytes:
    """Return the call list as one page that needs nothing else, in the language in use."""
    context = {"title": _("Who is where"), **whereabouts_table.context(found, day, now)}
    return render_to_string("mobility/templates/call-list.html", context).encode()


def seal(content: bytes) -> bytes:
    """Seal something for every key of the closed circle."""
    if not can_seal():
        raise CallListError("SOJOURN_CALL_LIST_KEYS names no key to seal the call list for.")
    try:
        keys = [_recipient(key) for key in settings.CALL_LIST_KEYS]
    except pyrage.RecipientError as error:
        raise CallListError(
            "SOJOURN_CALL_LIST_KEYS has a key that is none of age (age1…)."
        ) from error
    sealed: bytes = pyrage.encrypt(content, keys)
    return sealed


def last_written() -> dt.datetime | None:
    """Return when the newest file in the folder was written; None where there is none."""
    times = []
    with contextlib.suppress(OSError):
        times = [each.stat().st_mtime for each in Path(settings.CALL_LIST_FOLDER).glob(_ANY_NAME)]
    return dt.datetime.fromtimestamp(max(times), dt.UTC) if times else None


def _recipient(key: str) -> pyrage.x25519.Recipient:
    return pyrage.x25519.Recipient.from_str(key)
