"""The parts of the office, in the order of its menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sojourn.common.urls import url_for
from sojourn.people.permissions import (
    PageRule,
    may_enter_office,
    may_judge_account,
    may_run_installation,
)
from sojourn.selection.permissions import may_review


@dataclass(frozen=True)
class Part:
    """One entry of the menu; `name` is what its pages set as `part`."""

    name: str
    title: str | Promise
    address: str
    """The name of its first page, such as 'office:today'."""
    who: PageRule = may_enter_office
    """Who sees it; its pages ask again."""


PARTS: tuple[Part, ...] = (
    Part("today", _("Today"), "office:today"),
    Part("appointments", _("Appointments"), "office:appointments"),
    Part("queues", _("Walk-in queue"), "office:queues"),
    Part("hours", _("Hours"), "office:hours"),
    Part("questions", _("Questions"), "office:questions"),
    Part("self-arranged-places", _("Self-arranged places"), "office:self-arranged-places"),
    Part("experiences", _("Experiences"), "office:experiences"),
    Part("rounds", _("Rounds"), "office:rounds"),
    Part("results", _("Results"), "office:results"),
    Part("reviews", _("My reviews"), "office:reviews", may_review),
    Part("accounts", _("Accounts"), "office:accounts", may_judge_account),
    Part("mail", _("Mail"), "office:mail", may_run_installation),
    Part("security", _("Security"), "office:security", may_run_installation),
)


def menu(request: HttpRequest) -> dict[str, Any]:
    """For every template of the office: its menu, and in which part of the site one is."""
    if not request.path.startswith(url_for("office:today")):
        return {}
    return {
        "section": "office",
        "office_parts": [
            {"name": part.name, "title": part.title, "href": url_for(part.address)}
            for part in PARTS
            if part.who(request.user)
        ],
    }
