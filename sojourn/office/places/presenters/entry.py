"""One place, course or guide: its draft, what is wrong with it, its versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sojourn.catalogue import versions
from sojourn.catalogue.edition.documents import Document, document_of
from sojourn.catalogue.edition.entries import WORDS_OF_FILES, DocumentProblem, problems_of
from sojourn.catalogue.models import Entry, EntryVersion, PublicationStatus, VersionState
from sojourn.catalogue.models.versions import OPEN
from sojourn.common.languages import FIRST, LANGUAGES, language_name, page_language
from sojourn.common.urls import url_for
from sojourn.office.places import fields
from sojourn.office.places.fields import Look, Path, Rows
from sojourn.office.places.kinds import Kind
from sojourn.office.places.presenters.list import title_of
from sojourn.office.shared import formatting

# So many of its versions the page of an entry lists.
MOST_VERSIONS = 60


@dataclass(frozen=True)
class Mistake:
    """A line above the form, which leads to its input."""

    text: str
    anchor: str


@dataclass(frozen=True)
class Version:
    number: int
    state: str
    tone: str
    when: str
    who: str
    href: str
    is_now: bool


@dataclass(frozen=True)
class EntryPage:
    title: str
    status: str
    tone: str
    draft: str
    """What the draft is waiting for; empty where there is none."""
    problem: str
    is_scheduled: bool
    has_draft: bool
    is_public: bool
    is_retired: bool
    public_href: str
    links: dict[str, str]
    mistakes: tuple[Mistake, ...]
    form: fields.ShownForm
    languages: tuple[tuple[str, str], ...]
    versions: tuple[Version, ...]
    bar: str


def document_now(kind: Kind, slug: str) -> tuple[Document | None, EntryVersion | None]:
    """Return what the form shows: the draft, or what visitors see."""
    draft = versions.open_version(kind.value, slug)
    if draft is not None:
        return draft.document, draft
    return document_of(kind.value, slug), None


def page(
    kind: Kind,
    document: Document,
    draft: EntryVersion | None,
    row: Entry | None,
    kept: Sequence[EntryVersion],
    more: str = "",
) -> EntryPage:
    """Return the page about an entry, of its document, its draft, its row and its versions."""
    slug, lists = document["id"], fields.Lists(document)
    problems = problems_of(kind.value, document)
    status = PublicationStatus(row.status) if row is not None else None
    is_public = status == PublicationStatus.PUBLISHED
    return EntryPage(
        title=title_of(document),
        status=str(status.label) if status else _("Not published yet"),
        tone={"published": "good", "withdrawn": "quiet"}.get(status or "", "warn"),
        draft=_draft_in_words(draft),
        problem=draft.problem if draft else "",
        is_scheduled=draft is not None and draft.state == VersionState.SCHEDULED,
        has_draft=draft is not None,
        is_public=is_public,
        is_retired=status == PublicationStatus.WITHDRAWN,
        public_href=url_for(kind.page, slug) if is_public else "",
        links={
            page: kind.address(page.replace("_", "-"), slug)
            for page in ("preview", "discard", "unschedule", "retire", "bring_back", "file")
        },
        mistakes=mistakes(kind, document, problems, lists),
        form=fields.shown(
            kind.form, document, errors(kind, document, problems, lists), lists, more
        ),
        languages=tuple((code, language_name(code, code)) for code in LANGUAGES),
        versions=_versions(kind, slug, kept[:MOST_VERSIONS]),
        bar=_bar(draft, is_public=is_public),
    )


def _draft_in_words(draft: EntryVersion | None) -> str:
    if draft is None:
        return ""
    if draft.state == VersionState.SCHEDULED and draft.appears_on:
        return _("Appears on %(day)s") % {"day": formatting.full_day(draft.appears_on)}
    return _("Draft of %(when)s") % {"when": formatting.moment(draft.written_at)}


def _bar(draft: EntryVersion | None, *, is_public: bool) -> str:
    if draft is None:
        return _("No draft: this is what visitors see.") if is_public else ""
    if is_public:
        return _("Visitors still see the version before this draft.")
    return _("Visitors do not see it yet.")


def _versions(kind: Kind, slug: str, found: Sequence[EntryVersion]) -> tuple[Version, ...]:
    now = next((each.number for each in found if each.state not in OPEN), 0)
    tones = {VersionState.PUBLISHED: "good", VersionState.RETIRED: "quiet"}
    return tuple(
        Version(
            number=each.number,
            state=str(VersionState(each.state).label),
            tone=tones.get(VersionState(each.state), "warn"),
            when=formatting.moment(each.published_at or each.written_at),
            who=str(each.written_by) if each.written_by else _("not written here"),
            href=reverse(f"office:{kind.part}-version", args=[slug, each.number]),
            is_now=each.number == now,
        )
        for each in found
    )


# --- What is wrong --------------------------------------------------------------------------------


def errors(
    kind: Kind, document: Document, problems: Iterable[DocumentProblem], lists: fields.Lists
) -> fields.Errors:
    """Return what is wrong, by the path of the input that can put it right."""
    found: dict[Path, tuple[str, ...]] = {}
    for problem in problems:
        path = _input_path(kind, problem.path)
        found[path] = (*found.get(path, ()), _said(kind, document, lists, problem))
    return found


def mistakes(
    kind: Kind,
    document: Document,
    problems: Iterable[DocumentProblem],
    lists: fields.Lists | None = None,
) -> tuple[Mistake, ...]:
    """Return a line for each thing that is wrong."""
    lists = lists or fields.Lists(document)
    return tuple(
        Mistake(
            f"{label_of(kind, problem.path)}: {_said(kind, document, lists, problem)}",
            _anchor(kind, _input_path(kind, problem.path)),
        )
        for problem in problems
    )


def _said(kind: Kind, document: Document, lists: fields.Lists, problem: DocumentProblem) -> str:
    choices, value = _choices_of(kind, problem.path), fields.value_at(document, problem.path)
    if isinstance(value, str) and choices is not None:
        known = {each for each, _title in lists.of(choices)}
        if value not in known:
            said = _("“%(name)s” is not in the list; choose one of the names.")
            return said % {"name": value[:80]}
    message = problem.message[:1].upper() + problem.message[1:]
    is_clear = problem.message == _("this field is missing")
    if is_clear or not problem.expected or problem.expected in WORDS_OF_FILES:
        return f"{message}."
    return f"{message}. " + _("Expected: %(what)s.") % {"what": problem.expected}


def _plain(path: Path) -> tuple[str, ...]:
    return tuple(step for step in path if isinstance(step, str))


def _inputs(kind: Kind) -> list[tuple[tuple[str, ...], bool]]:
    """Return the path of every input, without row numbers, and whether its list holds ids."""
    found: list[tuple[tuple[str, ...], bool]] = []
    for section in kind.form.sections:
        for item in section.items:
            inner = item.items if isinstance(item, Rows) else (item,)
            start = item.path if isinstance(item, Rows) else ()
            for each in inner:
                if isinstance(each, fields.Translated):
                    found += [((*start, *one.path), False) for one in each.inputs()]
                elif each.look is not Look.HIDDEN:
                    found.append(((*start, *each.path), each.path == ("value",)))
    return found


def _input_path(kind: Kind, path: Path) -> Path:
    """Return the path of the input for a problem: the one named, else its source."""
    if not path:
        path = ("sources",)
    plain = _plain(path)
    known = _inputs(kind)
    if any(each == plain for each, _is_id in known):
        return path
    for last in ("source", "value"):
        if any(each == (*plain, last) for each, _is_id in known):
            return path if last == "value" else (*path, last)
    return path


def _anchor(kind: Kind, path: Path) -> str:
    plain = _plain(path)
    exact = "-".join(map(str, path))
    for each, is_id in _inputs(kind):
        if each == plain:
            return exact
        if each[: len(plain)] == plain:
            rest = each[len(plain) :]
            is_in_row = any(isinstance(step, int) for step in path)
            needs_row = is_id or _is_list(kind, plain)
            middle = [] if is_in_row or not needs_row else ["0"]
            return "-".join([exact, *middle, *rest])
    return exact


def _is_list(kind: Kind, plain: tuple[str, ...]) -> bool:
    return any(
        isinstance(item, Rows) and item.path == plain
        for section in kind.form.sections
        for item in section.items
    )


def label_of(kind: Kind, path: Path) -> str:
    """Say what a path of the document is: 'Dates 2, Day', 'Title (nl)'."""
    labels = kind.form.labels()
    plain = _plain(path) or ("sources",)
    language = ""
    if plain[-1] in LANGUAGES:
        language, plain = plain[-1], plain[:-1]
    words = []
    first = next(
        (labels[plain[:end]] for end in range(1, len(plain) + 1) if plain[:end] in labels), ""
    )
    last = labels.get(plain, "")
    number = next((step for step in path if isinstance(step, int)), None)
    if first:
        words.append(f"{first} {number + 1}" if number is not None else str(first))
    if last and last != first:
        words.append(str(last))
    if not words:
        inner = [label for known, label in labels.items() if known[: len(plain)] == plain]
        words.append(str(inner[0]) if inner else plain[0])
    text = ", ".join(words)
    return f"{text} ({language_name(language, page_language())})" if language else text


# --- Two versions beside each other ---------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str
    lang: str


def differences(kind: Kind, before: Document, after: Document) -> tuple[Difference, ...]:
    """Return field by field what differs between two documents."""
    lists = fields.Lists(after)
    was, now = dict(_leaves(before)), dict(_leaves(after))
    paths = list(dict.fromkeys([*now, *was]))
    found = []
    for path in paths:
        if was.get(path) == now.get(path) or path[-1:] == ("id",):
            continue
        choices = _choices_of(kind, path)
        found.append(
            Difference(
                label_of(kind, path),
                _in_words(lists, choices, was.get(path)),
                _in_words(lists, choices, now.get(path)),
                str(path[-1]) if path[-1] in LANGUAGES else "",
            )
        )
    return tuple(found)


def _leaves(value: Any, path: Path = ()) -> Iterable[tuple[Path, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, name))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, inner in enumerate(value):
            yield from _leaves(inner, (*path, number))
    else:
        yield path, value


def _choices_of(kind: Kind, path: Path) -> fields.Choices | None:
    plain = _plain(path)
    for section in kind.form.sections:
        for item in section.items:
            inner = item.items if isinstance(item, Rows) else (item,)
            start = item.path if isinstance(item, Rows) else ()
            for each in inner:
                if isinstance(each, fields.Input) and (
                    (*start, *each.path) == plain or (each.path == ("value",) and start == plain)
                ):
                    return each.choices
    return None


def _in_words(lists: fields.Lists, choices: fields.Choices | None, value: Any) -> str:
    if value is None:
        return ""
    if value is True:
        return _("yes")
    if value is False:
        return _("no")
    if isinstance(value, list):
        return "\n".join(lists.name_of(choices, str(each)) for each in value)
    return lists.name_of(choices, str(value))


def seats_in(document: Document | None) -> int | None:
    """Return the number of seats that a document gives a place."""
    number = ((document or {}).get("seats") or {}).get("number", "")
    return int(number) if isinstance(number, str) and number.isdigit() else None


def language_of(asked: str) -> str:
    return asked if asked in LANGUAGES else FIRST
