"""Stays in the office: listed, begun, followed, and brought to an end."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.advising.models import SelfArrangedPlace
from sojourn.catalogue.choices import DoneBy, Gate
from sojourn.catalogue.models import Road
from sojourn.common.view_marks import about_person, lists_people
from sojourn.mobility import beginnings, endings, gates, periods, queries, steps
from sojourn.mobility.agreements import signing, versions
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.forms import DaysForm
from sojourn.mobility.homecoming import asking
from sojourn.mobility.models import PeriodKind, Stay, StayStep
from sojourn.mobility.periods import Days
from sojourn.mobility.permissions import may_decide_on_stay, may_override, may_work_on
from sojourn.mobility.states import ChangeKind, StepState, VersionState, changes_from
from sojourn.office.shared import history, lists
from sojourn.office.shared.access import office_page, who
from sojourn.office.stays import presenters
from sojourn.office.stays.forms import (
    ChangeForm,
    GateForm,
    HostForm,
    NewDaysForm,
    NewForm,
    RoadForm,
    StepForm,
)
from sojourn.people.models import User
from sojourn.people.permissions import may_enter_office, require
from sojourn.selection.models import Offer

PART = {"part": "stays"}


@require_safe
@lists_people
@office_page(may_enter_office)
def stays(request: HttpRequest) -> HttpResponse:
    reader = who(request)
    found = queries.with_pen(
        Stay.objects.visible_to(reader).select_related("student", "opportunity", "road")
    ).prefetch_related("hosts")
    works = may_work_on(reader)
    context = {
        **PART,
        "offers": presenters.offers_to_begin(reader) if works else [],
        "places": presenters.places_to_begin(reader) if works else [],
        "may_begin": works,
    }
    return lists.answer(
        request, "office/stays/templates/list.html", presenters.kind(), found, context
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_work_on)
def new(request: HttpRequest) -> HttpResponse:
    """Begin stays by hand, for one student or a whole group."""
    is_sent = request.method == "POST"
    form = NewForm(request.POST if is_sent else None, initial={"sending": uuid.uuid4()})
    if is_sent and form.is_valid():
        data = form.cleaned_data
        try:
            made = beginnings.begin_by_hand(
                data["students"], form.planned(), data["sending"], actor=who(request)
            )
        except MobilityError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _begun(len(made)))
            if len(made) == 1:
                return redirect("office:stay", number=made[0].uuid)
            return redirect("office:stays")
    status = 422 if is_sent else 200
    return render(request, "office/stays/templates/new.html", {**PART, "form": form}, status=status)


@require_POST
@office_page(may_work_on)
def begin(request: HttpRequest) -> HttpResponse:
    """Begin the stays of nominated students and of approved places that were picked.

    Whose stay cannot begin is named, and stands in nobody else's way.
    """
    reader = who(request)
    offers = Offer.objects.visible_to(reader).filter(uuid__in=_keys(request.POST.getlist("offer")))
    places = SelfArrangedPlace.objects.visible_to(reader).filter(
        pk__in=_keys(request.POST.getlist("place"))
    )
    picked: list[tuple[User, Callable[[], Stay]]] = [
        *(
            (each.application.owner, partial(beginnings.begin_for_offer, each, actor=reader))
            for each in offers.select_related("application__owner")
        ),
        *(
            (each.student, partial(beginnings.begin_for_own_place, each, actor=reader))
            for each in places.select_related("student")
        ),
    ]
    count = 0
    for student, begin_stay in picked:
        try:
            # Whether they look after it is asked of the stay; what may not be is not kept.
            with transaction.atomic():
                _require_work(request, begin_stay())
        except MobilityError as error:
            messages.warning(request, f"{student}: {error.message}")
        else:
            count += 1
    if count:
        messages.success(request, _begun(count))
    elif not picked:
        messages.warning(request, _("Pick at least one student."))
    return redirect("office:stays")


@require_safe
@about_person(Stay, "student", "number")
@office_page(may_enter_office)
def stay(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    return _page(request, _one(request, number))


@require_POST
@about_person(Stay, "student", "number")
@office_page(may_work_on)
def step(request: HttpRequest, number: uuid.UUID, step: int) -> HttpResponse:
    """Settle, send back, waive, reopen or remind of one step."""
    found = _one(request, number)
    _require_work(request, found)
    row = next((each for each in found.steps.all() if each.pk == step), None)
    if row is None:
        raise Http404
    form = StepForm(request.POST)
    if not form.is_valid():
        return _page(request, found, problem=_("Write a day, such as 2027-02-01."), status=422)
    actor, data = who(request), form.cleaned_data
    do = request.POST.get("do", "")
    try:
        if do == "settle":
            steps.settle(row, actor=actor, valid_until=data["valid_until"], note=data["note"])
        elif do == "send_back":
            steps.send_back(row, data["note"], actor=actor)
        elif do == "waive":
            require(may_decide_on_stay(actor, found))
            steps.waive(row, data["note"], actor=actor)
        elif do == "reopen":
            steps.reopen(row, actor=actor)
        elif do == "remind":
            say_reminded(request, _remind(row, actor))
        else:
            raise Http404
    except MobilityError as error:
        return _page(request, _one(request, number), problem=error.message, status=422)
    return redirect("office:stay", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(Stay, "student", "number")
@office_page(may_work_on)
def days(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Write down the days at the host and the periods that differ."""
    found = _one(request, number)
    _require_work(request, found)
    is_sent = request.method == "POST"
    form = DaysForm(found, tuple(PeriodKind), request.POST if is_sent else None)
    if is_sent and form.is_valid():
        try:
            periods.set_days(found, form.at_host, form.others, actor=who(request))
        except MobilityError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Saved. The days of the steps moved along."))
            return redirect("office:stay", number=number)
    return _form(request, found, form, _("The days of this stay"), 422 if is_sent else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(Stay, "student", "number")
@office_page(may_decide_on_stay)
def road(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Put the stay on another road."""
    found = _one(request, number)
    require(may_decide_on_stay(who(request), found))
    is_sent = request.method == "POST"
    form = RoadForm(request.POST if is_sent else None, initial={"road": found.road.slug})
    if is_sent and form.is_valid():
        chosen = Road.objects.get(slug=form.cleaned_data["road"])
        try:
            beginnings.change_road(found, chosen, actor=who(request))
        except MobilityError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The stay has the steps of this road now."))
            return redirect("office:stay", number=number)
    return _form(request, found, form, _("Another road"), 422 if is_sent else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(Stay, "student", "number")
@office_page(may_work_on)
def host(request: HttpRequest, number: uuid.UUID, host: int) -> HttpResponse:
    """Write down who speaks for the host."""
    found = _one(request, number)
    _require_work(request, found)
    row = next((each for each in found.hosts.all() if each.pk == host), None)
    if row is None:
        raise Http404
    is_sent = request.method == "POST"
    form = HostForm(request.POST if is_sent else None, instance=row)
    if is_sent and form.is_valid():
        beginnings.describe_host(found, form.save(commit=False), actor=who(request))
        messages.success(request, _("Saved."))
        return redirect("office:stay", number=number)
    return _form(request, found, form, row.name, 422 if is_sent else 200)


@require_POST
@about_person(Stay, "student", "number")
@office_page(may_enter_office)
def gate(request: HttpRequest, number: uuid.UUID, gate: str) -> HttpResponse:
    """Answer for an exception at a gate."""
    found = _one(request, number)
    if gate not in Gate.values:
        raise Http404
    require(may_override(who(request), found, gate))
    form = GateForm(request.POST)
    if not form.is_valid():
        return _page(request, found, problem=_("Say why."), status=422)
    data = form.cleaned_data
    try:
        gates.override(
            found, Gate(gate), data["reason"], actor=who(request), seen=data["seen"].split()
        )
    except MobilityError as error:
        return _page(request, _one(request, number), problem=error.message, status=409)
    messages.success(request, _("The gate is open; your name stands beside it."))
    return redirect("office:stay", number=number)


@require_POST
@about_person(Stay, "student", "number")
@office_page(may_work_on)
def move(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Say that the student left or came back, that the stay goes on, or that all is settled."""
    found = _one(request, number)
    _require_work(request, found)
    actor, today = who(request), timezone.localdate()
    do = request.POST.get("do", "")
    try:
        if do == "depart":
            endings.depart(found, today, actor=actor)
        elif do == "come_back":
            endings.come_back(found, today, actor=actor)
        elif do == "go_on":
            endings.go_on(found, actor=actor)
        elif do == "finish":
            endings.finish(found, actor=actor)
        elif do == "reopen":
            endings.reopen(found, actor=actor)
        elif do == "resume":
            require(may_decide_on_stay(actor, found))
            form = NewDaysForm(request.POST)
            if not form.is_valid():
                problem = _("Say the new first and last day.")
                return _page(request, found, problem=problem, status=422)
            data = form.cleaned_data
            endings.resume(found, Days(data["starts_on"], data["ends_on"]), actor=actor)
        else:
            raise Http404
    except MobilityError as error:
        return _page(request, _one(request, number), problem=error.message, status=409)
    return redirect("office:stay", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(Stay, "student", "number")
@office_page(may_decide_on_stay)
def change(request: HttpRequest, number: uuid.UUID, kind: str) -> HttpResponse:
    """Change the course of a stay, after reading what that does."""
    found = _one(request, number)
    require(may_decide_on_stay(who(request), found))
    if kind not in ChangeKind.values:
        raise Http404
    wanted = ChangeKind(kind)
    if wanted not in changes_from(found.state):
        messages.warning(request, _("This is not possible any more; look at the stay."))
        return redirect("office:stay", number=number)
    is_sent = request.method == "POST"
    asks_day = wanted.asks_for_last_day and not found.meaning.is_before
    form = ChangeForm(
        request.POST if is_sent else None,
        asks_day=asks_day,
        initial={"last_day": found.ends_on},
    )
    if is_sent and form.is_valid():
        data = form.cleaned_data
        try:
            endings.make_change(
                found, wanted, data["reason"], actor=who(request), last_day=data.get("last_day")
            )
        except MobilityError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Done. The student gets a mail."))
            return redirect("office:stay", number=number)
    context = {
        **PART,
        "page": _shown(request, found),
        "kind": wanted.label,
        "consequences": endings.consequences(found, wanted),
        "form": form,
    }
    return render(
        request, "office/stays/templates/change.html", context, status=422 if is_sent else 200
    )


def say_reminded(request: HttpRequest, was_sent: bool) -> None:
    """Say that a reminder is on its way, or why none is."""
    if was_sent:
        messages.success(request, _("A reminder is on its way."))
    else:
        messages.warning(request, _("They had a reminder less than a day ago."))


def _remind(row: StayStep, actor: User) -> bool:
    """Remind whoever has the pen; who signs or confirms gets the link to it once more."""
    if row.step.done_by in (DoneBy.DATES, DoneBy.TRANSCRIPT) and row.state == StepState.WAITING:
        return asking.ask(row.stay, actor=actor)
    version = versions.open_of(row.stay) if row.step.done_by == DoneBy.AGREEMENT else None
    if version is not None and version.state == VersionState.SIGNING:
        return signing.remind(version, actor=actor)
    return steps.remind(row, actor=actor)


def _page(
    request: HttpRequest, found: Stay, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {
        **PART,
        "page": _shown(request, found),
        "problem": problem,
        "new_days": NewDaysForm(),
        "history": history.of(found, *found.steps.all()),
    }
    return render(request, "office/stays/templates/stay.html", context, status=status)


def _form(request: HttpRequest, found: Stay, form: object, title: str, status: int) -> HttpResponse:
    context = {**PART, "page": _shown(request, found), "form": form, "title": title}
    return render(request, "office/stays/templates/form.html", context, status=status)


def _shown(request: HttpRequest, found: Stay) -> presenters.StayPage:
    reader = who(request)
    others = queries.group_of(Stay.objects.visible_to(reader), found)
    return presenters.page(reader, found, others.count(), timezone.now())


def _one(request: HttpRequest, number: uuid.UUID) -> Stay:
    found = queries.with_everything(Stay.objects.visible_to(who(request)))
    row = found.filter(uuid=number).first()
    if row is None:
        raise Http404
    return row


def _require_work(request: HttpRequest, found: Stay) -> None:
    require(may_work_on(who(request), found))


def _keys(sent: list[str]) -> list[uuid.UUID]:
    found = []
    for text in sent[: lists.MOST_PICKED]:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


def _begun(count: int) -> str:
    return ngettext("%(count)d stay has begun.", "%(count)d stays have begun.", count) % {
        "count": count
    }
