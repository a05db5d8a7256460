"""Holds back a client that searches or posts forms far faster than people do.

Counted in the memory of each process, by a hash of the client's address that changes at every
start: nothing that names a person is kept, and nothing survives a restart. With two processes a
client searches at most twice as often as the figure says, which costs nobody anything. What acts on
people (forms, numbers of the walk-in queue, files of visitors) is counted once more for all
processes and machines, in the database; a flood is refused before it is asked.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import re
import secrets
import time
from collections.abc import Callable, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from limits import RateLimitItem, parse_many
from limits.strategies import SlidingWindowCounterRateLimiter

from sojourn.common.callers import Network, client_network
from sojourn.common.urls import is_api_path
from sojourn.common.view_marks import RateLimit, marks_of
from sojourn.config.rate_limit_counts import InMemoryCounts
from sojourn.people import shared_counts
from sojourn.people.known_devices import devices_of
from sojourn.portal.shared import errors

FILES = "files"
# What a flood of would reach people; the rest only costs this process time.
SHARED = (RateLimit.FORMS, RateLimit.WALK_IN)
_SEARCH_TEXT = re.compile(r"(?:^|&)q=[^&]")


class RateLimitMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.limiter = SlidingWindowCounterRateLimiter(InMemoryCounts())
        self.salt = secrets.token_bytes(16)
        self.limits: dict[str, list[RateLimitItem]] = {
            kind: list(parse_many(text)) for kind, text in settings.RATE_LIMITS.items() if text
        }
        self.proxies = [ipaddress.ip_network(text) for text in settings.TRUSTED_PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Refuse a request whose client has spent the view's limit.

        What the page cache answers never comes here, and costs too little to count.
        """
        marks = marks_of(view)
        if marks.bytes_of_files and self._sends_too_many_files(request):
            return errors.too_many_files(request)
        limit = marks.limit
        items = self.limits.get(limit) if limit and _counts(request, limit) else None
        if not limit or not items:
            return None
        wait = self._wait(items, limit, _client(request, limit, self.proxies))
        return too_many_requests(request, wait) if wait else None

    def _sends_too_many_files(self, request: HttpRequest) -> bool:
        """Count the files of somebody without an account, by network and day."""
        items = self.limits.get(FILES)
        if not items or request.method != "POST" or request.user.is_authenticated:
            return False
        count = sum(len(files) for _name, files in request.FILES.lists())
        if not count:
            return False
        client = client_network(request, self.proxies)
        spent = [item for item in items if shared_counts.spend(item, FILES, client, cost=count)]
        return bool(spent)

    def _key(self, address: str) -> str:
        return hashlib.blake2b(address.encode(), key=self.salt, digest_size=12).hexdigest()

    def _wait(self, items: list[RateLimitItem], limit: RateLimit, address: str) -> int:
        """Seconds this client has to wait, 0 if it may go on."""
        # Every window counts every request, so that the long one is not blind to refused bursts.
        client = self._key(address)
        spent = [item for item in items if not self.limiter.hit(item, limit, client)]
        if not spent:
            if limit not in SHARED:
                return 0
            return max(shared_counts.spend(item, limit, address) for item in items)
        resets = [self.limiter.get_window_stats(item, limit, client).reset_time for item in spent]
        return max(1, math.ceil(max(resets) - time.time()))


def _client(request: HttpRequest, limit: RateLimit, proxies: Sequence[Network]) -> str:
    """Return what to count a request by: the network, or the account that this browser knows.

    By the account, so that a form's budget that others of the same network spent does not keep
    somebody out who was in before.
    """
    if limit in SHARED and (devices := devices_of(request)):
        return f"account {devices[0].account}"
    return client_network(request, proxies)


def too_many_requests(request: HttpRequest, wait: int) -> HttpResponse:
    """Return the answer to a client that must slow down: a page, or problem details in the API."""
    if is_api_path(request.path):
        # The API's own border turns this into problem details.
        response = HttpResponse(status=429)
    else:
        page = render_to_string(
            "portal/shared/templates/errors/429.html",
            {
                "wait": wait,
                "lang": translation.get_language(),
                # A form that was refused is filled in again; a search is simply repeated.
                "retry_url": request.get_full_path(),
            },
        )
        response = HttpResponse(page, status=429)
    response.headers["Retry-After"] = str(wait)
    response.headers["Cache-Control"] = "no-store"
    return response


def _counts(request: HttpRequest, limit: RateLimit) -> bool:
    """Tell whether this request spends anything: a form does, and a search with a text."""
    if request.method not in ("GET", "HEAD"):
        return True
    query = request.META.get("QUERY_STRING", "")
    return limit is RateLimit.SEARCH and _SEARCH_TEXT.search(query) is not None
