"""Figures of a round: on a page with small drawings, and as a spreadsheet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sojourn.office.results.documents import statistics as statistics_sheet
from sojourn.office.results.presenters import statistics as statistics_presenter
from sojourn.office.results.views.allocation import round_of
from sojourn.office.shared.access import office_page, who
from sojourn.office.shared.spreadsheets import XLSX
from sojourn.selection import statistics as selection_statistics
from sojourn.selection.permissions import may_see_all_applicants


@require_safe
@office_page(may_see_all_applicants)
def statistics(request: HttpRequest, slug: str) -> HttpResponse:
    round_ = round_of(request, slug)
    page = statistics_presenter.page(
        who(request), round_, selection_statistics.statistics_of_round(round_)
    )
    return render(
        request, "office/results/templates/statistics.html", {"part": "results", "page": page}
    )


@require_safe
@office_page(may_see_all_applicants)
def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    round_ = round_of(request, slug)
    page = statistics_presenter.page(
        who(request), round_, selection_statistics.statistics_of_round(round_)
    )
    headers = {"Content-Disposition": f'attachment; filename="figures-{slug}.xlsx"'}
    content = statistics_sheet.xlsx(page.title, page.facts, page.tables)
    return HttpResponse(content, content_type=XLSX, headers=headers)
