"""The top five: a ranked list of up to five opportunities or countries, with a note at each.

Adding and removing name one place and spoil nothing that another tab did. Whatever puts the list
into an order, or a text into a note, carries the fingerprint of what the person saw.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from sojourn.catalogue.models import Opportunity, PublicationStatus
from sojourn.catalogue.snapshot.private import private_places
from sojourn.people.models import User
from sojourn.planning.changes import changing, fingerprint, note_change
from sojourn.planning.errors import PlanChangedError, PlanError
from sojourn.planning.models import TOP_FIVE_SIZE, Plan, TopFiveEntry

LONGEST_NOTE = 2000
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True)
class Entry:
    """One place of the list: `key` is the opportunity's slug or the country's code."""

    key: str
    note: str = ""

    @property
    def is_country(self) -> bool:
        return is_country(self.key)

    @property
    def note_seen(self) -> str:
        return fingerprint(self.note)


TopFive = tuple[Entry, ...]


@dataclass(frozen=True)
class ListChange:
    """The list before and after; `before` is what undoing brings back."""

    before: TopFive
    after: TopFive

    @property
    def is_one(self) -> bool:
        return self.before != self.after


class TopFiveFullError(PlanError):
    """There are five already; the student chooses which one makes room."""


class UnknownPlaceError(PlanError):
    """No such opportunity or country is offered."""


def is_country(key: str) -> bool:
    return bool(_COUNTRY.fullmatch(key))


def top_five_of(plan: Plan | None) -> TopFive:
    """Return the list in its order; empty without a plan."""
    if plan is None:
        return ()
    rows = plan.top_five.order_by("rank").values_list("opportunity__slug", "country", "note")
    return tuple(Entry(slug or country, note) for slug, country, note in rows)


def order_seen(entries: TopFive) -> str:
    """Return the fingerprint of the order."""
    return fingerprint([entry.key for entry in entries])


def all_seen(entries: TopFive) -> str:
    """Return the fingerprint of order and notes."""
    return fingerprint([(entry.key, entry.note) for entry in entries])


def add(plan: Plan, key: str) -> ListChange:
    """Put a place at the end of the list; one that is on it already stays where it is.

    Raises UnknownPlaceError, and TopFiveFullError when five are on it.
    """
    require_place(key, plan.owner)
    with changing(plan) as locked:
        before = top_five_of(locked)
        if any(entry.key == key for entry in before):
            return ListChange(before, before)
        if len(before) >= TOP_FIVE_SIZE:
            raise TopFiveFullError(_("Your top five is full. Choose which of the five to replace."))
        return _write(locked, before, (*before, Entry(key)), "top_five.added", key)


def replace_with(plan: Plan, old: str, new: str) -> ListChange:
    """Put a new place where an old one stood; a place that is on the list already only moves.

    Raises PlanChangedError when the old one is no longer there.
    """
    require_place(new, plan.owner)
    with changing(plan) as locked:
        before = top_five_of(locked)
        if not any(entry.key == old for entry in before):
            raise PlanChangedError(_("That place had already left your top five."))
        if any(entry.key == new for entry in before):
            return ListChange(before, before)
        after = tuple(Entry(new) if entry.key == old else entry for entry in before)
        return _write(locked, before, after, "top_five.replaced", new)


def remove(plan: Plan, key: str) -> ListChange:
    """Take a place off the list; one that is not on it is no mistake."""
    with changing(plan) as locked:
        before = top_five_of(locked)
        after = tuple(entry for entry in before if entry.key != key)
        return _write(locked, before, after, "top_five.removed", key)


def move(plan: Plan, key: str, rank: int, seen: str) -> ListChange:
    """Put a place at a rank (1 is first; beyond the ends means the end).

    Raises PlanChangedError when the order is no longer the one that was seen.
    """
    with changing(plan) as locked:
        before = top_five_of(locked)
        _require_seen(before, seen)
        moved = next((entry for entry in before if entry.key == key), None)
        if moved is None:
            raise PlanChangedError(_("That place had already left your top five."))
        rest = [entry for entry in before if entry.key != key]
        rest.insert(min(max(rank, 1), len(before)) - 1, moved)
        return _write(locked, before, tuple(rest), "top_five.moved", key)


def put_in_order(plan: Plan, keys: Sequence[str], seen: str) -> ListChange:
    """Put the whole list into this order.

    Raises PlanChangedError when the order is no longer the one that was seen, and PlanError when
    the keys are not exactly those of the list.
    """
    with changing(plan) as locked:
        before = top_five_of(locked)
        _require_seen(before, seen)
        by_key = {entry.key: entry for entry in before}
        if sorted(keys) != sorted(by_key):
            raise PlanError(
                _("This order does not have each of your places exactly once. Try again.")
            )
        after = tuple(by_key[key] for key in keys)
        return _write(locked, before, after, "top_five.ordered", "")


def write_note(plan: Plan, key: str, note: str, seen: str) -> ListChange:
    """Keep a note at a place.

    Raises PlanChangedError when another note is there than the one that was seen, and
    PlanError when it is too long.
    """
    note = note.replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        raise PlanError(
            _("A note can have %(most)d characters; this one has %(count)d.")
            % {"most": LONGEST_NOTE, "count": len(note)}
        )
    with changing(plan) as locked:
        before = top_five_of(locked)
        entry = next((entry for entry in before if entry.key == key), None)
        if entry is None:
            raise PlanChangedError(_("That place had already left your top five."))
        if entry.note == note:
            return ListChange(before, before)
        if entry.note_seen != seen:
            raise PlanChangedError(_("This note was changed in another tab meanwhile."))
        after = tuple(replace(each, note=note) if each is entry else each for each in before)
        return _write(locked, before, after, "top_five.noted", key)


def restore(plan: Plan, entries: TopFive, seen: str) -> ListChange:
    """Bring back an earlier list (undo), unless the list changed since.

    `seen` is `all_seen` of the list that is to go. Raises PlanChangedError.
    """
    with changing(plan) as locked:
        before = top_five_of(locked)
        if all_seen(before) != seen:
            raise PlanChangedError(_("Your top five changed since, so this cannot be undone."))
        return _write(locked, before, entries, "top_five.undone", "")


def require_place(key: str, owner: User | None) -> None:
    """Raise UnknownPlaceError unless the opportunity, or one in the country, is offered.

    A place that the owner found themselves is offered to them.
    """
    offered = Opportunity.objects.filter(status=PublicationStatus.PUBLISHED)
    if is_country(key):
        is_there = offered.filter(hosts__country=key).exists()
    else:
        is_there = offered.filter(slug=key).exists() or (
            owner is not None and private_places(owner.pk).filter(slug=key).exists()
        )
    if not is_there:
        raise UnknownPlaceError(_("This place is not offered, or not any more."))


def _require_seen(entries: TopFive, seen: str) -> None:
    if order_seen(entries) != seen:
        raise PlanChangedError(_("Your top five was changed in another tab meanwhile."))


def _write(plan: Plan, before: TopFive, after: TopFive, action: str, place: str) -> ListChange:
    """Rewrite the rows: SQLite checks at once that each rank is taken once."""
    if before == after:
        return ListChange(before, before)
    slugs = [entry.key for entry in after if not entry.is_country]
    numbers = dict(Opportunity.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    added_at = {
        slug or country: moment
        for slug, country, moment in plan.top_five.values_list(
            "opportunity__slug", "country", "added_at"
        )
    }
    plan.top_five.all().delete()
    rows = []
    for rank, entry in enumerate(after, start=1):
        row = TopFiveEntry(plan=plan, rank=rank, note=entry.note)
        if entry.is_country:
            row.country = entry.key
        else:
            row.opportunity_id = numbers[entry.key]
        if entry.key in added_at:
            row.added_at = added_at[entry.key]
        rows.append(row)
    TopFiveEntry.objects.bulk_create(rows)
    note_change(plan, action, **({"place": place} if place else {}))
    return ListChange(before, after)
