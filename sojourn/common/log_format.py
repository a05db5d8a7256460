"""Writes errors without what people typed: their type, where, and no value that they carry.

The message of an error may hold an address or a name: that of a database says which value was
there already, that of a form what was typed. So it is written for mistakes of ours alone.
"""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any

from django.core.exceptions import FieldError, ImproperlyConfigured
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from pythonjsonlogger.json import JsonFormatter

# Their messages speak of code: names of functions, arguments, templates, settings.
OF_OUR_MAKING = (
    AttributeError,
    FieldError,
    ImportError,
    ImproperlyConfigured,
    NameError,
    NotImplementedError,
    TemplateDoesNotExist,
    TemplateSyntaxError,
    TypeError,
)
ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def without_values(error: BaseException) -> str:
    """Return the traceback, with causes, and of each error what cannot name a person."""
    parts = []
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        frames = "".join(traceback.format_tb(each.__traceback__))
        parts.append(f"Traceback (most recent call last):\n{frames}{_said(each)}")
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return "\n\nThe above came from, or while handling:\n\n".join(parts)


def _said(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, OF_OUR_MAKING):
        return f"{kind}: {error}"
    diagnosis = getattr(error, "diag", None)  # psycopg: which rule, without the values
    where = [
        f"{name} {value}"
        for name in ("table", "column", "constraint")
        if (value := getattr(diagnosis, f"{name}_name", None))
    ]
    code = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    return " ".join([kind, *([str(code)] if code else []), *where])


class TextFormatter(logging.Formatter):
    def formatException(self, ei: Any) -> str:  # noqa: N802 (the interface of logging)
        return without_values(ei[1]) if ei[1] else ""


class QuietJsonFormatter(JsonFormatter):
    def formatException(self, ei: Any) -> str:  # noqa: N802
        return without_values(ei[1]) if ei[1] else ""


class OneLineFilter(logging.Filter):
    """A request that is refused for its form, such as an unknown host, is no error of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security"):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.msg, record.args = "a request was refused: %s", (record.name.rsplit(".", 1)[1],)
            record.exc_info = record.exc_text = None
            vars(record).pop("request", None)  # would be shown with its query
        return True
