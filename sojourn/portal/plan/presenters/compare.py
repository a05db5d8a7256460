"""Up to five places side by side: the same questions asked of each, differences marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue.snapshot.facets import next_deadline
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Opportunity, Records
from sojourn.design import components
from sojourn.engines.fit import Verdict
from sojourn.planning import admission_history
from sojourn.planning.admission_history import AdmissionHistory
from sojourn.planning.fit import FitList
from sojourn.planning.models import TOP_FIVE_SIZE, Plan
from sojourn.planning.profile import Profile
from sojourn.planning.similar_courses import SimilarCourses
from sojourn.planning.top_five import TopFive
from sojourn.portal.plan.presenters import fit_text as words
from sojourn.portal.plan.presenters import top_five
from sojourn.portal.shared import cards, facts, formatting, map_places, travel_advice, urls, whole
from sojourn.selection.earlier_rounds import EarlierRound, last_rounds_of

COUNTRY_CODE = 2


@dataclass(frozen=True)
class Cell:
    text: str
    range: components.Range | None = None
    tone: str = ""
    mark: str = ""
    """'typically the lowest', where one of the row stands out."""
    note: str = ""
    example: bool = False
    known: bool = True
    href: str = ""
    worth: float | None = None
    """How good it is for the student, higher is better; None where that is not for us to say."""


@dataclass(frozen=True)
class Row:
    name: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        return len({cell.text for cell in self.cells}) > 1

    @property
    def is_same(self) -> bool:
        """Known, and the same for all: nothing to say where nobody knows anything."""
        return len(self.cells) > 1 and not self.differs and self.cells[0].known

    @property
    def is_drawn(self) -> bool:
        """Whether it has ranges as pictures."""
        return any(cell.range is not None for cell in self.cells)


@dataclass(frozen=True)
class Head:
    rank: int
    place: top_five.Named
    crop: str


@dataclass(frozen=True)
class PairRow:
    """One question asked of two places."""

    name: str
    cells: tuple[Cell, Cell]
    better: int | None
    """Which of the two is better for the student, 0 or 1."""


@dataclass(frozen=True)
class Chooser:
    """A number of the list: shows that place beside the one that is kept."""

    rank: int
    title: str
    query: str
    is_shown: bool


@dataclass(frozen=True)
class Pair:
    """Two places side by side, for a narrow screen."""

    heads: tuple[Head, Head]
    tones: tuple[Cell | None, Cell | None]
    same: tuple[tuple[str, str], ...]
    differs: tuple[PairRow, ...]
    chooser: tuple[Chooser, ...]
    next: Chooser | None
    """The pair after this one."""

    @property
    def same_in_short(self) -> str:
        return ", ".join(text for _name, text in self.same)


@dataclass(frozen=True)
class ComparePage:
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    pair: Pair | None
    """Two of them, where there are so many."""
    same: int
    """How many rows are the same for all."""
    only_differences: bool

    @property
    def shown(self) -> tuple[Row, ...]:
        if not self.only_differences:
            return self.rows
        return tuple(row for row in self.rows if row.differs)

    @property
    def is_full(self) -> bool:
        return len(self.heads) >= TOP_FIVE_SIZE

    @property
    def columns(self) -> int:
        return len(self.heads) + 1


@dataclass(frozen=True)
class _Subject:
    """What one column is about; None for a country."""

    place: Opportunity | None
    inside: tuple[Opportunity, ...]
    """The opportunities in it: the place itself, or all of the country."""
    odds: AdmissionHistory | None
    earlier: EarlierRound | None = None
    """The last finished round in which it had seats."""
    is_gone: bool = False
    """No longer offered: nothing can be said of it."""


@dataclass(frozen=True)
class Asker:
    """Who compares; somebody who was given a link is nobody in particular."""

    profile: Profile
    fits: FitList | None
    plan: Plan | None
    similar: Mapping[str, SimilarCourses]


def page(
    snapshot: Snapshot, entries: TopFive, asker: Asker, only: str = "", pair: str = ""
) -> ComparePage:
    records = snapshot.records
    held = admission_history.held_by_others(asker.plan, [entry.key for entry in entries])
    rounds = last_rounds_of([entry.key for entry in entries if not entry.is_country])
    subjects = [
        replace(_subject(records, entry.key, held), earlier=rounds.get(entry.key))
        for entry in entries
    ]
    questions = _questions(snapshot, asker, subjects, rounds) if subjects else []
    rows = [_row(name, subjects, cell) for name, cell in questions]
    # Of two rows with ranges the last decides: what one pays after grants.
    last = max((n for n, row in enumerate(rows) if row.is_drawn), default=None)
    if last is not None:
        rows[last] = _with_lowest(rows[last])
    heads = tuple(
        Head(rank, top_five.named(records, entry.key), _crop(snapshot, subject))
        for rank, (entry, subject) in enumerate(zip(entries, subjects, strict=True), start=1)
    )
    return ComparePage(
        heads=heads,
        rows=tuple(rows),
        pair=_pair(heads, rows, pair, is_personal=asker.fits is not None),
        same=sum(not row.differs for row in rows),
        only_differences=only == "differences",
    )


def _pair(heads: tuple[Head, ...], rows: list[Row], asked: str, is_personal: bool) -> Pair | None:
    """Return the two that were asked for, such as '2-3'; otherwise the first two."""
    if len(heads) < 2:
        return None
    numbers = [int(text) for text in asked.split("-") if text.isascii() and text.isdigit()]
    known = list(dict.fromkeys(number for number in numbers if 1 <= number <= len(heads)))
    one, two = known if len(known) == 2 else (1, 2)
    cells = [(row, (row.cells[one - 1], row.cells[two - 1])) for row in rows]
    verdicts = cells.pop(0)[1] if is_personal else (None, None)
    both = [(row, pair) for row, pair in cells if pair[0].known or pair[1].known]
    chooser = tuple(
        Chooser(
            head.rank,
            head.place.title,
            f"?pair={head.rank}-{two if head.rank == one else one}"
            if head.rank in (one, two)
            else f"?pair={one}-{head.rank}",
            head.rank in (one, two),
        )
        for head in heads
    )
    after = (max(one, two), max(one, two) + 1)
    return Pair(
        heads=(heads[one - 1], heads[two - 1]),
        tones=verdicts,
        same=tuple((row.name, pair[0].text) for row, pair in both if pair[0].text == pair[1].text),
        differs=tuple(
            PairRow(row.name, pair, _better(*pair))
            for row, pair in both
            if pair[0].text != pair[1].text
        ),
        chooser=chooser,
        next=Chooser(
            after[1], heads[after[1] - 1].place.title, f"?pair={after[0]}-{after[1]}", False
        )
        if after[1] <= len(heads)
        else None,
    )


def _better(one: Cell, two: Cell) -> int | None:
    if one.worth is None or two.worth is None or one.worth == two.worth:
        return None
    return int(two.worth > one.worth)


Question = tuple[str, Callable[[_Subject], Cell]]


def _questions(
    snapshot: Snapshot,
    asker: Asker,
    subjects: Sequence[_Subject],
    rounds: Mapping[str, EarlierRound],
) -> list[Question]:
    records = snapshot.records
    is_held = any(one.odds and one.odds.held_by_others is not None for one in subjects)
    personal: list[Question] = []
    if asker.fits is not None:
        fits = asker.fits
        personal = [
            (_("Possible for you"), lambda one: _verdict(records, one, fits, asker.profile)),
            (
                _("Your courses with a similar course"),
                lambda one: _part(records, one, fits, asker, "similarity"),
            ),
            (_("You pay, after grants"), lambda one: _to_pay(one, fits)),
            (_("Language, for you"), lambda one: _part(records, one, fits, asker, "language")),
        ]
    return [
        *personal[:1],
        (_("Counts at home as"), lambda one: _whole(records, one, asker.profile)),
        *((str(fact.label), partial(_fact, fact)) for fact in facts.IN_SHORT),
        *personal[1:2],
        (_("Costs, before grants"), _costs),
        *personal[2:3],
        (_("Language asked"), _languages),
        # Of somebody who names no language it would say what is asked once more.
        *(personal[3:] if asker.profile.languages else []),
        (str(facts.SEATS.label), partial(_fact, facts.SEATS)),
        (str(facts.APPLICANTS.label), _applied),
        # A row of its own only once some round has finished.
        *([(_("How far the waiting list went"), _list_went)] if rounds else []),
        *([(_("In other students' top five"), _held)] if is_held else []),
        (_("Distance"), _distance),
        (_("Travel advice"), lambda one: _travel_advice(records, one)),
        (_("Reports"), lambda one: _reports(records, one)),
        (_("Apply by"), lambda one: _due(snapshot, one)),
    ]


def _subject(records: Records, key: str, held: dict[str, int]) -> _Subject:
    place = records.opportunities.get(key)
    if place is not None:
        return _Subject(place, (place,), admission_history.admission_history_of(place, held))
    if len(key) != COUNTRY_CODE:
        return _Subject(None, (), None, is_gone=True)
    inside = tuple(one for one in records.opportunities.values() if one.country == key)
    return _Subject(None, inside, None)


def _row(name: str, subjects: list[_Subject], cell: Callable[[_Subject], Cell]) -> Row:
    gone = _unknown(_("no longer offered"))
    return Row(name, tuple(gone if one.is_gone else cell(one) for one in subjects))


def _with_lowest(row: Row) -> Row:
    """Among cost ranges the typically lowest is named, when it is one alone."""
    typical = [Decimal(cell.range.typical) for cell in row.cells if cell.range is not None]
    if len(typical) < 2 or typical.count(min(typical)) != 1:
        return row
    return replace(
        row,
        cells=tuple(
            replace(cell, mark=_("typically the lowest"))
            if cell.range is not None and Decimal(cell.range.typical) == min(typical)
            else cell
            for cell in row.cells
        ),
    )


def _crop(snapshot: Snapshot, subject: _Subject) -> str:
    if not subject.inside:
        return ""
    return map_places.crop(snapshot, subject.inside[0].hosts)


def _unknown(text: str = "") -> Cell:
    return Cell(text or _("not known"), known=False)


def _of_country(subject: _Subject) -> Cell:
    """Return the cell of a country, which has no such fact of its own."""
    return _unknown(_("differs by place"))


def _verdict(records: Records, subject: _Subject, fits: FitList, profile: Profile) -> Cell:
    judged = [fit for one in subject.inside if (fit := fits.of(one.slug)) is not None]
    if not judged:
        return _unknown()
    if subject.place is not None:
        return Cell(
            words.verdict(judged[0], profile),
            tone=words.tone(judged[0].verdict),
            example=bool(words.examples(records, judged[0])),
        )
    possible = sum(fit.verdict <= Verdict.ON_TRACK for fit in judged)
    return Cell(
        _("%(count)d of %(all)d places") % {"count": possible, "all": len(judged)},
        tone="good" if possible else "bad",
    )


def _whole(records: Records, subject: _Subject, profile: Profile) -> Cell:
    if subject.place is None:
        return _of_country(subject)
    found = whole.of_place(records, subject.place, profile.programme)
    if found is None:
        return _unknown(_("ask the coordinator"))
    return Cell(found.short, example=found.example)


def _part(records: Records, subject: _Subject, fits: FitList, asker: Asker, key: str) -> Cell:
    if subject.place is None:
        return _of_country(subject)
    fit = fits.of(subject.place.slug)
    if fit is None:
        return _unknown()
    pieces = words.parts(records, fit, asker.profile, asker.similar.get(subject.place.slug))
    found = next(part for part in pieces if part.key == key)
    return Cell(
        formatting.sentence_case(found.text),
        href=found.href,
        known=found.width is not None,
        worth=found.width,
    )


def _fact(fact: facts.OpportunityFact, subject: _Subject) -> Cell:
    if subject.place is None:
        return _of_country(subject)
    found = fact.of(subject.place)
    if not found.value:
        return _unknown(found.unknown)
    return Cell(found.value, example=found.example)


def _costs(subject: _Subject) -> Cell:
    known = [one.costs for one in subject.inside if one.costs is not None]
    if not known:
        return _unknown(_("not known yet"))
    low = formatting.to_the_fifty(min(costs.low for costs in known))
    high = formatting.to_the_fifty(max(costs.high for costs in known))
    typical = sum((costs.typical for costs in known), Decimal(0)) / len(known)
    text = formatting.euro_range(low, high)
    return Cell(
        text,
        range=components.Range(text, low, typical, high, cards.SCALE),
        example=any(costs.has_examples for costs in known),
    )


def _to_pay(subject: _Subject, fits: FitList) -> Cell:
    judged = [fit for one in subject.inside if (fit := fits.of(one.slug)) is not None]
    known = [fit.to_pay for fit in judged if fit.to_pay is not None]
    if not known:
        return _unknown(_("not known yet"))
    low = formatting.to_the_fifty(min(one.low for one in known))
    high = formatting.to_the_fifty(max(one.high for one in known))
    typical = sum((one.typical for one in known), Decimal(0)) / len(known)
    text = formatting.euro_range(low, high)
    drawn = components.Range(text, low, typical, high, cards.SCALE)
    if subject.place is None:
        return Cell(text, range=drawn, worth=-float(typical))
    return Cell(
        text,
        range=drawn,
        worth=-float(typical),
        note="" if known[0].has_grants else _("no grant counted yet"),
        href=reverse("plan:costs", kwargs={"slug": subject.place.slug}),
        example=bool(subject.place.costs and subject.place.costs.has_examples),
    )


def _languages(subject: _Subject) -> Cell:
    pieces = {text for one in subject.inside if (text := facts.languages(one))}
    if subject.place is None and len(pieces) == 1:
        return Cell(pieces.pop())
    if subject.place is None and not pieces:
        return _unknown()
    return _fact(facts.LANGUAGE, subject)


def _applied(subject: _Subject) -> Cell:
    cell = _fact(facts.APPLICANTS, subject)
    long_shot = bool(subject.odds and subject.odds.is_long_shot)
    return replace(cell, mark=_("more than two for each seat") if long_shot else "")


def _list_went(subject: _Subject) -> Cell:
    if subject.place is None:
        return _of_country(subject)
    earlier = subject.earlier
    if earlier is None:
        return _unknown(_("not counted"))
    words = {"count": earlier.called, "year": earlier.academic_year}
    text = (
        ngettext(
            "%(count)d offered a place from the list in %(year)s",
            "%(count)d offered a place from the list in %(year)s",
            earlier.called,
        )
        if earlier.called
        else _("nobody was offered a place from the list in %(year)s")
    ) % words
    return Cell(text, example=earlier.is_example)


def _held(subject: _Subject) -> Cell:
    if subject.place is None:
        return _of_country(subject)
    if subject.odds is None or subject.odds.held_by_others is None:
        return _unknown(_("fewer than five, so not shown"))
    return Cell(str(subject.odds.held_by_others))


def _distance(subject: _Subject) -> Cell:
    known = [one.distance_km for one in subject.inside if one.distance_km is not None]
    if not known:
        return _unknown()
    low, high = min(known), max(known)
    if formatting.distance(low) == formatting.distance(high):
        return Cell(formatting.distance(low))
    return Cell(
        _("%(low)s to %(high)s")
        % {"low": formatting.distance(low), "high": formatting.distance(high)}
    )


def _reports(records: Records, subject: _Subject) -> Cell:
    slugs = {slug for one in subject.inside for slug in one.reports if slug in records.reports}
    if not slugs:
        return _unknown(_("none yet"))
    text = ngettext("%(count)d report", "%(count)d reports", len(slugs)) % {"count": len(slugs)}
    return Cell(text, example=all(records.reports[slug].is_example for slug in slugs))


def _travel_advice(records: Records, subject: _Subject) -> Cell:
    said = {travel_advice.in_short(records, one) for one in subject.inside}
    if len(said) != 1:
        return _of_country(subject)
    text = said.pop()
    country = subject.inside[0].country
    if not text:
        return _unknown(_("not looked up")) if country != records.home.country else _unknown("–")
    return Cell(text, href=f"{urls.country(country)}#h-safe")


def _due(snapshot: Snapshot, subject: _Subject) -> Cell:
    if subject.place is None:
        return _of_country(subject)
    due = next_deadline(subject.place, snapshot.built_on)
    if due is not None:
        return Cell(formatting.day(due.date), example=due.provenance.is_example)
    if cards.has_closed(subject.place, snapshot.built_on):
        return _unknown(_("closed for now"))
    return _unknown(_("no date yet"))
