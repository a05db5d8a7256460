"""Line ends of forms: browsers send CRLF, everything here is written and compared with LF.

A text of two lines would otherwise be longer than the page let its writer type, hold a control
character, and differ from the same text in a file.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class LineEndsMiddleware:
    """Hands the fields of a form to its view with LF as line ends."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        if request.method != "POST" or request.content_type not in _FORMS:
            return
        if any("\r" in text for _name, texts in request.POST.lists() for text in texts):
            request.POST = _with_line_feeds(request.POST)  # type: ignore[assignment]


def _with_line_feeds(sent: QueryDict) -> QueryDict:
    read = QueryDict(mutable=True, encoding=sent.encoding)
    for name, texts in sent.lists():
        read.setlist(name, [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts])
    read._mutable = False
    return read
