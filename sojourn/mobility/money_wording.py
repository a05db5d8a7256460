"""What the student's page, the office's and mails say alike about the money of a stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue.choices import GrantCounting, GrantPays
from sojourn.common.languages import Text, locale, page_language
from sojourn.design import components
from sojourn.mobility import wording
from sojourn.mobility.models import StayGrant
from sojourn.mobility.money_counting import Rule, Why
from sojourn.mobility.states import GrantState

# How good or bad a state is, as the design shows it.
TONES = {
    GrantState.PROMISED: "",
    GrantState.RECALCULATED: "",
    GrantState.RECLAIMED: "warn",
    GrantState.SETTLED: "good",
    GrantState.TAKEN_BACK: "quiet",
}


def amount_of(amount: Decimal, currency: str) -> str:
    """'€1,794.00', as this language writes it."""
    return format_currency(amount, currency, locale=locale(page_language()))


def change_of(amount: Decimal, currency: str) -> str:
    """'+€13.00' or '−€13.00'; nothing for nothing."""
    if not amount:
        return ""
    return ("+" if amount > 0 else "−") + amount_of(abs(amount), currency)


def name_of(row: StayGrant) -> str:
    """Return the name of the grant as it was called when it was promised."""
    return str(Text(row.rule["name"]))


def days_said(basis: Mapping[str, Any]) -> str:
    """'138 days, 18 January 2027 – 4 June 2027', and how many of them do not count."""
    days = int(basis.get("days", 0))
    said = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    between = wording.days_of(_day(basis.get("first")), _day(basis.get("last")))
    off = int(basis.get("off", 0))
    if off:
        left_out = ngettext("%(days)d day does not count", "%(days)d days do not count", off) % {
            "days": off
        }
        return ", ".join(part for part in (said, between, left_out) if part)
    return ", ".join(part for part in (said, between) if part)


def rate_said(row: StayGrant) -> str:
    """Say what the rule pays, as it was when it was promised: '€390.00 a month of 30 days'."""
    rule, currency = Rule.kept(row.rule), row.currency
    if rule.pays == GrantPays.MONTH and rule.amount is not None:
        said = _("%(amount)s a month of 30 days") % {"amount": amount_of(rule.amount, currency)}
        if rule.counting == GrantCounting.MONTHS:
            return said + ". " + _("Every month counts as 30 days, however long it is.")
        return said
    if rule.amount is not None:
        return _("%(amount)s, once") % {"amount": amount_of(rule.amount, currency)}
    words = (
        _("%(amount)s a day for days %(first)d to %(last)d")
        if rule.pays == GrantPays.DAY
        else _("%(amount)s for %(first)d to %(last)d days")
    )
    return "; ".join(
        words
        % {
            "amount": amount_of(band.amount, currency),
            "first": band.first,
            "last": band.last or rule.days_max or band.first,
        }
        for band in rule.bands
    )


def why_said(basis: Mapping[str, Any], row: StayGrant) -> list[str]:
    """Say what made the amount another one than the days alone would."""
    rule = Rule.kept(row.rule)
    words = {
        Why.NOT_THERE: _("There are no days that count."),
        Why.LONGER: _("The stay became longer; the days beyond the promise are not paid."),
        Why.MOST: _("The rule pays %(days)d days at most.") % {"days": rule.days_max or 0},
        Why.TOO_SHORT: _("The rule asks for %(days)d days at least; for fewer it pays nothing.")
        % {"days": rule.days_min or 0},
        Why.FORCE_MAJEURE: _(
            "Force majeure ended the stay: by our rule the days that were spent there count. "
            "Whoever pays the grant decides."
        ),
    }
    return [words[Why(each)] for each in basis.get("why", ())]


def sources_of(row: StayGrant) -> tuple[components.Source, ...]:
    """Return the sources of the rule, as they were then."""
    return tuple(
        components.Source(
            each["title"], each["publisher"], each["url"], each["year"], _day(each["checked_on"])
        )
        for each in row.rule["sources"]
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
