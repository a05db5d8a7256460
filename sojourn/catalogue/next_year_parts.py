"""What of the catalogue goes into the next year: windows, places, agreements, figures, guides."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sojourn.catalogue import academic_years, edits, figures, partners, versions
from sojourn.catalogue.academic_years import Turn
from sojourn.catalogue.choices import DeadlineKind, Keeps, Level
from sojourn.catalogue.edition.documents import Document, document_of
from sojourn.catalogue.figures import Figure, FigureError
from sojourn.catalogue.models import (
    Agreement,
    CostLine,
    Deadline,
    EntryKind,
    Guide,
    MobilityWindow,
    Opportunity,
    PublicationStatus,
    YearLine,
)
from sojourn.catalogue.next_year import (
    Field,
    Line,
    Look,
    Made,
    Part,
    Values,
    YearError,
    country_of_holidays,
    day_field,
    day_of,
    is_mine,
    number_of,
)
from sojourn.catalogue.partners import PartnerError
from sojourn.catalogue.versions import VersionError
from sojourn.common.languages import LANGUAGES, Text, page_language, plain
from sojourn.common.translated_fields import column, field_of, text_of
from sojourn.people.models import User

_A_DAY = dt.timedelta(days=1)
# Whoever looked within so many days has no need to look again before the season.
_FRESH = dt.timedelta(days=180)
_PUBLISHED = PublicationStatus.PUBLISHED
_DRAFT_IS_OPEN = gettext_lazy("A draft of it is open: publish it or throw it away first.")


# --- Texts ----------------------------------------------------------------------------------------


def text_fields(
    row: Any, names: Iterable[str], years: int, known: Collection[int]
) -> tuple[Field, ...]:
    """Return the texts of a row that name a year, with the year of then."""
    found = []
    for name in names:
        text = text_of(row, name)
        moved = academic_years.text_on(text, years, known)
        found += [
            Field(column(name, language), Look.TEXT, text[language], moved[language])
            for language in LANGUAGES
            if text[language] != moved[language]
        ]
    return tuple(found)


def _of_this_turn(turn: Turn) -> set[int]:
    """Return the years that a text of the year that ends may name."""
    return {turn.ends, turn.ends + 1}


def _names_a_year(known: Iterable[int]) -> str:
    return _("It names a year: %(years)s.") % {
        "years": ", ".join(str(each) for each in sorted(known))
    }


# --- Windows --------------------------------------------------------------------------------------


def _windows(reader: User, turn: Turn, today: dt.date) -> list[Line]:
    mine = is_mine(reader)
    rows = MobilityWindow.objects.filter(status=_PUBLISHED).select_related("programme")
    return [
        _window(row, turn)
        for row in rows.order_by("programme__position", "position", "slug")
        if mine([row.programme.slug])
    ]


def _window(row: MobilityWindow, turn: Turn) -> Line:
    fields = text_fields(row, ("name", "summary"), 1, _of_this_turn(turn))
    return Line(
        key=row.slug,
        slug=str(row.pk),
        title=text_of(row, "name"),
        about=row.programme.short_name,
        why=_names_a_year(_of_this_turn(turn))
        if fields
        else _("Months, length and credits are still those of the programme?"),
        fields=fields,
        facts=tuple(_facts_of(row)),
        programmes=frozenset([row.programme.slug]),
        waits_until=turn.opens if fields else None,
    )


def _facts_of(row: MobilityWindow) -> Iterator[str]:
    if row.starts_month and row.ends_month:
        yield _("%(first)s to %(last)s") % {
            "first": date_format(dt.date(2000, row.starts_month, 1), "F"),
            "last": date_format(dt.date(2000, row.ends_month, 1), "F"),
        }
    if row.weeks_min and row.weeks_max and row.weeks_min != row.weeks_max:
        yield _("%(least)d to %(most)d weeks") % {"least": row.weeks_min, "most": row.weeks_max}
    elif weeks := row.weeks_min or row.weeks_max:
        yield ngettext("%(count)d week", "%(count)d weeks", weeks) % {"count": weeks}
    if row.ects is not None:
        yield _("%(count)s ECTS") % {"count": f"{row.ects.normalize():f}"}


def _accept_window(line: Line, values: Values, actor: User) -> Made:
    _write_window(line.key, values, actor)
    return {}


def _undo_window(line: YearLine, actor: User) -> None:
    _write_window(line.key, _as_it_was(line, _window_row(line.key)), actor)


def _window_row(slug: str) -> MobilityWindow:
    row = MobilityWindow.objects.filter(slug=slug).first()
    if row is None:
        raise YearError(_("It is not there any more."))
    return row


def _write_window(slug: str, values: Values, actor: User) -> None:
    if not values:
        return
    row = _window_row(slug)
    with edits.saving():
        before = edits.values_of(row)
        for name, said in values.items():
            setattr(row, name, said)
        row.save()
        edits.record("catalogue.changed", row, actor, before)


def _as_it_was(line: YearLine, row: Any) -> dict[str, str]:
    """Return the texts of before. Raises YearError where somebody wrote another since."""
    if any(getattr(row, each["name"]) != each["now"] for each in line.changes):
        raise YearError(_("Somebody changed it since; change it by hand."))
    return {each["name"]: each["was"] for each in line.changes}


# --- Places and their deadlines -------------------------------------------------------------------


def _places(reader: User) -> dict[int, tuple[Opportunity, frozenset[str]]]:
    """Return the places that somebody decides about, with their programmes, by key."""
    mine = is_mine(reader)
    rows = Opportunity.objects.filter(status=_PUBLISHED).prefetch_related("windows__programme")
    found = {}
    for row in rows.order_by("slug"):
        programmes = frozenset(window.programme.slug for window in row.windows.all())
        if mine(programmes):
            found[row.pk] = (row, programmes)
    return found


def _deadlines(reader: User, turn: Turn, today: dt.date) -> list[Line]:
    keeps, country = academic_years.rules().keeps, country_of_holidays()
    places, drafts = _places(reader), versions.drafted(EntryKind.OPPORTUNITY)
    rows = Deadline.objects.filter(opportunity__in=places).select_related("source")
    found = []
    for row in rows.order_by("date", "slug"):
        place, programmes = places[row.opportunity_id]
        years = academic_years.years_until(row.date, today, keeps) or 1
        known = {row.date.year - 1, row.date.year, row.date.year + 1}
        day = day_field("date", row.date, academic_years.on(row.date, years, keeps), country)
        facts = []
        if row.source is not None and row.source.year is not None:
            facts.append(
                _("Its source is of %(year)d: does it name the new day?")
                % {"year": row.source.year}
            )
        found.append(
            Line(
                key=row.slug,
                slug=place.slug,
                title=text_of(place, "title"),
                about=row.label or str(DeadlineKind(row.kind).label),
                why=_("This day has passed.") if row.date < today else "",
                fields=(day, *text_fields(row, ["label"], years, known)),
                facts=tuple(facts),
                programmes=programmes,
                waits_until=row.date + _A_DAY,
                problem=str(_DRAFT_IS_OPEN) if place.slug in drafts else "",
            )
        )
    return found


def _accept_deadline(line: Line, values: Values, actor: User) -> Made:
    _write_deadline(line.slug, line.key, values, actor)
    return {"place": line.slug}


def _undo_deadline(line: YearLine, actor: User) -> None:
    _write_deadline(line.made["place"], line.key, _before(line), actor, was=_after(line))


def _before(line: YearLine) -> dict[str, str]:
    return {each["name"]: each["was"] for each in line.changes}


def _after(line: YearLine) -> dict[str, str]:
    return {each["name"]: each["now"] for each in line.changes}


def _write_deadline(
    place: str, slug: str, values: Values, actor: User, was: Values | None = None
) -> None:
    name = slug.removeprefix(f"{place}-")

    def write(document: Document) -> None:
        found = [each for each in document.get("deadlines", ()) if each["id"] == name]
        if not found:
            raise YearError(_("It is not there any more."))
        _put(found[0], values, was)

    write_entry(EntryKind.OPPORTUNITY, place, write, actor)


def _put(part: Document, values: Values, was: Values | None) -> None:
    """Put values into a document; each must be what it `was` before, where that is said."""
    for name, said in values.items():
        field, language = field_of(name)
        holder, key = (part.setdefault(field, {}), language) if language else (part, field)
        if was is not None and holder.get(key, "") != was[name]:
            raise YearError(_("Somebody changed it since; change it by hand."))
        holder[key] = said


def write_entry(kind: EntryKind, slug: str, write: Callable[[Document], None], actor: User) -> None:
    """Change what visitors see of an entry, as a version of its own. Raises YearError."""
    if versions.open_version(kind, slug) is not None:
        raise YearError(str(_DRAFT_IS_OPEN))
    document = document_of(kind, slug)
    if document is None:
        raise YearError(_("It is not there any more."))
    changed = copy.deepcopy(document)
    write(changed)
    draft = versions.save_draft(kind, slug, changed, actor=actor)
    if draft is None:
        return
    try:
        versions.publish(draft, actor=actor)
    except VersionError as error:
        raise YearError(
            " ".join([error.message, *(str(each.message) for each in error.problems)])
        ) from error


def _periods(reader: User, turn: Turn, today: dt.date) -> list[Line]:
    keeps, country = academic_years.rules().keeps, country_of_holidays()
    drafts = versions.drafted(EntryKind.OPPORTUNITY)
    found = []
    for row, programmes in _places(reader).values():
        starts, ends = row.starts_on, row.ends_on
        years = 1
        fields: list[Field] = []
        if starts is not None and ends is not None:
            years = academic_years.years_until(starts, today, keeps) or 1
            first, last = academic_years.together_on([starts, ends], years, keeps)
            fields = [
                day_field("starts", starts, first, country),
                day_field("ends", ends, last, country),
            ]
        known = _of_this_turn(turn)
        texts = text_fields(row, ["title"], years, known)
        if not fields and not texts:
            continue
        begun = starts is not None and starts < today
        found.append(
            Line(
                key=row.slug,
                slug=row.slug,
                title=text_of(row, "title"),
                why=_("These students have left; the next ones go a year later.")
                if begun
                else _names_a_year(known)
                if texts
                else "",
                fields=(*fields, *texts),
                programmes=programmes,
                waits_until=starts + _A_DAY if starts else turn.opens,
                problem=str(_DRAFT_IS_OPEN) if row.slug in drafts else "",
            )
        )
    return found


def _accept_period(line: Line, values: Values, actor: User) -> Made:
    _write_period(line.slug, values, actor)
    return {}


def _undo_period(line: YearLine, actor: User) -> None:
    _write_period(line.key, _before(line), actor, was=_after(line))


def _write_period(slug: str, values: Values, actor: User, was: Values | None = None) -> None:
    days = {name: said for name, said in values.items() if name in ("starts", "ends")}
    texts = {name: said for name, said in values.items() if name not in days}

    def write(document: Document) -> None:
        if days:
            _put(document.setdefault("period", {}), days, was)
        _put(document, texts, was)

    write_entry(EntryKind.OPPORTUNITY, slug, write, actor)


# --- Agreements -----------------------------------------------------------------------------------


def _agreements(reader: User, turn: Turn, today: dt.date) -> list[Line]:
    last = academic_years.first_day(turn.ends + 2)
    first = academic_years.first_day(turn.ends - 1)
    rows = partners.ending(Agreement.objects.all(), first, last)
    mine = is_mine(reader)
    return [
        _agreement(row, today)
        for row in rows.select_related("partner").prefetch_related("programmes")
        if mine(each.slug for each in row.programmes.all())
    ]


def _agreement(row: Agreement, today: dt.date) -> Line:
    assert row.valid_until is not None  # noqa: S101 - it ends
    first = row.valid_until + _A_DAY
    last = None
    if row.valid_from is not None:
        years = max(1, round((row.valid_until - row.valid_from).days / 365.25))
        last = academic_years.on(row.valid_until, years, Keeps.DATE)
    has_ended = row.valid_until < today
    return Line(
        key=row.slug,
        slug=row.slug,
        title=text_of(row.partner, "name"),
        about=str(Level(row.level).label),
        why=_("It has ended, and no other one follows.")
        if has_ended
        else _("It ends before the next year is over, and no other one follows."),
        fields=(
            # A day of an agreement is one of a calendar year: it may well be a Sunday.
            Field("valid_from", Look.DAY, _iso(row.valid_from), _iso(first)),
            Field("valid_until", Look.DAY, _iso(row.valid_until), _iso(last), may_be_empty=True),
            *(
                Field(name, Look.NUMBER, _text(seats), _text(seats), may_be_empty=True)
                for name, seats in (("seats_out", row.seats_out), ("seats_in", row.seats_in))
            ),
        ),
        facts=(_("The renewed one is a draft until somebody publishes it."),),
        programmes=frozenset(each.slug for each in row.programmes.all()),
    )


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _accept_agreement(line: Line, values: Values, actor: User) -> Made:
    old = Agreement.objects.get(slug=line.key)
    try:
        made = partners.renew(
            old,
            day_of(values["valid_from"]),
            day_of(values["valid_until"]),
            number_of(values["seats_out"]),
            number_of(values["seats_in"]),
            actor,
        )
    except PartnerError as error:
        raise YearError(error.message, "valid_until") from error
    return {"agreement": made.slug}


def _undo_agreement(line: YearLine, actor: User) -> None:
    made = Agreement.objects.filter(slug=line.made["agreement"]).first()
    if made is None:
        return
    try:
        partners.remove_draft(made, actor)
    except PartnerError as error:
        raise YearError(error.message) from error


# --- Figures --------------------------------------------------------------------------------------


def _figures(reader: User, turn: Turn, today: dt.date) -> list[Line]:
    mine = is_mine(reader)
    of_places = {
        f"cost:{line.slug}": frozenset(
            window.programme.slug for window in line.opportunity.windows.all()
        )
        for line in CostLine.objects.filter(opportunity__isnull=False)
        .select_related("opportunity")
        .prefetch_related("opportunity__windows__programme")
        if line.opportunity is not None
    }
    return [
        Line(
            key=each.key,
            slug="",
            title=Text({page_language(): plain(each.title)}),
            about=str(each.about),
            why=_("Nobody has looked at it yet.")
            if each.day is None
            else _("It is older than it may be."),
            fields=_fields_of(each),
            facts=tuple(fact for fact in (each.unit, str(each.source_title)) if fact),
            programmes=of_places.get(each.key, frozenset()),
        )
        for each in figures.old_figures(today)
        if mine(of_places.get(each.key, ()))
    ]


def _fields_of(figure: Figure) -> tuple[Field, ...]:
    return tuple(
        Field(
            value.name,
            Look.CHOICE if value.choices else Look.TEXT,
            value.text,
            value.text,
            choices=value.choices,
            called=value.label,
        )
        for value in figure.values
    )


def _fields_of_figures(today: dt.date) -> dict[str, tuple[Field, ...]]:
    return {each.key: _fields_of(each) for each in figures.figures(today)}


def _accept_figure(line: Line, values: Values, actor: User) -> Made:
    today = timezone.localdate()
    known = figures.figures(today)
    figure = next((each for each in known if each.key == line.key), None)
    if figure is None:
        raise YearError(_("It is not there any more."))
    try:
        with edits.saving():
            figures.save(figure, values, figure.source, is_right=True, actor=actor, today=today)
    except FigureError as error:
        raise YearError(error.message) from error
    return {}


# --- Guides ---------------------------------------------------------------------------------------


def _guides(reader: User, turn: Turn, today: dt.date) -> list[Line]:
    drafts = versions.drafted(EntryKind.GUIDE)
    known = _of_this_turn(turn)
    rows: QuerySet[Guide] = Guide.objects.filter(status=_PUBLISHED).order_by("position", "slug")
    found = []
    for row in rows:
        if row.checked_on is not None and row.checked_on >= turn.opens:
            continue
        texts = text_fields(row, ("title", "summary"), 1, known)
        old = [year for year in sorted(known) if str(year) in row.text]
        is_fresh = row.checked_on is not None and today - row.checked_on < _FRESH
        found.append(
            Line(
                key=row.slug,
                slug=row.slug,
                title=text_of(row, "title"),
                why=_("Read it again for the next year."),
                fields=texts,
                facts=(_("Its text names %(years)s.")
                       % {"years": ", ".join(map(str, old))},) if old else (),
                waits_until=turn.opens if is_fresh or texts else None,
                problem=str(_DRAFT_IS_OPEN) if row.slug in drafts else "",
            )
        )  # fmt: skip
    return found


def _accept_guide(line: Line, values: Values, actor: User) -> Made:
    made: Made = {}

    def write(document: Document) -> None:
        made["checked_on"] = document.get("checked_on", "")
        document["checked_on"] = timezone.localdate().isoformat()
        _put(document, values, None)

    write_entry(EntryKind.GUIDE, line.slug, write, actor)
    return made


def _undo_guide(line: YearLine, actor: User) -> None:
    def write(document: Document) -> None:
        _put(document, _before(line), _after(line))
        if line.made.get("checked_on"):
            document["checked_on"] = line.made["checked_on"]
        else:
            document.pop("checked_on", None)

    write_entry(EntryKind.GUIDE, line.key, write, actor)


WINDOWS = Part(
    "windows",
    gettext_lazy("Mobility windows"),
    gettext_lazy("When students of a programme can go. Say which still hold."),
    _windows,
    _accept_window,
    _undo_window,
)
DEADLINES = Part(
    "deadlines",
    gettext_lazy("Deadlines of places"),
    gettext_lazy("Days that have passed, with the same day of the next year."),
    _deadlines,
    _accept_deadline,
    _undo_deadline,
)
PERIODS = Part(
    "periods",
    gettext_lazy("Periods and titles of places"),
    gettext_lazy("First and last days that have passed, and titles that name a year."),
    _periods,
    _accept_period,
    _undo_period,
)
AGREEMENTS = Part(
    "agreements",
    gettext_lazy("Agreements that end"),
    gettext_lazy("With partners, before the next academic year is over."),
    _agreements,
    _accept_agreement,
    _undo_agreement,
)
FIGURES = Part(
    "figures",
    gettext_lazy("Figures to check"),
    gettext_lazy("Costs, grants, rates and travel advice that nobody has looked at for too long."),
    _figures,
    _accept_figure,
    fields=_fields_of_figures,
)
GUIDES = Part(
    "guides",
    gettext_lazy("Guides to read again"),
    gettext_lazy("Read each of them once a year, and say that it is still right."),
    _guides,
    _accept_guide,
    _undo_guide,
)
