"""How long records about people are kept, what goes next week, and the register of processing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sojourn.common.view_marks import lists_people
from sojourn.office.keeping import presenters
from sojourn.office.keeping import register as register_presenter
from sojourn.office.shared.access import office_page, who
from sojourn.people.permissions import may_enter_office


@require_safe
@lists_people
@office_page(may_enter_office)
def keeping(request: HttpRequest) -> HttpResponse:
    """Show the rules, and what goes within a week."""
    page = presenters.page(who(request), timezone.now())
    return render(
        request, "office/keeping/templates/keeping.html", {"part": "keeping", "page": page}
    )


@require_safe
@office_page(may_enter_office)
def register(request: HttpRequest) -> HttpResponse:
    """Show the register of processing that the law asks for."""
    return render(
        request,
        "office/keeping/templates/register.html",
        {"part": "keeping", "page": register_presenter.page()},
    )
