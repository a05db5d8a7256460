"""The catalogue as one student sees it: the published one, and the places that are theirs alone.

A place that the office approved for one student is a draft with `private_to`. It is read by the
same builder as every other, on top of the records that are served, so that every page of a plan
treats it as any place. What was built is kept until the catalogue or one of those places changes.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from weakref import WeakKeyDictionary

from django.db.models import QuerySet

from sojourn.catalogue.models import Institution, Opportunity, PublicationStatus
from sojourn.catalogue.snapshot.build import PrivateEntries, build_private_records
from sojourn.catalogue.snapshot.cache import FragmentCache
from sojourn.catalogue.snapshot.snapshot import Snapshot

MOST_KEPT = 20  # students, a snapshot and process: each holds lists as long as the catalogue

Key = tuple[tuple[int, str], ...]
_kept: WeakKeyDictionary[Snapshot, dict[int, tuple[Key, Snapshot]]] = WeakKeyDictionary()
_keeping = threading.Lock()


def private_places(owner: int) -> QuerySet[Opportunity]:
    """Return the places that only this account sees."""
    return Opportunity.objects.filter(private_to=owner, status=PublicationStatus.DRAFT)


def with_private_places(snapshot: Snapshot, owner: int) -> Snapshot:
    """Return the snapshot with the owner's self-arranged places; itself where there are none."""
    found = private_places(owner).order_by("pk").values_list("pk", "updated_at")
    key: Key = tuple((pk, at.isoformat()) for pk, at in found)
    if not key:
        return snapshot
    with _keeping:
        known = _kept.setdefault(snapshot, {}).get(owner)
    if known is not None and known[0] == key:
        return known[1]
    places = frozenset(pk for pk, _at in key)
    hosts = Institution.objects.filter(
        host_links__opportunity__in=places, status=PublicationStatus.DRAFT
    )
    private = PrivateEntries(places, frozenset(hosts.values_list("pk", flat=True)))
    records = build_private_records(snapshot.records, private)
    made = replace(snapshot, records=records, fragments=FragmentCache())
    with _keeping:
        kept = _kept.setdefault(snapshot, {})
        if len(kept) >= MOST_KEPT:
            kept.pop(next(iter(kept)))
        kept[owner] = (key, made)
    return made
