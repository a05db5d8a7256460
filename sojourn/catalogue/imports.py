"""Taking in a file of changed entries, whole or not at all, and undoing that.

What a file changes was worked out before (`CatalogueImport.entries`), each entry with all that it
said then and will say. An entry that somebody changed since stops the whole file.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue import edits, services, versions
from sojourn.catalogue.edition.documents import (
    MODEL_OF,
    Document,
    PlainKind,
    document_of,
    documents_of,
    entries,
    model_of,
)
from sojourn.catalogue.edition.entries import problems_of, write_plain
from sojourn.catalogue.models import (
    Agreement,
    CatalogueImport,
    EntryVersion,
    Institution,
    PublicationStatus,
    VersionState,
)
from sojourn.catalogue.permissions import may_edit_agreement
from sojourn.catalogue.snapshot.build import UnreadableRowError, requiring_it_once
from sojourn.catalogue.versions import VersionError
from sojourn.common.languages import FIRST
from sojourn.people import audit
from sojourn.people.models import User

KEPT_UNREAD = dt.timedelta(days=1)
"""A file that was read and not taken in is forgotten after that."""


class FileRefusedError(Exception):
    """A file that cannot be taken in, or undone; nothing of it was. The message says why."""

    def __init__(self, message: str, ids: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.ids = ids
        """The entries that stand in the way."""


class AlreadyDoneError(FileRefusedError):
    """It was done before: sent twice, or by somebody else."""


def has_versions(kind: str) -> bool:
    """Tell whether an edit of such an entry is a draft first."""
    return kind in MODEL_OF


def keep(
    list_: str, file_name: str, changed: list[dict[str, Any]], remarks: dict[str, Any], *, by: User
) -> CatalogueImport:
    """Keep what a file would change until somebody decides."""
    stale = CatalogueImport.objects.filter(taken_at=None)
    stale.filter(read_at__lt=timezone.now() - KEPT_UNREAD).delete()
    stale.filter(by=by).delete()
    return CatalogueImport.objects.create(
        list=list_, file_name=file_name[-100:], by=by, entries=changed, remarks=remarks
    )


def why_not(kind: str, document: Document) -> list[str]:
    """Return what the tables themselves do not take of a document that is whole; keeps nothing."""
    if has_versions(kind):
        return []
    with transaction.atomic():
        try:
            with transaction.atomic():
                write_plain(kind, document, PublicationStatus.DRAFT)
        except ValidationError as error:
            return list(error.messages)
        except IntegrityError:
            return [_("The catalogue cannot hold this.")]
        finally:
            transaction.set_rollback(True)
    return []


# --- Taking in ------------------------------------------------------------------------------------


def take_in(
    one: CatalogueImport, kind: str, *, actor: User, drafts: Collection[str] | None = None
) -> CatalogueImport:
    """Make the catalogue say what the file says. Raises FileRefusedError.

    Of entries with versions those whose id is in `drafts` become drafts, without it all of them;
    new ones are named by their number in the file.
    """
    try:
        with services.changing_catalogue(), requiring_it_once():
            row = CatalogueImport.objects.select_for_update().get(pk=one.pk)
            if row.taken_at is not None:
                raise AlreadyDoneError(_("This file was taken in already."))
            _require_as_read(kind, row.entries)
            for number, entry in enumerate(row.entries):
                if has_versions(kind):
                    name = entry["slug"] or str(number)
                    _draft(kind, entry, actor, publish=drafts is not None and name not in drafts)
                else:
                    _write(kind, entry, actor)
            services.publish_change()
            row.taken_at, row.by = timezone.now(), actor
            row.save()
            audit.record(
                "import.taken", actor=actor, about=None, on=row,
                details={"list": row.list, "entries": len(row.entries)},
            )  # fmt: skip
    except UnreadableRowError as error:
        raise FileRefusedError(_unreadable(error)) from error
    except VersionError as error:
        raise FileRefusedError(error.message) from error
    return row


def _unreadable(error: UnreadableRowError) -> str:
    said = _("Nothing was changed: “%(row)s” could not be shown to visitors after this change.")
    return said % {"row": error.row}


def _require_as_read(kind: str, changed: list[dict[str, Any]]) -> None:
    before = {entry["slug"]: entry["before"] for entry in changed if entry["slug"]}
    now, drafted = documents_of(kind, before), versions.drafted(kind)
    moved = [slug for slug in before if now.get(slug) != before[slug] or slug in drafted]
    if moved:
        raise FileRefusedError(
            _(
                "Nothing was changed: these are not as they were when the file was read. "
                "Read it again."
            ),
            tuple(moved),
        )


def _draft(kind: str, entry: dict[str, Any], actor: User, *, publish: bool) -> None:
    if entry["slug"]:
        draft = versions.save_draft(kind, entry["slug"], entry["after"], actor=actor)
    else:
        draft = versions.begin(kind, entry["after"], form=uuid.uuid4(), actor=actor)
        entry["slug"], entry["is_new"] = draft.slug, True
    if draft is None:
        return
    if publish:
        versions.publish(draft, actor=actor)
        draft.refresh_from_db()
    entry["version"], entry["is_published"] = draft.pk, publish
    entry["after"] = draft.document


def _write(kind: str, entry: dict[str, Any], actor: User) -> None:
    is_new = not entry["slug"]
    document = entry["after"]
    if is_new:
        entry["slug"] = services.unused_slug(model_of(kind), _name(kind, document))
        entry["is_new"] = True
        document = {**document, "id": entry["slug"]}
    _change(kind, entry["slug"], document, actor)
    entry["after"] = document_of(kind, entry["slug"])


def _change(kind: str, slug: str, document: Document, actor: User) -> None:
    """Write an entry without versions and record from what to what."""
    row = entries(kind).filter(slug=slug).first()
    before = None if row is None else edits.values_of(row)
    _require_theirs(actor, row)
    status = _status(kind, document)
    if problems_of(kind, document):
        raise FileRefusedError(
            _("Nothing was changed: this is not whole any more. Read the file again."), (slug,)
        )
    try:
        row = write_plain(kind, document, status)
    except (ValidationError, IntegrityError) as error:
        said = _("Nothing was changed: the catalogue cannot hold this.")
        raise FileRefusedError(said, (slug,)) from error
    row = entries(kind).get(slug=slug)
    _require_theirs(actor, row)
    edits.record("catalogue.added" if before is None else "catalogue.changed", row, actor, before)


def _require_theirs(actor: User, row: Model | None) -> None:
    """Refuse what is of other programmes; nobody gives away what is then not theirs to change."""
    if isinstance(row, Agreement) and not may_edit_agreement(actor, row):
        raise FileRefusedError(
            _("Nothing was changed: this is for programmes about which you do not decide."),
            (row.slug,),
        )


def _status(kind: str, document: Document) -> str:
    """Return whether visitors see a new entry: beside a partner that is a draft it is one too."""
    if kind == PlainKind.INSTITUTION:
        return PublicationStatus.DRAFT
    if kind == PlainKind.AGREEMENT:
        partner = Institution.objects.filter(slug=document.get("partner", ""))
        if not partner.filter(status=PublicationStatus.PUBLISHED).exists():
            return PublicationStatus.DRAFT
    return PublicationStatus.PUBLISHED


def _name(kind: str, document: Document) -> str:
    """Return what the id of a new entry is made of."""
    if kind == PlainKind.AGREEMENT:
        return f"{document['partner']}-{document['level']}"
    if kind == PlainKind.COST:
        (scope,) = document["for"].items()
        whom = scope[0] if scope[1] is True else scope[1]
        return f"{whom}-{document['line']}".replace("_", "-")
    return str(document["name"][FIRST])


# --- Undoing --------------------------------------------------------------------------------------


def undo(one: CatalogueImport, kind: str, *, actor: User) -> None:
    """Take back all that a file changed. Raises FileRefusedError where an entry moved on since."""
    try:
        with services.changing_catalogue(), requiring_it_once():
            row = CatalogueImport.objects.select_for_update().get(pk=one.pk)
            if row.taken_at is None or row.undone_at is not None:
                raise AlreadyDoneError(_("There is nothing to undo any more."))
            moved = _moved_on(kind, row.entries)
            if moved:
                raise FileRefusedError(
                    _("Nothing was undone: these were changed again after the file was taken in."),
                    moved,
                )
            for entry in reversed(row.entries):
                _take_back(kind, entry, actor)
            services.publish_change()
            row.undone_at, row.undone_by = timezone.now(), actor
            row.save()
            audit.record(
                "import.undone", actor=actor, about=None, on=row,
                details={"list": row.list, "entries": len(row.entries)},
            )  # fmt: skip
    except UnreadableRowError as error:
        raise FileRefusedError(_unreadable(error)) from error
    except VersionError as error:
        raise FileRefusedError(error.message) from error
    except ProtectedError as error:
        raise FileRefusedError(
            _("Nothing was undone: something new from the file is in use by now.")
        ) from error


def _moved_on(kind: str, changed: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return the ids of the entries that are not as the file left them."""
    now = documents_of(kind, [entry["slug"] for entry in changed])
    drafted = versions.drafted(kind)

    def moved(entry: dict[str, Any]) -> bool:
        slug = entry["slug"]
        if "version" in entry and not entry["is_published"]:
            return _draft_of(entry) is None
        return slug in drafted or now.get(slug) != entry["after"]

    return tuple(entry["slug"] for entry in changed if moved(entry))


def _draft_of(entry: dict[str, Any]) -> EntryVersion | None:
    draft = EntryVersion.objects.filter(pk=entry["version"], state=VersionState.DRAFT).first()
    return draft if draft is not None and draft.document == entry["after"] else None


def _take_back(kind: str, entry: dict[str, Any], actor: User) -> None:
    if not has_versions(kind):
        if entry.get("is_new"):
            _delete(kind, entry["slug"], actor)
        else:
            _change(kind, entry["slug"], entry["before"], actor)
    elif not entry.get("is_published"):
        draft = _draft_of(entry) if "version" in entry else None
        if draft is not None:
            versions.discard(draft, actor=actor)
    elif entry.get("is_new"):
        versions.retire(kind, entry["slug"], actor=actor, details={})
    else:
        again = versions.save_draft(kind, entry["slug"], entry["before"], actor=actor)
        if again is not None:
            versions.publish(again, actor=actor)


def _delete(kind: str, slug: str, actor: User) -> None:
    row = entries(kind).get(slug=slug)
    _require_theirs(actor, row)
    audit.record("catalogue.deleted", actor=actor, about=None, on=row, details={"id": slug})
    row.delete()
