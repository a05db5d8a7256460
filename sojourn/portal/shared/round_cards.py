"""A round in a list: its title, its state by the clock, and how many places it has."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.common.languages import page_language
from sojourn.portal.shared import formatting
from sojourn.selection import calendar
from sojourn.selection.models import Round
from sojourn.selection.states import RoundState

logger = logging.getLogger("sojourn.portal")


@dataclass(frozen=True)
class RoundCard:
    """A round in a list."""

    title: str
    href: str
    status: str
    places: str
    is_example: bool


def moment(value: dt.datetime) -> str:
    """'Friday 5 February 2027, 23:59', in the edition's zone."""
    local = timezone.localtime(value)
    day = f"{formatting.weekday(local.weekday())} {formatting.day(local.date())}"
    return f"{day}, {formatting.clock(local)}"


# By the page that shows them, with its language: the cards that it showed last.
_shown: dict[tuple[str, str], tuple[RoundCard, ...]] = {}


def cards(
    page: str, find: Callable[[dt.datetime], Iterable[Round]], now: dt.datetime
) -> tuple[RoundCard, ...]:
    """Return the cards of the rounds that a public page shows.

    While the database cannot be reached these are the ones that this process showed last: a public
    page does not wait for it.
    """
    key = (page, page_language())
    try:
        found = tuple(card(each, now) for each in find(now))
    except (OperationalError, InterfaceError):
        logger.warning("the rounds of a public page could not be read; it shows the last ones")
        return _shown.get(key, ())
    if found or key in _shown:
        _shown[key] = found
    return found


def card(round_: Round, now: dt.datetime) -> RoundCard:
    count = round_.opportunities.count()
    return RoundCard(
        title=round_.title,
        href=reverse("apply:round", args=[round_.slug]),
        status=status(round_, now),
        places=ngettext("%(count)d place to go", "%(count)d places to go", count)
        % {"count": count},
        is_example=round_.is_example,
    )


def status(round_: Round, now: dt.datetime) -> str:
    """Say the state of the round by the clock in a sentence."""
    if round_.opens_at is not None and now < round_.opens_at:
        return _("Opens %(moment)s") % {"moment": moment(round_.opens_at)}
    if calendar.takes_applications(round_, now) and round_.closes_at is not None:
        return _("Open until %(moment)s") % {"moment": moment(round_.closes_at)}
    if round_.state in (RoundState.RESULTS, RoundState.FINISHED):
        return _("The results are known")
    if round_.results_at is not None:
        return _("Closed. Results by %(moment)s") % {"moment": moment(round_.results_at)}
    return _("Closed")
