"""What a selection round makes of its places: its closing time and seats are theirs.

While it is open one applies in it and nowhere else. Once it has closed the places of its year are
closed, whatever the host's own dates of that year say.

Every surface reads dates and seats from an opportunity's record, so it is said here once. The
rounds belong to a domain above the catalogue, which gives a function that reads them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sojourn.catalogue.choices import DeadlineKind
from sojourn.catalogue.snapshot.facets import DEADLINES_TO_APPLY
from sojourn.catalogue.snapshot.types import Deadline, Provenance, Seats
from sojourn.common.languages import LANGUAGES, Text

_ROUND = "round-"


@dataclass(frozen=True)
class OpenPlace:
    """A place in a round that takes applications, or took them for a year still to come."""

    round: str
    title: Text
    closes_at: dt.datetime
    seats: int
    is_example: bool
    closed_for: dt.date | None = None
    """The first day of the academic year for which it has closed; None while it is open."""
    results_at: dt.datetime | None = None
    begins: dt.date | None = None
    """The first day of the academic year that it is about, where that is known."""


_readers: list[Callable[[dt.datetime], Mapping[str, OpenPlace]]] = []


def read_with(reader: Callable[[dt.datetime], Mapping[str, OpenPlace]]) -> None:
    """Name the function that reads the places of open rounds, by the opportunity's slug."""
    _readers[:] = [reader]


def read_open_places() -> Mapping[str, OpenPlace]:
    return _readers[0](timezone.now()) if _readers else {}


def deadlines_of(own: Iterable[Deadline], place: OpenPlace | None) -> tuple[Deadline, ...]:
    """Put the round's closing time in the place of the host's own dates, which say what they are.

    Its day of the results takes the place of any that the catalogue names for that year. After the
    round has closed the host's dates for a later year stand as they are.
    """
    if place is None:
        return tuple(own)
    local = timezone.localtime(place.closes_at)
    closing = Deadline(
        slug=f"{_ROUND}{place.round}",
        kind=DEADLINES_TO_APPLY[0],
        date=local.date(),
        time=local.time().replace(second=0, microsecond=0),
        label=_in_languages(
            lambda: _("The round has closed") if place.closed_for else _("The round closes"),
            place.title,
        ),
        provenance=Provenance(is_example=place.is_example),
    )
    others = (
        _of_host(each)
        if each.kind in DEADLINES_TO_APPLY
        and (place.closed_for is None or each.date < place.closed_for)
        else each
        for each in own
        if not _is_overtaken(each, place)
    )
    days = (closing, *_results_of(place), *others)
    return tuple(sorted(days, key=lambda each: (each.date, each.slug)))


def _results_of(place: OpenPlace) -> tuple[Deadline, ...]:
    if place.results_at is None:
        return ()
    return (
        Deadline(
            slug=f"results-of-{place.round}",
            kind=DeadlineKind.RESULT.value,
            date=timezone.localtime(place.results_at).date(),
            time=None,
            label=_in_languages(lambda: _("The round has its result"), place.title),
            provenance=Provenance(is_example=place.is_example),
        ),
    )


def _is_overtaken(deadline: Deadline, place: OpenPlace) -> bool:
    """Tell whether the round itself says when its result comes."""
    return (
        deadline.kind == DeadlineKind.RESULT
        and place.results_at is not None
        and (place.begins is None or deadline.date < place.begins)
    )


def is_of_round(deadline: Deadline) -> bool:
    """Tell whether a day is the closing time of a round."""
    return deadline.slug.startswith(_ROUND)


def seats_of(own: Seats | None, place: OpenPlace | None) -> Seats | None:
    if place is None or place.closed_for is not None:
        return own
    return Seats(place.seats, Provenance(is_example=place.is_example))


def _of_host(deadline: Deadline) -> Deadline:
    label = _in_languages(lambda: _("The host's own date"), deadline.label)
    return replace(deadline, kind="other", label=label)


def _in_languages(what: Callable[[], str], detail: Text) -> Text:
    """Return `what`, and after a colon the detail, in every language of the site."""
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            said = detail.in_language(language)
            found[language] = f"{what()}: {said}" if said else what()
    return Text(found)
