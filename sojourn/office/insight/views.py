"""Figures over the years, each page with its tables as files."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sojourn.catalogue import insight_rules
from sojourn.office.insight.presenters import (
    agreements as agreements_presenter,
)
from sojourn.office.insight.presenters import answers as answers_presenter
from sojourn.office.insight.presenters import costs as costs_presenter
from sojourn.office.insight.presenters import rounds as rounds_presenter
from sojourn.office.insight.presenters import stays as stays_presenter
from sojourn.office.insight.presenters import where as where_presenter
from sojourn.office.insight.presenters.parts import Page, tabs, with_files
from sojourn.office.shared.access import office_page, who
from sojourn.office.shared.spreadsheets import CSV, XLSX, as_csv, as_xlsx
from sojourn.people.permissions import may_enter_office

_FILES = {"xlsx": XLSX, "csv": CSV}


@require_safe
@office_page(may_enter_office)
def where(request: HttpRequest) -> HttpResponse:
    return _answer(request, "office:insight", where_presenter.page(who(request), request.GET))


@require_safe
@office_page(may_enter_office)
def rounds(request: HttpRequest) -> HttpResponse:
    page = rounds_presenter.page(who(request), request.GET)
    return _answer(request, "office:insight-rounds", page)


@require_safe
@office_page(may_enter_office)
def answers(request: HttpRequest) -> HttpResponse:
    page = answers_presenter.page(who(request), request.GET, timezone.localdate())
    return _answer(request, "office:insight-answers", page)


@require_safe
@office_page(may_enter_office)
def costs(request: HttpRequest) -> HttpResponse:
    return _answer(request, "office:insight-costs", costs_presenter.page(who(request), request.GET))


@require_safe
@office_page(may_enter_office)
def agreements(request: HttpRequest) -> HttpResponse:
    page = agreements_presenter.page(who(request), request.GET, timezone.localdate())
    return _answer(request, "office:insight-agreements", page)


@require_safe
@office_page(may_enter_office)
def stays(request: HttpRequest) -> HttpResponse:
    page = stays_presenter.page(who(request), request.GET, timezone.localdate())
    return _answer(request, "office:insight-stays", page)


def _answer(request: HttpRequest, name: str, page: Page) -> HttpResponse:
    """Show the page, or hand out one of its tables as a file."""
    if (kind := request.GET.get("as", "")) in _FILES:
        return _file(page, request.GET.get("table", ""), kind)
    page = replace(page, sections=with_files(page.sections, request.path, request.GET))
    context = {
        "part": "insight",
        "tabs": tabs(name),
        "page": page,
        "here": request.path,
        "fewest": insight_rules.fewest_people(),
    }
    return render(request, "office/insight/templates/insight.html", context)


def _file(page: Page, name: str, kind: str) -> HttpResponse:
    section = next((each for each in page.sections if each.name == name), None)
    if section is None:
        raise Http404
    headings = [str(column.title) for column in section.table.columns]
    rows = [[str(cell.text) for cell in row] for row in section.table.rows]
    title = str(section.table.caption)
    content = as_csv(headings, rows) if kind == "csv" else as_xlsx(title, headings, rows)
    return HttpResponse(
        content,
        content_type=_FILES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{section.name}.{kind}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
