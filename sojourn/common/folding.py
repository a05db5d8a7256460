"""Search and order as readers expect, on both databases: é is e, ø is o, ł is l, case is nothing.

    rows = with_words(rows, "muller o'brien", "student__first_name", "student__last_name")
    rows.order_by("student__last_name__as_name")      Åkesson under A; van der Meer under M in Dutch

It folds as the search of the public pages does. SQLite calls the function here, PostgreSQL has it
as an expression, without an extension.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any, TypeVar

from django.db.backends.signals import connection_created
from django.db.models import CharField, Q, QuerySet, TextField, Transform

from sojourn.common.languages import page_language

Rows = TypeVar("Rows", bound=QuerySet[Any])

MOST_WORDS = 12
# One letter for one, and signs that go.
_LETTERS, _PLAIN = "øłıđðħŧØŁĐÐĦŦ", "oliddhtolddht"
_GONE = "'’‘ʼ`´ʻ"
_PAIRS = {"æ": "ae", "œ": "oe", "ß": "ss", "þ": "th", "Æ": "ae", "Œ": "oe", "ẞ": "ss", "Þ": "th"}
_MARKS = r"[\u0300-\u036f]"
# Before a family name in Dutch; the name itself comes first in a list.
_BEFORE = (
    r"^((van|von|vom|zu|de|der|den|het|t|ten|ter|te|in|op|aan|onder|over|uit|bij|la|le|les|du"
    r"|des|del|della|di|da|dos|el|al) +)+"
)
_ONE_FOR_ONE = str.maketrans(_LETTERS, _PLAIN, _GONE)


@lru_cache(maxsize=20_000)
def fold(text: str | None) -> str:
    """Return a text in small plain letters, without marks and apostrophes."""
    apart = re.sub(_MARKS, "", unicodedata.normalize("NFKD", text or ""))
    bare = apart.translate(_ONE_FOR_ONE)
    for letter, pair in _PAIRS.items():
        bare = bare.replace(letter, pair)
    return bare.lower()


@lru_cache(maxsize=20_000)
def as_name(text: str | None) -> str:
    """Return what a name in Dutch is sorted by."""
    folded = fold(text)
    return re.sub(_BEFORE, "", folded) or folded


def with_words(rows: Rows, text: str, *fields: str) -> Rows:
    """Narrow to the rows in which each word is found in one of the fields at least."""
    for word in fold(text).split()[:MOST_WORDS]:
        in_any = Q()
        for field in fields:
            in_any |= Q(**{f"{field}__folded__contains": word})
        rows = rows.filter(in_any)
    return rows


def by_name(person: str) -> tuple[str, str]:
    """Return the fields by which people are sorted, those of a relation such as "owner"."""
    return f"{person}__last_name__as_name", f"{person}__first_name__as_name"


class Folded(Transform):
    """The field in small plain letters."""

    lookup_name = "folded"
    function = "sojourn_fold"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template=_postgresql(), **context)


class AsName(Transform):
    """What a name is sorted by in the language of the page."""

    lookup_name = "as_name"

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **context: Any
    ) -> Any:
        function = "sojourn_as_name" if page_language() == "nl" else "sojourn_fold"
        return super().as_sql(compiler, connection, function=function, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = _postgresql()
        if page_language() == "nl":
            template = f"regexp_replace({template}, '{_BEFORE}', '')"
        return super().as_sql(compiler, connection, template=template, **context)


def _postgresql() -> str:
    bare = f"regexp_replace(normalize(%(expressions)s, NFKD), '{_MARKS}', '', 'g')"
    gone = _GONE.replace("'", "''")
    bare = f"translate({bare}, '{_LETTERS}{gone}', '{_PLAIN}')"
    for letter, pair in _PAIRS.items():
        bare = f"replace({bare}, '{letter}', '{pair}')"
    return f"lower({bare})"


for _field in (CharField, TextField):
    _field.register_lookup(Folded)
    _field.register_lookup(AsName)


def _teach_sqlite(connection: Any, **_signal: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function("sojourn_fold", 1, fold, deterministic=True)
        connection.connection.create_function("sojourn_as_name", 1, as_name, deterministic=True)


connection_created.connect(_teach_sqlite, dispatch_uid="sojourn.common.folding")
