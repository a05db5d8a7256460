"""What people searched for and did not find."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sojourn.catalogue import fruitless_searches
from sojourn.office.dashboard.presenters import searches as presenter
from sojourn.office.shared.access import office_page, who
from sojourn.people.permissions import may_enter_office


@require_safe
@office_page(may_enter_office)
def searches(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "office/dashboard/templates/searches.html",
        {
            "part": "searches",
            "rows": [presenter.row(each) for each in fruitless_searches.missed()],
            "ways": presenter.ways(who(request)),
            "weeks": fruitless_searches.WEEKS_KEPT,
        },
    )
