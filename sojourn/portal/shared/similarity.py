"""Similarity between courses as a page shows it: a word for how sure, and the reasons to open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sojourn.catalogue.similarity.service import similarity_table
from sojourn.catalogue.similarity.table import Equivalent, SimilarityTable
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Course, Precedent, Records
from sojourn.common.languages import borrowed, page_language
from sojourn.engines.similarity.certainty import Certainty
from sojourn.engines.similarity.reasons import Agreement, Marked, MarkedVersion, Reasons, Shared
from sojourn.portal.shared import formatting, labels, urls

NAMED = 8  # shared words that a page lists; the marks in the texts show all


@dataclass(frozen=True)
class Sure:
    """How sure a similarity is: a word, and the kind of line that is drawn for it."""

    word: str
    line: str

    @property
    def drawn(self) -> SafeString:
        """The word with its line. A page shows a hundred of them, so it is no template."""
        return format_html(
            '<span class="sure {}"><svg viewBox="0 0 28 8" aria-hidden="true">'
            '<path d="M0 4H28"/></svg>{}</span>',
            self.line,
            self.word,
        )


@dataclass(frozen=True)
class Side:
    """One of the two courses with the shared words marked."""

    title: str
    href: str
    where: str
    heading: SafeString
    summary: SafeString
    outcomes: tuple[SafeString, ...]
    topics: tuple[SafeString, ...]


@dataclass(frozen=True)
class Why:
    """The reasons for one pair."""

    decisions: tuple[str, ...]
    decided_example: bool
    shared: tuple[str, ...]
    more_shared: int
    pairs: tuple[tuple[SafeString, SafeString], ...]
    facts: tuple[str, ...]
    sides: tuple[Side, Side]


@dataclass(frozen=True)
class Row:
    """A course that may stand for the one the page is about."""

    title: str
    href: str
    where: str
    sure: Sure
    why: SafeString | str


@dataclass(frozen=True)
class Equivalents:
    """The part of a course's page about courses like it."""

    rows: tuple[Row, ...]
    is_ready: bool
    by_words_alone: bool


def certainty(value: Certainty) -> Sure:
    words = {
        Certainty.RECOGNISED: _("Recognised before"),
        Certainty.VERY_SIMILAR: _("Very similar"),
        Certainty.PARTLY: _("Partly similar"),
        Certainty.WEAK: _("Slightly similar"),
    }
    return Sure(words[value], value.value)


def legend() -> tuple[Sure, ...]:
    return tuple(certainty(value) for value in Certainty)


def words_alone() -> str:
    return _(
        "On this server courses are compared by their words and not by their "
        "meaning, because a part of the program is missing or switched off. Similar "
        "courses may be missed."
    )


def place_of(records: Records, course: Course) -> str:
    institution = records.institutions[course.institution]
    return institution.short_name or str(institution.name)


def is_ready(snapshot: Snapshot) -> bool:
    """Whether every course of the snapshot has been compared with the others as it is now."""
    table = similarity_table(snapshot)
    return table is not None and table.records is snapshot.records and table.is_current


def equivalents(snapshot: Snapshot, course: Course) -> Equivalents:
    """Courses like this one, on the other side of the border."""
    table = similarity_table(snapshot)
    if table is None or not table.knows(course):
        return Equivalents((), False, False)
    records = snapshot.records
    rows = tuple(
        _row(snapshot, table, course, one)
        for one in table.equivalents(course.slug)
        if one.course in records.courses
    )
    return Equivalents(rows, True, not table.uses_meaning)


def _row(snapshot: Snapshot, table: SimilarityTable, course: Course, one: Equivalent) -> Row:
    records = snapshot.records
    other = records.courses[one.course]
    return Row(
        title=str(other.title),
        href=urls.course(other.slug),
        where=place_of(records, other),
        sure=certainty(one.certainty),
        why=why(snapshot, table, course, other, one.precedents),
    )


def marked(text: Marked, language: str) -> SafeString:
    """Return a text in that language with the shared words marked; every piece is escaped."""
    html = mark_safe(  # noqa: S308 (every piece is escaped here)
        "".join(
            f"<mark>{escape(piece.text)}</mark>" if piece.marked else escape(piece.text)
            for piece in text
        )
    )
    if language == page_language():
        return html
    return format_html('<span lang="{}">{}</span>', language, html)


