"""Hours in the office: one date otherwise, absences, rules for slots."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.advising import diaries
from sojourn.advising import hours as advising_hours
from sojourn.advising.appointments import release_expired_offers
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Diary, SlotRule
from sojourn.advising.permissions import may_keep_hours
from sojourn.catalogue.models import Absence, Contact, WalkInChange, WalkInHour
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.translated_fields import text_of
from sojourn.office.appointments.forms import AbsenceForm, DateForm, RuleForm, SettingsForm
from sojourn.office.appointments.presenters import hours as hours_presenter
from sojourn.office.shared import already_done, formatting, history
from sojourn.office.shared.access import office_page, who
from sojourn.office.shared.two_editors import edits
from sojourn.people.permissions import may_enter_office


def _diaries(request: HttpRequest, slug: str) -> QuerySet[Diary]:
    return Diary.objects.visible_to(who(request)).filter(contact__slug=slug)


def _changes(
    _request: HttpRequest, slug: str, hour: str, year: int, month: int, day: int
) -> QuerySet[WalkInChange]:
    on_day = {"date__year": year, "date__month": month, "date__day": day}
    return WalkInChange.objects.filter(hour__slug=hour, **on_day)


@require_safe
@office_page(may_enter_office)
def hours(request: HttpRequest) -> HttpResponse:
    people = hours_presenter.people(who(request), current_snapshot().records, timezone.now())
    return render(
        request,
        "office/appointments/templates/hours/people.html",
        {"part": "hours", "people": people},
    )


@require_safe
@office_page(may_enter_office)
@edits(_diaries, by=may_keep_hours)
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    return _desk_page(request, _contact(slug))


@require_POST
@office_page(may_keep_hours)
@edits(_diaries, by=may_keep_hours)
def save_settings(request: HttpRequest, slug: str) -> HttpResponse:
    contact = _contact(slug)
    form = SettingsForm(request.POST, instance=diaries.diary_of(contact))
    if not form.is_valid():
        return _desk_page(request, contact, settings=form)
    diaries.save_settings(form.instance, who(request))
    _settle(form.instance)
    messages.success(request, _("Saved."))
    return redirect("office:desk", slug=slug)


@require_POST
@office_page(may_keep_hours)
def add_absence(request: HttpRequest, slug: str) -> HttpResponse:
    contact = _contact(slug)
    form = AbsenceForm(request.POST)
    if not form.is_valid():
        return _desk_page(request, contact, absence=form)
    data = form.cleaned_data
    made = advising_hours.add_absence(
        contact,
        data["first_day"],
        data["last_day"],
        form.translations("reason"),
        who(request),
    )
    standing = advising_hours.appointments_during(made)
    if standing:
        messages.warning(
            request, _("There are appointments on these days. They remain until you cancel them.")
        )
    else:
        messages.success(request, _("Nobody can walk in or book on these days."))
    return redirect("office:desk", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_keep_hours)
def remove_absence(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Ask, then let the hours of those days take place."""
    contact = _contact(slug)
    found = Absence.objects.filter(pk=number, contact=contact).first()
    if found is None and request.method == "POST":
        return _gone_already(request, slug)
    if found is None:
        raise Http404
    if request.method == "POST":
        advising_hours.remove_absence(found, who(request))
        _settle(diaries.diary_of(contact))
        messages.success(request, _("These days are open again."))
        return redirect("office:desk", slug=slug)
    return _ask(
        request,
        _("Take these days off the list of absences?"),
        [f"{formatting.day(found.first_day)} – {formatting.day(found.last_day)}"],
        slug,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_keep_hours)
def new_rule(request: HttpRequest, slug: str) -> HttpResponse:
    contact = _contact(slug)
    if request.method != "POST":
        return _rule_page(request, slug, RuleForm(initial={"room": contact.room}))
    with transaction.atomic():
        form = RuleForm(request.POST, instance=SlotRule(diary=diaries.diary_of(contact)))
        if not form.is_valid():
            return _rule_page(request, slug, form)
        diaries.save_rule(form.instance, who(request))
    _settle(form.instance.diary)
    messages.success(request, _("The slots can be booked now."))
    return redirect("office:desk", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_keep_hours)
