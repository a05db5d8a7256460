"""What a stay costs one student: the catalogue's lines, grants by their rules, their own figures.

The lines are those of the opportunity's page (`catalogue.snapshot.costs`), added up for each item;
grants are the edition's, judged by `engines.budget` on the stay and on what the student said. What
returned students paid line by line is in the catalogue's lines already; what they paid in all is
told beside the total once there are enough of them (`MINIMUM_REPORTS`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import median

from django.utils.translation import gettext as _

from sojourn.catalogue.models import CostItem
from sojourn.catalogue.models import Opportunity as OpportunityRow
from sojourn.catalogue.snapshot.costs import estimate_of, missing_items, stay_weeks
from sojourn.catalogue.snapshot.types import (
    CostLine,
    Grant,
    GrantAmount,
    Opportunity,
    Records,
    ReportedItem,
)
from sojourn.common.languages import Text
from sojourn.engines import budget as engine
from sojourn.engines.budget import (
    MINIMUM_REPORTS,
    EuroRange,
    GrantAward,
    GrantRule,
    Standing,
    Stay,
)
from sojourn.planning.changes import changing, fingerprint, note_change
from sojourn.planning.errors import PlanChangedError, PlanError
from sojourn.planning.models import OwnCost, Plan

ANY_LENGTH = 100_000
NOTHING_PROMISED: Mapping[str, Decimal] = {}
# Of the rules of one grant the page shows the one that says most.
_ORDER = (Standing.SEEMS_ELIGIBLE, Standing.NOT_KNOWN, Standing.NOT_ELIGIBLE)


@dataclass(frozen=True)
class ItemCosts:
    """One line of the budget: the estimate with the figures behind it, and the student's own."""

    item: str
    estimate: EuroRange | None
    figures: tuple[CostLine, ...]
    own: Decimal | None
    is_expected: bool
    """Nearly every stay costs something for it; without a figure the total is incomplete."""
    reported: ReportedItem | None
    """What returned students paid for it, where that moved the estimate."""

    @property
    def counted(self) -> EuroRange | None:
        return self.estimate if self.own is None else EuroRange.exactly(self.own)

    @property
    def is_missing(self) -> bool:
        return self.is_expected and self.counted is None


@dataclass(frozen=True)
class StatementQuestion:
    """A yes-or-no question that some grant hangs on, and what the student said so far."""

    statement: str
    text: Text
    answer: bool | None


@dataclass(frozen=True)
class GrantOutcome:
    """What one grant comes to for this student."""

    grant: Grant
    standing: Standing
    amount: EuroRange | None
    """None where it does not apply or nobody has published it."""
    counted: EuroRange
    fails: tuple[str, ...]
    """Names of the conditions that do not hold."""
    open_questions: tuple[str, ...]
    """Statements that would settle it."""
    more_if: tuple[tuple[str, EuroRange], ...]
    """What it would come to if the student said yes to a statement."""
    gives_way: bool
    """It would apply, but a better one of its kind is counted."""
    is_promised: bool = False
    """It is promised for a stay there: what is due of it is no estimate any more."""


@dataclass(frozen=True)
class ReportedCosts:
    """What returned students say they paid in all."""

    count: int
    low: Decimal
    middle: Decimal
    high: Decimal


@dataclass(frozen=True)
class StayCosts:
    """The whole: what it costs, who helps, what is left to pay."""

    opportunity: Opportunity
    days: int | None
    lines: tuple[ItemCosts, ...]
    grants: tuple[GrantOutcome, ...]
    questions: tuple[StatementQuestion, ...]
    costs: EuroRange
    help_received: EuroRange
    to_pay: EuroRange
    to_pay_a_month: EuroRange | None
    missing: tuple[str, ...]
    reported: ReportedCosts | None
    has_examples: bool
    seen: str

    @property
    def is_known(self) -> bool:
        """Tell whether there is any figure at all."""
        return any(line.counted is not None for line in self.lines)


# --- Reading ------------------------------------------------------------------------------


