"""What is wrong with this installation, for the office's first page and for `/readyz`.

None of it keeps visitors from the site; somebody should know of it all the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue.snapshot.service import fault_of_catalogue
from sojourn.common.data_folder import (
    bytes_above_floor,
    installed_at,
    last_backup,
)
from sojourn.mobility import whereabouts_file
from sojourn.office.shared import formatting
from sojourn.people import delivery, workers

# It is written each night; one that is missed is said in the morning.
OLDEST_CALL_LIST = dt.timedelta(hours=30)


@dataclass(frozen=True)
class Fault:
    """Something that somebody should look after; `name` never changes, for programs."""

    name: str
    text: str


def faults(now: dt.datetime) -> tuple[Fault, ...]:
    """Return what is wrong, in the language of the reader."""
    return tuple(Fault(name, text) for name, look in LOOKS.items() if (text := look(now)))


def _worker(now: dt.datetime) -> str:
    if workers.is_any_alive(now):
        return ""
    return _("No worker runs: no mail is sent and no nightly job is done.")


def _waiting_mail(now: dt.datetime) -> str:
    count = delivery.waits_long(now)
    if not count:
        return ""
    return ngettext(
        "%(count)d mail has been waiting for a quarter of an hour or longer.",
        "%(count)d mails have been waiting for a quarter of an hour or longer.",
        count,
    ) % {"count": count}


def _failed_mail(now: dt.datetime) -> str:
    count = delivery.given_up()
    if not count:
        return ""
    return ngettext(
        "%(count)d mail could not be delivered.", "%(count)d mails could not be delivered.", count
    ) % {"count": count}


def _disk(now: dt.datetime) -> str:
    left = bytes_above_floor(settings.FREE_SPACE_FLOOR)
    if left < 0:
        return _("The disk is full: files are refused, everything else goes on.")
    if left < settings.FREE_SPACE_FLOOR:
        return _("The disk is nearly full: soon files will be refused.")
    return ""


def _catalogue(now: dt.datetime) -> str:
    row = fault_of_catalogue()
    if not row:
        return ""
    return _(
        "The catalogue cannot be read at %(row)s. Visitors see it as it was before; mend that row."
    ) % {"row": row}


def _backup(now: dt.datetime) -> str:
    oldest = now - dt.timedelta(hours=settings.OLDEST_BACKUP_HOURS)
    made = last_backup()
    if not settings.OLDEST_BACKUP_HOURS or (made or installed_at()) >= oldest:
        return ""
    if made is None:
        return _("No backup was ever made.")
    return _("The last backup was made on %(when)s.") % {"when": formatting.moment(made)}


def _call_list(now: dt.datetime) -> str:
    """Tell that the list outside of this machine is of another day, where one is to be written."""
    if not whereabouts_file.is_set_up():
        return ""
    written = whereabouts_file.last_written()
    if written is None:
        return _("The call list outside of this machine was never written.")
    if now - written > OLDEST_CALL_LIST:
        return _("The call list outside of this machine is of %(when)s.") % {
            "when": formatting.moment(written)
        }
    return ""


LOOKS: dict[str, Callable[[dt.datetime], str]] = {
    "worker": _worker,
    "waiting-mail": _waiting_mail,
    "failed-mail": _failed_mail,
    "disk": _disk,
    "catalogue": _catalogue,
    "backup": _backup,
    "call-list": _call_list,
}
