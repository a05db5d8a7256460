"""Changes to the catalogue: each holds the one lock and moves the version in its transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import models, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.text import slugify

from sojourn.catalogue.models import CatalogueVersion, Entry, Opportunity, PublicationStatus


@contextmanager
def changing_catalogue() -> Iterator[None]:
    """Open a transaction in which nobody else changes the catalogue.

    Changes are rare and small, so they simply take turns: everybody who changes the catalogue
    locks its version first. Taking that lock last, in `publish_change`, would let two changes
    hold rows that the other waits for. On SQLite the transaction itself is the lock.
    """
    with transaction.atomic():
        CatalogueVersion.objects.get_or_create(id=1)
        CatalogueVersion.objects.select_for_update().get(id=1)
        yield


def version() -> int:
    return CatalogueVersion.objects.filter(id=1).values_list("number", flat=True).first() or 0


@transaction.atomic
def publish_change() -> int:
    """Have every process show the catalogue as it is now; returns the new version.

    Call it inside the transaction of the change: processes see both or neither.
    """
    CatalogueVersion.objects.get_or_create(id=1)
    CatalogueVersion.objects.filter(id=1).update(number=F("number") + 1, changed_at=timezone.now())
    return CatalogueVersion.objects.get(id=1).number


def publish(entries: QuerySet[Entry]) -> int:
    """Show entries to visitors; returns how many were not shown before."""
    return _set_status(entries, PublicationStatus.PUBLISHED)


def withdraw(entries: QuerySet[Entry]) -> int:
    """Take entries from the site; their pages answer 410 from then on."""
    return _set_status(entries, PublicationStatus.WITHDRAWN)


def _set_status(entries: QuerySet[Entry], status: PublicationStatus) -> int:
    with changing_catalogue():
        moved = list(entries.exclude(status=status))
        if entries.model is Opportunity and status != PublicationStatus.DRAFT:
            # What everybody sees is nobody's own.
            keys = [entry.pk for entry in moved]
            Opportunity.objects.filter(pk__in=keys).update(private_to=None)
        entries.filter(pk__in=[entry.pk for entry in moved]).update(
            status=status, updated_at=timezone.now()
        )
        if moved:
            publish_change()
    return len(moved)


def unused_slug(model: type[models.Model], wanted: str) -> str:
    """Return an id that no row of that kind has yet, as near to the wanted one as can be."""
    column = model._meta.get_field("slug")
    longest = getattr(column, "max_length", None) or 100
    base = slugify(wanted)[: longest - 5].strip("-") or model._meta.model_name or "entry"
    taken = set(model._default_manager.filter(slug__startswith=base).values_list("slug", flat=True))
    number = 1
    slug = base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
