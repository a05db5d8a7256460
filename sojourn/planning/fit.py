"""Does it fit me: the catalogue and a profile, handed to the fit engine, and what it answers.

Costs count as what the student would pay: less the grants for which they seem eligible, and with
their own figures where they entered some.

The catalogue's columns are made once for each snapshot. What the engine answers stays in columns
too; only the places that a page shows become objects.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from weakref import WeakKeyDictionary

import numpy as np
from django.utils.translation import gettext as _

from sojourn.catalogue.models import OpportunityKind
from sojourn.catalogue.safety import is_advised_against, whereabouts
from sojourn.catalogue.snapshot import facets
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import (
    Agreement,
    Deadline,
    LanguageNeed,
    Opportunity,
    Records,
    Requirement,
)
from sojourn.engines import fit as engine
from sojourn.engines.budget import GrantRule, Stays, help_for
from sojourn.engines.fit import PARTS, Places, Reason, Rule, Student, Verdict
from sojourn.engines.fit.model import ANY_PROGRAMME, UNKNOWN, Marks, Numbers
from sojourn.engines.language.gap import CEFR_LEVELS
from sojourn.planning.changes import changing, note_change
from sojourn.planning.costs import NOBODYS, StudentFinances, costs_with, rules_of, stay_days
from sojourn.planning.errors import PlanError
from sojourn.planning.language import hours_to_learn
from sojourn.planning.models import Plan
from sojourn.planning.profile import Profile

Weights = dict[str, int]


@dataclass(frozen=True)
class CodedCatalogue:
    """The catalogue as the engine sees it, and which number stands for what."""

    places: Places
    numbers: dict[str, int]  # of the opportunities, by slug
    programmes: dict[str, int]
    languages: dict[str, int]
    countries: dict[str, int]
    subjects: dict[str, int]
    stays: Stays
    cost_typical: Numbers
    grants: tuple[GrantRule, ...]
    followed_by: dict[str, frozenset[int]]  # programmes that follow on a programme


@dataclass(frozen=True)
class CostToPay:
    """What a student would pay for a place, EUR, and whether grants are taken off."""

    low: Decimal
    typical: Decimal
    high: Decimal
    has_grants: bool


# Of these reasons no time and no learning makes a place possible for this student now.
FOR_OTHERS = Reason.OTHER_PROGRAMME | Reason.LATER_PROGRAMME | Reason.WINDOW_PASSED


@dataclass(frozen=True)
class PlaceFit:
    """One opportunity for one student: what the rules say, and the parts."""

    opportunity: Opportunity
    verdict: Verdict
    reasons: tuple[Reason, ...]
    not_judged: Rule
    goes_in: tuple[int, int] | None  # year and month
    parts: dict[str, int | None]  # thousandths; None: not known
    to_pay: CostToPay | None  # None: nobody knows the costs
    years_ahead: int | None = None  # academic years from the current one until departure

    @property
    def is_for_others(self) -> bool:
        """Tell whether no departure is this student's."""
        return any(reason & FOR_OTHERS for reason in self.reasons)


