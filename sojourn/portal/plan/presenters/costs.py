"""A plan's costs as the page, the spreadsheet and the document tell them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue import names
from sojourn.catalogue.choices import CostItem
from sojourn.catalogue.snapshot.costs import is_invented
from sojourn.catalogue.snapshot.types import CostLine, Grant, Opportunity, Records
from sojourn.common.languages import joined, locale, page_language
from sojourn.design import components
from sojourn.engines.budget import EuroRange, Standing
from sojourn.planning.costs import GrantOutcome, ItemCosts, StatementQuestion, StayCosts
from sojourn.portal.shared import costs, formatting, labels, sources
from sojourn.portal.shared.links import Link

# The chart's own units: wide enough that a whole unit is a pixel or less.
WIDE = 400


@dataclass(frozen=True)
class Bar:
    """One step of the chart: from where it begins to where it ends, in the chart's units."""

    name: str
    amount: str
    kind: str
    """cost, own, help, total or missing"""
    x: str = "0"
    width: str = "0"
    low: str = "0"
    span: str = "0"
    """Of the total: from its low to its high end."""


@dataclass(frozen=True)
class Figure:
    """One figure behind a line: what it says and where it comes from."""

    text: str
    about: str
    note: str
    source: components.Source | None
    rate_source: components.Source | None
    """Of the office's exchange rate, where one was used."""
    example: bool


@dataclass(frozen=True)
class Line:
    item: str
    name: str
    estimate: str
    """'€450 to 650', or nothing."""
    typical: str
    own: str
    figures: tuple[Figure, ...]
    reported: str
    """What returned students paid and how far that moves the line; mostly nothing."""
    contains: str
    """What daily life is made of here."""
    ask: str
    """Where nobody knows: whom to ask."""
    is_expected: bool
    example: bool


@dataclass(frozen=True)
class GrantLine:
    name: str
    amount: str
    why: str
    """'You seem eligible because …', or why not."""
    more: tuple[str, ...]
    about: str
    origin: str
    """'figures of 2025, secondary source'"""
    sources: tuple[components.Source, ...]
    example: bool
    counted: bool
    standing: str


@dataclass(frozen=True)
class QuestionLine:
    name: str
    """Of the form's field."""
    text: str
    answer: str
    """yes, no or open"""


@dataclass(frozen=True)
class CostsPage:
    title: str
    where: str
    length: str
    headline: str
    """What one pays in all, as a range."""
    typical: str
    a_month: str
    sentence: str
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    further: tuple[Line, ...]
    """Items nobody expects here, for what the student knows better."""
    grants: tuple[GrantLine, ...]
    not_for_you: tuple[GrantLine, ...]
    questions: tuple[QuestionLine, ...]
    costs: str
    help: str
    missing: str
    reported: str
    how_reports_count: str
    has_examples: bool
    distance: str
    crumbs: tuple[Link, ...] = ()


def page(records: Records, stay: StayCosts) -> CostsPage:
    place = stay.opportunity
    lines = tuple(_line(records, place, line) for line in stay.lines)
    missing = [labels.cost_item(item).lower() for item in stay.missing]
    useful = tuple(o for o in stay.grants if o.standing is not Standing.NOT_ELIGIBLE)
    return CostsPage(
        title=str(place.title),
        where=where(records, place),
        length=length(stay.days),
        headline=rounded_range(stay.to_pay) if stay.is_known else "",
        typical=formatting.euros(formatting.to_the_fifty(stay.to_pay.typical)),
        a_month=rounded_range(stay.to_pay_a_month) if stay.to_pay_a_month else "",
        sentence=_sentence(stay),
        bars=bars(stay),
        lines=tuple(line for line in lines if line.is_expected or line.own),
        further=tuple(line for line in lines if not line.is_expected and not line.own),
        grants=tuple(_grant(records, stay, outcome) for outcome in useful),
        not_for_you=tuple(_grant(records, stay, o) for o in stay.grants if o not in useful),
        questions=tuple(_question(question) for question in stay.questions),
        costs=rounded_range(stay.costs),
        help=rounded_range(stay.help_received),
        missing=formatting.listed(missing),
        reported=_reported(stay),
        how_reports_count=costs.how_reports_count() if any(one.reported for one in lines) else "",
        has_examples=stay.has_examples,
        distance=formatting.distance(place.distance_km),
    )


def where(records: Records, place: Opportunity) -> str:
    host = records.institutions[place.hosts[0]]
    country = names.country_name(host.country, page_language())
    return f"{host.city}, {country}"


def length(days: int | None) -> str:
    """'10 weeks (70 days)'."""
    if days is None:
        return ""
    weeks = round(days / 7)
    stay = ngettext("about %(count)d week", "about %(count)d weeks", weeks) % {"count": weeks}
    return _("%(weeks)s (%(days)d days)") % {"weeks": stay, "days": days}


