"""Keep a state of one of the office's lists under a name."""

from __future__ import annotations

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from sojourn.people.models import SavedView, User

LONGEST_NAME = 60
LONGEST_QUERY = 1000
# Of the address; a search may be somebody's name, a page is of the moment.
_NOT_KEPT = ("q", "page", "as")


def save(owner: User, list_: str, name: str, query: str, *, is_shared: bool) -> SavedView | None:
    """Keep it; the same name again replaces what was kept. None without a name."""
    name = " ".join(name.replace("\0", "").split())[:LONGEST_NAME]
    if not name:
        return None
    kept = QueryDict(query[:LONGEST_QUERY].replace("\0", "")).copy()
    for each in _NOT_KEPT:
        kept.pop(each, None)
    with transaction.atomic():
        return SavedView.objects.update_or_create(
            owner=owner,
            list=list_,
            name=name,
            defaults={
                "query": kept.urlencode()[:LONGEST_QUERY],
                "is_shared": is_shared,
                "saved_at": timezone.now(),
            },
        )[0]


def remove(owner: User, number: int) -> bool:
    """Remove one's own; tell whether it was there."""
    return bool(SavedView.objects.owned_by(owner).filter(pk=number).delete()[0])