def why(
    snapshot: Snapshot,
    table: SimilarityTable,
    ours: Course,
    theirs: Course,
    precedents: Iterable[Precedent] = (),
) -> SafeString | str:
    """Return the reasons in the page's language, made once for each snapshot; empty without any."""
    if not (table.knows(ours) and table.knows(theirs)):
        return ""

    def make() -> str:
        reasons = reasons_of(snapshot.records, table, ours, theirs, precedents)
        return (
            render_to_string("portal/catalogue/templates/similarity/why.html", {"why": reasons})
            if reasons
            else ""
        )

    pair = f"{ours.slug} {theirs.slug}"
    html = snapshot.fragments.get("why", pair, page_language(), make)
    return mark_safe(html)  # noqa: S308 (a template made it)


def reasons_of(
    records: Records,
    table: SimilarityTable,
    ours: Course,
    theirs: Course,
    precedents: Iterable[Precedent] = (),
) -> Why | None:
    found = table.reasons(ours.slug, theirs.slug, page_language())
    if found is None:
        return None
    decided = tuple(precedents)
    shared = tuple(dict.fromkeys(_shared(one) for one in found.shared))
    if found.ours.language == found.theirs.language != page_language():
        shared = tuple(borrowed(words, found.ours.language) for words in shared)
    return Why(
        decisions=tuple(_decision(one) for one in decided),
        decided_example=any(one.is_example for one in decided),
        shared=shared[:NAMED],
        more_shared=max(len(shared) - NAMED, 0),
        pairs=tuple(
            (
                marked(pair.ours, found.ours.language),
                marked(pair.theirs, found.theirs.language),
            )
            for pair in found.outcomes
        ),
        facts=_facts(found, ours, theirs),
        sides=(_side(records, ours, found.ours), _side(records, theirs, found.theirs)),
    )


def _side(records: Records, course: Course, version: MarkedVersion) -> Side:
    mark = partial(marked, language=version.language)
    return Side(
        title=str(course.title),
        href=urls.course(course.slug),
        where=place_of(records, course),
        heading=mark(version.title),
        summary=mark(version.summary),
        outcomes=tuple(map(mark, version.outcomes)),
        topics=tuple(map(mark, version.topics)),
    )


def _shared(one: Shared) -> str:
    """One word, or both where the texts say it differently."""
    ours, theirs = one.ours.casefold(), one.theirs.casefold()
    return ours if ours == theirs else f"{ours} / {theirs}"


def _decision(precedent: Precedent) -> str:
    if precedent.decided_by:
        return _("Recognised in %(year)s, decided by %(who)s") % {
            "year": precedent.year,
            "who": str(precedent.decided_by),
        }
    return _("Recognised in %(year)s") % {"year": precedent.year}


def _facts(found: Reasons, ours: Course, theirs: Course) -> tuple[str, ...]:
    return tuple(
        text
        for text in (
            _about_credits(found.ects, ours.ects, theirs.ects),
            _about_level(found.level, ours, theirs),
            _about_field(found.field),
        )
        if text
    )


def _about_credits(agreement: Agreement, ours: Decimal | None, theirs: Decimal | None) -> str:
    if agreement is Agreement.UNKNOWN:
        return _("Credits: not known for both, so not compared")
    both = {"ours": formatting.ects_points(ours), "theirs": formatting.ects_points(theirs)}
    if agreement is Agreement.SAME:
        return _("Credits: the same, %(ours)s") % both
    if agreement is Agreement.CLOSE:
        return _("Credits: close, %(ours)s and %(theirs)s") % both
    return _("Credits: different, %(ours)s and %(theirs)s") % both


def _about_level(agreement: Agreement, ours: Course, theirs: Course) -> str:
    if agreement is Agreement.UNKNOWN:
        return _("Level: not known for both, so not compared")
    both = {"ours": labels.level(ours.level), "theirs": labels.level(theirs.level)}
    if agreement is Agreement.SAME:
        return _("Level: the same, %(ours)s") % both
    return _("Level: different, %(ours)s and %(theirs)s") % both


def _about_field(agreement: Agreement) -> str:
    return {
        Agreement.SAME: _("Field of study (ISCED-F): the same"),
        Agreement.CLOSE: _("Field of study (ISCED-F): related"),
        Agreement.DIFFERENT: _("Field of study (ISCED-F): different"),
        Agreement.UNKNOWN: _("Field of study (ISCED-F): not known for both"),
    }[agreement]