def stay_days(opportunity: Opportunity) -> int | None:
    """Return the length of a typical stay in days; None where it is not known."""
    weeks = stay_weeks(opportunity.weeks_min, opportunity.weeks_max, opportunity.period)
    return None if weeks is None else round(weeks * 7)


def costs_of(
    records: Records,
    opportunity: Opportunity,
    plan: Plan | None,
    promised: Mapping[str, Decimal] = NOTHING_PROMISED,
) -> StayCosts:
    """Estimate the budget of a stay for a plan (None: nobody in particular).

    `promised` is what is due of the grants that were promised for a stay there, by their slug.
    """
    own = own_figures(plan, opportunity.slug)
    statements = dict(plan.statements) if plan else {}
    return costs_with(records, opportunity, own, statements, promised)


def costs_with(
    records: Records,
    opportunity: Opportunity,
    own: Mapping[str, Decimal],
    statements: Mapping[str, bool],
    promised: Mapping[str, Decimal] = NOTHING_PROMISED,
) -> StayCosts:
    """Estimate the budget of a stay for what a student said and entered."""
    days = stay_days(opportunity)
    lines = _lines(opportunity, own)
    stay = Stay(
        country=opportunity.country,
        days=days,
        distance_km=opportunity.distance_km,
        purpose=opportunity.kind,
        statements=dict(statements),
    )
    grants = _with_promises(_outcomes(records.grants.values(), stay), promised)
    helped = EuroRange.nothing()
    for outcome in grants:
        helped += outcome.counted
    budget = engine.combine(
        [engine.BudgetLine(line.item, line.estimate, own=line.own) for line in lines],
        helped,
        days or 0,
    )
    return StayCosts(
        opportunity=opportunity,
        days=days,
        lines=lines,
        grants=grants,
        questions=_questions(grants, statements),
        costs=budget.costs,
        help_received=helped,
        to_pay=budget.to_pay,
        to_pay_a_month=budget.to_pay_a_month,
        missing=tuple(line.item for line in lines if line.is_missing),
        reported=_reported(records, opportunity),
        has_examples=bool(opportunity.costs and opportunity.costs.has_examples),
        seen=_seen(own),
    )


@dataclass(frozen=True)
class StudentFinances:
    """What a student said that changes what they pay: of grants, and of places by their slug."""

    statements: Mapping[str, bool]
    own: Mapping[str, Mapping[str, Decimal]]


NOBODYS = StudentFinances({}, {})


def finances_of(plan: Plan | None) -> StudentFinances:
    """Collect a plan's answers to grants' questions and its own figures."""
    if plan is None:
        return NOBODYS
    own: dict[str, dict[str, Decimal]] = {}
    rows = OwnCost.objects.filter(plan=plan).values_list("opportunity__slug", "item", "amount")
    for slug, item, amount in rows:
        own.setdefault(slug, {})[item] = amount
    return StudentFinances(dict(plan.statements), own)


def own_figures(plan: Plan | None, slug: str) -> dict[str, Decimal]:
    """Return what the student entered for a place, by item."""
    if plan is None:
        return {}
    rows = OwnCost.objects.filter(plan=plan, opportunity__slug=slug)
    return {row.item: row.amount for row in rows.order_by("item")}


def _lines(opportunity: Opportunity, own: Mapping[str, Decimal]) -> tuple[ItemCosts, ...]:
    costs = opportunity.costs
    figures: dict[str, list[CostLine]] = {}
    for figure in costs.lines if costs else ():
        figures.setdefault(figure.item, []).append(figure)
    reported = {one.item: one for one in costs.reported} if costs else {}
    missing = costs.missing if costs else missing_items((), opportunity.country)
    return tuple(
        ItemCosts(
            item=item,
            estimate=estimate_of(costs, item) if costs else None,
            figures=tuple(figures.get(item, ())),
            own=own.get(item),
            is_expected=item in figures or item in reported or item in missing,
            reported=reported.get(item),
        )
        for item in CostItem.values
    )


