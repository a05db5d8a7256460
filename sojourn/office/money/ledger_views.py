"""The ledgers of one stay: read, promised, paid, counted again, asked back, settled, put right."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.common.view_marks import about_person
from sojourn.mobility import money, money_rules, queries
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.models import GrantEntry, Stay, StayGrant
from sojourn.mobility.money_rules import Possible
from sojourn.mobility.money_wording import (
    amount_of,
    change_of,
    days_said,
    name_of,
    rate_said,
    why_said,
)
from sojourn.mobility.permissions import may_keep_money
from sojourn.office.money import presenters
from sojourn.office.money.forms import (
    LedgerForm,
    MaybeReasonForm,
    MovedForm,
    OffForm,
    PromiseForm,
    ReasonForm,
    RecountForm,
    label_of_amount,
    typed,
)
from sojourn.office.shared.access import office_page, who
from sojourn.people.models import User
from sojourn.people.permissions import require

PART = {"part": "money"}


@require_safe
@about_person(Stay, "student", "number")
@office_page(may_keep_money)
def ledgers(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Show every grant of a stay, and what may still be promised."""
    return _page(request, _one(request, number))


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(Stay, "student", "number")
@office_page(may_keep_money)
def promise(request: HttpRequest, number: uuid.UUID, grant: str) -> HttpResponse:
    """Promise a grant on the days of the stay as they are now."""
    stay = _one(request, number)
    found = next(
        (each for each in money_rules.possible_grants(stay) if each.grant.slug == grant), None
    )
    if found is None:
        messages.warning(request, _("This grant does not fit the stay as it is now."))
        return redirect("office:stay-money", number=number)
    label = "" if money_rules.goes_by_length(found.grant) else label_of_amount(found.grant.pays)
    is_sent = request.method == "POST"
    exact = presenters.exact_amount(found)
    form = PromiseForm(
        request.POST if is_sent else None, label=label, initial={"amount": exact, "off": 0}
    )
    if is_sent and form.is_valid():
        data = form.cleaned_data
        try:
            money.promise(
                stay,
                found.grant,
                amount=data.get("amount"),
                off=data["off"] or 0,
                note=data.get("note", ""),
                sending=data["sending"],
                actor=who(request),
            )
        except MobilityError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The grant is promised. The student gets a mail."))
            return redirect("office:stay-money", number=number)
    context = {
        **PART,
        "stay": stay,
        "title": presenters.title_of(stay),
        "form": form,
        "possible": presenters.possible([found], [])[0],
        "days": _days(found, stay),
    }
    return render(
        request, "office/money/templates/promise.html", context, status=422 if is_sent else 200
    )


