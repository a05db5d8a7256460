"""Every figure with a day in rows: still right today, or a new value, or another source."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from sojourn.catalogue import edits, services
from sojourn.catalogue import figures as catalogue_figures
from sojourn.catalogue.figures import Figure, FigureError, FigureKind, Outcome
from sojourn.catalogue.keeping import days_of
from sojourn.common.folding import fold
from sojourn.design.components import Pagination
from sojourn.mobility import touched
from sojourn.office.places.fields import Lists
from sojourn.office.places.kinds import sources
from sojourn.office.shared import formatting, lists
from sojourn.office.shared.access import office_page, who
from sojourn.people.permissions import may_edit_catalogue

KINDS = (
    (FigureKind.ADVICE.value, gettext_lazy("Travel advice")),
    (FigureKind.COST.value, gettext_lazy("Costs")),
    (FigureKind.GRANT.value, gettext_lazy("Grants")),
    (FigureKind.RATE.value, gettext_lazy("Exchange rates")),
)
PER_PAGE = 40


@dataclass(frozen=True)
class Row:
    """A figure in its row, with what was typed where that could not be kept."""

    number: int
    figure: Figure
    day: str
    values: tuple[tuple[catalogue_figures.Value, str], ...]
    was_source: str
    source: str
    wrong: str = ""
    theirs: bool = False
    touches: tuple[str, ...] = ()


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_edit_catalogue)
def figures(request: HttpRequest) -> HttpResponse:
    """List what is out of date, or everything; keep what was checked off or changed."""
    names = Lists({})
    today = timezone.localdate()
    shown = _shown(request, catalogue_figures.figures(today))
    last = max(1, -(-len(shown) // PER_PAGE))
    page = min(lists.number_in(request.GET.get("page", "")), last)
    part = shown[(page - 1) * PER_PAGE : page * PER_PAGE]
    wrong: dict[str, Row] = {}
    if request.method == "POST":
        wrong = _save(request, names, today)
        if not wrong:
            return redirect(request.get_full_path())
        # The rows that were kept stay where they are, as they are now.
        now = {each.key: each for each in catalogue_figures.figures(today)}
        part = [now.get(each.key, each) for each in part]
    touches = touched.by_country({each.country for each in part if each.country})
    rows = [
        replace(
            wrong.get(each.key) or _row(each, names, {}),
            number=number,
            touches=touches.get(each.country, ()),
        )
        for number, each in enumerate(part)
    ]
    kind, which = request.GET.get("kind", ""), request.GET.get("which", "")
    names.offer(sources)
    return render(
        request,
        "office/figures/templates/figures.html",
        {
            "part": "figures",
            "rows": rows,
            "figures_days": days_of("check_figures_days"),
            "advice_days": days_of("check_advice_days"),
            "total": len(shown),
            "kinds": [(value, title, value == kind) for value, title in KINDS],
            "everything": which == "all" or bool(request.GET.get("q")),
            "q": request.GET.get("q", "")[: lists.LONGEST_SEARCH],
            "lists": names.offered(),
            "pagination": Pagination.of(
                page,
                last,
                lambda number: lists.address(request.path, request.GET, page=str(number)),
            ),
            "has_wrong": bool(wrong),
        },
        status=409 if any(row.theirs for row in wrong.values()) else 422 if wrong else 200,
    )


def _shown(request: HttpRequest, found: list[Figure]) -> list[Figure]:
    kind, words = request.GET.get("kind", ""), fold(request.GET.get("q", "")).split()
    # Whoever searches looks for a figure, old or not.
    everything = bool(words) or request.GET.get("which") == "all"
    return [
        each
        for each in found
        if (everything or each.is_old)
        and kind in ("", each.kind.value)
        and all(word in fold(f"{each.title} {each.about}") for word in words)
    ]


def _row(figure: Figure, names: Lists, typed: dict[str, str], source: str | None = None) -> Row:
    was = names.name_of(sources, figure.source)
    return Row(
        0,
        figure,
        formatting.full_day(figure.day) if figure.day else _("never"),
        tuple((value, typed.get(value.name, value.text)) for value in figure.values),
        was,
        was if source is None else names.name_of(sources, source),
    )


def _save(request: HttpRequest, names: Lists, today: dt.date) -> dict[str, Row]:
    """Keep each row for itself; return those that could not be kept, as they were typed."""
    # Two who save at once take turns, so that the second sees what the first saved.
    with services.changing_catalogue():
        wrong, done, moved = _keep(request, names, today)
        if any(done.values()):
            edits.show()
    touches = touched.by_country({each.country for each in moved})
    for each in moved:
        _say_whom_it_touches(request, each, touches.get(each.country, ()))
    _say(request, done)
    return wrong


def _keep(
    request: HttpRequest, names: Lists, today: dt.date
) -> tuple[dict[str, Row], Counter[Outcome], list[Figure]]:
    """Return also what was done to how many, and the travel advice that changed."""
    sent = request.POST
    wrong: dict[str, Row] = {}
    done: Counter[Outcome] = Counter()
    moved: list[Figure] = []
    now = {each.key: each for each in catalogue_figures.figures(today)}
    for number in range(PER_PAGE):
        figure = now.get(sent.get(f"{number}-key", ""))
        if figure is None:
            continue
        typed = {
            value.name: sent.get(f"{number}-{value.name}", value.text) for value in figure.values
        }
        was_source = sent.get(f"{number}-was-source", figure.source_title)
        text = sent.get(f"{number}-source", was_source)
        source = names.id_of(sources, text) if text.strip() else ""
        is_right = f"{number}-right" in sent
        was_seen = sent.get(f"{number}-mark") == figure.mark
        # What was not typed is shown as it is now, or sending it again would change it back.
        changed = {
            name: said
            for name, said in typed.items()
            if sent.get(f"{number}-was-{name}", said) != said
        }
        is_typed = is_right or bool(changed) or text != was_source
        row = _row(figure, names, changed, source if text != was_source else None)
        if not was_seen and is_typed:
            wrong[figure.key] = replace(
                row,
                theirs=True,
                wrong=_("Somebody else changed this meanwhile; now it says: %(values)s.")
                % {"values": ", ".join(value.text for value in figure.values)},
            )
            continue
        if not was_seen:
            continue
        try:
            outcome = catalogue_figures.save(
                figure, typed, source, is_right=is_right, actor=who(request), today=today
            )
        except FigureError as error:
            wrong[figure.key] = replace(row, wrong=error.message)
            continue
        if outcome is not Outcome.SAME:
            done[outcome] += 1
        if outcome is Outcome.CHANGED and figure.country:
            moved.append(figure)
    return wrong, done, moved


def _say(request: HttpRequest, done: Counter[Outcome]) -> None:
    if count := done[Outcome.CHECKED]:
        messages.success(
            request,
            ngettext(
                "%(count)d figure is of today now.", "%(count)d figures are of today now.", count
            )
            % {"count": count},
        )
    if count := done[Outcome.CHANGED]:
        messages.success(
            request,
            ngettext(
                "%(count)d figure is changed, of today.",
                "%(count)d figures are changed, of today.",
                count,
            )
            % {"count": count},
        )
    if not any(done.values()):
        messages.info(request, _("Nothing was different, so nothing was changed."))


def _say_whom_it_touches(request: HttpRequest, figure: Figure, lines: tuple[str, ...]) -> None:
    lines = lines or (_("nobody who applied or is away"),)
    messages.warning(
        request,
        _("The advice for %(country)s counts from today. It touches: %(whom)s.")
        % {"country": figure.title, "whom": ", ".join(lines)},
    )
