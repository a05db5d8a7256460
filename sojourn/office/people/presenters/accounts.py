"""Accounts that wait for the office, as its page shows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from sojourn.catalogue import acting
from sojourn.office.shared import formatting
from sojourn.office.shared.pending import LINES_A_SECTION, Line, Section
from sojourn.office.shared.people import PersonLink, address_of, link
from sojourn.people import student_numbers
from sojourn.people.models import StudentNumber, User

MOST_SHOWN = 100


@dataclass(frozen=True)
class Person:
    key: int
    name: PersonLink
    email: str
    since: str
    number: str = ""


@dataclass(frozen=True)
class Claim:
    key: int
    name: PersonLink
    email: str
    since: str
    state: str
    is_confirmed: bool


@dataclass(frozen=True)
class Case:
    number: str
    claims: tuple[Claim, ...]
    may_decide: bool
    """Whether all who claim it are of the reader's programmes."""


@dataclass(frozen=True)
class AccountsPage:
    waiting: tuple[Person, ...]
    refused: tuple[Person, ...]
    cases: tuple[Case, ...]
    more: int


def page(reader: User) -> AccountsPage:
    """Show who waits to be let in, who was refused, and which numbers are claimed twice."""
    seen = User.objects.visible_to(reader)
    waiting = acting.waiting().filter(pk__in=seen.values("pk"))
    refused = acting.refused().filter(pk__in=seen.values("pk"))
    return AccountsPage(
        waiting=tuple(_person(each) for each in waiting[:MOST_SHOWN]),
        refused=tuple(_person(each) for each in refused[:MOST_SHOWN]),
        cases=tuple(_cases(reader)),
        more=max(0, waiting.count() - MOST_SHOWN),
    )


def section(reader: User, now: dt.datetime) -> Section:
    """Return what of this waits, for the office's first page."""
    seen = User.objects.visible_to(reader)
    waiting = acting.waiting().filter(pk__in=seen.values("pk"))
    cases = _cases(reader)
    href = reverse("office:accounts")
    lines = [
        *(
            Line(_("Number %(number)s is claimed twice") % {"number": each.number}, href)
            for each in cases
        ),
        *(
            Line(str(each), href, each.email, formatting.age(each.date_joined, now))
            for each in waiting[:LINES_A_SECTION]
        ),
    ]
    return Section(
        title=_("Accounts"),
        lines=tuple(lines[:LINES_A_SECTION]),
        all_title=_("All accounts that wait"),
        all_href=href,
        more=max(0, waiting.count() + len(cases) - LINES_A_SECTION),
    )


def _person(user: User) -> Person:
    number = student_numbers.number_of(user)
    decision = getattr(user, "access_decision", None)
    return Person(
        user.pk,
        PersonLink(user.get_full_name() or _("without a name"), address_of(user)),
        user.email,
        formatting.moment(decision.at if decision else user.date_joined),
        number.number if number else "",
    )


def _cases(reader: User) -> list[Case]:
    cases = student_numbers.cases()
    claims = [claim.pk for each in cases for claim in each.claims]
    visible = set(
        StudentNumber.objects.visible_to(reader).filter(pk__in=claims).values_list("pk", flat=True)
    )
    return [
        Case(
            each.number,
            tuple(_claim(claim, is_seen=claim.pk in visible) for claim in each.claims),
            all(claim.pk in visible for claim in each.claims),
        )
        for each in cases
        if any(claim.pk in visible for claim in each.claims)
    ]


def _claim(row: StudentNumber, *, is_seen: bool) -> Claim:
    return Claim(
        row.pk,
        link(row.owner) if is_seen else PersonLink(_("another programme")),
        row.owner.email if is_seen else "",
        formatting.moment(row.claimed_at),
        _("confirmed") if row.is_confirmed else _("claimed"),
        row.is_confirmed,
    )
