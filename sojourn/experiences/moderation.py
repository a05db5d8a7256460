"""The office's side of a report: words changed in the open, sent back, published, declined."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.experiences import letters, publication, suggestions
from sojourn.experiences.errors import ExperienceError, ReportChangedError
from sojourn.experiences.models import Report, ReportEdit, ReportState
from sojourn.experiences.writing import TEXTS, find_missing, locked_report
from sojourn.people import audit
from sojourn.people.models import User

EDITABLE = TEXTS


def edit_words(
    by: User, number: UUID, words: Mapping[str, str], note: str, revision: int
) -> Report:
    """Edit a report before it is published; the earlier words are stored beside the edit.

    Raises ReportChangedError when the writer took it back or it changed since it was looked at.
    """
    with locked_report(number) as report:
        _require_submitted(report, revision)
        before = {name: getattr(report, name) for name in EDITABLE}
        after = {name: words[name] for name in EDITABLE if name in words}
        changed = [name for name in after if _plain(after[name]) != _plain(before[name])]
        if not changed:
            return report
        for name in changed:
            setattr(report, name, after[name])
        report.revision += 1
        report.save(update_fields=[*changed, "revision"])
        ReportEdit.objects.create(
            report=report,
            by=by,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
            note=note[:500],
        )
        audit.record(
            "report.edited", actor=by, about=report.writer, on=report, details={"parts": changed}
        )
        if report.state == ReportState.PUBLISHED:
            publication.update_published(report)
            letters.report_edited(report)
    return report


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def publish(by: User, number: UUID, revision: int) -> Report:
    """Publish a report in the catalogue. Publishing twice changes nothing.

    Raises ExperienceError when it was taken back, changed since it was looked at, or lacks a part.
    """
    with locked_report(number) as report:
        if report.state == ReportState.PUBLISHED:
            return report
        _require_submitted(report, revision)
        for name, message in find_missing(report).items():
            raise ExperienceError(message, name)
        report.state = ReportState.PUBLISHED
        report.published_at = timezone.now()
        report.answer = ""
        report.save(update_fields=["state", "published_at", "answer"])
        publication.publish_report(report)
        suggestions.suggest_from(report)
        letters.report_published(report)
        audit.record("report.published", actor=by, about=report.writer, on=report)
    return report


def send_back(by: User, number: UUID, answer: str) -> Report:
    """Return the report to its writer with what to change; a published one is unpublished."""
    return _answer(by, number, answer, ReportState.DRAFT, "report.sent_back")


def decline(by: User, number: UUID, answer: str) -> Report:
    """Decline to publish a report, with a reason."""
    return _answer(by, number, answer, ReportState.DECLINED, "report.declined")


def _answer(by: User, number: UUID, answer: str, state: ReportState, action: str) -> Report:
    if not answer.strip():
        raise ExperienceError(_("Write what the writer should know; they will read it."), "answer")
    with locked_report(number) as report:
        if report.state not in (ReportState.SUBMITTED, ReportState.PUBLISHED):
            raise ReportChangedError(_("The office no longer has this report."))
        publication.unpublish(report)
        suggestions.withdraw_from(report)
        report.state = state
        report.answer = answer.strip()[:2000]
        report.published_at = None
        report.revision += 1
        report.save(update_fields=["state", "answer", "published_at", "revision"])
        letters.report_answered(report)
        audit.record(action, actor=by, about=report.writer, on=report)
    return report


def _require_submitted(report: Report, revision: int) -> None:
    if report.state not in (ReportState.SUBMITTED, ReportState.PUBLISHED):
        raise ReportChangedError(_("The office no longer has this report."))
    if report.revision != revision:
        raise ReportChangedError(_("This report has been changed. Check it again."))


# --- What was changed, word by word -------------------------------------------------------------


@dataclass(frozen=True)
class TextPiece:
    """Some words that stayed, went or came."""

    kind: str
    """"same", "gone" or "new"."""
    text: str


def word_difference(before: str, after: str) -> tuple[TextPiece, ...]:
    """Compare two texts word by word; the same and the gone pieces together are `before`."""
    old, new = _words(before), _words(after)
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    pieces: list[TextPiece] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(TextPiece("same", "".join(old[i1:i2])))
            continue
        if i2 > i1:
            pieces.append(TextPiece("gone", "".join(old[i1:i2])))
        if j2 > j1:
            pieces.append(TextPiece("new", "".join(new[j1:j2])))
    return tuple(pieces)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text.replace("\r\n", "\n"))
