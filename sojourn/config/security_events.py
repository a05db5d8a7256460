"""Has the log of security events see what people were refused, and whom staff read about."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from sojourn.common.view_marks import marks_of
from sojourn.people import security_log


class SecurityEventsMiddleware:
    """Stands inside of the sessions; it knows who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_file = "attachment" in response.headers.get("Content-Disposition", "")
        if (
            response.status_code in (403, 404)
            or is_file
            or request.path.startswith("/admin/")
            or (request.resolver_match and _shows_people(request.resolver_match.func))
        ):
            security_log.note_answer(request, response.status_code, is_file)
        return response


def _shows_people(view: object) -> bool:
    marks = marks_of(view)
    return marks.person is not None or marks.lists_people
