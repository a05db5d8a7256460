"""Keeps whole public pages in memory and answers with them until the catalogue changes.

A page is kept inside the snapshot it was made from, so a new snapshot starts with none: nothing has
to be thrown away, and an edit cannot be missed. Kept are only answers of views marked
`@public_page`, to a GET without a session, that set no cookie and carry no token. Browsers may keep
a page but must ask each time (`no-cache`); the answer is then usually 304.

Memory is bounded by bytes. Pages with a query string have a part of their own, so that somebody
who asks for random ones cannot push out the pages that people read.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

import brotli  # type: ignore[import-untyped]
from django.conf import settings
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from sojourn.catalogue.snapshot.cache import ByteBoundedCache
from sojourn.catalogue.snapshot.service import NoCatalogue, current_snapshot_or_none
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.urls import is_api_path
from sojourn.common.view_marks import is_public_page, mark_public_page
from sojourn.portal.shared import errors

KEPT_SECONDS = 60  # a page may speak of the time, such as today's walk-in hour
BROTLI_QUALITY, GZIP_LEVEL = 5, 6
WORTH_COMPRESSING = 500  # bytes
LONGEST_QUERY = 2_000
CACHE_CONTROL = "private, no-cache"
# What belongs to one answer and not to the page.
NOT_KEPT = {"x-request-id", "date", "content-length", "set-cookie"}

Key = tuple[str, str, str, str, bool]


@dataclass(eq=False)
class KeptPage:
    """A page as it is sent, plain and compressed. Compressed when somebody first wants it so."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str
    made_at: float
    variants: dict[str, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        # Both compressed forms together are smaller than half of the page.
        return len(self.body) + len(self.body) // 2 + 1_500

    def encoded(self, encoding: str) -> bytes:
        if not encoding:
            return self.body
        ready = self.variants.get(encoding)
        if ready is None:
            ready = (
                brotli.compress(self.body, quality=BROTLI_QUALITY, mode=brotli.MODE_TEXT)
                if encoding == "br"
                else gzip.compress(self.body, GZIP_LEVEL, mtime=0)
            )
            self.variants[encoding] = ready
        return ready


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as far as it decides which page is the answer."""

    key: Key
    encoding: str
    known_etags: str


def accepted_encoding(header: str) -> str:
    """Return the best encoding that the client takes: 'br', 'gzip' or '' for none."""
    if not header:
        return ""
    accepted = {}
    for part in header.split(","):
        name, _, parameters = part.strip().partition(";")
        quality = parameters.replace(" ", "").removeprefix("q=")
        try:
            accepted[name.strip().lower()] = float(quality) if quality else 1.0
        except ValueError:
            accepted[name.strip().lower()] = 0.0
    others = accepted.get("*", 0.0)
    for encoding in ("br", "gzip"):
        if accepted.get(encoding, others) > 0:
            return encoding
    return ""


def canonical_query(query: str) -> str | None:
    """Return the query with its parameters in one order; None when it is too long to keep."""
    if not query:
        return ""
    if len(query) > LONGEST_QUERY:
        return None
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return None
    # A stable sort by name: the order among values of one parameter may mean something.
    return urlencode(sorted(pairs, key=lambda pair: pair[0]))


def asked(request: HttpRequest) -> Asked | None:
    """Return what is asked, when a kept page may answer it; None for everything else."""
    if request.method not in ("GET", "HEAD"):
        return None
    meta = request.META
    if "HTTP_COOKIE" in meta and (
        settings.SESSION_COOKIE_NAME in request.COOKIES
        or settings.MESSAGES_COOKIE_NAME in request.COOKIES
    ):
        return None
    if "HTTP_AUTHORIZATION" in meta or "HTTP_RANGE" in meta:
        return None
    if "HTTP_X_SENT" in meta:  # a search as it was sent, after those while it was typed: it counts
        return None
    query = canonical_query(meta.get("QUERY_STRING", ""))
    if query is None:
        return None
    # The language is in the path; where it is not, a page depends on more than its address and
    # no view there is marked.
    return Asked(
        (
            request.scheme or "http",
            meta.get("HTTP_HOST", ""),
            request.path,
            query,
            "HTTP_HX_REQUEST" in meta,
        ),
        accepted_encoding(meta.get("HTTP_ACCEPT_ENCODING", "")),
        meta.get("HTTP_IF_NONE_MATCH", ""),
    )


def may_be_kept(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether an answer is the same for everybody, whatever its view claims."""
    return (
        isinstance(response, HttpResponse)
        and request.method == "GET"
        and is_public_page(response)
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not response.has_header("Set-Cookie")
        and not response.has_header("Content-Encoding")
        # A form token belongs to one visitor; Django says so here when a page has one.
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and not _session_was_used(request)
    )


def _session_was_used(request: HttpRequest) -> bool:
    session = getattr(request, "session", None)
    return session is not None and (session.modified or bool(session.session_key))


def _matches(known: str, etag: str) -> bool:
    """If-None-Match, weakly compared (RFC 9110, 13.1.2)."""
    if not known:
        return False
    if known.strip() == "*":
        return True
    return any(one.strip().removeprefix("W/") == etag for one in known.split(","))


class PublicPageMiddleware:
    """Answers from the kept pages where it can, and keeps what may be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        wanted = asked(request)
        # Taken before the view runs: a page must never be kept in a snapshot newer than the one
        # it was made from.
        snapshot = _serving() if wanted is not None else None
        if wanted is None or snapshot is None:
            return self._uncached(request)
        page = _pages(snapshot, wanted.key).get(wanted.key)
        if page is not None and time.monotonic() - page.made_at < KEPT_SECONDS:
            return _answer(page, wanted, request)
        response = self.get_response(request)
        if not may_be_kept(request, response):
            return response
        assert isinstance(response, HttpResponse)  # noqa: S101 (may_be_kept says so)
        page = _kept(response)
        _pages(snapshot, wanted.key).put(wanted.key, page)
        return _answer(page, wanted, request)

    def _uncached(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and is_public_page(response):
            response.headers.setdefault("Cache-Control", CACHE_CONTROL)
            patch_vary_headers(response, ["Cookie", "HX-Request"])
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Before an edition has been loaded every page says so, instead of failing."""
        if not isinstance(exception, NoCatalogue):
            return None
        response = (
            HttpResponse(status=503) if is_api_path(request.path) else errors.no_catalogue(request)
        )
        response.headers["Cache-Control"] = "no-store"
        response.headers["Retry-After"] = "30"
        return response


def _serving() -> Snapshot | None:
    try:
        return current_snapshot_or_none()
    except DatabaseError:
        # The view will meet the same error and it will be answered and logged there.
        return None


def _pages(snapshot: Snapshot, key: Key) -> ByteBoundedCache[Key, KeptPage]:
    return snapshot.query_pages if key[3] else snapshot.pages


def _kept(response: HttpResponse) -> KeptPage:
    patch_vary_headers(response, ["Accept-Encoding", "Cookie", "HX-Request"])
    body = response.content
    return KeptPage(
        body=body,
        headers=tuple(
            (name, value)
            for name, value in response.headers.items()
            if name.lower() not in NOT_KEPT and name.lower() not in ("cache-control", "etag")
        ),
        etag=hashlib.blake2b(body, digest_size=12).hexdigest(),
        made_at=time.monotonic(),
    )


def _answer(page: KeptPage, wanted: Asked, request: HttpRequest) -> HttpResponse:
    encoding = wanted.encoding if len(page.body) >= WORTH_COMPRESSING else ""
    etag = f'"{page.etag}-{encoding}"' if encoding else f'"{page.etag}"'
    headers = dict(page.headers)
    headers["ETag"] = etag
    headers["Cache-Control"] = CACHE_CONTROL
    if _matches(wanted.known_etags, etag):
        del headers["Content-Type"]
        response = HttpResponse(status=304, headers=headers)
        del response.headers["Content-Type"]
        return mark_public_page(response)
    body = page.encoded(encoding)
    headers["Content-Length"] = str(len(body))
    if encoding:
        headers["Content-Encoding"] = encoding
    return mark_public_page(
        HttpResponse(b"" if request.method == "HEAD" else body, headers=headers)
    )