def _reported(records: Records, opportunity: Opportunity) -> ReportedCosts | None:
    paid = sorted(
        report.paid_total
        for slug in opportunity.reports
        if (report := records.reports.get(slug)) is not None
        and report.paid_total is not None
        and not report.is_example
    )
    if len(paid) < MINIMUM_REPORTS:
        return None
    return ReportedCosts(len(paid), paid[0], median(paid), paid[-1])


# --- Grants -------------------------------------------------------------------------------


def rules_of(grant: Grant) -> list[GrantRule]:
    """Return a grant as rules of the engine: one for each of its amounts."""
    conditions = _conditions(grant)
    if not grant.amounts:
        return [GrantRule(grant.slug, conditions, engine.NotPublished(), grant.one_of, grant)]
    if grant.pays == "day":
        bands = sorted((row.days_max or ANY_LENGTH, row.typical) for row in grant.amounts)
        return [
            GrantRule(grant.slug, conditions, engine.PerDayBands(tuple(bands)), grant.one_of, grant)
        ]
    return [
        GrantRule(
            f"{grant.slug}-{number}",
            (*conditions, *_conditions_of_amount(row)),
            _amount(grant, row),
            grant.one_of or grant.slug,
            grant,
        )
        for number, row in enumerate(grant.amounts)
    ]


def _conditions(grant: Grant) -> tuple[engine.Condition, ...]:
    found: list[engine.Condition] = []
    if grant.countries:
        found.append(engine.CountryIn(grant.countries))
    if grant.not_countries:
        found.append(engine.CountryNotIn(grant.not_countries))
    if grant.kinds:
        found.append(engine.PurposeIn(grant.kinds))
    if grant.days_min is not None or grant.days_max is not None:
        found.append(engine.DaysBetween(grant.days_min or 0, grant.days_max or ANY_LENGTH))
    found.extend(
        engine.Stated(asked.statement) for asked in grant.questions if asked.decides == "grant"
    )
    return tuple(found)


def _conditions_of_amount(row: GrantAmount) -> tuple[engine.Condition, ...]:
    found: list[engine.Condition] = []
    if row.days_min is not None or row.days_max is not None:
        found.append(engine.DaysBetween(row.days_min or 0, row.days_max or ANY_LENGTH))
    if row.km_min is not None or row.km_below is not None:
        below = float("inf") if row.km_below is None else row.km_below
        found.append(engine.DistanceBetween(row.km_min or 0, below))
    if row.statement:
        found.append(engine.Stated(row.statement))
    return tuple(found)


def _amount(grant: Grant, row: GrantAmount) -> engine.PerMonth | engine.Fixed | engine.AtMost:
    if grant.pays == "at_most":
        return engine.AtMost(row.high)
    amount = EuroRange(row.low, row.typical, row.high)
    return engine.PerMonth(amount) if grant.pays == "month" else engine.Fixed(amount)


def _outcomes(grants: Iterable[Grant], stay: Stay) -> tuple[GrantOutcome, ...]:
    rules = [rule for grant in grants for rule in rules_of(grant)]
    judged, _total = engine.awards(rules, stay)
    by_grant: dict[str, list[GrantAward]] = {}
    for award in judged:
        by_grant.setdefault(award.rule.origin.slug, []).append(award)
    return tuple(_outcome(found) for found in by_grant.values())


def _with_promises(
    outcomes: tuple[GrantOutcome, ...], promised: Mapping[str, Decimal]
) -> tuple[GrantOutcome, ...]:
    """Put what was promised in the place of what was estimated, and of others of its kind."""
    kinds = {each.grant.one_of for each in outcomes if each.grant.slug in promised} - {""}
    found = []
    for each in outcomes:
        if each.grant.slug in promised:
            due = EuroRange.exactly(promised[each.grant.slug])
            each = GrantOutcome(
                each.grant, Standing.SEEMS_ELIGIBLE, due, due, (), (), (),
                gives_way=False, is_promised=True,
            )  # fmt: skip
        elif each.grant.one_of in kinds and each.standing is not Standing.NOT_ELIGIBLE:
            each = replace(each, counted=EuroRange.nothing(), more_if=(), gives_way=True)
        found.append(each)
    return tuple(found)


