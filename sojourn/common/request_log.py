"""Writes one line a request, with an id that the visitor can name, and without personal data.

What is written: when, method, path or route, status, milliseconds, bytes, request id. What is
never written: the query (what somebody searched for is theirs), the address, the browser, the
account, and the path of pages whose path is a secret (a password reset link).
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from sojourn.common.view_marks import is_public_page, marks_of

logger = logging.getLogger("sojourn.request")
errors = logging.getLogger("sojourn.error")

REQUEST_ID_HEADER = "X-Request-ID"
LONGEST_LOGGED_PATH = 200

_request_id: ContextVar[str] = ContextVar("request_id", default="")
# A proxy may hand in its own id, if it is one: nothing that could forge a second line, fill the
# disk, or carry a name.
_SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)


def current_request_id() -> str:
    """Return the id of the request being answered, or an empty string outside of one."""
    return _request_id.get()


class RequestIdFilter(logging.Filter):
    """Gives every log record the id of the request in which it was written."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _request_id.get()
        return True


class RequestLogMiddleware:
    """The outermost middleware: it sees every answer, those from the page cache included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        # The only place that sees both an error in a view and one in another middleware.
        got_request_exception.connect(
            log_unexpected_error, dispatch_uid="sojourn.common.request_log"
        )

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        request_id = request.headers.get(REQUEST_ID_HEADER, "")
        if not _SANE_REQUEST_ID.fullmatch(request_id):
            request_id = secrets.token_hex(8)
        token = _request_id.set(request_id)
        try:
            response = self.get_response(request)
            response.headers[REQUEST_ID_HEADER] = request_id
            if logger.isEnabledFor(logging.INFO):
                logger.info(_line(request, response, request_id, time.perf_counter() - started))
            return response
        finally:
            _request_id.reset(token)


def log_unexpected_error(
    sender: object = None, request: HttpRequest | None = None, **_: object
) -> None:
    """Write the traceback of the error being handled, under the id that the visitor was shown."""
    errors.error(
        "unexpected error in %s %s",
        request.method if request else "-",
        _loggable_path(request) if request else "-",
        exc_info=True,
    )


def _line(request: HttpRequest, response: HttpResponseBase, request_id: str, seconds: float) -> str:
    # Written by hand: the general JSON formatter costs more than a cached page does.
    match = request.resolver_match
    return json.dumps(
        {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "request_id": request_id,
            "method": request.method,
            "path": _loggable_path(request, response),
            "route": match.view_name if match else None,
            "status": response.status_code,
            "ms": round(seconds * 1000, 2),
            "bytes": _size(response),
        }
    )


def _loggable_path(request: HttpRequest, response: HttpResponseBase | None = None) -> str:
    """Return the path where the view allows it, otherwise the route."""
    match = request.resolver_match
    if match and not marks_of(match.func).is_path_logged:
        return "/" + match.route
    path = request.path
    if match or is_public_page(response) or path.startswith(settings.STATIC_URL):
        return path[:LONGEST_LOGGED_PATH]
    # No view was reached: what follows may be a mistyped key.
    parts = path.split("/", 3)
    if parts[3:] and parts[3]:
        parts[3] = "…"
    return "/".join(parts)[:LONGEST_LOGGED_PATH]


def _size(response: HttpResponseBase) -> int | None:
    if response.streaming:
        length = response.headers.get("Content-Length")
        return int(length) if length and length.isdigit() else None
    return len(getattr(response, "content", b""))
