"""The money of stays as the office sees it: a list with sums, and the ledgers of one stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue.choices import GrantPays
from sojourn.catalogue.models import Grant, GrantAmount
from sojourn.common.folding import by_name
from sojourn.common.languages import Text, joined
from sojourn.common.translated_fields import text_of
from sojourn.design import components
from sojourn.mobility import money, money_lists, naming
from sojourn.mobility.models import GrantEntry, GrantEntryKind, Stay, StayGrant
from sojourn.mobility.money_lists import ToDo, Total
from sojourn.mobility.money_rules import Option, Possible
from sojourn.mobility.money_wording import (
    TONES,
    amount_of,
    change_of,
    days_said,
    name_of,
    rate_said,
    sources_of,
    why_said,
)
from sojourn.mobility.states import GrantState
from sojourn.office.money.forms import LedgerForm, MaybeReasonForm, MovedForm, ReasonForm
from sojourn.office.shared import formatting, lists, people


@dataclass(frozen=True)
class Entry:
    """One line of a ledger."""

    number: int
    when: str
    what: str
    details: tuple[str, ...]
    due_change: str
    paid_change: str
    due: str
    paid: str
    by: str
    is_undone: bool
    may_correct: bool
    typed: str
    """What was written against it in a form that could not be read."""


@dataclass(frozen=True)
class ConditionShown:
    key: str
    name: str
    is_met: bool
    stage: str
    by_step: bool
    own_rule: bool


@dataclass(frozen=True)
class Ledger:
    """One grant of a stay, and what may be done about it now."""

    number: str
    name: str
    state: str
    tone: str
    to_do: str
    needs_recount: bool
    facts: tuple[components.Fact, ...]
    sources: tuple[components.Source, ...]
    is_example: bool
    conditions: tuple[ConditionShown, ...]
    entries: tuple[Entry, ...]
    may: frozenset[str]
    """Names of what may be done."""
    forms: dict[str, LedgerForm]


@dataclass(frozen=True)
class PossibleShown:
    slug: str
    name: str
    amounts: tuple[str, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True)
class TotalShown:
    name: str
    year: int
    count: int
    promised: str
    due: str
    paid: str
    to_pay: str
    to_come_back: str


# --- The list -------------------------------------------------------------------------------------


def kind(rules: tuple[tuple[str, str], ...], years: tuple[tuple[str, str], ...]) -> Any:
    """Describe the list of grants."""
    return lists.Kind(
        caption=_("Grants of stays"),
        columns=(
            lists.Column("place", gettext_lazy("Place"), ("stay__title__folded",)),
            lists.Column("student", gettext_lazy("Student"), by_name("stay__student")),
            lists.Column("grant", gettext_lazy("Grant"), ("slug",)),
            lists.Column("year", gettext_lazy("Year"), ("year",)),
            lists.Column("state", gettext_lazy("State"), ("state",)),
            lists.Column("due", gettext_lazy("Due"), ("due",), numeric=True),
            lists.Column("paid", gettext_lazy("Paid"), ("paid",), numeric=True),
            lists.Column("todo", gettext_lazy("To do")),
            lists.Column("begins", gettext_lazy("First day"), ("stay__starts_on",), is_extra=True),
            lists.Column(
                "promised", gettext_lazy("Promised"), ("promised",), numeric=True, is_extra=True
            ),
        ),
        row=_row,
        empty=_("No grant was promised yet."),
        first_order="-begins",
        filters=(
            lists.Filter("todo", gettext_lazy("To do"), tuple(ToDo.choices), money_lists.to_do),
            lists.Filter("grant", gettext_lazy("Grant"), rules, _of_rule),
            lists.Filter("year", gettext_lazy("Year"), years, _of_year),
            lists.Filter("state", gettext_lazy("State"), tuple(GrantState.choices), _in_state),
        ),
        search=money_lists.matching,
        name="money",
    )


def _of_rule(found: Any, value: str) -> Any:
    return found.filter(slug=value)


def _of_year(found: Any, value: str) -> Any:
    return found.filter(year=int(value))


def _in_state(found: Any, value: str) -> Any:
    return found.filter(state=value)


def _row(row: StayGrant) -> lists.Row:
    state = GrantState(row.state)
    what = money_lists.to_do_of(row)
    stay = row.stay
    return lists.Row(
        key=str(row.uuid),
        cells=(
            lists.Cell(naming.place_of(stay), reverse("office:stay-money", args=[stay.uuid])),
            people.cell(stay.student),
            lists.Cell(name_of(row)),
            lists.Cell(str(row.year)),
            lists.Cell(state.label, tone=TONES[state]),
            lists.Cell(amount_of(row.due, row.currency)),
            lists.Cell(amount_of(row.paid, row.currency)),
            lists.Cell(what.label if what else ""),
            lists.Cell(formatting.full_day(stay.starts_on) if stay.starts_on else _("not known")),
            lists.Cell(amount_of(row.promised, row.currency)),
        ),
    )


def rule_names(slugs: Iterable[str]) -> dict[str, str]:
    """Return the names of rules; a rule that is not in the edition any more keeps its id."""
    wanted = set(slugs)
    found = {
        each.slug: str(text_of(each, "name")) for each in Grant.objects.filter(slug__in=wanted)
    }
    return {slug: found.get(slug, slug) for slug in sorted(wanted)}


def totals(found: Iterable[Total], names: dict[str, str]) -> list[TotalShown]:
    """Show the sums by grant and year."""
    return [
        TotalShown(
            name=names.get(each.slug, each.slug),
            year=each.year,
            count=each.count,
            promised=amount_of(each.promised, each.currency),
            due=amount_of(each.due, each.currency),
            paid=amount_of(each.paid, each.currency),
            to_pay=_or_nothing(each.to_pay, each.currency),
            to_come_back=_or_nothing(each.to_come_back, each.currency),
        )
        for each in found
    ]


def _or_nothing(amount: Decimal, currency: str) -> str:
    return amount_of(amount, currency) if amount else ""


# --- The ledgers of one stay ----------------------------------------------------------------------


def ledger(row: StayGrant, bound: tuple[str, LedgerForm] | None = None) -> Ledger:
    """Show one grant; `bound` is the form that was sent and could not be read."""
    state = GrantState(row.state)
    what = money_lists.to_do_of(row)
    seen = money.last_number(row)
    may = frozenset(_may(row))
    return Ledger(
        number=str(row.uuid),
        name=name_of(row),
        state=str(state.label),
        tone=TONES[state],
        to_do=str(what.label) if what else "",
        needs_recount=money.needs_recount(row),
        facts=_facts(row),
        sources=sources_of(row),
        is_example=row.rule["is_example"],
        conditions=tuple(
            ConditionShown(
                each.key, str(each.name), each.is_met, str(each.stage.label), each.by_step,
                each.own_rule,
            )
            for each in money.conditions_of(row)
        ),
        entries=tuple(_entries(row, "correct" in may, bound)),
        may=may,
        forms=_forms(row, seen) | ({bound[0]: bound[1].again(seen)} if bound else {}),
    )  # fmt: skip


def _may(row: StayGrant) -> Iterable[str]:
    state = row.state
    if state in (GrantState.PROMISED, GrantState.RECALCULATED):
        yield from ("check", "correct", "count")
        if row.due > row.paid:
            yield "pay"
    if state == GrantState.PROMISED and not row.paid:
        yield "take_back"
    if state == GrantState.RECALCULATED and row.paid > row.due:
        yield "ask_back"
    if state == GrantState.RECLAIMED:
        yield from ("correct", "count")
        if row.paid > row.due:
            yield "paid_back"
    if state in (GrantState.RECALCULATED, GrantState.RECLAIMED) and row.paid == row.due:
        yield "settle"
    if state == GrantState.SETTLED:
        yield "reopen"


def _forms(row: StayGrant, seen: int) -> dict[str, LedgerForm]:
    """Make the forms, each with fields of its own names on the page."""
    too_much = max(Decimal(0), row.paid - row.due)
    kinds: dict[str, tuple[type[LedgerForm], dict[str, Any]]] = {
        "pay": (MovedForm, {}),
        "paid_back": (MovedForm, {"amount": too_much}),
        "ask_back": (MaybeReasonForm, {}),
        "take_back": (ReasonForm, {}),
        "reopen": (ReasonForm, {}),
        "check": (LedgerForm, {}),
    }
    return {
        name: form(
            initial={"seen": seen, **first},
            # The last one is on the page many times and has nothing that needs a name.
            auto_id=f"id_{name}_{row.pk}_%s" if name != "check" else False,
        )
        for name, (form, first) in kinds.items()
    }


def _facts(row: StayGrant) -> tuple[components.Fact, ...]:
    currency = row.currency
    left = row.due - row.paid
    rows = [
        (_("Promised"), amount_of(row.promised, currency)),
        (_("Due"), amount_of(row.due, currency)),
        (_("Paid"), amount_of(row.paid, currency)),
        (
            _("Paid too much") if left < 0 else _("Still to pay"),
            amount_of(abs(left), currency),
        ),
        (_("Counted on"), days_said(money.basis_of(row))),
        (_("Rule"), rate_said(row)),
        (_("Year of the rule"), str(row.year)),
    ]
    return tuple(components.Fact(label, value) for label, value in rows)


def _entries(
    row: StayGrant, may_correct: bool, bound: tuple[str, LedgerForm] | None
) -> Iterable[Entry]:
    sent = bound[1].data if bound and bound[0] == "correct" else {}
    entries = money.entries_of(row)
    corrected = {each.corrects_id for each in entries}
    numbers = {each.pk: each.number for each in entries}
    names = {each["key"]: each["name"] for each in row.rule["conditions"]}
    for each in entries:
        yield Entry(
            number=each.number,
            when=formatting.full_day(each.on),
            what=str(GrantEntryKind(each.kind).label),
            details=tuple(_details(each, row, numbers, names)),
            due_change=change_of(each.due_change, row.currency),
            paid_change=change_of(each.paid_change, row.currency),
            due=amount_of(each.due, row.currency),
            paid=amount_of(each.paid, row.currency),
            by=str(each.by or _("someone who left")),
            is_undone=each.pk in corrected,
            may_correct=may_correct and each.pk not in corrected and each.kind in money.CORRECTABLE,
            typed=sent.get("reason", "") if sent.get("entry") == str(each.number) else "",
        )


def _details(
    each: GrantEntry, row: StayGrant, numbers: dict[int, int], names: dict[str, Any]
) -> Iterable[str]:
    if each.kind in (GrantEntryKind.PROMISED, GrantEntryKind.RECALCULATED):
        yield days_said(each.basis)
        yield from why_said(each.basis, row)
    if each.condition:
        yield str(Text(names[each.condition]))
    if each.corrects_id:
        yield _("Undoes entry %(number)d.") % {"number": numbers[each.corrects_id]}
    if "asked" in each.basis:
        yield amount_of(Decimal(each.basis["asked"]), row.currency)
    if each.reference:
        yield each.reference
    if each.reason:
        yield each.reason


def possible(found: Iterable[Possible], taken: Iterable[StayGrant]) -> list[PossibleShown]:
    """Show the grants that may be promised besides those that are."""
    standing = [each for each in taken if each.state != GrantState.TAKEN_BACK]
    slugs = {each.slug for each in standing}
    kinds = {each.one_of for each in standing if each.one_of}
    return [
        PossibleShown(
            slug=each.grant.slug,
            name=str(text_of(each.grant, "name")),
            amounts=tuple(option(one, each.grant) for one in each.options),
            questions=each.questions,
        )
        for each in found
        if each.grant.slug not in slugs and each.grant.one_of not in kinds
    ]


def option(one: Option, grant: Grant) -> str:
    """'€309.00 once, from 500 km to below 2000 km'."""
    row = one.amount
    parts = [_range(row, grant)]
    if row.days_min is not None or row.days_max is not None:
        parts.append(
            _("%(first)s to %(last)s days")
            % {"first": row.days_min or 1, "last": row.days_max or "…"}
        )
    if row.km_min is not None or row.km_below is not None:
        parts.append(
            _("from %(first)s km, below %(last)s km")
            % {"first": row.km_min or 0, "last": row.km_below}
            if row.km_below is not None
            else _("from %(first)s km") % {"first": row.km_min or 0}
        )
    return joined(", ", [*parts, *one.questions])


def _range(row: GrantAmount, grant: Grant) -> str:
    low, high = amount_of(row.low, "EUR"), amount_of(row.high, "EUR")
    if grant.pays == GrantPays.AT_MOST:
        return _("%(amount)s at most") % {"amount": high}
    said = low if row.low == row.high else f"{low} – {high}"
    return f"{said} {grant.get_pays_display()}"


def exact_amount(found: Possible | None) -> Decimal | None:
    """Return the amount where there is but one."""
    if found is None or len(found.options) != 1:
        return None
    row = found.options[0].amount
    if row.low != row.high or row.statement or found.grant.pays == GrantPays.AT_MOST:
        return None
    return row.typical


def title_of(stay: Stay) -> str:
    """Name the stay by its student and place."""
    return f"{stay.student}, {naming.title_of(stay)}"
