"""The costs of a stay as a PDF that a screen reader can read (PDF/UA-1), made by typst."""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.snapshot.types import EditionInfo
from sojourn.design import documents
from sojourn.design.components import Source
from sojourn.portal.plan.presenters import costs
from sojourn.portal.shared import formatting

TEMPLATE = Path(__file__).with_name("costs.typ")


def pdf(page: costs.CostsPage, language: str, edition: EditionInfo) -> bytes:
    """Return the document; typst itself refuses what would not be PDF/UA."""
    return documents.pdf(TEMPLATE, _data(page, language, edition))


def _data(page: costs.CostsPage, language: str, edition: EditionInfo) -> dict[str, object]:
    lines = [*page.lines]
    today = formatting.day(timezone.localdate())
    lead = [page.where, page.length, _("figures as shown on %(day)s") % {"day": today}]
    return {
        "language": language,
        "author": str(edition.name),
        "title": _("What it costs: %(place)s") % {"place": page.title},
        "lead": ", ".join(part for part in lead if part),
        "headline": page.headline and _("You pay %(amount)s in total") % {"amount": page.headline},
        "sentence": page.sentence,
        "notes": _notes(page),
        "lines_title": _("The costs, line by line"),
        "columns": [_("Item"), _("Estimate"), _("Typical"), _("Your figure")],
        "lines": [
            [_named(line), line.estimate or _("not known"), line.typical or "–", line.own or "–"]
            for line in lines
        ],
        "total": [_("You pay"), page.headline, page.typical, ""] if page.headline else [],
        "grants_title": _("Grants"),
        "grants": [
            {
                "name": grant.name,
                "amount": grant.amount,
                "why": grant.why,
                "origin": "; ".join([grant.origin, *(_source(one) for one in grant.sources)]),
            }
            for grant in page.grants
        ],
        "sources_title": _("Where the figures come from"),
        "origins": [
            {"name": line.name, "text": _origin(figure)}
            for line in lines
            for figure in line.figures
        ]
        + [{"name": line.name, "text": line.reported} for line in lines if line.reported],
    }


def _named(line: costs.Line) -> str:
    return f"{line.name}: {line.contains}" if line.contains else line.name


def _notes(page: costs.CostsPage) -> list[str]:
    notes = []
    if page.missing:
        notes.append(
            _("This total is incomplete. Not known yet: %(lines)s.") % {"lines": page.missing}
        )
    if page.has_examples:
        notes.append(_("Some lines are examples, not facts; they are marked."))
    if page.a_month:
        notes.append(_("That is %(amount)s a month.") % {"amount": page.a_month})
    if page.how_reports_count:
        notes.append(page.how_reports_count)
    return notes


def _origin(figure: costs.Figure) -> str:
    parts = [figure.text, figure.about]
    if figure.example:
        parts.append(_("example"))
    parts += [_source(one) for one in (figure.source, figure.rate_source) if one is not None]
    return "; ".join(parts)


def _source(source: Source) -> str:
    return ", ".join(part for part in (source.title, source.publisher, source.url) if part)
