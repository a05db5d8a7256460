"""Sheets and columns of a list, and a value of an entry as the text of a cell and back."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from sojourn.common.languages import LANGUAGES
from sojourn.common.translated_fields import label_in
from sojourn.office.imports.lists import ExcelList
from sojourn.office.places import fields
from sojourn.office.places.fields import Input, Lists, Look, Rows, Translated, plain_text

MAIN = "entries"
# A cell holds no more; what is longer stands as this sentence, and stays as it is.
LONGEST_CELL = 32_000
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[ T]00:00:00")
_SECONDS = re.compile(r"(\d\d:\d\d):00")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,12}|(0|[1-9][0-9]{0,9})\.[0-9]{1,4}")
_FREE = (Look.LINE, Look.TEXT, Look.MARKDOWN, Look.LINES)


class CellError(Exception):
    """What stands in a cell cannot be read; the message says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Column:
    """One column: an input of the form in a sheet."""

    key: str
    """What it is in every language, in a row that nobody sees."""
    title: str
    input: Input
    lang: str = ""
    """The language of what is written in it."""

    @property
    def is_closed(self) -> bool:
        """Tell whether only some values can be chosen, of which there is one in a cell."""
        return self.input.look in (Look.CHOICE, Look.NAMED, Look.CHECK)


@dataclass(frozen=True)
class Sheet:
    """The entries themselves, or the parts of one kind that they have."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Rows | None = None

    @property
    def ids(self) -> tuple[tuple[str, str], ...]:
        """Return the columns by which a row is found: key and title."""
        own = (("id", _("Id")),)
        return own if self.rows is None else (*own, ("row", _("Row")))


def sheets_of(list_: ExcelList) -> tuple[Sheet, ...]:
    """Return the sheets of a list, in the language of the page."""
    main: list[Column] = []
    parts: list[Sheet] = []
    for section in list_.form.sections:
        for item in section.items:
            if not isinstance(item, Rows):
                main += _columns(item)
            elif fields.is_of_ids(item):
                several = Input(item.path, item.label, Look.SEVERAL, item.items[0].choices)  # type: ignore[union-attr]
                main += _columns(several)
            else:
                inner = [column for each in item.items for column in _columns(each)]
                title = plain_text(item.label)
                parts.append(Sheet("-".join(item.path), title, _told_apart(inner), item))
    return (Sheet(MAIN, plain_text(list_.title), _told_apart(main)), *parts)


def _columns(item: Input | Translated) -> Iterator[Column]:
    for each in fields.inputs_of(item):
        if each.look is Look.HIDDEN:
            continue
        is_translated = isinstance(item, Translated)
        language = str(each.path[-1]) if is_translated else ""
        label = plain_text(each.label)
        yield Column(
            ".".join(each.path), label_in(label, language) if language else label, each, language
        )


def _told_apart(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Name what stands twice by the fact that it belongs to: "Seats: Source"."""
    count = Counter(column.title for column in columns)
    first: dict[str | int, str] = {}
    for column in columns:
        first.setdefault(column.input.path[0], column.title)
    return tuple(
        Column(
            column.key,
            f"{first[column.input.path[0]]}: {column.title}",
            column.input,
            column.lang,
        )
        if count[column.title] > 1 and first[column.input.path[0]] != column.title
        else column
        for column in columns
    )


def titles_of(list_: ExcelList) -> dict[str, dict[str, str]]:
    """Return the key of each title in any language, by the sheet's name."""
    found: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        with override(language):
            for sheet in sheets_of(list_):
                known = found.setdefault(sheet.name, {})
                for key, title in sheet.ids:
                    known.setdefault(folded(title), key)
                for column in sheet.columns:
                    known.setdefault(folded(column.title), column.key)
    return found


def folded(text: str) -> str:
    return " ".join(text.split()).casefold()


# --- A value as text ------------------------------------------------------------------------------


