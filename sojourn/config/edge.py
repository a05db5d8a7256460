"""What is settled before anything looks at a request: its method, and who may say what of it.

By the headers of a proxy a request counts as one over TLS, and gets its number in the log. Where no
proxies are named they are believed of everybody who reaches the port, which is then the proxy.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from sojourn.common.callers import is_by_our_proxy

OF_PROXIES = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_REQUEST_ID")
METHODS = ("GET", "HEAD", "OPTIONS", "POST")


class EdgeMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "TRACE":
            return HttpResponseNotAllowed(METHODS)
        if settings.TRUSTED_PROXIES and not is_by_our_proxy(request):
            for name in OF_PROXIES:
                request.META.pop(name, None)
        return self.get_response(request)
