"""What is kept about people: the rules in words, and the rows whose time is nearly over."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sojourn.advising import retention as advising
from sojourn.catalogue.keeping import AHEAD, Kind, Rows, gone_since, seen_by
from sojourn.experiences import retention as experiences
from sojourn.experiences.students import students_seen_by
from sojourn.mobility import retention as mobility
from sojourn.mobility import unused_accounts
from sojourn.office.shared import formatting
from sojourn.office.shared.pending import LINES_A_SECTION, Hurt, Line, Section
from sojourn.office.shared.people import PersonLink, link
from sojourn.people.models import User
from sojourn.selection import retention as selection

MOST_SHOWN = 50
A_YEAR = dt.timedelta(days=365)


@dataclass(frozen=True)
class Said:
    """A kind of record in words."""

    kind: Kind
    title: str | Promise
    begins: str | Promise
    """From when its days count."""
    stays: str | Promise
    """What is left of it."""
    is_closed: bool = False
    """Whose it is only the emergency team sees."""


KINDS: tuple[Said, ...] = (
    Said(
        selection.APPLICATIONS,
        gettext_lazy("Applications"),
        gettext_lazy("after the academic year they were for"),
        gettext_lazy("the counts of the round, and the result by code without names"),
    ),
    Said(
        advising.APPOINTMENTS,
        gettext_lazy("Appointments and walk-in numbers"),
        gettext_lazy("after the day"),
        gettext_lazy("that there was an appointment, and when"),
    ),
    Said(
        advising.QUESTIONS,
        gettext_lazy("Questions"),
        gettext_lazy("after the last message"),
        gettext_lazy("published answers, without who asked"),
    ),
    Said(
        advising.SELF_ARRANGED,
        gettext_lazy("Self-arranged places"),
        gettext_lazy("after the last day there and the last message"),
        gettext_lazy("the place, where it was published for everybody"),
    ),
    Said(
        mobility.STAYS,
        gettext_lazy("Stays abroad"),
        gettext_lazy("after they are finished"),
        gettext_lazy("that there was a stay"),
    ),
    Said(
        mobility.WHEREABOUTS,
        gettext_lazy("Telephone, address and emergency contacts abroad"),
        gettext_lazy("after the last day there; none where the student does not go"),
        gettext_lazy("nothing"),
    ),
    Said(
        mobility.INCIDENTS,
        gettext_lazy("What was asked and answered in incidents"),
        gettext_lazy("after the incident was closed"),
        gettext_lazy("nothing"),
        is_closed=True,
    ),
    Said(
        experiences.MESSAGES,
        gettext_lazy("Messages to people who went before"),
        gettext_lazy("after the day"),
        gettext_lazy("nothing"),
    ),
    Said(
        unused_accounts.ACCOUNTS,
        gettext_lazy("Accounts that nobody uses"),
        gettext_lazy("after the last sign-in, once nothing of the above is kept"),
        gettext_lazy("nothing"),
    ),
)


@dataclass(frozen=True)
class Rule:
    """A line of the table: what, how long, and how much goes."""

    title: str
    days: str
    begins: str
    stays: str
    soon: int
    gone: int
    """How many went in the last year."""


@dataclass(frozen=True)
class Going:
    """What of a kind goes within the week."""

    title: str
    people: tuple[PersonLink, ...]
    nameless: int
    """Rows that name nobody, such as a number that a visitor took."""
    more: int
    others: int
    """Rows that the reader does not see: of other programmes, or of a closed circle."""
    is_closed: bool


@dataclass(frozen=True)
class KeepingPage:
    until: str
    rules: tuple[Rule, ...]
    going: tuple[Going, ...]


def page(reader: User, now: dt.datetime) -> KeepingPage:
    """Collect the rules, and whom the reader sees of those whose records go within a week."""
    gone = gone_since(now - A_YEAR)
    then = now + AHEAD
    rules, going = [], []
    for said in KINDS:
        due = said.kind.due(then)
        soon = sum(rows.count() for rows in due)
        rules.append(
            Rule(
                str(said.title),
                days(said.kind.days),
                str(said.begins),
                str(said.stays),
                soon,
                gone[said.kind.name],
            )
        )
        if soon:
            going.append(_going(reader, said, due, soon))
    return KeepingPage(formatting.day(then.date()), tuple(rules), tuple(going))


def section(reader: User, now: dt.datetime) -> Section:
    """Return what goes within a week, for the office's first page."""
    lines = [
        Line(
            str(said.title),
            reverse("office:keeping"),
            ngettext("%(count)d record", "%(count)d records", count) % {"count": count},
        )
        for said in KINDS
        if (count := sum(seen_by(reader, rows).count() for rows in said.kind.due(now + AHEAD)))
    ]
    return Section(
        title=_("Will be deleted within a week"),
        lines=tuple(lines[:LINES_A_SECTION]),
        all_title=_("How long records are kept"),
        all_href=reverse("office:keeping"),
        hurt=Hurt.CAN_WAIT,
    )


def days(count: int) -> str:
    """Return a time in words: in years where it is some years."""
    if count % 365 == 0:
        years = count // 365
        return ngettext("%(count)d year", "%(count)d years", years) % {"count": years}
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def _going(reader: User, said: Said, due: tuple[Rows, ...], soon: int) -> Going:
    found: Counter[int | None] = Counter()
    for rows in due:
        found.update(seen_by(reader, rows).values_list(said.kind.person, flat=True))
    nameless = found.pop(None, 0)
    named = (
        students_seen_by(reader)
        .filter(pk__in=list(found))
        .order_by("last_name__as_name", "first_name__as_name", "pk")
    )
    return Going(
        str(said.title),
        tuple(link(each) for each in named[:MOST_SHOWN]),
        nameless,
        max(0, len(found) - MOST_SHOWN),
        soon - found.total() - nameless,
        said.is_closed,
    )
