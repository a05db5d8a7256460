"""What a form asks about an entry: which input stands where, and what of the document it is.

A form is a view of the document: every input has a path in it, and holds text as a file would.
What was typed goes into the draft as it is; the rules of an edition say afterwards what is wrong.
So nothing that somebody typed is ever lost, and a half-written draft can be kept.
"""

from __future__ import annotations

import copy
import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import override

from sojourn.catalogue.edition.documents import Document, without_nothing
from sojourn.common.languages import LANGUAGES, language_name, plain

Path = tuple[str | int, ...]
Words = str | Promise
Choices = Callable[[Document], list[tuple[str, Words]]]
Attrs = dict[str, Any]

# More than a list of an edition may have, so that one row too many is said, not lost.
MOST_ROWS = 100


def plain_text(words: Words) -> str:
    """Return the words alone, for an attribute or for what somebody types."""
    return html.unescape(strip_tags(words)) if isinstance(words, SafeString) else plain(words)


class Lists:
    """What there is to choose from, each list asked for once on a page."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._known: dict[str, list[tuple[str, str]]] = {}
        self._names: dict[str, dict[str, str]] = {}
        self._marked: dict[str, list[tuple[str, Words]]] = {}
        self._offered: dict[str, str] = {}

    def of(self, choices: Choices | None) -> list[tuple[str, str]]:
        """Return ids and names; a name that stands twice is told apart by a number."""
        if choices is None:
            return []
        name = choices.__name__
        if name not in self._known:
            seen: dict[str, int] = {}
            found = []
            self._marked[name] = choices(self._document)
            for value, title in self._marked[name]:
                text = " ".join(plain_text(title).split())
                seen[text] = seen.get(text, 0) + 1
                found.append((value, text if seen[text] == 1 else f"{text} ({seen[text]})"))
            self._known[name] = found
            self._names[name] = dict(reversed(found))
        return self._known[name]

    def marked(self, choices: Choices | None) -> list[tuple[str, Words]]:
        """Return ids and names, those in another language than the page as an element."""
        self.of(choices)
        return self._marked[choices.__name__] if choices else []

    def offer(self, choices: Choices) -> str:
        """Have the browser offer these names while one types; return the id of the list."""
        self.of(choices)
        return self._offered.setdefault(choices.__name__, f"list-{choices.__name__}")

    def offered(self) -> list[tuple[str, list[str]]]:
        """Return the lists that the browser offers: by id, the names."""
        return [
            (listed, [title for value, title in self._known[name] if value])
            for name, listed in self._offered.items()
        ]

    def name_of(self, choices: Choices | None, value: str) -> str:
        self.of(choices)
        return self._names[choices.__name__].get(value, value) if choices else value

    def id_of(self, choices: Choices | None, text: str) -> str:
        """Return what somebody meant by a name in any language; else what was typed."""
        wanted = " ".join(text.split()).casefold()
        for value, title in self.of(choices):
            if wanted == title.casefold():
                return value
        for language in LANGUAGES if choices else ():
            with override(language):
                for value, title in Lists(self._document).of(choices):
                    if wanted == title.casefold():
                        return value
        return text.strip()


ROWS = "rows-"


class Look(Enum):
    """How an input looks."""

    LINE = "line"
    SHORT = "short"
    TEXT = "text"
    MARKDOWN = "markdown"
    LINES = "lines"
    """A list of texts, one on each line."""
    DAY = "day"
    TIME = "time"
    CHOICE = "choice"
    SEVERAL = "several"
    """Boxes to tick; the value is a list."""
    CHECK = "check"
    HIDDEN = "hidden"
    NAMED = "named"
    """Something of the catalogue, by its name; the browser offers the names while one types."""


@dataclass(frozen=True)
class Input:
    """One thing that is asked; `path` leads to it in the document, or in its row."""

    path: tuple[str, ...]
    label: Words
    look: Look = Look.LINE
    choices: Choices | None = None
    hint: Words = ""
    longest: int = 0
    """How many characters its text may have; 0: the form does not count."""
    value_when_ticked: bool = True
    """What the document says when the box is ticked; it says nothing otherwise."""


@dataclass(frozen=True)
class Translated:
    """A text in every language, side by side."""

    path: tuple[str, ...]
    label: Words
    look: Look = Look.LINE
    hint: Words = ""
    longest: int = 0

    def inputs(self) -> list[Input]:
        return [
            Input((*self.path, language), self.label, self.look, None, self.hint, self.longest)
            for language in LANGUAGES
        ]


@dataclass(frozen=True)
class Rows:
    """A list of parts; more rows are added as needed, and an empty one counts for nothing."""

    path: tuple[str, ...]
    label: Words
    one: Words
    items: tuple[Input | Translated, ...]

    @property
    def name(self) -> str:
        return "-".join(self.path)


Item = Input | Translated | Rows


@dataclass(frozen=True)
class Section:
    """A part of the form, named as the part of the public page that it fills."""

    name: str
    title: Words
    items: tuple[Item, ...]
    note: Words = ""


@dataclass(frozen=True)
class Form:
    """All that is asked about one kind of entry."""

    sections: tuple[Section, ...]

    def labels(self) -> dict[tuple[str, ...], Words]:
        """Return the words for each path, numbers of rows left out."""
        found: dict[tuple[str, ...], Words] = {}
        for section in self.sections:
            for item in section.items:
                if isinstance(item, Rows):
                    found[item.path] = item.label
                    for inner in item.items:
                        found[(*item.path, *inner.path)] = inner.label
                else:
                    found[item.path] = item.label
        return found


# --- Reading what was sent ------------------------------------------------------------------------


def read(form: Form, sent: QueryDict, before: Document) -> Document:
    """Return the document as the form says it; what the form does not show stays as it was."""
    document = copy.deepcopy(before)
    lists = Lists(before)
    for section in form.sections:
        for item in section.items:
            if isinstance(item, Rows):
                _read_rows(item, sent, document, lists)
            else:
                for each in inputs_of(item):
                    if is_shown(each, "", sent):
                        value = _value(each, _name("", each.path), sent, lists)
                        was = value_at(before, each.path)
                        if each.look is Look.SEVERAL:
                            value = in_order(value, was)
                        put(document, each.path, value)
    return tidy(form, document)


def is_shown(item: Input, prefix: str, sent: QueryDict) -> bool:
    """Tell whether the form that was sent had this input: a browser sends no box without a tick."""
    if item.look in (Look.CHECK, Look.SEVERAL):
        return "whole-form" in sent
    return _name(prefix, item.path) in sent


def _read_rows(rows: Rows, sent: QueryDict, document: Document, lists: Lists) -> None:
    count = sent.get(ROWS + rows.name, "")
    if not (count.isascii() and count.isdigit()):
        return
    found: list[Any] = []
    for number in range(min(int(count), MOST_ROWS)):
        prefix = f"{rows.name}-{number}"
        if f"{prefix}-remove" in sent:
            continue
        row: Document = {}
        for item in rows.items:
            for each in inputs_of(item):
                value = _value(each, _name(prefix, each.path), sent, lists)
                was = value_at(document, (*rows.path, number, *each.path))
                put(row, each.path, in_order(value, was) if each.look is Look.SEVERAL else value)
        if says_something(rows, row):
            found.append(row.get("value") if is_of_ids(rows) else row)
    put(document, rows.path, found)


def in_order(value: Any, was: Any) -> Any:
    """Return ticked boxes in the order in which they were kept: that of the boxes says nothing."""
    if not isinstance(value, list) or not isinstance(was, list):
        return value
    return was if sorted(map(str, value)) == sorted(map(str, was)) else value


def is_of_ids(rows: Rows) -> bool:
    """Tell whether the list holds ids, not parts."""
    return all(item.path == ("value",) for item in rows.items)


def says_something(rows: Rows, row: Document) -> bool:
    """Tell whether a row says more than a fresh one: choices with one value only say nothing."""
    quiet = {("id",), ("source",), ("example",), ("required",), ("currency",)}
    return any(
        value_at(row, each.path) not in (None, "", [], {})
        for item in rows.items
        for each in inputs_of(item)
        if each.path not in quiet
    )


def inputs_of(item: Input | Translated) -> Iterable[Input]:
    return item.inputs() if isinstance(item, Translated) else [item]


def _name(prefix: str, path: Iterable[str | int]) -> str:
    return "-".join([*([prefix] if prefix else []), *map(str, path)])


def _value(item: Input, name: str, sent: QueryDict, lists: Lists) -> Any:
    if item.look is Look.CHECK:
        is_ticked = name in sent
        if item.value_when_ticked:
            return True if is_ticked else None
        return None if is_ticked else False
    if item.look is Look.SEVERAL:
        return [value for value in sent.getlist(name) if value]
    text = sent.get(name, "").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if item.look is Look.LINES:
        return [line.strip() for line in text.split("\n") if line.strip()]
    if item.look is Look.NAMED:
        return lists.id_of(item.choices, text) if text.strip() else ""
    return text.strip()


def value_at(document: Any, path: Iterable[str | int]) -> Any:
    """Return what a document says there; None where it says nothing."""
    for step in path:
        if isinstance(document, dict):
            document = document.get(step)
        elif isinstance(document, list) and isinstance(step, int) and step < len(document):
            document = document[step]
        else:
            return None
    return document


def put(document: Document, path: tuple[str, ...], value: Any) -> None:
    holder = document
    for step in path[:-1]:
        inner = holder.get(step)
        if not isinstance(inner, dict):
            inner = holder[step] = {}
        holder = inner
    if value in (None, "", [], {}):
        holder.pop(path[-1], None)
    else:
        holder[path[-1]] = value


_ORIGIN = {"source", "example", "sources"}


def tidy(form: Form, document: Document) -> Document:
    """Leave out parts of which nothing but the origin is left."""
    facts = {
        item.path[0]
        for section in form.sections
        for item in section.items
        if not isinstance(item, Rows) and item.path[-1] in _ORIGIN and len(item.path) > 1
    }
    return {
        name: value
        for name, value in without_nothing(document).items()
        if not (name in facts and isinstance(value, dict) and not set(value) - _ORIGIN)
    }


# --- Showing --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Box:
    """One input as the page shows it."""

    id: str
    label: Words
    widget: SafeString
    look: str
    lang: str
    language: str
    """What that is called, in itself."""
    hint: Words
    errors: tuple[str, ...]
    is_group: bool


@dataclass(frozen=True)
class ShownItem:
    """An input, a text in its languages, or a list of rows."""

    boxes: tuple[Box, ...] = ()
    is_translated: bool = False
    label: Words = ""
    one: Words = ""
    name: str = ""
    rows: tuple[tuple[ShownItem, ...], ...] = ()
    count: int = 0
    is_rows: bool = False
    errors: tuple[str, ...] = ()
    blank_from: int = 0
    """The number of the first row that is not filled in yet."""


@dataclass(frozen=True)
class ShownSection:
    name: str
    title: Words
    note: Words
    items: tuple[ShownItem, ...]
    mistakes: int


Errors = Mapping[Path, tuple[str, ...]]


@dataclass(frozen=True)
class ShownForm:
    sections: tuple[ShownSection, ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...]


def shown(
    form: Form, document: Document, errors: Errors, lists: Lists, more: str = ""
) -> ShownForm:
    """Return the form filled in; `more` names a list that gets one more row."""
    sections = tuple(_section(each, document, errors, more, lists) for each in form.sections)
    return ShownForm(sections, tuple((name, tuple(titles)) for name, titles in lists.offered()))


def _section(
    section: Section, document: Document, errors: Errors, more: str, lists: Lists
) -> ShownSection:
    items = tuple(
        _rows(item, document, errors, more, lists)
        if isinstance(item, Rows)
        else _item(item, document, "", (), errors, lists)
        for item in section.items
    )
    mine = {item.path[0] for item in section.items}
    mistakes = sum(len(texts) for path, texts in errors.items() if path and path[0] in mine)
    return ShownSection(section.name, section.title, section.note, items, mistakes)


def _item(
    item: Input | Translated, holder: Any, prefix: str, at: Path, errors: Errors, lists: Lists
) -> ShownItem:
    boxes = tuple(
        _box(each, holder, prefix, at, errors, lists, isinstance(item, Translated))
        for each in inputs_of(item)
    )
    return ShownItem(
        boxes,
        is_translated=isinstance(item, Translated),
        label=item.label,
        errors=errors.get((*at, *item.path), ()) if isinstance(item, Translated) else (),
    )


def _rows(rows: Rows, document: Document, errors: Errors, more: str, lists: Lists) -> ShownItem:
    held = value_at(document, rows.path) or []
    holds_ids = is_of_ids(rows)
    filled = [{"value": each} if holds_ids else each for each in held]
    blank = 1 if not filled or more == rows.name else 0
    blank += 1 if more == rows.name and not filled else 0
    lines = []
    for number, row in enumerate([*filled, *({} for _each in range(blank))]):
        at: Path = (*rows.path, number)
        lines.append(
            tuple(
                _item(
                    item,
                    row,
                    f"{rows.name}-{number}",
                    at,
                    _plain_errors(errors, at) if holds_ids else errors,
                    lists,
                )
                for item in rows.items
            )
        )
    about = tuple(
        text
        for path, texts in errors.items()
        if path == rows.path or (path[:-1] == rows.path and not holds_ids)
        for text in texts
    )
    return ShownItem(
        label=rows.label,
        one=rows.one,
        name=rows.name,
        rows=tuple(lines),
        count=len(lines),
        is_rows=True,
        errors=about,
        blank_from=len(filled),
    )


def _plain_errors(errors: Errors, at: Path) -> Errors:
    return {(*at, "value"): errors[at]} if at in errors else {}


def _box(
    item: Input,
    holder: Any,
    prefix: str,
    at: Path,
    errors: Errors,
    lists: Lists,
    is_translated: bool,
) -> Box:
    name = _name(prefix, item.path)
    wrong = errors.get((*at, *item.path), ())
    lang = str(item.path[-1]) if is_translated else ""
    attrs: Attrs = {"id": name}
    if lang:
        attrs["lang"] = lang
    if wrong:
        attrs["aria-invalid"] = "true"
    described = [f"{name}-wrong"] if wrong else []
    described += [f"{name}-hint"] if item.hint else []
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return Box(
        id=name,
        label=item.label,
        widget=_widget(item, lists, name, value_at(holder, item.path), attrs),
        look=item.look.value,
        lang=lang,
        language=language_name(lang, lang) if lang else "",
        hint=item.hint,
        errors=wrong,
        is_group=item.look is Look.SEVERAL,
    )


# Written here as Django's widgets write them: those ask the template engine for each option, which
# took a third of the time of the page.


def _widget(item: Input, lists: Lists, name: str, value: Any, attrs: Attrs) -> SafeString:
    if item.longest and item.look in (Look.LINE, Look.TEXT):
        attrs["data-longest"] = item.longest
    match item.look:
        case Look.CHECK:
            is_ticked = value is True if item.value_when_ticked else value is not False
            return _input("checkbox", name, None, {**attrs, "checked": is_ticked})
        case Look.SEVERAL:
            return _boxes(name, _with(lists.marked(item.choices), value or []), value or [], attrs)
        case Look.CHOICE:
            return _select(
                name, _with(lists.of(item.choices), [value] if value else []), value, attrs
            )
        case Look.NAMED:
            assert item.choices is not None  # noqa: S101 - what has a name is in a list
            attrs |= {"list": lists.offer(item.choices), "autocomplete": "off"}
            return _input("text", name, lists.name_of(item.choices, value) if value else "", attrs)
        case Look.TEXT:
            return _textarea(name, value or "", {**attrs, "rows": 3})
        case Look.MARKDOWN:
            return _textarea(name, value or "", {**attrs, "rows": 12, "data-markdown": True})
        case Look.LINES:
            return _textarea(name, "\n".join(value or []), {**attrs, "rows": 4})
        case Look.DAY:
            return _input("date", name, value, attrs)
        case Look.TIME:
            return _input("time", name, value, attrs)
        case Look.HIDDEN:
            return _input("hidden", name, value, attrs)
        case _:
            return _input("text", name, value, attrs)


def _input(kind: str, name: str, value: Any, attrs: Attrs) -> SafeString:
    said = {"type": kind, "name": name, **({} if value in (None, "") else {"value": value})}
    return format_html("<input{}>", flatatt(said | attrs))


def _textarea(name: str, value: str, attrs: Attrs) -> SafeString:
    # A browser drops the first line break.
    return format_html("<textarea{}>\n{}</textarea>", flatatt({"name": name, **attrs}), value)


def _select(
    name: str, choices: Sequence[tuple[str, Words]], chosen: Any, attrs: Attrs
) -> SafeString:
    options = format_html_join(
        "\n",
        "<option{}>{}</option>",
        (
            (flatatt({"value": value, "selected": value == (chosen or "")}), title)
            for value, title in [("", "---------"), *choices]
        ),
    )
    return format_html("<select{}>\n{}\n</select>", flatatt({"name": name, **attrs}), options)


def _boxes(
    name: str, choices: Sequence[tuple[str, Words]], ticked: Sequence[Any], attrs: Attrs
) -> SafeString:
    held = {str(each) for each in ticked}
    boxes = format_html_join(
        "",
        '<div><label for="{}_{}">{} {}</label></div>',
        (
            (
                name,
                number,
                _input(
                    "checkbox",
                    name,
                    value,
                    {**attrs, "id": f"{name}_{number}", "checked": value in held},
                ),
                title,
            )
            for number, (value, title) in enumerate(choices)
        ),
    )
    return format_html('<div id="{}">{}</div>', name, boxes)


def _with(known: Sequence[tuple[str, Words]], held: Iterable[Any]) -> list[tuple[str, Words]]:
    """Add to the choices what is held and no choice any more, so that saving keeps it."""
    there = {value for value, _title in known}
    return [*known, *((str(each), str(each)) for each in held if str(each) not in there)]
