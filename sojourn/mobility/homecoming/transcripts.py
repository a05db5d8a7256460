"""Transcripts: brought by the student, the host or the office, and checked by the office.

A PDF is kept as it is. An ELMO file is read in a process of its own, and what stands in it is kept
beside it. A file that cannot be read changes nothing, and its message says what is wrong.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.choices import DoneBy
from sojourn.common import pdf_files
from sojourn.common.child import UnreadableError, read_in_child
from sojourn.common.pdf_files import PdfError, check_pdf
from sojourn.common.virus_scan import is_clean_content
from sojourn.mobility import steps
from sojourn.mobility.changes import locked, move, refusal
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.homecoming import ledger, letters
from sojourn.mobility.homecoming.asking import require_current
from sojourn.mobility.models import (
    CheckedHow,
    PapersRequest,
    Stay,
    Transcript,
    TranscriptFrom,
    TranscriptKind,
)
from sojourn.mobility.states import Actor, StayState, TranscriptState
from sojourn.people import audit
from sojourn.people.models import User

LARGEST = pdf_files.LARGEST
MOST = 10
LONGEST_REASON = 500
WHEN = (StayState.AWAY, StayState.INTERRUPTED, StayState.BACK)
_STANDING = (TranscriptState.WAITING, TranscriptState.CHECKED)


@dataclass(frozen=True)
class TranscriptFile:
    """A file that was looked at."""

    name: str
    kind: TranscriptKind
    content: bytes
    sha256: str
    read: dict[str, Any] | None = None


def of_stay(stay: Stay) -> QuerySet[Transcript]:
    """List the transcripts of a stay without their files, the newest first."""
    return stay.transcripts.defer("content").order_by("-number")


# --- The file -------------------------------------------------------------------------------------


def look_at(upload: UploadedFile[bytes] | None) -> TranscriptFile:
    """Check that a file is a PDF that opens, or ELMO that says all it has to.

    Raises MobilityError with what is wrong and what to do instead.
    """
    if upload is None:
        raise MobilityError(_("Choose the file first."))
    if (upload.size or 0) > LARGEST:
        raise MobilityError(
            _("The file is %(size)s MB. It can be at most 5 MB: export it smaller.")
            % {"size": f"{(upload.size or 0) / 1_000_000:.1f}"}
        )
    first = upload.read(200)
    upload.seek(0)
    found = _elmo(upload) if _may_be_xml(first) else _pdf(upload)
    if not is_clean_content(found.content):
        raise MobilityError(_("The virus scanner refuses this file."))
    return found


def _may_be_xml(first: bytes) -> bool:
    return first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe<", b"\xfe\xff"))


def _pdf(upload: UploadedFile[bytes]) -> TranscriptFile:
    try:
        found = check_pdf(upload)
    except PdfError as error:
        raise MobilityError(error.message) from error
    return TranscriptFile(found.name, TranscriptKind.PDF, found.content, found.sha256)


def _elmo(upload: UploadedFile[bytes]) -> TranscriptFile:
    content = upload.read(LARGEST + 1)
    try:
        read = json.loads(read_in_child("sojourn.engines.files.elmo:read_as_json", content))
    except UnreadableError as error:
        raise MobilityError(_elmo_says(error.code)) from error
    plain = "".join(letter for letter in Path(upload.name or "").name if letter.isprintable())
    stem = plain.removesuffix(".xml")[:100].strip() or "transcript"
    digest = hashlib.sha256(content).hexdigest()
    return TranscriptFile(f"{stem}.xml", TranscriptKind.ELMO, content, digest, read)


def _elmo_says(code: str) -> str:
    """Say what is wrong with an ELMO file, and with which course."""
    what, _colon, course = code.partition(":")
    texts = {
        "entities": _("This file refers to other files or defines entities. We do not open those."),
        "other": _("This is XML, and not a transcript in the ELMO format. Send a PDF instead."),
        "empty": _("There is no course in this file. Send a PDF instead."),
        "many": _("There are more than 200 courses in this file. Send a PDF instead."),
        "title": _("A course in this file has no title. Send a PDF, or ask the host."),
        "long": _("The title of “%(course)s…” is too long for us. Send a PDF instead."),
        "status": _(
            "The file does not say whether “%(course)s” was passed. "
            "Send a PDF, or ask the host for a file that does."
        ),
        "credits": _(
            "The credits of “%(course)s” are not a number that we can keep. Send a PDF instead."
        ),
    }
    text = texts.get(what, _("This file does not open: it is damaged. Export it again."))
    return text % {"course": course} if course else text


# --- Brought ------------------------------------------------------------------------------------


def bring(
    stay: Stay, file: TranscriptFile, *, by: User | None, request: PapersRequest | None = None
) -> Transcript:
    """Keep a transcript, and ask the office to look at it. The same file again changes nothing."""
    with transaction.atomic():
        row = locked(stay)
        if row.state not in WHEN:
            raise refusal(row)
        if request is not None:
            require_current(request)
        held = row.transcripts.filter(sha256=file.sha256, state__in=_STANDING).first()
        if held is not None:
            return held
        last = row.transcripts.aggregate(Max("number"))["number__max"] or 0
        if last >= MOST:
            raise MobilityError(_("There are ten files already. Ask the office."))
        origin, name = _who(row, by, request)
        made = Transcript.objects.create(
            stay=row,
            number=last + 1,
            origin=origin,
            brought_by=by,
            brought_name=name[:200],
            kind=file.kind,
            file_name=file.name,
            content=file.content,
            sha256=file.sha256,
            read=file.read,
        )
        audit.record(
            "transcript.bring",
            actor=by,
            about=row.student,
            on=made,
            details={"by": str(origin), "kind": str(file.kind)},
        )
        steps.said_by(row, DoneBy.TRANSCRIPT, actor=by, acting=Actor.HOST if by is None else None)
        if origin != TranscriptFrom.OFFICE:
            letters.transcript_came(row, made)
        return made


def _who(stay: Stay, by: User | None, request: PapersRequest | None) -> tuple[TranscriptFrom, str]:
    if by is None:
        name = request.name or request.email if request else ""
        return TranscriptFrom.HOST, name or _("the host")
    if by.pk == stay.student_id:
        return TranscriptFrom.STUDENT, str(by)
    return TranscriptFrom.OFFICE, str(by)


# --- Looked at ----------------------------------------------------------------------------------


def check(row: Transcript, how: str, *, actor: User) -> Transcript:
    """Say how one knows that it comes from the host; from then on it counts.

    The ledger is drawn up, and of a file with data the results are taken over.
    """
    if how not in CheckedHow.values:
        raise MobilityError(_("Say how you know that it comes from the host."))
    with transaction.atomic():
        stay, found = _found(row)
        if found.state == TranscriptState.CHECKED:
            return found
        found.how, found.checked_by, found.checked_at = how, actor, timezone.now()
        found.checked_name = str(actor)[:200]
        move(found, "check", actor=actor, student=stay.student, how=how)
        steps.done_by(stay, DoneBy.TRANSCRIPT, actor=actor)
        ledger.draw_up(stay, actor=actor)
        if found.read is not None:
            ledger.read_from(found, actor=actor)
        return found


def refuse(row: Transcript, reason: str, *, actor: User) -> Transcript:
    """Say that it does not count, and why. Whoever brought it can bring another."""
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise MobilityError(_("Say why."))
    with transaction.atomic():
        stay, found = _found(row)
        if found.state == TranscriptState.REFUSED:
            return found
        found.reason, found.checked_by, found.checked_at = reason, actor, timezone.now()
        found.checked_name = str(actor)[:200]
        move(found, "refuse", actor=actor, student=stay.student)
        if not stay.transcripts.filter(state__in=_STANDING).exists():
            steps.undone_by(stay, DoneBy.TRANSCRIPT, reason, actor=actor)
        letters.transcript_refused(stay, found)
        return found


def _found(row: Transcript) -> tuple[Stay, Transcript]:
    stay = locked(row.stay)
    if stay.state not in WHEN:
        raise refusal(stay)
    return stay, stay.transcripts.defer("content").get(pk=row.pk)
