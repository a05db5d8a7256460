"""The letter of a decision, as a document that a screen reader can read (PDF/UA-1).

In the language in which the student reads mail; titles of courses stand as the host writes them.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from sojourn.catalogue.models import Institution
from sojourn.common.languages import known_language
from sojourn.common.translated_fields import text_of
from sojourn.design import documents
from sojourn.mobility.models import (
    Basis,
    BoardDecision,
    BoardLetter,
    ComponentTable,
    Outcome,
    RequestKind,
    Standing,
)

TEMPLATE = Path(__file__).with_name("board-letter.typ")


def keep(decision: BoardDecision) -> BoardLetter:
    """Make the letter and keep its bytes; they are never written again."""
    request = decision.request
    reader = request.stay.student if request.stay is not None else request.asked_by
    language = known_language(reader.language if reader is not None else "")
    with override(language):
        content = documents.pdf(TEMPLATE, _data(decision, language))
    return BoardLetter.objects.create(
        decision=decision,
        language=language,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _data(decision: BoardDecision, language: str) -> dict[str, Any]:
    request = decision.request
    home = Institution.objects.filter(is_home=True).first()
    programme = text_of(request.programme, "name") if request.programme is not None else ""
    student = request.stay.student if request.stay is not None else None
    about = [
        [_("Student"), str(student.get_full_name() or student.email)] if student else None,
        [_("Degree programme"), str(programme)] if programme else None,
        [_("About"), str(RequestKind(request.kind).label)],
        [_("The stay"), request.title],
        [_("Date of the decision"), _day(decision.decided_on)],
        [_("Number"), str(decision.uuid)[:8]],
    ]
    return {
        "language": language,
        "author": str(text_of(home, "name")) if home is not None else "",
        "title": _("Decision of the Board of Examiners"),
        "about": [row for row in about if row],
        "outcome": str(Outcome(decision.outcome).label),
        "says": _sentence(decision),
        "parts": [
            {"title": title, "text": text}
            for title, text in (
                (_("What was asked"), request.asked),
                (_("Condition"), decision.conditions),
                (_("Reasons"), decision.reason),
            )
            if text
        ],
        "lines_title": _("Courses"),
        "columns": [_("Title"), _("Code"), _("Credits"), _("Table")],
        "lines": [line for each in decision.components if (line := _line(each))],
        "appeal_title": _("If you disagree"),
        "appeal": _appeal(decision, language),
        "signed": _signed(decision),
        "digest": _("Courses decided about, SHA-256: %(digest)s") % {"digest": decision.digest}
        if decision.digest
        else "",
    }


def _sentence(decision: BoardDecision) -> str:
    return {
        Outcome.APPROVED: _("The Board approves what is asked."),
        Outcome.CONDITIONAL: _("The Board approves what is asked, under the condition below."),
        Outcome.REFUSED: _("The Board does not approve what is asked, for the reasons below."),
    }[Outcome(decision.outcome)]


def _line(line: dict[str, str]) -> list[str]:
    worth = line.get("credits", "")
    scheme = line.get("scheme", "")
    amount = f"{worth} {scheme.upper() if scheme == 'ects' else scheme}" if worth else ""
    table = str(ComponentTable(line["table"]).label)
    standing = line.get("standing", Standing.KEPT)
    if standing != Standing.KEPT:
        table = f"{table}, {Standing(standing).label}"
    return [line["title"], line.get("code", ""), amount, table]


def _appeal(decision: BoardDecision, language: str) -> list[str]:
    if decision.appeal_until is None:
        return []
    to = decision.appeal.get("to", {})
    how = decision.appeal.get("how", {})
    first = _("You can appeal to %(whom)s until %(day)s.") % {
        "whom": to.get(language) or next(iter(to.values()), ""),
        "day": _day(decision.appeal_until),
    }
    return [part for part in (first, how.get(language) or next(iter(how.values()), "")) if part]


def _signed(decision: BoardDecision) -> list[str]:
    how = str(Basis(decision.basis).label)
    if decision.rests_on:
        how = f"{how} ({decision.rests_on})"
    return [
        _("For the Board of Examiners"),
        ", ".join(part for part in (decision.by_name, decision.by_function) if part),
        how,
    ]


def _day(value: Any) -> str:
    return date_format(value, "j F Y")
