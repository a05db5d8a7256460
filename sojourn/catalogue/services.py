"""Changes to the catalogue: each holds the one lock and moves the version in its transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from sojourn.catalogue.models import CatalogueVersion


@contextmanager
def changing_catalogue() -> Iterator[None]:
    """A transaction in which nobody else changes the catalogue.

    Changes are rare and small, so they simply take turns: everybody who changes the catalogue
    locks its version first. Taking that lock last, in `publish_change`, would let two changes
    hold rows that the other waits for. On SQLite the transaction itself is the lock.
    """
    with transaction.atomic():
        CatalogueVersion.objects.get_or_create(id=1)
        CatalogueVersion.objects.select_for_update().get(id=1)
        yield


def publish_change() -> int:
    """Tell every process that the catalogue is another one from now on; returns the new version.

    Call it inside the transaction of the change: processes see both or neither.
    """
    CatalogueVersion.objects.get_or_create(id=1)
    CatalogueVersion.objects.filter(id=1).update(number=F("number") + 1, changed_at=timezone.now())
    return CatalogueVersion.objects.values_list("number", flat=True).get(id=1)
