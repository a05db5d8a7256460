"""The rounds in the office: begin, copy, write the rules, publish, change with a public note."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sojourn.office.rounds import forms
from sojourn.office.rounds.presenters import agreements as agreements_shown
from sojourn.office.rounds.presenters import rounds as rounds_presenter
from sojourn.office.shared import history, lists, seen
from sojourn.office.shared.access import office_page, who
from sojourn.office.shared.two_editors import edits
from sojourn.people.permissions import may_enter_office, require
from sojourn.selection import agreements
from sojourn.selection import rounds as selection_rounds
from sojourn.selection.calendar import follow
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import (
    Criterion,
    CustomQuestion,
    Quota,
    Round,
    RoundOpportunity,
    RoundProgramme,
    RubricLevel,
)
from sojourn.selection.permissions import may_manage
from sojourn.selection.states import RoundState


def round_of(request: HttpRequest, slug: str) -> Round:
    """Find a round of which somebody may see something."""
    return get_object_or_404(Round.objects.visible_to(who(request)), slug=slug)


def managed_round(request: HttpRequest, slug: str) -> Round:
    """Find a round whose rules somebody may set; those who only see it are refused."""
    round_ = round_of(request, slug)
    require(may_manage(who(request), round_))
    return round_


def _rules(request: HttpRequest, slug: str, part: str) -> list[QuerySet[Any]]:
    """Find the rows in which the rules of a round stand."""
    reader = who(request)
    of_round = {"round__slug": slug}
    return [
        Round.objects.visible_to(reader).filter(slug=slug),
        RoundProgramme.objects.visible_to(reader).filter(**of_round),
        RoundOpportunity.objects.visible_to(reader).filter(**of_round),
        Quota.objects.visible_to(reader).filter(opportunity__round__slug=slug),
        Criterion.objects.visible_to(reader).filter(**of_round),
        RubricLevel.objects.visible_to(reader).filter(criterion__round__slug=slug),
        CustomQuestion.objects.visible_to(reader).filter(**of_round),
    ]


@require_safe
@office_page(may_enter_office)
def rounds(request: HttpRequest) -> HttpResponse:
    listing = lists.shown(rounds_presenter.ROUNDS, Round.objects.visible_to(who(request)), request)
    return render(request, "office/rounds/templates/list.html", {"part": "rounds", "list": listing})


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_manage)
def new(request: HttpRequest) -> HttpResponse:
    form = forms.NewRoundForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = selection_rounds.draft(
                data["slug"],
                form.translations("title"),
                data["academic_year"],
                actor=who(request),
            )
        except SelectionError as error:
            form.add_error("slug", error.message)
        else:
            return redirect("office:round", slug=made.slug)
    return render(
        request,
        "office/rounds/templates/new.html",
        {"part": "rounds", "form": form, "title": _("A new round"), "action": _("Begin")},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_manage)
def copy(request: HttpRequest, slug: str) -> HttpResponse:
    source = managed_round(request, slug)
    form = forms.CopyForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = selection_rounds.copy(
                source, data["slug"], data["academic_year"], actor=who(request)
            )
        except SelectionError as error:
            form.add_error("slug", error.message)
        else:
            messages.success(
                request, _("Copied. The calendar has moved by a year: check each date.")
            )
            return redirect("office:round", slug=made.slug)
    return render(
        request,
        "office/rounds/templates/new.html",
        {
            "part": "rounds",
            "form": form,
            "title": _("Copy %(title)s") % {"title": source.title},
            "action": _("Copy"),
        },
        status=422 if form.is_bound else 200,
    )


@require_safe
@office_page(may_enter_office)
def one(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    round_ = round_of(request, slug)
    if round_.state in (RoundState.PUBLISHED, RoundState.OPEN):
        round_ = follow(round_, now)  # the worker may be late
    seen.note(request, "round", round_.slug)
    return render(
        request,
        "office/rounds/templates/round.html",
        {
            "part": "rounds",
            "page": rounds_presenter.page(who(request), round_, now),
            "history": history.of(round_),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_manage)
@edits(_rules, by=may_manage)
def edit(request: HttpRequest, slug: str, part: str) -> HttpResponse:
    round_ = managed_round(request, slug)
    title = next((each.title for each in forms.PARTS if each.name == part), None)
    if title is None:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    page = forms.page(part, round_, sent)
    is_public = round_.state != RoundState.DRAFT
    note = forms.NoteForm(sent) if is_public else None
    mistakes: list[tuple[str, str]] = []
    if sent is not None:
        if page.is_valid() and (note is None or note.is_valid()):
            try:
                changed = selection_rounds.change_rules(
                    round_,
                    page.write,
                    note.translations("note") if note else None,
                    actor=who(request),
                )
            except SelectionError as error:
                mistakes.append(("", error.message))
            else:
                _say_changed(request, len(changed), is_public=is_public)
                return redirect("office:round", slug=slug)
        mistakes += page.mistakes()
        if note is not None:
            mistakes += [
                (field.id_for_label, f"{field.label}: {error}")
                for field in note
                for error in field.errors
            ]
    return render(
        request,
        "office/rounds/templates/edit.html",
        {
            "part": "rounds",
            "round": round_,
            "title": title,
            "page": page,
            "note": note,
            "mistakes": mistakes,
        },
        status=422 if mistakes else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_manage)
def seats_of_agreements(request: HttpRequest, slug: str) -> HttpResponse:
    """Return what the round gives of each agreement; a reason where that is more than there are."""
    round_ = managed_round(request, slug)
    sent = request.POST if request.method == "POST" else None
    is_outside = sent is not None and "outside-place" in sent
    outside = forms.OutsideAgreementForm(round_, sent if is_outside else None)
    form = forms.BeyondAgreementForm(round_, None if is_outside else sent)
    if outside.is_valid():
        data = outside.cleaned_data
        try:
            agreements.explain_stray(round_, data["place"], data["because"], actor=who(request))
        except SelectionError as error:
            outside.add_error("place", error.message)
        else:
            messages.success(request, _("Saved, with today's date and your name."))
            return redirect("office:round-agreements", slug=slug)
    elif form.is_valid():
        data = form.cleaned_data
        try:
            agreements.state_reason(
                round_, data["agreement"], data["seats"], data["because"], actor=who(request)
            )
        except SelectionError as error:
            form.add_error("seats", error.message)
        else:
            messages.success(request, _("Saved, with today's date and your name."))
            return redirect("office:round-agreements", slug=slug)
    return render(
        request,
        "office/rounds/templates/agreements.html",
        {
            "part": "rounds",
            "page": agreements_shown.page(round_, agreements.problems_of(round_)),
            "form": form,
            "outside": outside,
        },
        status=422 if sent is not None else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_manage)
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    return _ask(
        request,
        slug,
        verb="publish",
        question=_("Publish the rules of %(title)s?"),
        text=_(
            "From then on every change needs a public note with a date, which "
            "everyone who applied receives. The seed of the lottery is drawn now, "
            "and its hash is shown."
        ),
        action=_("Publish"),
        done=_("Published: everybody can read the rules."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_manage)
def unpublish(request: HttpRequest, slug: str) -> HttpResponse:
    return _ask(
        request,
        slug,
        verb="unpublish",
        question=_("Make %(title)s a draft again?"),
        text=_("Its page disappears until you publish it again."),
        action=_("Make it a draft"),
        done=_("It is a draft again."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_manage)
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    return _ask(
        request,
        slug,
        verb="delete",
        question=_("Delete the draft %(title)s?"),
        text=_("This cannot be undone."),
        action=_("Delete"),
        done=_("Deleted."),
    )


_VERBS = {
    "publish": selection_rounds.publish,
    "unpublish": selection_rounds.unpublish,
    "delete": selection_rounds.delete,
}


def _ask(
    request: HttpRequest, slug: str, *, verb: str, question: str, text: str, action: str, done: str
) -> HttpResponse:
    """Ask first, do it when `sure` comes back."""
    round_ = managed_round(request, slug)
    problem = ""
    if request.method == "POST" and "sure" in request.POST:
        try:
            _VERBS[verb](round_, actor=who(request))
        except SelectionError as error:
            problem = error.message
        else:
            messages.success(request, done)
            if verb == "delete":
                return redirect("office:rounds")
            return redirect("office:round", slug=slug)
    return render(
        request,
        "office/rounds/templates/ask.html",
        {
            "part": "rounds",
            "question": question % {"title": round_.title},
            "text": text,
            "action": action,
            "problem": problem,
            "slug": slug,
        },
        status=422 if problem else 200,
    )


def _say_changed(request: HttpRequest, count: int, *, is_public: bool) -> None:
    if not count:
        messages.info(request, _("Nothing was different, so nothing was changed."))
    elif is_public:
        messages.success(request, _("Changed. The note is public and on its way by mail."))
    else:
        messages.success(request, _("Saved."))
