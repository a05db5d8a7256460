"""Which column of a registrar's file is which: found by its name, remembered, or chosen by hand."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sojourn.common.translated_fields import text_of
from sojourn.engines.files.tables import Table
from sojourn.selection.models import ColumnName, Criterion
from sojourn.selection.value_cells import plain

STUDENT_NUMBER = "#"  # no criterion can be called so
HEADER_LINES = 20  # among so many lines the names of the columns are looked for

# Names as systems write them, folded: with commas between them.
_NUMBER_NAMES = """student number, studentnumber, studentnummer, student nummer, student nr,
    studentnr, student no, student id, studentid, student identification number, orgdefinedid,
    org defined id, id number, idnumber, sis id, sis user id, stamnummer, matriculation number,
    matriculation no, student identifier, numero d etudiant, numero etudiant, matrikelnummer,
    matricule, registration number, university id"""
# These are taken where no other is there.
_WEAK_NUMBER_NAMES = "number, nummer, nr, no, id"
_KIND_NAMES = {
    "grades": """grade, grades, cijfer, cijfers, gemiddelde, gemiddeld cijfer, gemiddelde cijfer,
        cijfergemiddelde, average, average grade, grade average, mean, mean grade,
        gewogen gemiddelde, weighted average, gemiddeld resultaat, eindcijfer, eindresultaat,
        final grade, note, noten, durchschnitt, durchschnittsnote, moyenne""",
    "ects": """ects, ec, ecs, ec s, ects credits, ects punten, ec punten, studiepunten, credits,
        credit points, behaalde ec, behaalde ects, behaalde studiepunten, ec behaald,
        ects behaald, studiepunten behaald, earned credits, credits earned, ects earned,
        earned ects, punten, leistungspunkte""",
}


@dataclass(frozen=True)
class ColumnChoice:
    """What somebody chose by hand: the table, the line of the names, and the columns."""

    table: int
    header: int
    """From 0."""
    meanings: Mapping[int, str]
    """`STUDENT_NUMBER` or the code of a criterion, by column."""


@dataclass(frozen=True)
class Layout:
    """Where in which table the columns are."""

    table: int
    header: int
    titles: tuple[str, ...]
    meanings: dict[int, str]
    doubles: tuple[str, ...] = ()
    """Titles of which there are two, so that nobody can know which is meant."""
    suggestions: tuple[tuple[str, str], ...] = ()
    """A title that was not read, and the name that it may be meant for."""

    @property
    def number_column(self) -> int | None:
        return next((at for at, what in self.meanings.items() if what == STUDENT_NUMBER), None)

    @property
    def is_complete(self) -> bool:
        return self.number_column is not None and len(self.meanings) > 1 and not self.doubles


class _Names:
    """The names by which a column is known in one round, from the strongest on."""

    def __init__(self, criteria: Sequence[Criterion]) -> None:
        own: dict[str, str] = {}
        usual = dict.fromkeys(_listed(_WEAK_NUMBER_NAMES), STUDENT_NUMBER)
        for criterion in criteria:
            for name in (criterion.code, *filter(None, text_of(criterion, "name").values())):
                own[folded(name)] = criterion.code
            if sum(each.kind == criterion.kind for each in criteria) == 1:
                usual |= dict.fromkeys(_listed(_KIND_NAMES.get(criterion.kind, "")), criterion.code)
        codes = {STUDENT_NUMBER, *(each.code for each in criteria)}
        remembered = {
            title: meaning
            for title, meaning in ColumnName.objects.values_list("title", "meaning")
            if meaning in codes
        }
        own |= dict.fromkeys(_listed(_NUMBER_NAMES), STUDENT_NUMBER)
        self.levels = (remembered, own, usual)

    def meaning(self, title: str) -> tuple[str, int]:
        """Return what a column of that title is, and how weak the name is."""
        for form in forms_of(title):
            for level, names in enumerate(self.levels):
                if form in names:
                    return names[form], level
        return "", 0

    def like(self, title: str) -> str:
        """Return the known name that a title nearly is."""
        for names in self.levels[1:]:
            if near := difflib.get_close_matches(folded(title), names, 1, 0.74):
                return near[0]
        return ""


def find_layout(
    tables: Sequence[Table], criteria: Sequence[Criterion], chosen: ColumnChoice | None = None
) -> Layout:
    """Find the table and the line that name the columns: what is visible first."""
    names = _Names(criteria)
    if chosen is not None and 0 <= chosen.table < len(tables):
        titles = _titles(tables[chosen.table].rows, chosen.header)
        return Layout(chosen.table, chosen.header, titles, dict(chosen.meanings))
    order = sorted(range(len(tables)), key=lambda number: tables[number].is_hidden)
    found = [
        _line(names, number, line, tables[number].rows)
        for number in order
        for line in range(min(HEADER_LINES, len(tables[number].rows)))
    ]
    complete = [each for each in found if _names_both(each)]
    if complete:
        first = complete[0].table
        return max(
            (each for each in complete if each.table == first),
            key=lambda each: len(set(each.meanings.values())),
        )
    # Nothing is complete: show the line that knows most, or else the fullest.
    return max(
        found,
        key=lambda each: (len(each.meanings), len([title for title in each.titles if title])),
        default=Layout(order[0] if order else 0, 0, (), {}),
    )


def look_at(
    tables: Sequence[Table], criteria: Sequence[Criterion], table: int, header: int
) -> Layout:
    """Find the columns by their names in one line of one table."""
    return _line(_Names(criteria), table, header, tables[table].rows)


def remember(layout: Layout) -> None:
    """Remember what somebody chose by hand, for the next file with such names."""
    for column, title in enumerate(layout.titles):
        name = folded(title)
        meaning = layout.meanings.get(column)
        if not name:
            continue
        if meaning:
            ColumnName.objects.update_or_create(title=name[:200], defaults={"meaning": meaning})
        else:
            ColumnName.objects.filter(title=name[:200]).delete()


def has_columns(table: Table, criteria: Sequence[Criterion]) -> bool:
    """Tell whether a table names a student number and a criterion."""
    names = _Names(criteria)
    lines = range(min(HEADER_LINES, len(table.rows)))
    return any(_names_both(_line(names, 0, line, table.rows)) for line in lines)


def folded(title: str) -> str:
    """Return a name without case, accents and punctuation, to compare it."""
    apart = unicodedata.normalize("NFKD", plain(title).casefold().replace("#", " nr "))
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w]|_", " ", bare).split())


def forms_of(title: str) -> Iterable[str]:
    """Return a name as it is, then without what systems put behind it."""
    yield folded(title)
    # Brightspace: "grades Points Grade <Numeric MaxPoints:10>". Others: "Grades (1-10)".
    yield folded(re.sub(r"\s+points grade\b.*$", "", plain(title), flags=re.IGNORECASE))
    yield folded(re.sub(r"[(\[<{].*$", "", plain(title)))


def _listed(names: str) -> list[str]:
    return [" ".join(name.split()) for name in names.split(",") if name.strip()]


def _line(names: _Names, table: int, line: int, rows: Sequence[Sequence[str]]) -> Layout:
    titles = _titles(rows, line)
    known: dict[str, list[tuple[int, int]]] = {}
    for column, title in enumerate(titles):
        meaning, level = names.meaning(title)
        if meaning:
            known.setdefault(meaning, []).append((level, column))
    meanings: dict[int, str] = {}
    doubles: list[str] = []
    for meaning, columns in known.items():
        strongest = min(level for level, _column in columns)
        best = [column for level, column in columns if level == strongest]
        meanings[best[0]] = meaning
        if len(best) > 1:
            doubles.append(titles[best[1]])
    suggestions = tuple(
        (title, like)
        for column, title in enumerate(titles)
        if column not in meanings and len(folded(title)) > 3 and (like := names.like(title))
        if names.meaning(like)[0] not in known
    )
    return Layout(table, line, titles, meanings, tuple(doubles), suggestions)


def _titles(rows: Sequence[Sequence[str]], line: int) -> tuple[str, ...]:
    return tuple(plain(cell) for cell in rows[line]) if 0 <= line < len(rows) else ()


def _names_both(layout: Layout) -> bool:
    return layout.number_column is not None and len(set(layout.meanings.values())) > 1
