"""What the pages about Excel files show: the lists, what a file would change, what was taken in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue import imports
from sojourn.catalogue.edition.documents import documents_of
from sojourn.catalogue.models import CatalogueImport, EntryKind
from sojourn.common.languages import Text, page_language
from sojourn.mobility import touched
from sojourn.mobility.touched import Touched
from sojourn.office.imports.columns import MAIN, Sheet, sheets_of
from sojourn.office.imports.lists import LISTS, ExcelList
from sojourn.office.imports.reading import FOLLOWS, Reading, texts_of
from sojourn.office.places.presenters.entry import seats_in
from sojourn.office.shared import formatting
from sojourn.people.models import User

MOST_SHOWN = 300


@dataclass(frozen=True)
class Offered:
    """A list that can be downloaded."""

    name: str
    title: str | Promise
    href: str
    is_chosen: bool


@dataclass(frozen=True)
class Change:
    """One cell, from what to what."""

    title: str
    where: str
    column: str
    was: str
    now: str
    lang: str


@dataclass(frozen=True)
class Problem:
    where: str
    text: str


@dataclass(frozen=True)
class Touch:
    """A place of which the seats change, with the rounds that give them."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """What a file would change, or has changed."""

    title: str | Promise
    file_name: str
    state: str
    has_versions: bool
    is_read: bool
    may_undo: bool
    summary: str
    changes: tuple[Change, ...]
    more: int
    touches: tuple[Touch, ...]
    stale: tuple[Change, ...]
    unread: tuple[str, ...]
    gone: int
    knows_before: bool


@dataclass(frozen=True)
class Past:
    """A file that was taken in."""

    href: str
    title: str | Promise
    when: str
    who: str
    what: str
    is_undone: bool


def offered(reader: User, chosen: str, query: str) -> list[Offered]:
    """Return the lists that somebody may change in Excel; the chosen one as it was narrowed."""
    found = []
    for each in LISTS.values():
        if not each.who(reader):
            continue
        href = reverse("office:import-file", args=[each.name])
        is_chosen = each.name == chosen
        found.append(
            Offered(
                each.name,
                each.title,
                f"{href}?{query}" if is_chosen and query else href,
                is_chosen,
            )
        )
    return found


def past(reader: User) -> list[Past]:
    """Return the files that were taken in, the newest first."""
    mine = [each.name for each in LISTS.values() if each.who(reader)]
    taken = CatalogueImport.objects.filter(taken_at__isnull=False, list__in=mine)
    return [
        Past(
            reverse("office:import", args=[each.pk]),
            LISTS[each.list].title,
            formatting.moment(each.taken_at) if each.taken_at else "",
            str(each.by or ""),
            counted(each.entries),
            each.undone_at is not None,
        )
        for each in taken.select_related("by").order_by("-taken_at")[:20]
    ]


def counted(entries: Iterable[Mapping[str, Any]]) -> str:
    """'10 cells of 7 entries, 1 new'."""
    entries = list(entries)
    cells = sum(len(each["cells"]) for each in entries)
    new = sum(each["before"] is None for each in entries)
    said = ngettext("%(count)d cell", "%(count)d cells", cells) % {"count": cells}
    of = ngettext("of %(count)d entry", "of %(count)d entries", len(entries))
    text = f"{said} {of % {'count': len(entries)}}"
    if new:
        text += ", " + ngettext("%(count)d new", "%(count)d new", new) % {"count": new}
    return text


def problems(reading: Reading) -> tuple[Problem, ...]:
    """Return what keeps a file from being taken in."""
    return tuple(
        Problem(_place(each.sheet, each.cell, each.column), each.text) for each in reading.problems
    )


def _place(sheet: str, cell: str, column: str) -> str:
    parts = [_("Sheet %(sheet)s") % {"sheet": sheet}]
    is_row = cell.isdigit()
    parts.append((_("row %(row)s") if is_row else _("cell %(row)s")) % {"row": cell})
    if column:
        parts.append(column)
    return ", ".join(parts)


def remarks(reading: Reading) -> dict[str, Any]:
    """Return what else is to be told of a file, to be kept with it."""
    return {
        "language": page_language(),
        "unread": reading.unread,
        "gone": reading.gone,
        "knows_before": reading.knows_before,
        "stale": [
            {
                "title": each.title,
                "sheet": each.cell.sheet.name,
                "key": each.cell.column.key,
                "cell": each.cell.name,
                "lang": each.cell.column.lang,
                "was": each.now,
                "now": each.cell.text,
            }
            for each in reading.stale
        ],
    }


def page(one: CatalogueImport, list_: ExcelList) -> Page:
    """Return what a file changes, of how it was read."""
    sheets = {sheet.name: sheet for sheet in sheets_of(list_)}
    language = one.remarks.get("language", "")
    changes = [
        _change(entry["title"], entry["slug"], cell, sheets, language)
        for entry in one.entries
        for cell in entry["cells"]
    ]
    stale = one.remarks.get("stale", ())
    is_read = one.taken_at is None
    return Page(
        title=list_.title,
        file_name=one.file_name,
        state=_state(one),
        has_versions=imports.has_versions(list_.kind),
        is_read=is_read,
        may_undo=one.taken_at is not None and one.undone_at is None,
        summary=counted(one.entries),
        changes=tuple(changes[:MOST_SHOWN]),
        more=max(0, len(changes) - MOST_SHOWN),
        touches=touches(one, list_) if is_read else (),
        stale=tuple(
            _change(each["title"], "", each, sheets, language) for each in stale[:MOST_SHOWN]
        ),
        unread=tuple(one.remarks.get("unread", ())),
        gone=int(one.remarks.get("gone", 0)),
        knows_before=bool(one.remarks.get("knows_before", True)),
    )


def _state(one: CatalogueImport) -> str:
    if one.undone_at is not None:
        return _("Undone on %(when)s by %(who)s.") % {
            "when": formatting.moment(one.undone_at),
            "who": one.undone_by or "",
        }
    if one.taken_at is not None:
        return _("Taken in on %(when)s by %(who)s.") % {
            "when": formatting.moment(one.taken_at),
            "who": one.by or "",
        }
    return ""


def _change(
    title: Mapping[str, str],
    slug: str,
    cell: Mapping[str, str],
    sheets: Mapping[str, Sheet],
    language: str,
) -> Change:
    sheet = sheets.get(cell["sheet"])
    titles = {each.key: each.title for each in sheet.columns} if sheet else {}
    where = cell["cell"]
    if sheet is not None and sheet.name != MAIN:
        where = f"{sheet.title} {where}"
    return Change(
        name_of(title, slug),
        where,
        titles.get(cell["key"]) or str(FOLLOWS.get(cell["key"], cell["key"])),
        cell["was"],
        cell["now"],
        cell["lang"] or (language if language != page_language() else ""),
    )


def name_of(title: Mapping[str, str], slug: str) -> str:
    """Return what an entry is called, marked where that is in another language."""
    return str(Text(title)) if title else slug or _("New")


def names(list_: ExcelList, ids: Iterable[str]) -> list[str]:
    """Return what entries are called, by their ids."""
    found = documents_of(list_.kind, list(ids))
    return [name_of(texts_of(found[each]) if each in found else {}, each) for each in ids]


def touches(one: CatalogueImport, list_: ExcelList) -> tuple[Touch, ...]:
    """Return the places that stay drafts: rounds give their seats, and each asks a decision."""
    return tuple(
        Touch(
            name_of(entry["title"], entry["slug"]),
            tuple(line for each in rounds for line in (each.title, *each.lines)),
        )
        for entry, rounds in _with_rounds(one, list_)
    )


def kept_as_drafts(one: CatalogueImport, list_: ExcelList) -> set[str]:
    """Return the places of which the seats are those of a round: they are published one by one."""
    return {entry["slug"] for entry, _rounds in _with_rounds(one, list_)}


def _with_rounds(
    one: CatalogueImport, list_: ExcelList
) -> Iterator[tuple[dict[str, Any], tuple[Touched, ...]]]:
    """Yield the places of which a file changes the seats, with the rounds that give them."""
    if list_.kind != EntryKind.OPPORTUNITY:
        return
    for entry in one.entries:
        if entry["before"] is None:
            continue
        before, after = seats_in(entry["before"]), seats_in(entry["after"])
        if rounds := touched.by_seats(entry["slug"], before, after):
            yield entry, rounds