def shown(column: Column, holder: Any, lists: Lists) -> str:
    """Return what a cell says of an entry or of one of its parts."""
    item, value = column.input, fields.value_at(holder, column.input.path)
    match item.look:
        case Look.CHECK:
            is_ticked = value is True if item.value_when_ticked else value is not False
            return _("yes") if is_ticked else _("no")
        case Look.SEVERAL:
            return "\n".join(lists.name_of(item.choices, str(each)) for each in value or ())
        case Look.LINES:
            text = "\n".join(str(each) for each in value or ())
        case Look.CHOICE | Look.NAMED:
            return lists.name_of(item.choices, str(value)) if value else ""
        case _:
            text = "" if value is None else str(value)
    if len(text) > LONGEST_CELL:
        return _("(Too long for Excel: change it on its page.)")
    return plain(column, text)


def plain(column: Column | None, text: str) -> str:
    """Return a cell as it counts: spreadsheets change ends of lines, days and times."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\x00", "")
    if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@", "\t"):
        text = text[1:]
    text = "\n".join(line.rstrip() for line in text.split("\n")).strip()
    if column is not None and column.input.look not in _FREE:
        if found := _MIDNIGHT.fullmatch(text):
            return found[1]
        if found := _SECONDS.fullmatch(text):
            return found[1]
    return text


def number_in(column: Column, text: str) -> float | None:
    """Return the number to write into a cell, where it comes back as the same text."""
    if column.input.look is not Look.SHORT or not _NUMBER.fullmatch(text):
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return float(number) if f"{number.normalize():f}" == text else None


# --- Text as a value ------------------------------------------------------------------------------


def put(column: Column, holder: dict[str, Any], text: str, lists: Lists) -> None:
    """Have an entry, or a part of one, say what a cell says. Raises CellError."""
    was = fields.value_at(holder, column.input.path)
    value = _value(column.input, text, lists)
    fields.put(holder, column.input.path, fields.in_order(value, was))


def _value(item: Input, text: str, lists: Lists) -> Any:
    match item.look:
        case Look.CHECK:
            is_ticked = _is_yes(text)
            if is_ticked is None and item.value_when_ticked:
                is_ticked = False if not text else None
            if is_ticked is None:
                raise CellError(_("Write yes or no."))
            if item.value_when_ticked:
                return True if is_ticked else None
            return None if is_ticked else False
        case Look.SEVERAL:
            return list(
                dict.fromkeys(_chosen(item, each, lists) for each in _pieces(item, text, lists))
            )
        case Look.LINES:
            return [line.strip() for line in text.split("\n") if line.strip()]
        case Look.CHOICE | Look.NAMED:
            return _chosen(item, text, lists) if text else ""
    return text


def _pieces(item: Input, text: str, lists: Lists) -> Iterator[str]:
    """Yield what is listed in a cell: one on each line, or with semicolons between."""
    for line in text.split("\n"):
        whole = line.strip()
        if not whole:
            continue
        if ";" not in whole or lists.id_of(item.choices, whole) in _ids(item, lists):
            yield whole
        else:
            yield from (each.strip() for each in whole.split(";") if each.strip())


def _ids(item: Input, lists: Lists) -> set[str]:
    return {value for value, _title in lists.of(item.choices)}


def _chosen(item: Input, text: str, lists: Lists) -> str:
    value = lists.id_of(item.choices, text)
    if item.choices is None or value in _ids(item, lists):
        return value
    names = [title for _value, title in lists.of(item.choices)]
    near = difflib.get_close_matches(text, names, n=1)
    if near:
        raise CellError(
            _("“%(text)s” is not in the list. Do you mean “%(near)s”?")
            % {"text": text[:80], "near": near[0]}
        )
    if len(names) <= 12:
        raise CellError(
            _("“%(text)s” is not in the list. Choose: %(names)s.")
            % {"text": text[:80], "names": ", ".join(names)}
        )
    raise CellError(_("“%(text)s” is not in the list.") % {"text": text[:80]})


def _is_yes(text: str) -> bool | None:
    said = folded(text)
    for language in LANGUAGES:
        with override(language):
            if said == folded(_("yes")):
                return True
            if said == folded(_("no")):
                return False
    return {"true": True, "1": True, "x": True, "false": False, "0": False}.get(said)
