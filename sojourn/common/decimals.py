"""Numbers as people write them, in either language."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms

_SPACES = r"\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
_GROUPED = re.compile(rf"(\d{{1,3}}(?:([.,{_SPACES}])\d{{3}})(?:\2\d{{3}})*)(?:[.,](\d{{1,2}}))?")


def as_number(text: str) -> str:
    """Return what someone typed, as Python reads it: '€ 5.000' is 5000, '7,5' is 7.5."""
    text = text.strip().removeprefix("€").removesuffix("€").strip()
    if grouped := _GROUPED.fullmatch(text):
        return re.sub(r"\D", "", grouped[1]) + (f".{grouped[3]}" if grouped[3] else "")
    return text.replace(",", ".")


class PlainDecimalField(forms.DecimalField):
    """A number as people write it, in either language."""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # stubs: int
        return super().to_python(as_number(value) if isinstance(value, str) else value)
