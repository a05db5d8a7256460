"""Drafts of entries, and how they become what visitors see.

An edit makes a draft, which nobody sees. It is checked by the rules of an edition and published by
the code that loads one, now or on a day. What was published stays as a version, to compare with
and to come back to. Every verb holds the lock of the catalogue.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn import scheduling
from sojourn.catalogue import edits, services
from sojourn.catalogue.edition.documents import MODEL_OF, Document, document_of, entries
from sojourn.catalogue.edition.entries import (
    DocumentProblem,
    problems_of,
    with_ids,
    write_document,
)
from sojourn.catalogue.models import (
    Entry,
    EntryVersion,
    PublicationStatus,
    VersionState,
)
from sojourn.catalogue.models.versions import OPEN
from sojourn.catalogue.snapshot.build import UnreadableRowError, require_shown, with_draft
from sojourn.catalogue.snapshot.cache import FragmentCache
from sojourn.catalogue.snapshot.service import current_snapshot, showing
from sojourn.people import audit
from sojourn.people.models import User

PUBLISH_DUE = "sojourn.catalogue.tasks.publish_due"


class VersionError(Exception):
    """What was asked cannot be done now; the message says why to whoever asked."""

    def __init__(self, message: str, problems: tuple[DocumentProblem, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems = problems


def versions_of(kind: str, slug: str) -> QuerySet[EntryVersion]:
    """List the versions of an entry, the newest first."""
    return EntryVersion.objects.filter(kind=kind, slug=slug).order_by("-number")


def open_version(kind: str, slug: str) -> EntryVersion | None:
    """Return the draft of an entry, or what waits for its day; there is one at most."""
    return versions_of(kind, slug).filter(state__in=OPEN).first()


def drafted(kind: str) -> set[str]:
    """Return the ids of the entries of a kind that have an open version."""
    rows = EntryVersion.objects.filter(kind=kind, state__in=OPEN)
    return set(rows.values_list("slug", flat=True))


def entry_of(kind: str, slug: str) -> Entry | None:
    """Return the row that visitors see, or saw, of an entry."""
    found: Entry | None = entries(kind).filter(slug=slug).first()
    return found


# --- Writing ------------------------------------------------------------------------------------


def begin(kind: str, document: Document, *, form: uuid.UUID, actor: User) -> EntryVersion:
    """Begin a new entry as a draft; the same form begins one."""
    with services.changing_catalogue():
        begun = EntryVersion.objects.filter(form=form).first()
        if begun is not None:
            return begun
        slug = _new_slug(kind, document)
        made = EntryVersion.objects.create(
            kind=kind,
            slug=slug,
            number=1,
            state=VersionState.DRAFT,
            document=with_ids(kind, {**document, "id": slug}),
            form=form,
            written_by=actor,
            written_at=timezone.now(),
        )
        audit.record("version.begun", actor=actor, about=None, on=made, details={"id": slug})
        return made


def _new_slug(kind: str, document: Document) -> str:
    """Make an id of the title, one that no entry and no draft has or had."""
    titles = document.get("title", {})
    words = next((str(text) for text in titles.values() if text), kind)
    slug = services.unused_slug(MODEL_OF[kind], words)
    taken = set(EntryVersion.objects.filter(kind=kind).values_list("slug", flat=True))
    number, base = 1, slug
    while slug in taken or MODEL_OF[kind]._default_manager.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


def save_draft(kind: str, slug: str, document: Document, *, actor: User) -> EntryVersion | None:
    """Keep an edit as the draft of an entry; None where nothing differs from what visitors see.

    What waits for its day goes on waiting while it is whole, and is a draft again when it is not.
    """
    with services.changing_catalogue():
        document = with_ids(kind, {**document, "id": slug})
        draft = open_version(kind, slug)
        if draft is None:
            base = as_it_is(kind, slug)
            if base is not None and base.document == document:
                return None
            draft = EntryVersion(
                kind=kind, slug=slug, number=_next(kind, slug), state=VersionState.DRAFT, base=base
            )
        elif draft.document == document:
            return draft
        before = draft.document or (draft.base.document if draft.base else {})
        draft.document, draft.written_by, draft.written_at = document, actor, timezone.now()
        if draft.state == VersionState.SCHEDULED and problems_of(kind, document):
            draft.state, draft.appears_on = VersionState.DRAFT, None
        draft.problem = ""
        draft.save()
        audit.record(
            "version.drafted",
            actor=actor,
            about=None,
            on=draft,
            details={"parts": sorted(_parts_that_differ(before, document))},
        )
        return draft


def _parts_that_differ(before: Document, now: Document) -> set[str]:
    return {name for name in {*before, *now} if before.get(name) != now.get(name)}


def as_it_is(kind: str, slug: str) -> EntryVersion | None:
    """Return the version that visitors see; one is made where something else wrote the entry."""
    row = entry_of(kind, slug)
    if row is None or row.status == PublicationStatus.DRAFT:
        return None
    document = document_of(kind, slug)
    assert document is not None  # noqa: S101 - its row is there
    states = {
        PublicationStatus.PUBLISHED: VersionState.PUBLISHED,
        PublicationStatus.WITHDRAWN: VersionState.RETIRED,
    }
    state = states[PublicationStatus(row.status)]
    last = versions_of(kind, slug).exclude(state__in=OPEN).first()
    if last is not None and last.document == document and last.state == state:
        return last
    return EntryVersion.objects.create(
        kind=kind,
        slug=slug,
        number=_next(kind, slug),
        state=state,
        document=document,
        written_at=row.updated_at,
        published_at=row.updated_at,
    )


def _next(kind: str, slug: str) -> int:
    last = versions_of(kind, slug).aggregate(last=Max("number"))["last"] or 0
    return int(last) + 1


# --- What becomes of a draft ----------------------------------------------------------------------


def publish(
    draft: EntryVersion, *, actor: User | None, details: dict[str, Any] | None = None
) -> None:
    """Show a draft to visitors from now on. Raises VersionError with all that is in the way."""
    try:
        with edits.saving():
            row = _still_open(draft)
            _require_whole(row)
            base = row.base.document if row.base else None
            changed = write_document(row.kind, row.document, base)
            row.document = document_of(row.kind, row.slug)
            row.state, row.published_at, row.problem = VersionState.PUBLISHED, timezone.now(), ""
            row.save()
            audit.record(
                "version.published",
                actor=actor,
                about=None,
                on=row,
                details={"fields": sorted(changed), **(details or {})},
            )
    except UnreadableRowError as error:
        raise VersionError(
            _("Nothing was published: visitors could not be shown “%(row)s” after this change.")
            % {"row": error.row}
        ) from error
    draft.refresh_from_db()


def schedule(
    draft: EntryVersion, day: dt.date, *, actor: User, details: dict[str, Any] | None = None
) -> None:
    """Have the worker publish a draft on a day to come."""
    if day <= timezone.localdate():
        raise VersionError(_("Choose a day after today, or publish it now."))
    with services.changing_catalogue():
        row = _still_open(draft)
        _require_whole(row)
        row.state, row.appears_on, row.problem = VersionState.SCHEDULED, day, ""
        row.save()
        audit.record(
            "version.scheduled",
            actor=actor,
            about=None,
            on=row,
            details={"day": day.isoformat(), **(details or {})},
        )
        begins = timezone.make_aware(dt.datetime.combine(day, dt.time()))
        scheduling.enqueue(PUBLISH_DUE, at=begins)
    draft.refresh_from_db()


def unschedule(draft: EntryVersion, *, actor: User) -> None:
    """Make what waits for its day a draft again."""
    with services.changing_catalogue():
        row = _still_open(draft)
        if row.state == VersionState.SCHEDULED:
            row.state, row.appears_on = VersionState.DRAFT, None
            row.save()
            audit.record("version.unscheduled", actor=actor, about=None, on=row)
    draft.refresh_from_db()


def discard(draft: EntryVersion, *, actor: User) -> None:
    """Throw a draft away; visitors see what they saw."""
    with services.changing_catalogue():
        row = _still_open(draft)
        audit.record("version.discarded", actor=actor, about=None, on=row, details={"id": row.slug})
        row.delete()


def publish_due(today: dt.date) -> int:
    """Publish what is to appear by today; what cannot becomes a draft that says why."""
    count = 0
    due = EntryVersion.objects.filter(state=VersionState.SCHEDULED, appears_on__lte=today)
    for version in due.order_by("appears_on", "pk"):
        try:
            publish(version, actor=version.written_by)
            count += 1
        except VersionError as error:
            EntryVersion.objects.filter(pk=version.pk, state=VersionState.SCHEDULED).update(
                state=VersionState.DRAFT, appears_on=None, problem=error.message
            )
    return count


def retire(kind: str, slug: str, *, actor: User, details: dict[str, Any]) -> EntryVersion | None:
    """Take an entry from the site; its address answers that it was there. None: it was gone."""
    return _move(kind, slug, VersionState.RETIRED, "version.retired", actor, details)


def bring_back(kind: str, slug: str, *, actor: User) -> EntryVersion | None:
    """Show an entry again that was retired."""
    return _move(kind, slug, VersionState.PUBLISHED, "version.brought_back", actor, {})


def _move(
    kind: str, slug: str, state: VersionState, action: str, actor: User, details: dict[str, Any]
) -> EntryVersion | None:
    rows = entries(kind).filter(slug=slug)
    with services.changing_catalogue():
        as_it_is(kind, slug)
        waiting = open_version(kind, slug)
        if waiting is not None and state == VersionState.RETIRED:
            unschedule(waiting, actor=actor)  # or its day would bring the entry back
        move = services.withdraw if state == VersionState.RETIRED else services.publish
        if not move(rows):
            return None
        require_shown()
        made = as_it_is(kind, slug)
        assert made is not None  # noqa: S101 - it is published or withdrawn
        made.written_by = actor
        made.save()
        audit.record(action, actor=actor, about=None, on=made, details=details)
        return made


def restore(old: EntryVersion, *, actor: User) -> EntryVersion | None:
    """Make a draft that says what an earlier version said; never in the place of another draft."""
    with services.changing_catalogue():
        if open_version(old.kind, old.slug) is not None:
            raise VersionError(_("There is a draft already: publish it or throw it away first."))
        draft = save_draft(old.kind, old.slug, old.document, actor=actor)
        if draft is not None:
            audit.record(
                "version.restored",
                actor=actor,
                about=None,
                on=draft,
                details={"version": old.number},
            )
        return draft


def _still_open(draft: EntryVersion) -> EntryVersion:
    row = EntryVersion.objects.select_for_update().filter(pk=draft.pk, state__in=OPEN).first()
    if row is None:
        raise VersionError(_("This draft is not there any more; look at the page as it is now."))
    return row


def _require_whole(version: EntryVersion) -> None:
    if problems := problems_of(version.kind, version.document):
        raise VersionError(_("It cannot be published yet."), problems)


# --- Looking ahead --------------------------------------------------------------------------------


def as_published(draft: EntryVersion) -> Document:
    """Return what the entry will say once a draft of which all is whole is published.

    What somebody else changed since its base, and the draft does not touch, stays.
    """
    with _written(draft.kind, draft.document, draft.base.document if draft.base else None):
        document = document_of(draft.kind, draft.slug)
    assert document is not None  # noqa: S101 - it was written
    return document


@contextmanager
def shown_as(kind: str, document: Document) -> Iterator[None]:
    """Show the site, in this thread, as it will be with this document; nothing stays of it."""
    with _written(kind, document, None):
        row = entry_of(kind, document["id"])
        assert row is not None  # noqa: S101 - it was written
        served = current_snapshot()
        records = with_draft(served.records, row)
        with showing(replace(served, records=records, fragments=FragmentCache())):
            yield


@contextmanager
def _written(kind: str, document: Document, base: Document | None) -> Iterator[None]:
    """Write the rows as they will be, for what reads the catalogue, and take them back."""
    with transaction.atomic():
        try:
            write_document(kind, document, base)
            yield
        finally:
            transaction.set_rollback(True)
