"""The languages of the site, and texts in several of them.

`settings.LANGUAGES` names them; the first one is what a text falls back to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

LANGUAGES: tuple[str, ...] = tuple(code for code, _name in settings.LANGUAGES)
FIRST: str = LANGUAGES[0]
# Content must be written in these; in the others it may be missing.
REQUIRED: tuple[str, ...] = tuple(settings.REQUIRED_LANGUAGES)
# Characters of a column that holds a code: what BCP 47 says is enough for every language.
CODE_LENGTH = 35


def language_choices() -> list[tuple[str, str]]:
    """Return the languages to choose from; a function, so that no migration names them."""
    return list(settings.LANGUAGES)


def first_language() -> str:
    """Return the language that holds where nobody has chosen one."""
    return FIRST


@lru_cache(maxsize=64)
def site_language(code: str) -> str | None:
    """Return the site's language for a code such as `nl-BE`, if it has one."""
    code = code.lower()
    return next((one for one in (code, code.partition("-")[0]) if one in LANGUAGES), None)


def known_language(code: str | None) -> str:
    """Return the site's language for a code; the first one where there is none."""
    return site_language(code or "") or FIRST


def page_language() -> str:
    """Return the one of the site's languages in which this page is."""
    return known_language(get_language())


@lru_cache(maxsize=64)
def locale(language: str) -> Locale:
    """Return what CLDR knows of a language, or of the one that it is a variant of."""
    try:
        return Locale.parse(language, sep="-")
    except UnknownLocaleError:
        return Locale.parse(language.partition("-")[0])


class BorrowedText(str):
    """A text in another language than was asked for, because it was not written in that one.

    On a page it is an element that names its language. Where there is no place for an element, in
    an attribute or a title, the filter `plain` leaves only the text.
    """

    __slots__ = ("language",)
    language: str

    @classmethod
    def of(cls, text: str, language: str) -> BorrowedText:
        made = cls(text)
        made.language = language
        return made

    def __str__(self) -> str:
        return self

    @property
    def plain(self) -> str:
        return str.__str__(self)

    def __html__(self) -> str:
        # Without quotes it would not break an attribute that it got into by mistake.
        return format_html("<span lang={}>{}</span>", self.language, self.plain)


class JoinedText(str):
    """Texts in one line, some of which may be in another language than the page."""

    __slots__ = ("pieces", "separator")
    separator: str
    pieces: tuple[str, ...]

    @classmethod
    def of(cls, separator: str, pieces: tuple[str, ...]) -> JoinedText:
        made = cls(separator.join(plain(one) for one in pieces))
        made.separator, made.pieces = separator, pieces
        return made

    def __str__(self) -> str:
        return self

    @property
    def plain(self) -> str:
        return str.__str__(self)

    def __html__(self) -> str:
        return format_html_join(self.separator, "{}", ((one,) for one in self.pieces))


def plain(text: object) -> str:
    """Return a text without its mark of another language."""
    said = str(text)
    return said.plain if isinstance(said, BorrowedText | JoinedText) else said


class Text(Mapping[str, str]):
    """A text in every language of the site; as a string it is the one of the page."""

    __slots__ = ("_said",)

    def __init__(self, texts: Mapping[str, str | None] | None = None) -> None:
        found = texts or {}
        # By position: a catalogue has a million texts, and as dictionaries they would be large.
        self._said = tuple(found.get(language) or "" for language in LANGUAGES)

    @classmethod
    def from_columns(cls, *texts: str | None) -> Text:
        """Return the text of one column for each of the site's languages, in their order."""
        made = cls.__new__(cls)
        made._said = tuple(text or "" for text in texts)
        return made

    def map(self, change: Callable[[str], str]) -> Text:
        """Return the text with something done to it in each language."""
        return Text.from_columns(*map(change, self._said))

    def __getitem__(self, language: str) -> str:
        """Return the text as it was written in that language; empty where it was not."""
        return self._said[LANGUAGES.index(language)] if language in LANGUAGES else ""

    def __iter__(self) -> Iterator[str]:
        return iter(LANGUAGES)

    def __len__(self) -> int:
        return len(LANGUAGES)

    def __bool__(self) -> bool:
        return any(self._said)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Text):
            return self._said == other._said
        return super().__eq__(other)

    def __hash__(self) -> int:
        return hash(self._said)

    def __str__(self) -> str:
        return self.in_language(page_language())

    def __repr__(self) -> str:
        return f"Text({dict(self)!r})"

    def in_language(self, language: str) -> str:
        """Return the text in that language, or in the first one in which it was written."""
        if text := self[language]:
            return text
        for other, text in zip(LANGUAGES, self._said, strict=True):
            if text:
                return borrowed(text, other)
        return ""

    def stripped(self) -> Text:
        """Return the text without spaces around it, and without what no database takes."""
        return self.map(lambda text: text.replace("\0", "").strip())

    @property
    def missing(self) -> tuple[str, ...]:
        """The required languages in which it was not written."""
        return tuple(language for language in REQUIRED if not self[language].strip())


NOTHING = Text()


def in_language_of(text: str, piece: str) -> str:
    """Return a piece of a text with the mark that the text has, if it has one."""
    return borrowed(piece, text.language) if isinstance(text, BorrowedText) else piece


def joined(separator: str, pieces: Iterable[str]) -> str:
    """Join texts; on a page those in another language keep their mark."""
    return JoinedText.of(separator, tuple(pieces))


def borrowed(text: str, language: str) -> str:
    """Return a text, or a piece of a page, with the mark of its language."""
    if isinstance(text, SafeString):
        return format_html('<div lang="{}">{}</div>', language, text)
    return BorrowedText.of(text, language)


def in_every_language(make: Callable[[], object]) -> Text:
    """Return a text that a function makes in the language that is active then."""
    texts = {}
    for language in LANGUAGES:
        with override(language):
            text = str(make())
            texts[language] = "" if isinstance(text, BorrowedText) else text
    return Text(texts)


def language_name(code: str, language: str) -> str:
    """Return the language's name within a sentence; of a variant also what sets it apart."""
    code, _, variant = code.lower().partition("-")
    known = locale(language)
    name = str(known.languages.get(code, code))
    if not variant:
        return name
    kind = known.scripts.get(variant.title()) or known.territories.get(variant.upper(), variant)
    return f"{name} ({kind})"


def language_title(code: str) -> str:
    """Return the language's name on this page, as written by itself."""
    name = language_name(code, page_language())
    return name[:1].upper() + name[1:]