def _outcome(awards: list[GrantAward]) -> GrantOutcome:
    """Combine the awards of one grant's rules: the best one, and what could be more."""
    best = min(
        awards,
        key=lambda award: (
            _ORDER.index(award.standing), -award.counted.typical, -award.counted.high,
            sum(answer is engine.Answer.NO for _name, answer in award.answers),
        ),
    )  # fmt: skip
    grant: Grant = best.rule.origin
    stated = {asked.statement for asked in grant.questions}
    counted = best.counted
    more: dict[str, EuroRange] = {}
    open_questions: list[str] = []
    for award in awards:
        if award.standing is not Standing.NOT_KNOWN:
            continue
        asked = [n for n, a in award.answers if a is engine.Answer.NOT_KNOWN and n in stated]
        open_questions.extend(name for name in asked if name not in open_questions)
        if award.amount and len(asked) == 1 and award.amount.typical > counted.typical:
            more[asked[0]] = award.amount
    return GrantOutcome(
        grant=grant,
        standing=best.standing,
        amount=best.amount,
        counted=counted,
        fails=tuple(name for name, answer in best.answers if answer is engine.Answer.NO),
        open_questions=tuple(open_questions),
        more_if=tuple(more.items()),
        gives_way=best.standing is Standing.SEEMS_ELIGIBLE
        and counted == EuroRange.nothing()
        and best.amount != EuroRange.nothing(),
    )


def _questions(
    grants: Iterable[GrantOutcome], statements: Mapping[str, bool]
) -> tuple[StatementQuestion, ...]:
    """List the questions that matter here: of grants that the stay itself does not exclude."""
    found: dict[str, StatementQuestion] = {}
    for outcome in grants:
        asked = {question.statement for question in outcome.grant.questions}
        if set(outcome.fails) - asked:
            continue
        for question in outcome.grant.questions:
            answer = statements.get(question.statement)
            found.setdefault(
                question.statement, StatementQuestion(question.statement, question.question, answer)
            )
    return tuple(found.values())


# --- Changing -----------------------------------------------------------------------------


def save_own_figures(
    plan: Plan, slug: str, wanted: Mapping[str, Decimal | None], seen: str
) -> None:
    """Keep the student's own figures for a place; None takes one away.

    Raises PlanChangedError when they changed since `seen` was shown, and PlanError for a place
    that is not there.
    """
    with changing(plan) as locked:
        row = OpportunityRow.objects.filter(slug=slug).first()
        if row is None:
            raise PlanError(_("This place is not offered any more."))
        now = own_figures(locked, slug)
        figures = {item: amount for item, amount in sorted(wanted.items()) if amount is not None}
        if now == figures:
            return
        if _seen(now) != seen:
            raise PlanChangedError(
                _("Your figures were changed in another tab or on another device meanwhile.")
            )
        OwnCost.objects.filter(plan=locked, opportunity=row).delete()
        OwnCost.objects.bulk_create(
            OwnCost(plan=locked, opportunity=row, item=item, amount=amount)
            for item, amount in figures.items()
        )
        changed = [item for item in CostItem.values if now.get(item) != figures.get(item)]
        note_change(locked, "plan.own_costs_saved", opportunity=slug, items=changed)


def save_statements(plan: Plan, answers: Mapping[str, bool | None]) -> None:
    """Keep what the student answered to grants' questions; None forgets an answer."""
    with changing(plan) as locked:
        kept = {name: answer for name, answer in locked.statements.items() if name not in answers}
        kept |= {name: answer for name, answer in answers.items() if answer is not None}
        if kept == locked.statements:
            return
        locked.statements = kept
        locked.save(update_fields=["statements"])
        # Which questions were answered, never how: an answer may say something about health.
        note_change(locked, "plan.statements_saved", statements=sorted(answers))


def _seen(own: Mapping[str, Decimal]) -> str:
    return fingerprint({item: str(amount) for item, amount in sorted(own.items())})