def rounded_range(amount: EuroRange) -> str:
    """Return a total as a headline tells it: to the fifty, as it is not surer than that."""
    return formatting.euro_range(
        formatting.to_the_fifty(amount.low), formatting.to_the_fifty(amount.high)
    )


def _sentence(stay: StayCosts) -> str:
    if stay.help_received == EuroRange.nothing():
        return (
            _("No grant is counted. Answer the questions below: some may apply.")
            if (stay.questions)
            else _("No grant is counted.")
        )
    return _("Costs of %(costs)s, minus grants of %(help)s.") % {
        "costs": rounded_range(stay.costs),
        "help": rounded_range(stay.help_received),
    }


# --- The chart ----------------------------------------------------------------------------


def bars(stay: StayCosts) -> tuple[Bar, ...]:
    """Costs that pile up, grants that take away, and what is left, by their typical amounts."""
    largest = max(stay.costs.typical, stay.to_pay.high, Decimal(1))

    def at(amount: Decimal) -> str:
        return f"{round(float(amount / largest) * WIDE, 1):g}"

    found: list[Bar] = []
    reached = Decimal(0)
    for line in stay.lines:
        name = line_name(line)
        if line.counted is None:
            if line.is_missing:
                found.append(Bar(name, _("not known"), "missing", x=at(reached)))
            continue
        amount = line.counted.typical
        kind = "cost" if line.own is None else "own"
        found.append(Bar(name, formatting.euros(amount), kind, at(reached), at(amount)))
        reached += amount
    for outcome in stay.grants:
        taken = min(outcome.counted.typical, reached)
        if taken > 0:
            reached -= taken
            amount_text = f"− {formatting.euros(outcome.counted.typical)}"
            found.append(Bar(str(outcome.grant.name), amount_text, "help", at(reached), at(taken)))
    total = stay.to_pay
    found.append(
        Bar(
            name=_("You pay"),
            amount=formatting.euros(total.typical),
            kind="total",
            width=at(total.typical),
            low=at(total.low),
            span=at(total.high - total.low),
        )
    )
    return tuple(found)


# --- Lines --------------------------------------------------------------------------------


def _line(records: Records, place: Opportunity, line: ItemCosts) -> Line:
    return Line(
        item=line.item,
        name=line_name(line),
        estimate=formatting.euro_range(line.estimate.low, line.estimate.high)
        if line.estimate
        else "",
        typical=formatting.euros(line.estimate.typical) if line.estimate else "",
        own="" if line.own is None else formatting.euros(line.own),
        figures=tuple(figure(one) for one in line.figures),
        reported=costs.reported(line.reported) if line.reported else "",
        contains=_contains(line),
        ask="" if line.estimate else whom_to_ask(records, place),
        is_expected=line.is_expected,
        example=any(is_invented(one) for one in line.figures)
        or bool(line.reported and line.reported.is_example),
    )


def line_name(line: ItemCosts) -> str:
    """Return the item, and what its figures have in them besides: 'Daily life with food'."""
    name = labels.cost_item(line.item)
    inside = dict.fromkeys(item for one in line.figures for item in one.covers)
    if not inside:
        return name
    covered = formatting.listed([labels.cost_item(item).lower() for item in inside])
    return _("%(line)s with %(items)s") % {"line": name, "items": covered}


def _contains(line: ItemCosts) -> str:
    """Say what daily life is, in the words of its figure where there are some."""
    if line.item != CostItem.DAILY_LIFE or line.estimate is None:
        return ""
    notes = [str(one.note) for one in line.figures if one.note]
    return joined(" ", notes) or _("Local transport, telephone, laundry, going out.")


def whom_to_ask(records: Records, place: Opportunity) -> str:
    """Return the first contact of the place, by what they are."""
    for slug in place.contacts:
        contact = records.contacts.get(slug)
        if contact is not None:
            return str(contact.title)
    return _("the International Office")


def figure(line: CostLine) -> Figure:
    amount = formatting.euro_range(line.low, line.high)
    if line.per != "once":
        amount = f"{amount} {labels.cost_period(line.per)}"
    return Figure(
        text=amount,
        about=", ".join(about_figure(line)),
        note=str(line.note),
        source=sources.of_fact(line.provenance),
        rate_source=costs.rate_source(line),
        example=is_invented(line),
    )


def about_figure(line: CostLine) -> list[str]:
    """List what is known of a figure: 'for this country', 'figures of 2025', 'official'."""
    parts = [labels.cost_scope(line.scope), _("figures of %(year)d") % {"year": line.year}]
    if not line.provenance.is_example:
        parts.append(labels.certainty(line.certainty).lower())
    if line.checked_on is not None:
        parts.append(checked(line.checked_on))
    if line.rate_on is not None:
        parts.append(costs.converted(line, line.rate_on))
    return parts


def checked(day: dt.date) -> str:
    return _("checked %(day)s") % {"day": formatting.day(day)}


# --- Grants -------------------------------------------------------------------------------


