"""What a change of a stay does to each grant, by its rule: said beforehand, changed by nobody."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sojourn.catalogue.choices import GrantDays, GrantPays
from sojourn.common.languages import plain
from sojourn.mobility.models import Stay, StayGrant
from sojourn.mobility.money_counting import Rule, amount_for
from sojourn.mobility.money_wording import amount_of, name_of
from sojourn.mobility.states import OPEN_GRANTS, ChangeKind


def consequences(stay: Stay, kind: ChangeKind) -> list[str]:
    """Say of each grant that was promised what the change does to it.

    The student reads this as well as the office; both may see these grants.
    """
    found = stay.grants.filter(state__in=OPEN_GRANTS).order_by("pk")
    return [_of(row, kind) for row in found]


def _of(row: StayGrant, kind: ChangeKind) -> str:
    rule, name = Rule.kept(row.rule), plain(name_of(row))
    due, paid = amount_of(row.due, row.currency), amount_of(row.paid, row.currency)
    head = _("%(grant)s: %(due)s due, %(paid)s paid.") % {"grant": name, "due": due, "paid": paid}
    return " ".join([head, *_by_rule(rule, row, kind)])


def _by_rule(rule: Rule, row: StayGrant, kind: ChangeKind) -> list[str]:
    if kind == ChangeKind.WITHDRAWN:
        if row.paid:
            return [_("By the rule nothing is due, and what was paid goes back.")]
        return [_("By the rule nothing is due.")]
    if kind == ChangeKind.EXTENDED:
        if rule.longer == GrantDays.NOTHING:
            return [_("By the rule the days beyond the promise are not paid.")]
        return [_("By the rule the days beyond the promise are paid."), *_a_day(rule, row)]
    if kind in (ChangeKind.EARLY_RETURN, ChangeKind.FORCE_MAJEURE, ChangeKind.INTERRUPTED):
        return [*_a_day(rule, row), *_below(rule, kind)]
    return [_("It is counted again on the new days.")]


def _a_day(rule: Rule, row: StayGrant) -> list[str]:
    if rule.pays != GrantPays.MONTH:
        return []
    return [_("A day is %(amount)s.") % {"amount": amount_of(amount_for(rule, 1), row.currency)}]


def _below(rule: Rule, kind: ChangeKind) -> list[str]:
    if rule.days_min is None:
        return []
    said = {"days": rule.days_min}
    if kind == ChangeKind.FORCE_MAJEURE and rule.force_majeure == GrantDays.DAYS:
        return [
            _("Below %(days)d days the days that were spent there count, if whoever pays agrees.")
            % said
        ]
    if rule.too_short == GrantDays.NOTHING:
        return [_("Below %(days)d days all of it goes back.") % said]
    return []