@require_POST
@about_person(Stay, "student", "number")
@office_page(may_keep_money)
def entry(request: HttpRequest, number: uuid.UUID, grant: uuid.UUID) -> HttpResponse:
    """Write an entry into a ledger."""
    stay = _one(request, number)
    row = _grant(who(request), stay, grant)
    do = request.POST.get("do", "")
    kind = _KINDS.get(do)
    if kind is None:
        raise Http404
    form_kind, write = kind
    form = form_kind(request.POST, auto_id=f"id_{do}_{row.pk}_%s")
    if not form.is_valid():
        problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return _page(request, stay, problem=problem, bound=(row, do, form), status=422)
    try:
        write(row, form, request.POST, who(request))
    except MobilityError as error:
        return _page(
            request, _one(request, number), problem=error.message, bound=(row, do, form), status=409
        )
    messages.success(request, _("Written down."))
    return redirect("office:stay-money", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(Stay, "student", "number")
@office_page(may_keep_money)
def count(request: HttpRequest, number: uuid.UUID, grant: uuid.UUID) -> HttpResponse:
    """Count a grant again: first the difference and why, then the entry."""
    stay = _one(request, number)
    row = _grant(who(request), stay, grant)
    if request.method == "POST":
        return _write_count(request, stay, row)
    asked = OffForm(request.GET if "off" in request.GET else None, initial={"off": _off(row)})
    off = asked.cleaned_data["off"] or 0 if asked.is_bound and asked.is_valid() else _off(row)
    return _recount(request, stay, row, off, asked)


def _write_count(request: HttpRequest, stay: Stay, row: StayGrant) -> HttpResponse:
    form = RecountForm(request.POST)
    if not form.is_valid():
        return _recount(request, stay, row, _off(row), form=form, status=422)
    data = form.cleaned_data
    try:
        made = money.recalculate(
            row,
            data["off"],
            form.form,
            actor=who(request),
            expected=data["expected"],
            decided=data["decided"],
            reason=data["reason"],
        )
    except MobilityError as error:
        fresh = _grant(who(request), _one(request, stay.uuid), row.uuid)
        return _recount(
            request, stay, fresh, data["off"], form=form, problem=error.message, status=409
        )
    if made is None:
        messages.success(request, _("Nothing has changed since it was counted last."))
    else:
        messages.success(request, _("Counted again. The student gets a mail."))
    return redirect("office:stay-money", number=stay.uuid)


def _recount(
    request: HttpRequest,
    stay: Stay,
    row: StayGrant,
    off: int,
    asked: OffForm | None = None,
    *,
    form: RecountForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    now = money.recount(row, off)
    basis = money.basis_said(now)
    fresh = {"seen": money.last_number(row), "expected": now.counted.amount, "off": off}
    # What is hidden is what is shown now; what was typed stays.
    form = (
        RecountForm({**typed(form), **fresh, "sending": uuid.uuid4()})
        if form
        else RecountForm(initial=fresh)
    )
    context = {
        **PART,
        "stay": stay,
        "title": presenters.title_of(stay),
        "number": row.uuid,
        "name": name_of(row),
        "rate": rate_said(row),
        "before": days_said(money.basis_of(row)),
        "after": days_said(basis),
        "due": amount_of(row.due, row.currency),
        "amount": amount_of(now.counted.amount, row.currency),
        "difference": change_of(now.difference, row.currency),
        "paid": amount_of(row.paid, row.currency),
        "why": why_said(basis, row),
        "is_confirmed": now.is_confirmed,
        "asked": asked or OffForm(initial={"off": off}),
        "form": form,
        "problem": problem,
    }
    return render(request, "office/money/templates/count.html", context, status=status)


def _off(row: StayGrant) -> int:
    return int(money.basis_of(row).get("off", 0))


def _days(found: Possible, stay: Stay) -> str:
    days = money_rules.dates_of(stay).days
    return days_said(
        {
            "days": found.days,
            "first": days.first.isoformat() if days.first else None,
            "last": days.last.isoformat() if days.last else None,
        }
    )


# --- What a form writes ---------------------------------------------------------------------------

Write = Callable[[StayGrant, Any, Any, User], GrantEntry]


def _check(row: StayGrant, form: LedgerForm, sent: Any, actor: User) -> GrantEntry:
    is_met = sent.get("holds") != "no"
    return money.check(row, sent.get("condition", ""), is_met, form.form, actor=actor)


def _correct(row: StayGrant, form: ReasonForm, sent: Any, actor: User) -> GrantEntry:
    text = sent.get("entry", "")
    wrong = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    return money.correct(row, wrong, form.cleaned_data["reason"], form.form, actor=actor)


def _moved(verb: Callable[..., GrantEntry]) -> Write:
    def write(row: StayGrant, form: MovedForm, _sent: Any, actor: User) -> GrantEntry:
        data = form.cleaned_data
        amount: Decimal = data["amount"]
        return verb(row, data["on"], amount, data["reference"], form.form, actor=actor)

    return write


_KINDS: dict[str, tuple[type[LedgerForm], Write]] = {
    "check": (LedgerForm, _check),
    "pay": (MovedForm, _moved(money.pay)),
    "paid_back": (MovedForm, _moved(money.paid_back)),
    "ask_back": (
        MaybeReasonForm,
        lambda row, form, _sent, actor: money.ask_back(
            row, form.form, actor=actor, reason=form.cleaned_data["reason"]
        ),
    ),
    "settle": (
        LedgerForm,
        lambda row, form, _sent, actor: money.settle(row, form.form, actor=actor),
    ),
    "reopen": (
        ReasonForm,
        lambda row, form, _sent, actor: money.reopen(
            row, form.cleaned_data["reason"], form.form, actor=actor
        ),
    ),
    "take_back": (
        ReasonForm,
        lambda row, form, _sent, actor: money.take_back(
            row, form.cleaned_data["reason"], form.form, actor=actor
        ),
    ),
    "correct": (ReasonForm, _correct),
}


# --- Finding and showing --------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    stay: Stay,
    *,
    problem: str = "",
    bound: tuple[StayGrant, str, LedgerForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = _grants(who(request), stay)
    context = {
        **PART,
        "stay": stay,
        "title": presenters.title_of(stay),
        "ledgers": [
            presenters.ledger(
                row, (bound[1], bound[2]) if bound and bound[0].pk == row.pk else None
            )
            for row in rows
        ],
        "possible": presenters.possible(money_rules.possible_grants(stay), rows)
        if not stay.meaning.is_over
        else [],
        "days": money_rules.dates_of(stay).days,
        "problem": problem,
    }
    return render(request, "office/money/templates/ledgers.html", context, status=status)


def _grants(reader: User, stay: Stay) -> list[StayGrant]:
    ours = StayGrant.objects.visible_to(reader).filter(stay=stay)
    found = list(ours.prefetch_related("entries__by").order_by("pk"))
    for row in found:
        row.stay = stay
    return found


def _grant(reader: User, stay: Stay, number: uuid.UUID) -> StayGrant:
    found = next((row for row in _grants(reader, stay) if row.uuid == number), None)
    if found is None:
        raise Http404
    return found


def _one(request: HttpRequest, number: uuid.UUID) -> Stay:
    """Find a stay of which the reader keeps the money."""
    found = queries.with_everything(Stay.objects.visible_to(who(request)))
    row = found.filter(uuid=number).first()
    if row is None:
        raise Http404
    require(may_keep_money(who(request), row))
    return row
