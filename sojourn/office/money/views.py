"""The grants of all stays: a list with sums by grant and year, and the finance office's file."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sojourn.common.view_marks import lists_people
from sojourn.mobility import money_lists
from sojourn.mobility.models import StayGrant
from sojourn.mobility.permissions import may_keep_money
from sojourn.office.money import finance, presenters
from sojourn.office.shared import lists
from sojourn.office.shared.access import asked_again_to_see, office_page, who
from sojourn.people import audit

PART = {"part": "money"}


@require_safe
@lists_people
@office_page(may_keep_money)
def grants(request: HttpRequest) -> HttpResponse:
    """Show what is promised, paid, to settle and to ask back."""
    found = _found(request)
    kind = _kind(found)
    narrowed, _choices, _search = lists.narrow(kind, found, request.GET)
    sums = money_lists.totals(narrowed)
    names = presenters.rule_names(each.slug for each in sums)
    context = {
        **PART,
        "totals": presenters.totals(sums, names),
        "list": lists.shown(kind, found, request),
        "query": request.GET.urlencode(),
    }
    return render(request, "office/money/templates/list.html", context)


@require_safe
@lists_people
@office_page(may_keep_money)
@asked_again_to_see
def finance_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Give the list, narrowed as it is, as a file for the finance office; that is noted."""
    if kind not in finance.KINDS:
        raise Http404
    found = _found(request)
    narrowed, _choices, _search = lists.narrow(_kind(found), found, request.GET)
    rows = list(finance.rows(narrowed, who(request)))
    audit.record(
        "grants.exported",
        actor=who(request),
        about=None,
        on=who(request),
        details={"kind": kind, "count": len(rows)},
    )
    name = f"grants-{timezone.localdate().isoformat()}.{kind}"
    return HttpResponse(
        finance.written(kind, rows),
        content_type=finance.KINDS[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _found(request: HttpRequest) -> QuerySet[StayGrant]:
    return (
        StayGrant.objects.visible_to(who(request))
        .exclude(stay__student=who(request))
        .select_related("stay__student", "stay__opportunity")
        .prefetch_related("stay__hosts")
    )


def _kind(found: QuerySet[StayGrant]) -> lists.Kind[StayGrant]:
    slugs = found.order_by().values_list("slug", flat=True).distinct()
    years = found.order_by("-year").values_list("year", flat=True).distinct()
    kind: lists.Kind[StayGrant] = presenters.kind(
        tuple(presenters.rule_names(slugs).items()),
        tuple((str(year), str(year)) for year in dict.fromkeys(years)),
    )
    return kind
