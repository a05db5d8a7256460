"""The parts of the office, in the order of its menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sojourn.advising.permissions import may_advise
from sojourn.catalogue.permissions import may_change_in_excel
from sojourn.common.urls import url_for
from sojourn.mobility.permissions import in_safety_team, may_keep_money
from sojourn.people.permissions import (
    PageRule,
    may_edit_catalogue,
    may_enter_office,
    may_judge_account,
    may_look_after_colleagues,
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
    key: str = ""
    """The letter that goes there, after a g."""


@dataclass(frozen=True)
class Group:
    """Parts that belong together, under a heading; the first group has none."""

    title: str | Promise
    parts: tuple[Part, ...]


GROUPS: tuple[Group, ...] = (
    Group("", (Part("today", _("Today"), "office:today", key="t"),)),
    Group(
        _("People"),
        (
            Part("students", _("Students"), "office:students", key="s"),
            Part("questions", _("Questions"), "office:questions", key="q"),
            Part("group-messages", _("Messages"), "office:group-messages", may_advise, key="b"),
            Part("appointments", _("Appointments"), "office:appointments", key="a"),
            Part("queues", _("Walk-in queue"), "office:queues", key="w"),
            Part("hours", _("Hours"), "office:hours", key="h"),
            Part(
                "self-arranged-places",
                _("Self-arranged places"),
                "office:self-arranged-places",
                key="o",
            ),
            Part("experiences", _("Experiences"), "office:experiences", key="e"),
        ),
    ),
    Group(
        _("Catalogue"),
        (
            Part("places", _("Places"), "office:places", may_edit_catalogue, key="i"),
            Part("partners", _("Partners"), "office:partners", key="p"),
            Part("agreements", _("Agreements"), "office:agreements", key="d"),
            Part("courses", _("Courses"), "office:courses", may_edit_catalogue),
            Part("guides", _("Guides"), "office:guides", may_edit_catalogue),
            Part("imports", _("Excel"), "office:imports", may_change_in_excel),
            Part("figures", _("Figures to check"), "office:figures", may_edit_catalogue, key="f"),
            Part("year", _("The year"), "office:year", key="j"),
        ),
    ),
    Group(
        _("Selection"),
        (
            Part("rounds", _("Rounds"), "office:rounds", key="r"),
            Part("results", _("Results"), "office:results", key="u"),
            Part("reviews", _("My reviews"), "office:reviews", may_review, key="v"),
        ),
    ),
    Group(
        _("Away"),
        (
            Part("stays", _("Stays"), "office:stays", key="y"),
            Part("money", _("Money"), "office:money", may_keep_money, key="g"),
            Part("board", _("Board's desk"), "office:board"),
            Part("coming-home", _("Coming home"), "office:stays-home"),
            Part("away", _("Who is where"), "office:away", in_safety_team, key="z"),
            Part("incidents", _("Incidents"), "office:incidents", in_safety_team, key="n"),
        ),
    ),
    Group(
        _("Insight"),
        (
            Part("insight", _("Figures over the years"), "office:insight", key="k"),
            Part("searches", _("Searches"), "office:searches"),
        ),
    ),
    Group(
        _("House"),
        (
            Part("accounts", _("Accounts"), "office:accounts", may_judge_account, key="c"),
            Part(
                "colleagues",
                _("Colleagues"),
                "office:colleagues",
                may_look_after_colleagues,
                key="l",
            ),
            Part("events", _("History"), "office:events", key="x"),
            Part("keeping", _("Privacy"), "office:keeping"),
            Part("mail", _("Mail"), "office:mail", may_run_installation, key="m"),
            Part("security", _("Security"), "office:security", may_run_installation),
        ),
    ),
)


def menu(request: HttpRequest) -> dict[str, Any]:
    """For every template of the office: its menu, and in which part of the site one is."""
    if not request.path.startswith(url_for("office:today")):
        return {}
    return {
        "section": "office",
        "office_groups": [
            {"title": group.title, "parts": parts}
            for group in GROUPS
            if (parts := _opened(group, request))
        ],
    }


def _opened(group: Group, request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {"name": part.name, "title": part.title, "href": url_for(part.address), "key": part.key}
        for part in group.parts
        if part.who(request.user)
    ]
