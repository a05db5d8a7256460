"""Puts the headers that keep a browser safe on every answer: pages, files, errors, cached ones.

Django's own middleware sets some of these, but only on answers that pass through it; this one
is outside of the page cache and the static files. A header that is already set is kept.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from sojourn.common.urls import is_api_path

# Nothing here needs the device; a browser refuses it to any script that might slip in.
# publickey-credentials-get stays allowed for this site: passkeys need it.
_REFUSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in _REFUSED_FEATURES)

_EVERYWHERE = {
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}


class SecurityHeadersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        headers = response.headers
        for name, value in _EVERYWHERE.items():
            headers.setdefault(name, value)
        # The API is there to be read by other sites; nothing else is to be embedded by them.
        headers.setdefault(
            "Cross-Origin-Resource-Policy",
            "cross-origin" if is_api_path(request.path) else "same-origin",
        )
        return response
