"""What a single field of an edition may hold: texts, addresses, numbers, days and codes.

Text is plain unless its type says Markdown; neither may hold HTML, and links lead to http(s)
addresses or to pages of this site.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Annotated
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from sojourn.catalogue.choices import Level, OneOf
from sojourn.common.languages import language_name, page_language
from sojourn.engines.language import CEFR_LEVELS

SCHEMA_VERSION = 1
EARLIEST = dt.date(1990, 1, 1)
LATEST = dt.date(2100, 1, 1)

_HTML = re.compile(r"<[A-Za-z/!?]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_LINK_TARGET = re.compile(
    r"\]\(\s*<?([^)\s>]*)|^[ \t>*+0-9.)-]{0,20}\[[^\]\n]{1,200}\]:\s*<?(\S*)", re.MULTILINE
)
_PICTURE = re.compile(r"!\[")
_MONTH = re.compile(r"^(0[1-9]|1[0-2])$")
_ISO_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def wrong(message: str, expected: str, row: int = 0) -> PydanticCustomError:
    """Return an error of ours, with what was expected, and how far down a long text it is."""
    return PydanticCustomError(
        "edition", "{what}", {"what": message, "expected": expected, "row": row}
    )


def english_name(language: str) -> str:
    """Return a language's name as the messages of `sojourn check` say it."""
    return language_name(language, "en")


def name_of_language(language: str) -> str:
    """Return a language's name as whoever is told of a problem reads it."""
    return language_name(language, page_language())


def _row(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.start())


def refuse_html(text: str) -> str:
    if found := _HTML.search(text):
        shown = text[found.start() : found.start() + 12]
        raise wrong(
            _("HTML is not allowed here (found %(shown)s)") % {"shown": repr(shown)},
            _("text without tags"),
            _row(text, found),
        )
    if found := _CONTROL.search(text):
        raise wrong(
            _("there is an invisible control character in this text"), _("readable characters"),
            _row(text, found),
        )  # fmt: skip
    return text


def refuse_line_break(text: str) -> str:
    if "\n" in text:
        raise wrong(_("this text has more than one line"), _("one line"))
    return text


def is_safe_link(target: str) -> bool:
    """Whether a link leads to a web page, or to a page of this site."""
    if target.startswith(("#", "/")):
        return not target.startswith("//") and "\\" not in target
    try:
        parts = urlsplit(target)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def check_links(text: str) -> str:
    if found := _PICTURE.search(text):
        raise wrong(
            _("pictures are not allowed in this text"), _("words and links"), _row(text, found)
        )
    for found in _LINK_TARGET.finditer(text):
        target = found[1] if found[1] is not None else found[2]
        if not is_safe_link(target):
            raise wrong(
                _("the link %(link)s leads nowhere allowed") % {"link": repr(target[:60])},
                _("an address that begins with https://, http://, or / for a page of this site"),
                _row(text, found),
            )
    return text


def check_web_address(address: str) -> str:
    if address.startswith(("/", "#")) or not is_safe_link(address) or re.search(r"\s", address):
        raise wrong(
            _("%(address)s is not a web address") % {"address": repr(address[:60])},
            _("an address such as https://ki.se"),
        )
    return address


Slug = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$"),
    Field(description="Small letters, digits and single hyphens; stable for ever"),
]
Reference = Annotated[Slug, Field(description="The id of an entry elsewhere in the edition")]
Word = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80),
    AfterValidator(refuse_html),
    AfterValidator(refuse_line_break),
]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(refuse_html),
    AfterValidator(refuse_line_break),
]
Sentence = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    AfterValidator(refuse_html),
]
SummaryLine = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(refuse_html),
]
Paragraph = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    AfterValidator(refuse_html),
]
Markdown = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=8000),
    AfterValidator(refuse_html),
    AfterValidator(check_links),
    Field(description="Markdown, without HTML"),
]
GuideText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40_000),
    AfterValidator(refuse_html),
    AfterValidator(check_links),
]
WebAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=190),
    AfterValidator(check_web_address),
    Field(json_schema_extra={"format": "uri"}),
]
LongWebAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    AfterValidator(check_web_address),
    Field(json_schema_extra={"format": "uri"}),
]
MailAddress = Annotated[
    str, StringConstraints(max_length=200, pattern=r"^[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\".]+$")
]
Telephone = Annotated[str, StringConstraints(max_length=40, pattern=r"^\+?[0-9 ()./-]{3,40}$")]


