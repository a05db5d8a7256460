"""What stands in a cell of a registrar's file: a student number, a number, nothing, an error."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sojourn.people.student_numbers import normal_number

PLACES = Decimal("0.001")  # what a measured value keeps
_LONGEST = 40
_EXCEL_TEXT = re.compile(r'=\s*"([^"]*)"')
_ERROR = re.compile(r"#[^\W\d_/]+(/[\w]+)?[!?]?|Err:[0-9]{3}", re.IGNORECASE)
_NO_VALUE = {
    *("", "nvt", "na", "nb", "nnb", "ntb", "tbd", "null", "nan", "none", "geen", "onbekend"),
    *("unknown", "leeg", "empty", "notapplicable", "nietvantoepassing", "?", "x"),
}
_UNIT = re.compile(r"(ects|ecs|ec|credits?|studiepunten|sp|pts?)\.?$", re.IGNORECASE)
_PLAIN = re.compile(r"-?(\d+[.,]?|\d*[.,]\d+)")


@dataclass(frozen=True)
class Number:
    """A number in a cell, with the other way in which it can be read if there is one."""

    value: Decimal
    other: Decimal | None = None
    has_comma: bool = False


def plain(text: str) -> str:
    """Return a cell without what nobody sees, nor the tricks that keep a number as text."""
    normal = unicodedata.normalize("NFKC", text)
    seen = "".join(
        letter if unicodedata.category(letter) not in ("Cf", "Cc") else " " * (letter in "\t\r\n")
        for letter in normal
    )
    seen = " ".join(seen.split())
    trick = _EXCEL_TEXT.fullmatch(seen)
    return (trick[1] if trick else seen.removeprefix("'")).strip()


def is_formula(text: str) -> bool:
    """Tell whether a plain cell of a text file holds a formula."""
    return text.startswith("=")


def is_error(text: str) -> bool:
    """Tell whether a plain cell shows the error of a spreadsheet, in English or in Dutch."""
    return bool(_ERROR.fullmatch(text))


def is_no_value(text: str) -> bool:
    """Tell whether a plain cell says that there is no value."""
    letters = re.sub(r"[\s.\-–—−_/*()]", "", text).lower()
    return letters in _NO_VALUE


def student_number(text: str) -> str:
    """Return the number in a plain cell, such as `#s9900003`; empty where there is none."""
    bare = re.sub(r"[.,]0{1,2}$", "", text.strip("# "))
    if re.fullmatch(r"[0-9]{1,3}([., ][0-9]{3})+", bare):  # with separators of thousands
        bare = re.sub("[., ]", "", bare)
    return normal_number(bare)


def number(text: str) -> Number | None:
    """Return the number in a plain cell, however it is written; None where there is none."""
    bare = _UNIT.sub("", text).strip().replace("−", "-").removeprefix("+")
    bare = re.sub(r"\s", "", bare)
    if len(bare) > _LONGEST:
        return None
    if _PLAIN.fullmatch(bare):
        value = Decimal(bare.replace(",", "."))
        thousands = re.fullmatch(r"-?[1-9]\d{0,2}[.,]\d{3}", bare)
        other = Decimal(re.sub(r"[.,]", "", bare)) if thousands else None
        return Number(value, other, "," in bare)
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?|-?\d{1,3}('\d{3})+(,\d+)?", bare):
        return Number(Decimal(re.sub(r"[.']", "", bare).replace(",", ".")), None, "," in bare)
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?|-?\d{1,3}('\d{3})+(\.\d+)?", bare):
        return Number(Decimal(re.sub(r"[,']", "", bare)))
    return None


def rounded(value: Decimal) -> Decimal:
    """Round to the places that a value of a criterion has."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -3:
        value = value.quantize(PLACES, ROUND_HALF_UP)
        return value.normalize() if value != value.to_integral() else value.to_integral()
    return value
