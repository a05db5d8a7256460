"""What returned students tell."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue import markdown
from sojourn.catalogue.snapshot.types import Records, Report
from sojourn.design import parts
from sojourn.portal.presenters import labels, wording


def _by(report: Report) -> str:
    said = [str(report.author), str(report.year), wording.weeks(report.stay_weeks, None)]
    if report.paid_total is not None:
        said.append(_("paid %(amount)s in all") % {"amount": wording.euros(report.paid_total)})
    return ", ".join(part for part in said if part)


def report(record: Report) -> parts.Report:
    return parts.Report(
        title=str(record.title),
        by=_by(record),
        body=markdown.render(str(record.text)),
        advice=str(record.advice),
        ratings=tuple(
            parts.Rating(labels.rating(criterion), value) for criterion, value in record.ratings
        ),
        example=record.is_example,
    )


def of(records: Records, slugs: Iterable[str]) -> list[Report]:
    found = [records.reports[slug] for slug in slugs if slug in records.reports]
    return sorted(found, key=lambda report: (-report.year, report.slug))


def summary(reports: list[Report]) -> str:
    """'3 reports, from 2023 to 2026. 1 of the writers may be asked.'"""
    if not reports:
        return ""
    years = sorted({report.year for report in reports})
    text = ngettext("%(count)d report", "%(count)d reports", len(reports)) % {"count": len(reports)}
    span = str(years[0]) if len(years) == 1 else f"{years[0]}\N{EN DASH}{years[-1]}"
    text = f"{text}, {span}."
    askable = sum(report.is_contactable for report in reports)
    if askable:
        text += " " + ngettext(
            "%(count)d writer may be asked, after you sign in.",
            "%(count)d writers may be asked, after you sign in.",
            askable,
        ) % {"count": askable}
    return text