def _grant(records: Records, stay: StayCosts, outcome: GrantOutcome) -> GrantLine:
    grant = outcome.grant
    counted = outcome.counted != EuroRange.nothing()
    return GrantLine(
        name=str(grant.name),
        amount=_amount(outcome),
        why=_why(stay, outcome),
        more=tuple(_more(stay, grant, name, amount) for name, amount in outcome.more_if),
        about=str(grant.about),
        origin=origin(grant),
        sources=sources.of_entry(grant.sources),
        example=grant.is_example,
        counted=counted,
        standing=outcome.standing.value,
    )


def origin(grant: Grant) -> str:
    parts = [
        _("figures of %(year)d") % {"year": grant.year},
        labels.certainty(grant.certainty).lower(),
    ]
    if grant.checked_on is not None:
        parts.append(checked(grant.checked_on))
    return ", ".join(parts)


def _amount(outcome: GrantOutcome) -> str:
    if outcome.standing is Standing.NOT_ELIGIBLE:
        return ""
    if outcome.amount is None:
        return _("amount not known")
    if outcome.grant.pays == "at_most" and not outcome.is_promised:
        return _("at most %(amount)s") % {"amount": formatting.euros(outcome.amount.high)}
    return formatting.euro_range(outcome.amount.low, outcome.amount.high)


def _why(stay: StayCosts, outcome: GrantOutcome) -> str:
    because = {"reason": str(outcome.grant.because)}
    if outcome.standing is Standing.NOT_ELIGIBLE:
        return _fails(stay, outcome)
    if outcome.is_promised:
        return _("Promised for your stay. Its page says what is paid and what is still to come.")
    if outcome.gives_way:
        return _("You seem eligible, but not in combination with a better grant in this list.")
    if outcome.standing is Standing.SEEMS_ELIGIBLE:
        return _("You seem eligible because %(reason)s.") % because
    if outcome.open_questions:
        return _("Counts once you have answered the question about it.")
    if stay.days is None:
        return _("Depends on how long you stay, which is not known yet.")
    return _(
        "You may be eligible because %(reason)s. The amount is not published: ask about it."
    ) % (because)


def _fails(stay: StayCosts, outcome: GrantOutcome) -> str:
    """Return the first thing that rules it out."""
    asked = {question.statement: str(question.question) for question in outcome.grant.questions}
    for name in outcome.fails:
        if name == "country":
            return _("Not for %(country)s.") % {
                "country": names.country_name(stay.opportunity.country, page_language())
            }
        if name == "days":
            return _fails_by_length(stay, outcome.grant)
        if name == "purpose":
            return _("Not for this kind of stay.")
        if name == "distance":
            return _("Not for this distance.")
        if name in asked:
            return _("You answered no to: “%(question)s”") % {"question": asked[name]}
    return _("Not for this stay.")


def _fails_by_length(stay: StayCosts, grant: Grant) -> str:
    if grant.days_min is not None and grant.days_max is not None:
        return _("For stays of %(least)d to %(most)d days; this one lasts %(days)d.") % {
            "least": grant.days_min,
            "most": grant.days_max,
            "days": stay.days or 0,
        }
    return _("Not for a stay of this length.")


def _more(stay: StayCosts, grant: Grant, statement: str, amount: EuroRange) -> str:
    question = next(str(q.question) for q in grant.questions if q.statement == statement)
    return _("It would be %(amount)s if you answer yes to: “%(question)s”") % {
        "amount": formatting.euro_range(amount.low, amount.high),
        "question": question,
    }


def _question(question: StatementQuestion) -> QuestionLine:
    answer = {True: "yes", False: "no", None: "open"}[question.answer]
    return QuestionLine(question.statement, str(question.text), answer)


def _reported(stay: StayCosts) -> str:
    if stay.reported is None:
        return ""
    return _(
        "%(count)d students who returned paid between %(low)s and %(high)s in "
        "total; half of them paid %(middle)s or less."
    ) % {
        "count": stay.reported.count,
        "low": formatting.euros(stay.reported.low),
        "high": formatting.euros(stay.reported.high),
        "middle": formatting.euros(stay.reported.middle),
    }


def own_as_typed(own: Mapping[str, Decimal]) -> dict[str, str]:
    """Own figures as a form shows them: '450', '12.50' or '12,50'."""
    point = locale(page_language()).number_symbols["latn"]["decimal"]
    shown = {}
    for item, amount in own.items():
        whole = amount == amount.to_integral_value()
        text = f"{amount:.0f}" if whole else f"{amount:.2f}"
        shown[item] = text.replace(".", point)
    return shown


def figure_in_words(line: CostLine) -> str:
    """One figure with its origin in one line, for what has no links."""
    stay = figure(line)
    parts = [stay.text, stay.about]
    if stay.example:
        parts.append(_("example"))
    for source in (stay.source, stay.rate_source):
        if source is not None:
            parts.append(source.title)
            if source.url:
                parts.append(source.url)
    return "; ".join(parts)
