"""The way into the next academic year: all parts, one part, what was decided; the calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.catalogue import next_year
from sojourn.catalogue.next_year import DecidedError, Line, Part, Wanted, YearError
from sojourn.catalogue.permissions import may_prepare_year
from sojourn.catalogue.snapshot.build import UnreadableRowError
from sojourn.common.languages import plain
from sojourn.office.shared.access import office_page, who
from sojourn.office.shared.catalogue_views import refusal
from sojourn.office.year import parts, presenters
from sojourn.people.permissions import may_enter_office

TEMPLATES = "office/year/templates"
MOST_LINES = 500


@require_safe
@office_page(may_enter_office)
def overview(request: HttpRequest) -> HttpResponse:
    """Show what is left to decide, part by part; to others than who decides, the calendar."""
    if not may_prepare_year(who(request)):
        return redirect("office:year-calendar")
    page = presenters.overview(who(request), timezone.localdate())
    return render(request, f"{TEMPLATES}/overview.html", {"part": "year", "page": page})


@require_safe
@office_page(may_enter_office)
def calendar(request: HttpRequest) -> HttpResponse:
    """Show the office's year by month."""
    page = presenters.calendar(who(request), timezone.localdate(), request.GET.get("year", ""))
    context = {"part": "year", "page": page, "may_prepare": may_prepare_year(who(request))}
    return render(request, f"{TEMPLATES}/calendar.html", context)


@dataclass(frozen=True)
class Sent:
    """A line as a form sent it."""

    number: str
    key: str
    mark: str
    typed: dict[str, str]
    is_picked: bool


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_prepare_year)
def part(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the lines of a part; accept one, put one off, or look at several and accept them."""
    found = _part(slug)
    if request.method == "POST":
        return _decide(request, found)
    return _page(request, found)


def _part(slug: str) -> Part:
    found = parts.named(slug)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    found: Part,
    typed: dict[str, Line] | None = None,
    wrong: dict[str, tuple[str, str]] | None = None,
    picked: list[str] | None = None,
) -> HttpResponse:
    page = presenters.page(
        found, who(request), timezone.localdate(), typed=typed, wrong=wrong, picked=picked
    )
    context = {"part": "year", "page": page, "has_wrong": any(each.wrong for each in page.lines)}
    return render(request, f"{TEMPLATES}/part.html", context, status=422 if wrong else 200)


def _sent(request: HttpRequest) -> Iterator[Sent]:
    rows = request.POST.get("rows", "")
    count = int(rows) if rows.isascii() and rows.isdigit() and len(rows) < 4 else 0
    for number in map(str, range(min(count, MOST_LINES))):
        start = f"{number}-value-"
        yield Sent(
            number,
            request.POST.get(f"{number}-key", ""),
            request.POST.get(f"{number}-mark", ""),
            {
                name.removeprefix(start): text
                for name, text in request.POST.items()
                if name.startswith(start) and isinstance(text, str)
            },
            f"{number}-pick" in request.POST,
        )


def _decide(request: HttpRequest, found: Part) -> HttpResponse:
    do, _dash, number = request.POST.get("do", "look").partition("-")
    sent = list(_sent(request))
    if do == "later":
        return _put_off(request, found, [each for each in sent if each.number == number])
    if do == "accept":
        # One by its own button, or all that were looked at.
        wanted = [each for each in sent if (each.number == number if number else each.is_picked)]
        return _accept(request, found, sent, wanted)
    return _look(request, found, sent)


def _look(request: HttpRequest, found: Part, sent: list[Sent]) -> HttpResponse:
    """Show what would be done, before it is."""
    today = timezone.localdate()
    known = {each.key: each for each in next_year.find(found, who(request), today).to_decide}
    typed = {
        each.key: next_year.as_typed(known[each.key], each.typed)
        for each in sent
        if each.key in known
    }
    picked = [each.key for each in sent if each.is_picked and each.key in known]
    wrong = {}
    for key in picked:
        try:
            next_year.read(typed[key])
        except YearError as error:
            wrong[key] = (error.field, error.message)
    if wrong:
        return _page(request, found, typed, wrong, picked)
    if not picked:
        messages.warning(request, _("Pick at least one line."))
        return redirect("office:year-part", slug=found.name)
    lines = presenters.preview(found, [typed[key] for key in picked], today)
    context = {"part": "year", "name": found.name, "title": str(found.title), "lines": lines}
    return render(request, f"{TEMPLATES}/preview.html", context)


def _accept(
    request: HttpRequest, found: Part, sent: list[Sent], wanted: list[Sent]
) -> HttpResponse:
    today = timezone.localdate()
    asked = [Wanted(each.key, each.typed, each.mark) for each in wanted]
    try:
        outcome = next_year.accept(found, asked, actor=who(request), today=today)
    except UnreadableRowError as error:
        messages.error(request, refusal(error))
        return redirect("office:year-part", slug=found.name)
    wrong = {
        key: (error.field, error.message)
        for key, error in outcome.refused.items()
        if not isinstance(error, DecidedError)
    }
    _say(request, len(outcome.accepted), len(outcome.refused) - len(wrong))
    if not wrong:
        return redirect("office:year-part", slug=found.name)
    known = {each.key: each for each in next_year.find(found, who(request), today).to_decide}
    typed = {
        each.key: next_year.as_typed(known[each.key], each.typed)
        for each in sent
        if each.key in known
    }
    return _page(request, found, typed, wrong, list(wrong))


def _say(request: HttpRequest, done: int, already: int) -> None:
    if done:
        messages.success(
            request,
            ngettext("%(count)d line is accepted.", "%(count)d lines are accepted.", done)
            % {"count": done},
        )
    if already:
        messages.info(request, _("This was decided already, so nothing was done twice."))
    if not done and not already:
        messages.warning(request, _("Nothing was accepted."))


def _put_off(request: HttpRequest, found: Part, wanted: list[Sent]) -> HttpResponse:
    today: dt.date = timezone.localdate()
    for each in wanted:
        try:
            row = next_year.put_off(found, each.key, actor=who(request), today=today)
        except DecidedError:
            messages.info(request, _("This was decided already, so nothing was done twice."))
        else:
            messages.success(
                request,
                _("Left for later: %(title)s.") % {"title": plain(next_year.title_of(row))},
            )
    return redirect("office:year-part", slug=found.name)


@require_POST
@office_page(may_prepare_year)
def decided(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back what was accepted, or propose again what was left for later."""
    found = _part(slug)
    key, today = request.POST.get("key", ""), timezone.localdate()
    try:
        if request.POST.get("do") == "again":
            next_year.bring_back(found, key, actor=who(request), today=today)
            messages.success(request, _("It is proposed again."))
        else:
            next_year.take_back(found, key, actor=who(request), today=today)
            messages.success(request, _("It is as it was before."))
    except DecidedError as error:
        messages.info(request, error.message)
    except YearError as error:
        messages.warning(request, error.message)
    except UnreadableRowError as error:
        messages.error(request, refusal(error))
    return redirect(reverse("office:year-part", args=[found.name]))
