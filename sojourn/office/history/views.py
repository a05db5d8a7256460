"""All events that the reader may see; nothing here changes one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sojourn.common.view_marks import lists_people
from sojourn.office.history import presenters
from sojourn.office.shared import lists
from sojourn.office.shared.access import office_page, who
from sojourn.people.permissions import may_enter_office


@require_safe
@lists_people
@office_page(may_enter_office)
def events(request: HttpRequest) -> HttpResponse:
    reader = who(request)
    return lists.answer(
        request,
        "office/history/templates/events.html",
        presenters.kind(reader),
        presenters.rows(reader),
        {"part": "events"},
    )
