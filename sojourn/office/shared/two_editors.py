"""Forms of one thing that two people have open: the second is told, and loses nothing.

A view that changes rows names them; its form carries a mark of what they held when it was shown.
Where they hold something else by now, nothing is saved: a page shows what is saved and what
was typed, and the form may be sent once more, over what it has seen then.

    @office_page(may_advise)
    @edits(lambda request, number: SavedReply.objects.filter(pk=number), by=may_advise)
    def edit(request, number): ...

    {% include "office/shared/templates/components/shown-state.html" %}   in the form
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from sojourn.common.row_state import state_of, values_of
from sojourn.people.permissions import PageRule, require

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

FIELD = "shown_state"
_NOT_TYPED = {FIELD, "csrfmiddlewaretoken", "do", "sending"}


def edits(
    rows: Callable[..., QuerySet[Any] | Sequence[QuerySet[Any]]],
    *,
    by: PageRule,
) -> Callable[[View[P]], View[P]]:
    """Refuse a form about rows that somebody changed since it was shown.

    `by` says who may send it: anybody else is refused before a row is read.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def seen(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method == "POST":
                require(by(request.user))
            shown = request.POST.get(FIELD) if request.method == "POST" else None
            if shown is None:
                found = _rows(rows(request, *args, **kwargs))
                request.shown_state = state_of(found)  # type: ignore[attr-defined]
                return view(request, *args, **kwargs)
            # In one transaction, so that of two who save at once the second sees the first.
            with transaction.atomic():
                found = _rows(rows(request, *args, **kwargs), lock=True)
                now = state_of(found)
                request.shown_state = now  # type: ignore[attr-defined]
                if found and shown != now:
                    return _both(request, found)
                return view(request, *args, **kwargs)

        setattr(seen, "edited_by", by)  # noqa: B010  # functions have no such field for mypy
        return seen

    return decorate


def _rows(asked: QuerySet[Any] | Sequence[QuerySet[Any]], *, lock: bool = False) -> list[Model]:
    found: list[Model] = []
    for query in [asked] if isinstance(asked, QuerySet) else asked:
        keys = list(query.order_by().values_list("pk", flat=True))
        rows = query.model._base_manager.filter(pk__in=keys).order_by("pk")
        found += rows.select_for_update() if lock else rows
    return found


def page_before(request: HttpRequest) -> str:
    """Return the page with the form; an address that only takes forms is no page."""
    before = request.headers.get("Referer", "")
    here = {request.get_host()}
    if url_has_allowed_host_and_scheme(before, here, require_https=request.is_secure()):
        return before
    return request.get_full_path()


def _both(request: HttpRequest, found: Iterable[Model]) -> HttpResponse:
    """Show what is saved now and what was typed; the form can be sent again."""
    typed = [(name, text) for name in request.POST for text in request.POST.getlist(name)]
    titles = {
        field.name: str(field.verbose_name) for row in found for field in row._meta.concrete_fields
    }
    return render(
        request,
        "office/shared/templates/two-editors.html",
        {
            "back": page_before(request),
            "both": [
                (_("What is saved now"), [pair for row in found for pair in values_of(row)]),
                (
                    _("What you typed"),
                    [
                        (titles.get(name, name), text)
                        for name, text in typed
                        if name not in _NOT_TYPED and text
                    ],
                ),
            ],
            "sent": [
                (name, text) for name, text in typed if name not in (FIELD, "csrfmiddlewaretoken")
            ],
        },
        status=409,
    )
