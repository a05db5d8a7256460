"""Keeps and removes the named views of the office's lists."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sojourn.office.shared.access import office_page, who
from sojourn.people import saved_views
from sojourn.people.permissions import may_enter_office

LISTS = frozenset(
    {
        "students",
        "applications",
        "questions",
        "appointments",
        "self-arranged-places",
        "reports",
        "stays",
        "partners",
        "agreements",
        "places",
        "courses",
        "guides",
        "colleagues",
        "events",
    }
)


@require_POST
@office_page(may_enter_office)
def save(request: HttpRequest) -> HttpResponse:
    """Keep filters, order and columns of a list under a name."""
    asked = request.POST
    made = None
    if asked.get("list", "") in LISTS:
        made = saved_views.save(
            who(request),
            asked["list"],
            asked.get("name", ""),
            asked.get("query", ""),
            is_shared="shared" in asked,
        )
    if made is None:
        messages.warning(request, _("Give the view a name."))
    else:
        messages.success(request, _("Saved. It stands above the list."))
    return redirect(_back(request))


@require_POST
@office_page(may_enter_office)
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """Remove a view of one's own."""
    if saved_views.remove(who(request), number):
        messages.success(request, _("The view is removed."))
    else:
        messages.info(request, _("It has already been removed."))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return back
    return "office:today"