@edits(
    lambda request, slug, number: SlotRule.objects.visible_to(who(request)).filter(pk=number),
    by=may_keep_hours,
)
def rule(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = _rule(request, slug, number)
    if request.method != "POST":
        return _rule_page(request, slug, RuleForm(instance=found), number)
    form = RuleForm(request.POST, instance=found)
    if not form.is_valid():
        return _rule_page(request, slug, form, number)
    diaries.save_rule(form.instance, who(request))
    _settle(found.diary)
    messages.success(request, _("Saved. Appointments already made stay as they are."))
    return redirect("office:desk", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_keep_hours)
def remove_rule(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Ask, then make no more slots by this rule."""
    if (
        request.method == "POST"
        and not SlotRule.objects.visible_to(who(request)).filter(pk=number).exists()
    ):
        return _gone_already(request, slug)
    found = _rule(request, slug, number)
    if request.method == "POST":
        diaries.delete_rule(found, who(request))
        messages.success(request, _("The rule is removed. Appointments already made stay."))
        return redirect("office:desk", slug=slug)
    return _ask(request, _("Remove this rule?"), [str(found)], slug)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_keep_hours)
@edits(_changes, by=may_keep_hours)
def date(
    request: HttpRequest, slug: str, hour: str, year: int, month: int, day: int
) -> HttpResponse:
    """One date of a walk-in hour: otherwise, not at all, or as usual again."""
    contact = _contact(slug)
    found = WalkInHour.objects.filter(slug=hour, contact=contact).first()
    try:
        when = dt.date(year, month, day)
    except ValueError as error:
        raise Http404 from error
    if found is None or when.weekday() != found.weekday:
        raise Http404
    change = WalkInChange.objects.filter(hour=found, date=when).first()
    form = DateForm(
        request.POST if request.method == "POST" else None, initial=_as_it_is(found, change)
    )
    if request.method == "POST" and "undo" in request.POST:
        if change is not None:
            advising_hours.undo_change(change, who(request))
        messages.success(request, _("The hour is as usual again on that day."))
        return redirect("office:desk", slug=slug)
    if request.method == "POST" and form.is_valid():
        try:
            advising_hours.change_date(found, when, form.otherwise, who(request))
        except AdvisingError as error:
            form.add_error("ends", error.message)
        else:
            messages.success(request, _("Changed. Every page and calendar shows it now."))
            return redirect("office:desk", slug=slug)
    return render(
        request,
        "office/appointments/templates/hours/date.html",
        {
            "part": "hours",
            "slug": slug,
            "form": form,
            "day": formatting.day(when),
            "is_changed": change is not None,
        },
        status=422 if form.errors else 200,
    )


def _as_it_is(hour: WalkInHour, change: WalkInChange | None) -> dict[str, object]:
    """Return what the form shows first: the date as it is now."""
    return {
        "takes_place": "no" if change and change.is_cancelled else "yes",
        "starts": (change and change.starts) or hour.starts,
        "ends": (change and change.ends) or hour.ends,
        "room": (change and change.room) or hour.room,
        "online_link": (change and change.online_link) or hour.online_link,
        "note": text_of(change, "note"),
    }


def _gone_already(request: HttpRequest, slug: str) -> HttpResponse:
    _contact(slug)
    return already_done.already(request, "office:desk", slug=slug)


def _settle(diary: Diary) -> None:
    """Offer times that became free to the waiting list."""
    release_expired_offers(diary, timezone.now())


def _contact(slug: str) -> Contact:
    """Return a contact that visitors know of; nobody else has hours."""
    if slug not in current_snapshot().records.contacts:
        raise Http404
    return Contact.objects.get(slug=slug)


def _rule(request: HttpRequest, slug: str, number: int) -> SlotRule:
    found = (
        SlotRule.objects.visible_to(who(request))
        .filter(pk=number, diary__contact__slug=slug)
        .select_related("diary__contact")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _desk_page(
    request: HttpRequest,
    contact: Contact,
    settings: SettingsForm | None = None,
    absence: AbsenceForm | None = None,
) -> HttpResponse:
    diary = Diary.objects.visible_to(who(request)).filter(contact=contact).first() or Diary(
        contact=contact
    )
    wrong = settings if settings is not None else absence
    return render(
        request,
        "office/appointments/templates/hours/desk.html",
        {
            "part": "hours",
            "page": hours_presenter.page(
                who(request), current_snapshot().records, contact, timezone.now()
            ),
            "settings_form": settings or SettingsForm(instance=diary),
            "absence_form": absence or AbsenceForm(),
            "wrong": wrong,
            "may_change": may_keep_hours(who(request)),
            "history": history.of_desk(contact),
        },
        status=422 if wrong is not None else 200,
    )


def _rule_page(
    request: HttpRequest, slug: str, form: RuleForm, number: int | None = None
) -> HttpResponse:
    return render(
        request,
        "office/appointments/templates/hours/rule.html",
        {"part": "hours", "form": form, "slug": slug, "number": number},
        status=422 if form.errors else 200,
    )


def _ask(request: HttpRequest, question: str, lines: list[str], slug: str) -> HttpResponse:
    return render(
        request,
        "office/appointments/templates/hours/confirm.html",
        {
            "part": "hours",
            "question": question,
            "lines": lines,
            "back": reverse("office:desk", kwargs={"slug": slug}),
        },
    )
