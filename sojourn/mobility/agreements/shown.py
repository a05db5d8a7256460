"""An agreement in words: its fields, its tables and its differences, in the language of the page.

The student's page, the office's, the host's and the document show the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sojourn.catalogue.choices import AgreementVariant
from sojourn.catalogue.names import country_name
from sojourn.common.languages import locale, page_language
from sojourn.mobility.agreements import deltas, substance
from sojourn.mobility.models import AgreementVersion, ComponentTable, Reason, Standing

LABELS: Mapping[str, Any] = {
    "given_names": gettext_lazy("Given names"),
    "family_name": gettext_lazy("Family name"),
    "birth_date": gettext_lazy("Date of birth"),
    "nationality": gettext_lazy("Nationality"),
    "gender": gettext_lazy("Gender"),
    "esi": gettext_lazy("European Student Identifier"),
    "programme": gettext_lazy("Degree programme"),
    "eqf": gettext_lazy("Level of the degree (EQF)"),
    "isced": gettext_lazy("Field of the degree (ISCED-F)"),
    "language": gettext_lazy("Language there"),
    "cefr": gettext_lazy("Level that the student has by the start (CEFR)"),
    "sending_name": gettext_lazy("University at home"),
    "sending_schac": gettext_lazy("SCHAC code at home"),
    "sending_code": gettext_lazy("Erasmus code at home"),
    "sending_country": gettext_lazy("Country at home"),
    "sending_unit": gettext_lazy("Faculty at home"),
    "receiving_name": gettext_lazy("Host"),
    "receiving_schac": gettext_lazy("SCHAC code of the host"),
    "receiving_code": gettext_lazy("Erasmus code of the host"),
    "receiving_city": gettext_lazy("City of the host"),
    "receiving_country": gettext_lazy("Country of the host"),
    "receiving_unit": gettext_lazy("Faculty or department of the host"),
    "other_hosts": gettext_lazy("Other hosts"),
    "what": gettext_lazy("Stay"),
    "starts_on": gettext_lazy("First day at the host"),
    "ends_on": gettext_lazy("Last day at the host"),
    "academic_year": gettext_lazy("Academic year, as the host writes it"),
    "term": gettext_lazy("Term, as the host calls it"),
    "provisions": gettext_lazy("If parts are not passed"),
    "hours_week": gettext_lazy("Hours a week"),
    "tasks": gettext_lazy("What the student does"),
    "outcomes": gettext_lazy("What the student learns"),
    "mentor": gettext_lazy("Supervisor: name and function"),
    "supervision": gettext_lazy("How the student is supervised"),
    "assessment": gettext_lazy("How it is assessed"),
    "certificate_weeks": gettext_lazy("The host sends the certificate within (weeks)"),
    "embedded": gettext_lazy("Counts for the degree as"),
    "insurance": gettext_lazy("Who insures: accidents, liability"),
    "pays": gettext_lazy("What the host pays or gives"),
    "registration": gettext_lazy("Registration: what the student may do with patients"),
    "health_papers": gettext_lazy("Health papers that the host asks for"),
    "host_signer": gettext_lazy("Who signs for the host: name and mail address"),
    "courses": gettext_lazy("At least one course abroad or online"),
}
GENDERS = {
    "0": pgettext_lazy("gender", "Not known"),
    "1": pgettext_lazy("gender", "Male"),
    "2": pgettext_lazy("gender", "Female"),
    "9": pgettext_lazy("gender", "Not stated"),
}
EMBEDDED = {
    "embedded": gettext_lazy("Part of the degree, with credits"),
    "voluntary": gettext_lazy("Voluntary, beside the degree"),
    "graduate": gettext_lazy("By a recent graduate"),
}
_ORDER = (
    "what", "given_names", "family_name", "birth_date", "nationality", "gender", "esi",
    "programme", "eqf", "isced", "sending_name", "sending_unit", "sending_schac", "sending_code",
    "sending_country", "receiving_name", "receiving_unit", "receiving_city", "receiving_country",
    "receiving_schac", "receiving_code", "other_hosts", "academic_year", "term", "starts_on",
    "ends_on", "language", "cefr", *substance.WORK, *substance.CLINICAL, "provisions",
)  # fmt: skip
_DAYS = ("birth_date", "starts_on", "ends_on")
_COUNTRIES = ("nationality", "sending_country", "receiving_country")


@dataclass(frozen=True)
class Row:
    """A field: what it is called and says, and what it said before where that differs."""

    name: str
    label: str
    text: str
    before: str = ""


@dataclass(frozen=True)
class LineShown:
    """A line of a table."""

    title: str
    code: str
    credits: str
    about: str
    standing: str
    why: str

    @property
    def remarks(self) -> str:
        return ". ".join(part for part in (self.why, self.about) if part)

    @property
    def is_added(self) -> bool:
        return self.standing == Standing.ADDED

    @property
    def is_removed(self) -> bool:
        return self.standing == Standing.REMOVED


@dataclass(frozen=True)
class TableShown:
    """One of the sets that stand beside each other."""

    name: str
    title: str
    lines: tuple[LineShown, ...]
    total: str


@dataclass(frozen=True)
class DifferenceShown:
    """What a text changes against another."""

    rows: tuple[Row, ...]
    added: tuple[LineShown, ...]
    removed: tuple[LineShown, ...]


def rows_of(content: Mapping[str, Any]) -> tuple[Row, ...]:
    """Return every field that says something, in the order of the document."""
    facts = content["facts"]
    return tuple(
        Row(name, label_of(name), value_of(name, facts[name])) for name in _ORDER if facts.get(name)
    )


def label_of(name: str) -> str:
    return str(LABELS[name])


def value_of(name: str, text: str) -> str:
    """Say a value in words: a day, a country, a level."""
    if not text:
        return ""
    if name in _DAYS:
        return date_format(dt.date.fromisoformat(text), "j F Y")
    if name in _COUNTRIES:
        return country_name(text, page_language())
    if name == "gender":
        return str(GENDERS.get(text, text))
    if name == "language":
        return str(locale(page_language()).languages.get(text, text))
    if name == "cefr" and text == "NS":
        return _("First language")
    if name == "embedded":
        return str(EMBEDDED.get(text, text))
    return text


def tables_of(content: Mapping[str, Any]) -> tuple[TableShown, ...]:
    """Return the tables that have lines: sets against sets, each with its sum."""
    found = []
    for table in ComponentTable:
        lines = deltas.in_table(content["components"], table)
        if lines:
            found.append(
                TableShown(
                    table.value,
                    title_of(table, content["variant"]),
                    tuple(line_of(each) for each in lines),
                    total_of(content, table),
                )
            )
    return tuple(found)


def title_of(table: ComponentTable, variant: str) -> str:
    """Name a table; a placement has no courses abroad, only what counts at home."""
    if table == ComponentTable.HOME and variant != AgreementVariant.STUDIES:
        return _("Counted at home")
    return str(table.label)


def total_of(content: Mapping[str, Any], table: ComponentTable) -> str:
    """'30 ECTS', or the sum of each kind of credits."""
    sums = deltas.total(content, table)
    return ", ".join(
        _amount(substance.number(value), scheme) for scheme, value in sorted(sums.items())
    )


def line_of(line: Mapping[str, str]) -> LineShown:
    about = [line.get("term", ""), line.get("description", "")]
    if line.get("conditions"):
        about.append(_("Counts if: %(condition)s") % {"condition": line["conditions"]})
    reason = line.get("reason", "")
    why = [str(Reason(reason).label) if reason else "", line.get("reason_text", "")]
    return LineShown(
        title=line["title"],
        code=line.get("code", ""),
        credits=_amount(line["credits"], line["scheme"]) if line.get("credits") else "",
        about=". ".join(part for part in about if part),
        standing=line["standing"],
        why=". ".join(part for part in why if part),
    )


def against(before: AgreementVersion | None, after: AgreementVersion) -> DifferenceShown | None:
    """Show what a version changes against an earlier one; None where there is none."""
    if before is None:
        return None
    return difference(substance.content_of(before), substance.content_of(after))


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> DifferenceShown:
    """Show what differs: each field with both values, lines that are out, lines that are in."""
    found = deltas.between(before, after)
    order = {name: place for place, name in enumerate(_ORDER)}
    return DifferenceShown(
        rows=tuple(
            Row(
                each.name,
                label_of(each.name),
                value_of(each.name, each.after),
                value_of(each.name, each.before),
            )
            for each in sorted(found.facts, key=lambda one: order[one.name])
        ),
        added=tuple(line_of(each) for each in found.added),
        removed=tuple(line_of(each) for each in found.removed),
    )


def _amount(value: str, scheme: str) -> str:
    return f"{value} {scheme.upper() if scheme == 'ects' else scheme}"