def check_day(day: dt.date) -> dt.date:
    if not EARLIEST <= day <= LATEST:
        raise wrong(
            _("%(day)s is too far away") % {"day": day},
            _("a day between %(first)d and %(last)d")
            % {"first": EARLIEST.year, "last": LATEST.year},
        )
    return day


def read_day(value: object) -> object:
    """Only the written form of a day: a bare number would otherwise count as seconds since 1970."""
    if isinstance(value, str) and not _ISO_DAY.match(value):
        raise wrong(
            _("%(value)s is not a day") % {"value": repr(value[:40])}, _("a day such as 2027-02-05")
        )
    return value


def read_time(value: object) -> object:
    if isinstance(value, str) and not re.match(r"^\d{2}:\d{2}$", value):
        raise wrong(
            _("%(value)s is not a time") % {"value": repr(value[:40])},
            _('a time such as "14:00"'),
        )
    return value


def read_spaces(value: object) -> object:
    """Take spaces that do not break for plain ones, as lists on the web and in PDFs have them."""
    return re.sub("[\u00a0\u2007\u202f]", " ", value) if isinstance(value, str) else value


def check_day_or_month(value: str) -> str:
    if _MONTH.match(value):
        return value
    try:
        check_day(dt.date.fromisoformat(value if _ISO_DAY.match(value) else ""))
    except ValueError:
        raise wrong(
            _("%(value)s is neither a day nor a month") % {"value": repr(value)},
            _('a day "2027-08-30" or a month "09"'),
        ) from None
    return value


Day = Annotated[
    dt.date,
    BeforeValidator(read_day),
    AfterValidator(check_day),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
]
Clock = Annotated[
    dt.time,
    BeforeValidator(read_time),
    WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}),
]
Month = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])$")]
DayOrMonth = Annotated[
    str,
    StringConstraints(max_length=10),
    AfterValidator(check_day_or_month),
    Field(json_schema_extra={"pattern": r"^(\d{4}-\d{2}-\d{2}|0[1-9]|1[0-2])$"}),
]
Year = Annotated[int, Field(ge=1990, le=2100)]
YearOfStudy = Annotated[int, Field(ge=1, le=8)]
Ects = Annotated[
    Decimal,
    Field(ge=0, le=400, max_digits=5, decimal_places=1),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 400}),
]
Amount = Annotated[
    Decimal,
    Field(ge=0, le=1_000_000, max_digits=10, decimal_places=2),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1_000_000}),
]
Count = Annotated[int, Field(ge=0, le=30_000)]
WeekCount = Annotated[int, Field(ge=1, le=260)]
Rating = Annotated[int, Field(ge=1, le=5)]
Region = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$"),
    Field(description="ISO 3166-2, such as ID-SN"),
]
Country = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{2}$"),
    Field(description="ISO 3166-1 alpha-2, such as SE"),
]
LanguageCode = Annotated[
    str, StringConstraints(pattern=r"^[a-z]{2,3}$"), Field(description="ISO 639, such as sv")
]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
IscedF = Annotated[
    str,
    StringConstraints(pattern=r"^\d{2,4}$"),
    Field(description='ISCED-F 2013, between quotes: "0912"'),
]
# As the list of the European Commission has them: the country with one to three letters, then up to
# nine characters for the town, hyphens and apostrophes among them, and a number.
ErasmusCode = Annotated[
    str,
    BeforeValidator(read_spaces),
    StringConstraints(
        strip_whitespace=True, max_length=20, pattern=r"^[A-Z]{1,3} *[A-Z][A-Z'’. -]*[0-9]{1,4}$"
    ),
]
ProgrammeLevel = Annotated[str, OneOf(Level, but=[Level.BOTH])]
AnyLevel = Annotated[str, OneOf(Level)]
Cefr = Annotated[str, OneOf(CEFR_LEVELS)]
References = Annotated[list[Reference], Field(max_length=60)]
Sources = Annotated[list[Reference], Field(max_length=20, description="Ids of sources.yaml")]