@dataclass(frozen=True)
class FitList:
    """Every opportunity, best first; made into objects when somebody looks."""

    coded: CodedCatalogue
    records: Records
    judgement: engine.Judgement
    parts: np.ndarray[tuple[int, int], np.dtype[np.int16]]
    to_pay: _CostColumns
    order: np.ndarray[tuple[int], np.dtype[np.int64]]

    def __len__(self) -> int:
        return len(self.order)

    def __iter__(self) -> Iterator[PlaceFit]:
        return (self._place(int(number)) for number in self.order)

    def first(self, count: int) -> list[PlaceFit]:
        return [self._place(int(number)) for number in self.order[:count]]

    def of(self, slug: str) -> PlaceFit | None:
        """Return the fit of one opportunity, or None when it is not offered."""
        number = self.coded.numbers.get(slug)
        return None if number is None else self._place(number)

    def is_for_others(self, slug: str) -> bool:
        """Tell whether the opportunity is offered, but no departure is this student's."""
        number = self.coded.numbers.get(slug)
        return number is not None and bool(int(self.judgement.reasons[number]) & FOR_OTHERS)

    def all_for_others(self) -> Marks:
        """Mark what is for others, in the order of the catalogue."""
        marks: Marks = (self.judgement.reasons & FOR_OTHERS) != 0
        return marks

    def possible(self, count: int) -> list[PlaceFit]:
        """List the first of those that are possible, or may be one day."""
        return self.first(min(count, len(self) - self.counts()[Verdict.NO]))

    def ruled_out(self, count: int) -> list[PlaceFit]:
        """List the first of those that are not for this student."""
        start = len(self) - self.counts()[Verdict.NO]
        return [self._place(int(number)) for number in self.order[start : start + count]]

    def counts(self) -> dict[Verdict, int]:
        return {verdict: int((self.judgement.verdict == verdict).sum()) for verdict in Verdict}

    def _place(self, number: int) -> PlaceFit:
        reasons = Reason(int(self.judgement.reasons[number]))
        month = int(self.judgement.goes_in[number])
        ahead = float(self.judgement.ahead[number])
        return PlaceFit(
            opportunity=self.records.opportunities[self.coded.places.slugs[number]],
            verdict=Verdict(int(self.judgement.verdict[number])),
            reasons=tuple(sorted(reasons, key=lambda one: (-engine.severity(one), one.value))),
            not_judged=Rule(int(self.judgement.not_judged[number])),
            goes_in=None if month == UNKNOWN else (month // 12, month % 12 + 1),
            parts={
                part: None if value == UNKNOWN else int(value)
                for part, value in zip(PARTS, self.parts[number].tolist(), strict=True)
            },
            to_pay=self.to_pay.of(number),
            years_ahead=None if np.isnan(ahead) else int(ahead),
        )


def fit_of(
    snapshot: Snapshot,
    profile: Profile,
    weights: Mapping[str, int],
    similarity: Mapping[str, float] | None = None,
    purse: StudentFinances = NOBODYS,
) -> FitList:
    """Judge and order every opportunity of the snapshot for this profile.

    `similarity` says by slug how much of the student's own courses a place covers, from 0 to 1.
    """
    coded = coded_catalogue(snapshot)
    student = student_of(snapshot, coded, profile)
    to_pay = _to_pay(snapshot.records, coded, purse)
    places = replace(coded.places, cost_low=to_pay.low, cost_high=to_pay.high)
    judgement = engine.judge(places, student)
    parts = engine.part_values(places, student, _column(coded, similarity))
    order = engine.in_order(places.slugs, judgement.verdict, parts, weights)
    return FitList(coded, snapshot.records, judgement, parts, to_pay, order)


@dataclass(frozen=True)
class _CostColumns:
    """A value a place, NaN where nobody knows the costs."""

    low: Numbers
    typical: Numbers
    high: Numbers
    has_grants: Marks

    def of(self, number: int) -> CostToPay | None:
        ends = [float(column[number]) for column in (self.low, self.typical, self.high)]
        if np.isnan(ends[0]):
            return None
        # Through text: a float has more digits than money.
        low, typical, high = (Decimal(f"{end:.2f}") for end in ends)
        return CostToPay(low, typical, high, bool(self.has_grants[number]))


def _to_pay(records: Records, coded: CodedCatalogue, purse: StudentFinances) -> _CostColumns:
    """Pair the lowest costs with the most help for the lowest outcome, as in the budget."""
    places = coded.places
    helped = help_for(coded.grants, coded.stays, purse.statements)
    low = np.maximum(places.cost_low - helped.high, 0.0)
    typical = np.maximum(coded.cost_typical - helped.typical, 0.0)
    high = np.maximum(places.cost_high - helped.low, 0.0)
    has_grants = helped.high > 0
    for slug, own in purse.own.items():
        number = coded.numbers.get(slug)
        if number is None:
            continue
        stay = costs_with(records, records.opportunities[slug], own, purse.statements)
        low[number], high[number] = float(stay.to_pay.low), float(stay.to_pay.high)
        typical[number] = float(stay.to_pay.typical)
    return _CostColumns(low, typical, high, has_grants)


def weights_of(plan: Plan | None) -> Weights:
    """Return what matters to the student, part by part; parts without a weight count 50."""
    stored = plan.weights if plan is not None else {}
    return {part: _weight(stored.get(part)) for part in PARTS}


def save_weights(plan: Plan, weights: Mapping[str, int]) -> Weights:
    """Keep what matters. The last slider that moved wins: nothing is lost by moving it again."""
    for part, weight in weights.items():
        if part not in PARTS or not 0 <= weight <= 100:
            raise PlanError(_("Each weight is a number from 0 to 100."))
    with changing(plan) as locked:
        now = weights_of(locked)
        wanted = now | dict(weights)
        if wanted != now:
            locked.weights = wanted
            locked.save(update_fields=["weights"])
            note_change(locked, "plan.weights_saved")
        return wanted


def _weight(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value <= 100 else engine.DEFAULT_WEIGHT


# --- From the catalogue to columns ------------------------------------------------------------

_coded: WeakKeyDictionary[Snapshot, CodedCatalogue] = WeakKeyDictionary()
_coding = threading.Lock()


def coded_catalogue(snapshot: Snapshot) -> CodedCatalogue:
    """Return the columns of this snapshot, made when they are first needed."""
    with _coding:
        coded = _coded.get(snapshot)
        if coded is None:
            coded = _coded[snapshot] = encode_catalogue(snapshot.records, snapshot.built_on)
        return coded


def encode_catalogue(records: Records, today: dt.date) -> CodedCatalogue:
    opportunities = list(records.opportunities.values())
    programmes = _numbered(records.programmes)
    languages = _numbered(
        sorted({need.language for place in opportunities for need in place.languages})
    )
    countries = _numbered(sorted({place.country for place in opportunities}))
    subjects = _numbered(records.subjects)
    columns = _Columns()
    for number, place in enumerate(opportunities):
        _add_windows(columns, records, number, place, programmes)
        _add_needs(columns, number, place.languages, languages)
        _add_agreements(columns, records, number, place, programmes)
    places = Places(
        slugs=tuple(place.slug for place in opportunities),
        window_place=_codes(columns.window_place),
        window_programme=_codes(columns.window_programme),
        window_year=_codes(columns.window_year),
        window_month=_codes(columns.window_month),
        need_place=_codes(columns.need_place),
        need_language=_codes(columns.need_language),
        need_level=_codes(columns.need_level),
        need_is_required=np.array(columns.need_is_required, bool),
        need_counts_full=np.array(columns.need_counts_full, bool),
        agreement_place=_codes(columns.agreement_place),
        agreement_programme=_codes(columns.agreement_programme),
        agreement_seats=_numbers(columns.agreement_seats),
        agreement_until=_numbers(columns.agreement_until),
        required_ects=_numbers(required_ects(records, place) for place in opportunities),
        seats=_numbers(place.seats.number if place.seats else None for place in opportunities),
        next_deadline=_numbers(_last_day(place) for place in opportunities),
        has_deadlines=np.array([_last_day(p) is not None for p in opportunities], bool),
        advised_against=_codes(_advised(records, place, today) for place in opportunities),
        cost_low=_numbers(_cost_bounds(place)[0] for place in opportunities),
        cost_high=_numbers(_cost_bounds(place)[1] for place in opportunities),
        rating_total=_numbers(sum(_ratings(records, place)) for place in opportunities),
        rating_count=_numbers(len(_ratings(records, place)) for place in opportunities),
        country=_codes(countries[place.country] for place in opportunities),
        kind=_codes(_KINDS.get(place.kind, UNKNOWN) for place in opportunities),
        subjects=_marks((place.subjects for place in opportunities), subjects),
        periods=_marks((periods_of(records, place) for place in opportunities), _PERIODS),
    )
    return CodedCatalogue(
        places=places,
        numbers={slug: number for number, slug in enumerate(places.slugs)},
        programmes=programmes,
        languages=languages,
        countries=countries,
        subjects=subjects,
        stays=_stays(opportunities, countries),
        cost_typical=_numbers(
            float(place.costs.typical) if place.costs else None for place in opportunities
        ),
        grants=tuple(rule for grant in records.grants.values() for rule in rules_of(grant)),
        followed_by=_followed_by(records, programmes),
    )


def _advised(records: Records, place: Opportunity, today: dt.date) -> int:
    spots = whereabouts(records.institutions, place)
    against = is_advised_against(records.travel_advice, spots, today)
    return UNKNOWN if against is None else int(against)


def _stays(opportunities: Iterable[Opportunity], countries: Mapping[str, int]) -> Stays:
    """Return the places as the rules of grants look at them."""
    places = list(opportunities)
    return Stays(
        countries=tuple(countries),
        purposes=tuple(_KINDS),
        country=_codes(countries[place.country] for place in places),
        purpose=_codes(_KINDS[place.kind] for place in places),
        days=_numbers(stay_days(place) for place in places),
        distance_km=_numbers(place.distance_km for place in places),
    )


def student_of(snapshot: Snapshot, coded: CodedCatalogue, profile: Profile) -> Student:
    """Encode the profile in the numbers of the columns; unknown values are left out."""
    programme = snapshot.records.programmes.get(profile.programme)
    return Student(
        today=snapshot.built_on,
        programme=coded.programmes.get(profile.programme, UNKNOWN),
        later_programmes=coded.followed_by.get(profile.programme, frozenset()),
        programme_years=programme.years if programme else None,
        year=profile.year,
        ects=None if profile.ects_earned is None else float(profile.ects_earned),
        languages={
            # A language that no place asks for still says that languages were filled in.
            coded.languages.get(known.code, len(coded.languages)): level_rank(known.level)
            for known in profile.languages
        },
        weeks_to_learn=_weeks_to_learn(snapshot.records, coded, profile),
        budget=None if profile.budget is None else float(profile.budget),
        wished_subjects=_known(profile.wished_subjects, coded.subjects),
        wished_countries=_known(profile.wished_countries, coded.countries),
        wished_periods=_known(profile.wished_periods, _PERIODS),
        wished_kinds=_known(profile.wished_kinds, _KINDS),
    )


def _weeks_to_learn(
    records: Records, coded: CodedCatalogue, profile: Profile
) -> dict[tuple[int, int], float]:
    """Return how long each level takes in the student's own hours, by the slower figure."""
    if not profile.hours_a_week or not profile.languages:
        return {}
    found = {}
    for code, number in coded.languages.items():
        own = profile.level_of(code)
        for level in CEFR_LEVELS[level_rank(own) :]:
            hours = hours_to_learn(records.learning_hours, code, own, level)
            if hours is not None:
                found[number, level_rank(level)] = hours.high / profile.hours_a_week
    return found


def level_rank(level: str) -> int:
    """Rank a level: 1 for A1 up to 6 for C2; 0 for none."""
    return CEFR_LEVELS.index(level) + 1 if level in CEFR_LEVELS else 0


def asked_ects(records: Records, place: Opportunity) -> Requirement | None:
    """Return the requirement that asks for the most ECTS, where the edition has a number."""
    with_number = [
        asked
        for asked in (
            *place.requirements,
            *(fact for slug in place.windows for fact in records.windows[slug].requirements),
        )
        if asked.ects is not None
    ]
    return max(with_number, key=lambda asked: asked.ects or 0, default=None)


def required_ects(records: Records, place: Opportunity) -> float | None:
    asked = asked_ects(records, place)
    return float(asked.ects) if asked and asked.ects is not None else None


def periods_of(records: Records, place: Opportunity) -> tuple[str, ...]:
    """Return the terms in which a stay falls."""
    return facets.terms(place, records.windows)


def _cost_bounds(place: Opportunity) -> tuple[float | None, float | None]:
    """Return the least and the most that a stay costs, before grants."""
    if place.costs is None:
        return None, None
    return float(place.costs.low), float(place.costs.high)


class _Columns:
    """Rows in the making, for what a place has several of."""

    def __init__(self) -> None:
        self.window_place: list[int] = []
        self.window_programme: list[int] = []
        self.window_year: list[int] = []
        self.window_month: list[int] = []
        self.need_place: list[int] = []
        self.need_language: list[int] = []
        self.need_level: list[int] = []
        self.need_is_required: list[bool] = []
        self.need_counts_full: list[bool] = []
        self.agreement_place: list[int] = []
        self.agreement_programme: list[int] = []
        self.agreement_seats: list[int | None] = []
        self.agreement_until: list[int | None] = []


_KINDS = {kind: number for number, kind in enumerate(OpportunityKind.values)}
_PERIODS = {period: number for number, period in enumerate(facets.PERIODS)}


def _add_windows(
    columns: _Columns,
    records: Records,
    number: int,
    place: Opportunity,
    programmes: Mapping[str, int],
) -> None:
    for slug in place.windows:
        window = records.windows[slug]
        own_month = place.period.starts_on.month if place.period and place.period.starts_on else 0
        months = (own_month, place.period.starts_month if place.period else 0, window.starts_month)
        columns.window_place.append(number)
        columns.window_programme.append(programmes.get(window.programme, UNKNOWN))
        columns.window_year.append(window.phase.year if window.phase else 0)
        columns.window_month.append(next((month for month in months if month), 0))


def _add_needs(
    columns: _Columns, number: int, needs: Iterable[LanguageNeed], languages: Mapping[str, int]
) -> None:
    for need in needs:
        columns.need_place.append(number)
        columns.need_language.append(languages[need.language])
        columns.need_level.append(level_rank(need.level))
        columns.need_is_required.append(need.is_required)
        columns.need_counts_full.append(need.is_required or need.use == "instruction")


def _add_agreements(
    columns: _Columns,
    records: Records,
    number: int,
    place: Opportunity,
    programmes: Mapping[str, int],
) -> None:
    """Add the hosts' agreements; a self-arranged place needs none."""
    if place.self_arranged:
        return
    for agreement in agreements_of(records, place):
        covered = [programmes[slug] for slug in agreement.programmes if slug in programmes]
        for programme in covered or [ANY_PROGRAMME]:
            columns.agreement_place.append(number)
            columns.agreement_programme.append(programme)
            columns.agreement_seats.append(agreement.seats_out)
            until = agreement.valid_until
            columns.agreement_until.append(until.toordinal() if until else None)


def agreements_of(records: Records, place: Opportunity) -> list[Agreement]:
    """List the agreements between home and the hosts of a place."""
    hosts = (records.institutions[slug] for slug in place.hosts if slug in records.institutions)
    return [agreement for host in hosts for agreement in host.agreements]


def last_deadline(place: Opportunity) -> Deadline | None:
    """Return the last known day to apply or register; until then there is a way in."""
    to_apply = [each for each in place.deadlines if each.kind in facets.DEADLINES_TO_APPLY]
    return max(to_apply, key=lambda each: each.date, default=None)


def _last_day(place: Opportunity) -> int | None:
    deadline = last_deadline(place)
    return None if deadline is None else deadline.date.toordinal()


def _ratings(records: Records, place: Opportunity) -> list[float]:
    """Return the mean rating of each report."""
    reports = (records.reports[slug] for slug in place.reports if slug in records.reports)
    return [
        sum(value for _name, value in report.ratings) / len(report.ratings)
        for report in reports
        if report.ratings
    ]


def _followed_by(records: Records, programmes: Mapping[str, int]) -> dict[str, frozenset[int]]:
    """Map each bachelor to the masters of the same field."""
    return {
        slug: frozenset(
            programmes[later.slug]
            for later in records.programmes.values()
            if later.level == "master" and later.isced_f and later.isced_f == programme.isced_f
        )
        for slug, programme in records.programmes.items()
        if programme.level == "bachelor"
    }


def _column(coded: CodedCatalogue, values: Mapping[str, float] | None) -> Numbers | None:
    if values is None:
        return None
    return _numbers(values.get(slug) for slug in coded.places.slugs)


def _numbered(keys: Iterable[str]) -> dict[str, int]:
    return {key: number for number, key in enumerate(keys)}


def _codes(values: Iterable[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.fromiter(values, np.int64)


def _numbers(values: Iterable[float | None]) -> Numbers:
    return np.fromiter((np.nan if value is None else value for value in values), np.float64)


def _marks(
    rows: Iterable[Iterable[str]], numbers: Mapping[str, int]
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    rows = [list(row) for row in rows]
    marks = np.zeros((len(rows), len(numbers)), bool)
    for row, values in enumerate(rows):
        for value in values:
            if value in numbers:
                marks[row, numbers[value]] = True
    return marks


def _known(values: Iterable[str], numbers: Mapping[str, int]) -> frozenset[int]:
    return frozenset(numbers[value] for value in values if value in numbers)
