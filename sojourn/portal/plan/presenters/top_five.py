"""The top five as it is shown: each place with what was counted about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue import names
from sojourn.catalogue.models import Opportunity as OpportunityRow
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Opportunity, Records
from sojourn.common.languages import page_language
from sojourn.design import components
from sojourn.engines.fit import Reason, Verdict
from sojourn.planning import admission_history
from sojourn.planning.admission_history import AdmissionHistory, ListWarning
from sojourn.planning.fit import FitList
from sojourn.planning.models import TOP_FIVE_SIZE, Plan
from sojourn.planning.profile import Profile
from sojourn.planning.top_five import LONGEST_NOTE, Entry, TopFive, order_seen
from sojourn.portal.plan.presenters import fit_text
from sojourn.portal.shared import cards, facts, map_places, urls, whole
from sojourn.portal.shared.links import Link
from sojourn.portal.shared.whole import Whole


@dataclass(frozen=True)
class Row:
    key: str
    rank: int
    title: str
    where: str
    href: str
    crop: SafeString | str
    facts: tuple[components.Fact, ...]
    costs: components.Range | None
    tone: str
    verdict: str
    reasons: tuple[fit_text.Said, ...]
    whole: Whole | None
    """What it counts as at home, before its courses are compared."""
    examples: str
    """The figures behind the verdict that only illustrate."""
    odds: tuple[str, ...]
    odds_are_example: bool
    ways: tuple[Link, ...]
    """The pages that tell more about this place for this student."""
    note: str
    note_seen: str
    is_first: bool
    is_last: bool
    is_gone: bool
    """No longer offered."""


@dataclass(frozen=True)
class TopFivePage:
    rows: tuple[Row, ...]
    seen: str
    free: tuple[int, ...]
    """The numbers that are still free."""
    warnings: tuple[str, ...]
    longest_note: int = LONGEST_NOTE

    @property
    def is_full(self) -> bool:
        return not self.free


@dataclass(frozen=True)
class Named:
    """A place with nothing but its name."""

    key: str
    title: str
    where: str
    href: str


def page(
    snapshot: Snapshot, entries: TopFive, fits: FitList, profile: Profile, plan: Plan | None
) -> TopFivePage:
    records = snapshot.records
    held = admission_history.held_by_others(
        plan, [entry.key for entry in entries if not entry.is_country]
    )
    judged = [fits.of(entry.key) for entry in entries if not entry.is_country]
    # A place that has closed may be one that the student applied for.
    verdicts = [
        fit.verdict
        for fit in judged
        if fit is not None and Reason.DEADLINE_PASSED not in fit.reasons
    ]
    last = len(entries)
    return TopFivePage(
        rows=tuple(
            _row(snapshot, entry, rank, rank == last, fits, profile, held)
            for rank, entry in enumerate(entries, start=1)
        ),
        seen=order_seen(entries),
        free=tuple(range(len(entries) + 1, TOP_FIVE_SIZE + 1)),
        warnings=warnings(records, entries, verdicts, profile),
    )


def named(records: Records, key: str) -> Named:
    """Return what a place is called, even when it is no longer offered."""
    if len(key) == 2:
        here = [place for place in records.opportunities.values() if place.country == key]
        return Named(
            key,
            names.country_name(key, page_language()),
            ngettext("%(count)d place to go", "%(count)d places to go", len(here))
            % {"count": len(here)},
            urls.country(key),
        )
    place = records.opportunities.get(key)
    if place is None:
        title = OpportunityRow.objects.filter(slug=key, private_to__isnull=True).values_list(
            "title", flat=True
        )
        found = title.first()
        if not found and OpportunityRow.objects.filter(slug=key).exists():
            return Named(key, _("A self-arranged place"), _("only its student sees which"), "")
        return Named(key, found or key, _("no longer offered"), "")
    return Named(
        key,
        str(place.title),
        map_places.where(records.institutions[place.hosts[0]]),
        urls.opportunity(key),
    )


def warnings(
    records: Records, entries: TopFive, verdicts: Sequence[Verdict], profile: Profile
) -> tuple[str, ...]:
    texts = {
        ListWarning.ALL_LONG_SHOTS: _(
            "Your chances are small for all five: last time at least twice as many "
            "students applied as there were seats. Keep your favourites, and add a "
            "place with more room."
        ),
        ListWarning.ONE_WINDOW: _(
            "All five are for the same part of your studies. If it does not work "
            "out, this list has no second chance. Perhaps one of them could be for "
            "another year."
        ),
        ListWarning.NONE_POSSIBLE: _(
            "With your current profile none of the five is possible. See the "
            "reasons below: some may be a matter of time."
        ),
    }
    found = admission_history.list_warnings(records, entries, verdicts, profile.programme)
    return tuple(texts[warning] for warning in found)


def odds_texts(odds: AdmissionHistory) -> tuple[str, ...]:
    """Return what was counted; never a probability."""
    parts = []
    if odds.seats is not None:
        parts.append(
            ngettext("%(count)d seat", "%(count)d seats", odds.seats) % {"count": odds.seats}
        )
    if odds.applicants is not None:
        parts.append(facts.applied(odds.applicants, odds.applicants_year))
    if odds.held_by_others is not None:
        parts.append(
            _("%(count)d other students have it in their top five now")
            % {"count": odds.held_by_others}
        )
    return tuple(parts)


def _row(
    snapshot: Snapshot,
    entry: Entry,
    rank: int,
    is_last: bool,
    fits: FitList,
    profile: Profile,
    held: dict[str, int],
) -> Row:
    records = snapshot.records
    name = named(records, entry.key)
    place = records.opportunities.get(entry.key)
    fit = fits.of(entry.key)
    odds = admission_history.admission_history_of(place, held) if place else None
    card = cards.card(snapshot, place) if place else None
    return Row(
        key=entry.key,
        rank=rank,
        title=name.title,
        where=name.where,
        href=name.href,
        crop=card.crop if card else _country_crop(snapshot, entry),
        facts=(*card.facts, card.due) if card else (),
        costs=card.costs if card else None,
        tone=fit_text.tone(fit.verdict) if fit else "",
        verdict=fit_text.verdict(fit, profile) if fit else "",
        reasons=fit_text.reasons(records, fit, profile) if fit else (),
        whole=whole.of_place(records, place, profile.programme) if place else None,
        examples=fit_text.examples(records, fit) if fit else "",
        odds=odds_texts(odds) if odds else (),
        odds_are_example=bool(odds and odds.is_example),
        ways=_ways(place) if place else (),
        note=entry.note,
        note_seen=entry.note_seen,
        is_first=rank == 1,
        is_last=is_last,
        is_gone=not name.href,
    )


def _ways(place: Opportunity) -> tuple[Link, ...]:
    asked = {"slug": place.slug}
    return (
        Link(_("Costs and grants"), reverse("plan:costs", kwargs=asked)),
        Link(_("The language"), reverse("plan:language", kwargs=asked)),
        Link(_("Will my courses count?"), reverse("plan:courses", kwargs=asked)),
    )


def _country_crop(snapshot: Snapshot, entry: Entry) -> SafeString | str:
    """Return the picture of a place; a country has that of the first place in it."""
    for place in _in_country(snapshot.records, entry.key):
        return map_places.crop(snapshot, place.hosts)
    return ""


def _in_country(records: Records, code: str) -> list[Opportunity]:
    return [place for place in records.opportunities.values() if place.country == code]
