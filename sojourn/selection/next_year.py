"""The rounds of the next academic year: each a copy of the last one, as a draft."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue import academic_years
from sojourn.catalogue.academic_years import Turn
from sojourn.catalogue.calendar_of_year import Event, EventKind
from sojourn.catalogue.keeping import days_of
from sojourn.catalogue.models import Agreement, PublicationStatus, YearLine
from sojourn.catalogue.next_year import (
    Field,
    Line,
    Look,
    Made,
    Part,
    Values,
    YearError,
    country_of_holidays,
    moment_field,
    moment_of,
)
from sojourn.common.languages import LANGUAGES, joined
from sojourn.common.translated_fields import column, text_of
from sojourn.people import audit
from sojourn.people.models import User
from sojourn.selection import rounds
from sojourn.selection.agreements import days_of_year
from sojourn.selection.changes import locked
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Application, Round, RoundOpportunity
from sojourn.selection.permissions import rounds_managed_by, rounds_seen_whole
from sojourn.selection.retention import end_of_year
from sojourn.selection.rounds import MOMENTS
from sojourn.selection.states import AFTER_CLOSING, RoundState

_A_DAY = dt.timedelta(days=1)
_ACADEMIC_YEAR = re.compile(r"^(20\d\d)-(20\d\d)$")
LONGEST_TITLE = 150


# --- What is proposed -----------------------------------------------------------------------------


def _lines(reader: User, turn: Turn, today: dt.date) -> list[Line]:
    rows = rounds_managed_by(reader).filter(continues=None).exclude(state=RoundState.DRAFT)
    rows = rows.prefetch_related(
        "programmes__programme", "criteria", "opportunities__agreement",
        "opportunities__opportunity", "copies",
    )  # fmt: skip
    found = []
    for row in rows.order_by("closes_at", "slug"):
        begins = academic_years.named(row.academic_year)
        copies = [each for each in row.copies.all() if each.academic_year > row.academic_year]
        if begins is not None and begins >= turn.ends and not copies and row.closes_at is not None:
            found.append(_line(row, begins, today))
    return found


def _line(row: Round, begins: int, today: dt.date) -> Line:
    keeps, country = academic_years.rules().keeps, country_of_holidays()
    assert row.closes_at is not None  # noqa: S101 - it has closed
    closes = timezone.localtime(row.closes_at).date()
    years = academic_years.years_until(closes, today, keeps) or 1
    known = (begins - 1, begins, begins + 1)
    title = text_of(row, "title")
    moved = academic_years.text_on(title, years, known)
    year = academic_years.name_of(begins + years)
    fields = [
        Field(column("title", each), Look.TEXT, title[each], moved[each]) for each in LANGUAGES
    ]
    fields.append(Field("academic_year", Look.TEXT, row.academic_year, year))
    moments = {name: getattr(row, name) for name in MOMENTS}
    for name, now in academic_years.moments_on(moments, years, keeps).items():
        fields.append(moment_field(name, moments[name], now, country))
    seats = seats_in(row.opportunities.all(), year)
    return Line(
        key=row.slug,
        slug=row.slug,
        title=title,
        why=_("It has closed. A copy of it is a draft until you publish it."),
        fields=tuple(fields),
        facts=(
            _("Copied with it: places (%(places)d), seats (%(seats)d), criteria (%(criteria)d).")
            % {
                "places": len(seats),
                "seats": sum(each.seats for each in seats),
                "criteria": len(row.criteria.all()),
            },
            *(each.words for each in seats if each.words),
        ),
        programmes=frozenset(each.programme.slug for each in row.programmes.all()),
        waits_until=None if row.state in AFTER_CLOSING else closes + _A_DAY,
    )


# --- Seats by agreement ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Seats:
    """The agreement and the seats of a place in the year of a copy."""

    place: RoundOpportunity
    agreement: Agreement | None
    seats: int
    words: str = ""
    """What is otherwise, or has to be seen to."""


def seats_in(places: Iterable[RoundOpportunity], year: str) -> list[Seats]:
    """Return what places give in a year: as many seats as the agreement that is valid then.

    A place whose agreement was renewed is of the renewed one. Where several places share an
    agreement, how its seats are divided stays as it was.
    """
    found = [(place, _agreement_in(place, year)) for place in places]
    shared = Counter(agreement.pk for _place, agreement in found if agreement is not None)
    return [_seats(place, agreement, shared, year) for place, agreement in found]


def _seats(
    place: RoundOpportunity, agreement: Agreement | None, shared: Counter[int], year: str
) -> Seats:
    if agreement is None:
        return Seats(place, None, place.seats)
    if not _is_valid(agreement, year):
        words = _("the agreement %(agreement)s ends before the year is over.") % {
            "agreement": agreement.slug
        }
        return Seats(place, agreement, place.seats, joined(": ", (place.opportunity.title, words)))
    agreed = agreement.seats_out
    if agreed is None or agreed == place.seats or shared[agreement.pk] > 1:
        return Seats(place, agreement, place.seats)
    words = _("%(before)d seats become %(seats)d, as the agreement says.") % {
        "before": place.seats,
        "seats": agreed,
    }
    return Seats(place, agreement, agreed, joined(": ", (place.opportunity.title, words)))


def _agreement_in(place: RoundOpportunity, year: str) -> Agreement | None:
    old = place.agreement
    if old is None or _is_valid(old, year):
        return old
    others = Agreement.objects.filter(
        Q(valid_from__isnull=True) | ~Q(valid_from=old.valid_from),
        partner=old.partner_id,
        level=old.level,
        status=PublicationStatus.PUBLISHED,
    )
    later = others.exclude(pk=old.pk).order_by("-valid_from", "slug")
    return next((each for each in later if _is_valid(each, year)), old)


def _is_valid(agreement: Agreement, year: str) -> bool:
    """Tell by the days of the year: those of a place may still be of the year that ends."""
    first, last = days_of_year(year)
    begins, ends = agreement.valid_from, agreement.valid_until
    return not ((begins and first and begins > first) or (ends and last and ends < last))


# --- What is done ---------------------------------------------------------------------------------


def _accept(line: Line, values: Values, actor: User) -> Made:
    source = rounds_managed_by(actor).get(slug=line.key)
    _require_order(values)
    year = values["academic_year"]
    match = _ACADEMIC_YEAR.match(year)
    if match is None or int(match[2]) != int(match[1]) + 1:
        raise YearError(_("Write both years, such as 2027-2028."), "academic_year")
    for language in LANGUAGES:
        if len(values[column("title", language)]) > LONGEST_TITLE:
            raise YearError(_("This is too long."), column("title", language))
    otherwise = {
        name: moment_of(said) if name in MOMENTS else said for name, said in values.items()
    }
    try:
        made = rounds.copy(
            source, _slug(source, int(match[1])), year, otherwise=otherwise, actor=actor
        )
    except SelectionError as error:
        raise YearError(error.message) from error
    places = made.opportunities.select_related("agreement", "opportunity")
    for each in seats_in(places, year):
        each.place.agreement, each.place.seats = each.agreement, each.seats
        each.place.held_back = min(each.place.held_back, each.seats)
        each.place.save()
    return {"round": made.slug}


def _require_order(values: Values) -> None:
    found = [(name, values[name]) for name in MOMENTS if values.get(name)]
    for (_name, before), (name, after) in pairwise(found):
        if after <= before:
            raise YearError(_("This must come after the moment before it."), name)


def _slug(source: Round, begins: int) -> str:
    """Return an address for the copy: that of the round with the years of the copy."""
    of_source = academic_years.named(source.academic_year) or begins
    known = (of_source - 1, of_source, of_source + 1)
    base = academic_years.said_on(source.slug, begins - of_source, known)[:90]
    if base == source.slug[:90]:
        base = f"{base}-{begins}"
    taken = set(Round.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _undo(line: YearLine, actor: User) -> None:
    made = rounds_managed_by(actor).filter(slug=line.made["round"]).first()
    if made is None:
        return
    if audit.events_of([made]).exclude(action="round.copied").exists():
        raise YearError(_("Somebody worked on the copy since; delete it on its own page."))
    try:
        rounds.delete(made, actor=actor)
    except SelectionError as error:
        raise YearError(error.message) from error


def _lock(key: str) -> None:
    """Lock the round and its copies before the catalogue, as publishing a round does."""
    for row in Round.objects.filter(Q(slug=key) | Q(copied_from__slug=key)).order_by("pk"):
        locked(row)


ROUNDS = Part(
    "rounds",
    gettext_lazy("Rounds"),
    gettext_lazy("A round that has closed is copied with its criteria, questions and places."),
    _lines,
    _accept,
    _undo,
    _lock,
)


# --- The calendar ---------------------------------------------------------------------------------


def events(reader: User, first: dt.date, last: dt.date) -> list[Event]:
    """Return what happens in rounds, nominations that are due, and when applications go."""
    found = []
    rows = Round.objects.visible_to(reader).exclude(state=RoundState.DRAFT)
    for row in rows.distinct():
        for name, kind in (
            ("opens_at", EventKind.OPENS), ("closes_at", EventKind.CLOSES),
            ("results_at", EventKind.RESULTS), ("answer_by", EventKind.ANSWER),
        ):  # fmt: skip
            moment = getattr(row, name)
            if moment is not None:
                local = timezone.localtime(moment)
                found.append(
                    Event(local.date(), kind, text_of(row, "title"), row.slug, time=local.time())
                )
    places = RoundOpportunity.objects.visible_to(reader).filter(
        nomination_deadline__range=(first, last)
    )
    places = places.exclude(round__state=RoundState.DRAFT).select_related("opportunity", "round")
    found += [
        Event(
            place.nomination_deadline,
            EventKind.NOMINATION,
            text_of(place.opportunity, "title"),
            place.round.slug,
        )
        for place in places.distinct()
        if place.nomination_deadline is not None
    ]
    found += _that_go(reader)
    return [each for each in found if first <= each.day <= last]


def _that_go(reader: User) -> list[Event]:
    """Return the days on which the applications of rounds are deleted."""
    days = dt.timedelta(days=days_of("keep_applications_days") + 1)
    kept = Application.objects.visible_to(reader).values("round")
    rows = rounds_seen_whole(reader).filter(state__in=AFTER_CLOSING, pk__in=kept)
    return [
        Event(end + days, EventKind.RETENTION, text_of(row, "title"), row.slug)
        for row in rows
        if (end := end_of_year(row)) is not None
    ]
