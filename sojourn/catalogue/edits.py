"""Changes that the office makes to the catalogue: in turn, shown at once, recorded by value.

What the catalogue says is public, so the trail keeps what a field said before and after. Of a
contact, who is a person, it keeps only which fields changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db.models import Model

from sojourn.catalogue import services
from sojourn.catalogue.models import AgreementLanguage, Contact, Source
from sojourn.catalogue.snapshot.build import require_shown
from sojourn.common.languages import FIRST
from sojourn.common.translated_fields import column
from sojourn.people import audit
from sojourn.people.models import AuditEvent, User

CHANGES = "changes"
LONGEST = 200
_NOT_SAID = {"id", "slug", "edition_state", "created_at", "updated_at"}
ADDED = "catalogue.added"
Values = dict[str, str]
M = TypeVar("M", bound=Model)


@contextmanager
def saving() -> Iterator[None]:
    """Open a transaction whose change visitors see; it is undone where they could not be shown it.

    Raises UnreadableRowError then.
    """
    with services.changing_catalogue():
        yield
        show()


def show() -> None:
    """Have visitors see what the transaction changed. Raises UnreadableRowError."""
    services.publish_change()
    require_shown()


def values_of(row: Model) -> Values:
    """Return what a saved row says, field by field, as text."""
    found: Values = {}
    for field in row._meta.concrete_fields:
        if field.name in _NOT_SAID or hasattr(row, column(field.name, FIRST)):
            continue
        value = getattr(row, field.name)
        if isinstance(value, list):
            value = ", ".join(str(each) for each in value)
        found[field.name] = "" if value is None else str(value)[:LONGEST]
    for link in row._meta.many_to_many:
        rows = getattr(row, link.name).order_by("slug")
        found[link.name] = ", ".join(str(each) for each in rows)[:LONGEST]
    if hasattr(row, "languages"):
        rows = AgreementLanguage.objects.filter(agreement=row.pk)
        found["languages"] = ", ".join(str(each) for each in rows)
    return found


def changes(row: Model, before: Values, after: Values) -> dict[str, list[str]]:
    """Return each field that says something else, with what it said before and what it says now."""
    found = {
        name: [before.get(name, ""), after.get(name, "")]
        for name in after
        if before.get(name, "") != after.get(name, "")
    }
    return {name: [] for name in found} if isinstance(row, Contact) else found


def record(
    action: str, row: Model, actor: User, before: Values | None = None, *, sent: str = ""
) -> bool:
    """Record what was done to a row; with what it said before, only where that changed.

    `sent` tells the form that did it from any other.
    """
    details: dict[str, Any] = {"sent": sent} if sent else {}
    if before is not None:
        details[CHANGES] = changes(row, before, values_of(row))
        if not details[CHANGES]:
            return False
    audit.record(action, actor=actor, about=None, on=row, details=details)
    return True


def added_by(model: type[M], sent: str) -> M | None:
    """Return the row that a form added when it was sent before."""
    if not sent:
        return None
    events = AuditEvent.objects.filter(
        action=ADDED, object_type=model._meta.label_lower, details__sent=sent
    )
    event = events.first()
    return model._default_manager.filter(pk=event.object_id).first() if event else None


def new_source(title: str, url: str, year: int | None, **facts: Any) -> Source:
    """Make a source of the office's own."""
    made = Source(
        slug=services.unused_slug(Source, title), title=title, url=url, year=year, **facts
    )
    made.save()
    return made
