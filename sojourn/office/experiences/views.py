"""Experiences in the office: reports to read, invitations, suggestions, people, the log."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as said
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from sojourn.catalogue.models import Opportunity
from sojourn.common.languages import known_language, page_language
from sojourn.common.view_marks import about_person, lists_people
from sojourn.experiences import (
    correspondents,
    invitations,
    moderation,
    photos,
    precedents,
    suggestions,
)
from sojourn.experiences.errors import ExperienceError
from sojourn.experiences.models import Correspondent, Report
from sojourn.experiences.permissions import may_change_catalogue, may_invite_writers, may_moderate
from sojourn.office.experiences import presenters
from sojourn.office.shared import history, lists
from sojourn.office.shared.access import office_page, who
from sojourn.office.shared.two_editors import edits
from sojourn.people.permissions import may_enter_office, require

PART = "experiences"


@require_safe
@lists_people
@office_page(may_enter_office)
def reports(request: HttpRequest) -> HttpResponse:
    return lists.answer(
        request,
        "office/experiences/templates/reports.html",
        presenters.REPORTS,
        presenters.reports(who(request)),
        {"part": PART, "tab": "reports"},
    )


def _report(request: HttpRequest, number: UUID) -> Report:
    """Return a report that left its writer's desk; a draft is nobody's business here."""
    report = presenters.reports(who(request)).select_related("photo").filter(pk=number).first()
    if report is None:
        raise Http404
    return report


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(Report, "writer", "number")
@office_page(may_enter_office)
@edits(lambda request, number: presenters.reports(who(request)).filter(pk=number), by=may_moderate)
def report(request: HttpRequest, number: UUID) -> HttpResponse:
    """Read a report; change its words, publish it, send it back, decline it."""
    if request.method == "POST" and not _is_here(request, number):
        # Pressed twice, or its writer took it back meanwhile.
        said.info(request, _("The office no longer has this report."))
        return redirect("office:experiences")
    record = _report(request, number)
    problem = ""
    if request.method == "POST":
        try:
            done = _do(request, record)
        except ExperienceError as error:
            problem = error.message
        else:
            said.success(request, done)
            return (
                redirect("office:experience", number=number)
                if _is_here(request, number)
                else redirect("office:experiences")
            )
        record = _report(request, number) if _is_here(request, number) else record
    page = presenters.page(record)
    typed = {field.name: request.POST.get(field.name, field.text) for field in page.fields}
    return render(
        request,
        "office/experiences/templates/report.html",
        {
            "part": PART,
            "tab": "reports",
            "page": page,
            "may_moderate": may_moderate(who(request), record),
            "number": number,
            "problem": problem,
            "fields": [
                (field, typed[field.name] if problem else field.text) for field in page.fields
            ],
            "note": request.POST.get("note", "") if problem else "",
            "reply": request.POST.get("answer", "") if problem else "",
            "history": history.of(record, record.published),
        },
        status=409 if problem else 200,
    )


def _is_here(request: HttpRequest, number: UUID) -> bool:
    return presenters.reports(who(request)).filter(pk=number).exists()


def _do(request: HttpRequest, record: Report) -> str:
    """Return what a button of the page asks for; returns what to say about it."""
    by = who(request)
    require(may_moderate(by, record))
    post = request.POST
    revision = _whole(post.get("revision", ""))
    match post.get("do", ""):
        case "edit":
            words = {name: post[name] for name in moderation.EDITABLE if name in post}
            moderation.edit_words(by, record.pk, words, post.get("note", ""), revision)
            return _("The change is saved; the writer sees it.")
        case "publish":
            moderation.publish(by, record.pk, revision)
            return _("The report is published. Its writer gets a mail.")
        case "send-back":
            moderation.send_back(by, record.pk, post.get("answer", ""))
            return _("The writer gets a mail, and finds your question with the draft.")
        case "decline":
            moderation.decline(by, record.pk, post.get("answer", ""))
            return _("The report is not published. Its writer gets a mail.")
        case "approve":
            precedents.approve(by, _course_of(record, post.get("course", "")))
            return _("Added to the courses that were recognised before.")
        case "turn-away":
            precedents.reject(by, _course_of(record, post.get("course", "")))
            return _("It was not made a precedent.")
    raise ExperienceError(_("Choose what to do."))


def _course_of(record: Report, number: str) -> int:
    """Read which course of this report is meant; one of another report is not found."""
    course = _whole(number)
    if not record.courses.filter(pk=course).exists():
        raise Http404
    return course


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else -1


@require_safe
@about_person(Report, "writer", "number")
@office_page(may_enter_office)
def photo(request: HttpRequest, number: UUID) -> HttpResponse:
    kept = getattr(_report(request, number), "photo", None)
    content = photos.content_of(kept) if kept else b""
    if not content:
        raise Http404
    return HttpResponse(content, content_type="image/jpeg")


@require_http_methods(["GET", "HEAD", "POST"])
@lists_people
@office_page(may_invite_writers)
def invited(request: HttpRequest) -> HttpResponse:
    """Who was invited to tell; invite more, or take invitations back."""
    by = who(request)
    problem = ""
    if request.method == "POST" and request.POST.get("do") == presenters.CLOSE.name:
        if "sure" not in request.POST:
            return _ask_before_closing(request)
        count = 0
        for invitation in presenters.invitations(who(request)).filter(pk__in=lists.picked(request)):
            invitations.close_invitation(by, invitation)
            count += 1
        said.success(
            request,
            ngettext(
                "%(count)d invitation is withdrawn.",
                "%(count)d invitations are withdrawn.",
                count,
            )
            % {"count": count},
        )
        return redirect("office:experience-invitations")
    if request.method == "POST":
        try:
            done = _invite(request)
        except ExperienceError as error:
            problem = error.message
        else:
            said.success(request, done)
            return redirect("office:experience-invitations")
    return render(
        request,
        "office/experiences/templates/invitations.html",
        {
            "part": PART,
            "tab": "invitations",
            "list": lists.shown(
                presenters.INVITATIONS, presenters.invitations(who(request)), request
            ),
            "places": presenters.places(),
            "problem": problem,
            "addresses": request.POST.get("addresses", ""),
            "place": request.POST.get("place", ""),
            "language": request.POST.get("language", page_language()),
        },
        status=422 if problem else 200,
    )


def _ask_before_closing(request: HttpRequest) -> HttpResponse:
    chosen = presenters.invitations(who(request)).filter(pk__in=lists.picked(request))
    count = len(chosen)
    context = {
        "part": PART,
        "question": ngettext(
            "Withdraw this invitation?", "Withdraw these %(count)d invitations?", count
        )
        % {"count": count},
        "text": _("Their links no longer work, unless a report was started with them."),
        "lines": [one.email for one in chosen],
        "keys": [str(one.pk) for one in chosen],
        "do": presenters.CLOSE.name,
        "back": reverse("office:experience-invitations"),
        "action": _("Take back"),
    }
    return render(request, "office/experiences/templates/confirm.html", context)


def _invite(request: HttpRequest) -> str:
    place = Opportunity.objects.filter(slug=request.POST.get("place", "")).first()
    if place is None:
        raise ExperienceError(_("Choose the place where they were."), "place")
    language = known_language(request.POST.get("language"))
    addresses = invitations.addresses_in(request.POST.get("addresses", ""))
    result = invitations.invite(who(request), addresses, place, language)
    said_of = [
        ngettext("%(count)d invitation is sent.", "%(count)d invitations are sent.", result.sent)
        % {"count": result.sent}
    ]
    if result.known:
        said_of.append(_("Invited before: %(count)d.") % {"count": result.known})
    if result.stopped:
        said_of.append(_("Asked us never to write again: %(count)d.") % {"count": result.stopped})
    return " ".join(said_of)


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_change_catalogue)
def suggested(request: HttpRequest) -> HttpResponse:
    """Show what reports say and the catalogue does not, to accept or to leave."""
    problem = ""
    if request.method == "POST":
        try:
            done = _decide(request)
        except ExperienceError as error:
            problem = error.message
        else:
            said.success(request, done)
            return redirect("office:experience-suggestions")
    return render(
        request,
        "office/experiences/templates/suggestions.html",
        {
            "part": PART,
            "tab": "suggestions",
            "suggestions": presenters.suggestions(who(request)),
            "levels": presenters.levels(),
            "languages": presenters.languages(),
            "problem": problem,
        },
        status=409 if problem else 200,
    )


def _decide(request: HttpRequest) -> str:
    by, post = who(request), request.POST
    number = _uuid(post.get("number", ""))
    match post.get("do", ""):
        case "language":
            suggestions.accept_language(by, number)
            return _("The catalogue now says this too, with the reports as its source.")
        case "course":
            suggestions.accept_course(by, number, post.get("language", ""), post.get("level", ""))
            return _("The course is in the catalogue now, with the reports as its source.")
        case "reject":
            suggestions.reject(by, number)
            return _("The catalogue stays as it is.")
    raise ExperienceError(_("Choose what to do."))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


@require_http_methods(["GET", "HEAD", "POST"])
@lists_people
@office_page(may_invite_writers)
def people(request: HttpRequest) -> HttpResponse:
    """Who may be written to: addresses, agreements, stops."""
    problem = ""
    if request.method == "POST":
        if request.POST.get("do") == "stop" and "sure" not in request.POST:
            return _ask_before_stopping(request)
        try:
            done = _see_to(request)
        except ExperienceError as error:
            problem = error.message
        else:
            said.success(request, done)
            return redirect("office:experience-people")
    return render(
        request,
        "office/experiences/templates/people.html",
        {
            "part": PART,
            "tab": "people",
            "people": presenters.people(who(request)),
            "ways": presenters.ways(),
            "problem": problem,
            "typed_for": request.POST.get("contact", ""),
            "typed": request.POST.get("email", ""),
        },
        status=422 if problem else 200,
    )


def _ask_before_stopping(request: HttpRequest) -> HttpResponse:
    person = _person(request, request.POST.get("number", ""))
    context = {
        "part": PART,
        "question": _("Never write to this address again?"),
        "text": _("This cannot be undone here, not even on request."),
        "lines": [person.email],
        "keys": [str(person.pk)],
        "do": "stop",
        "back": reverse("office:experience-people"),
        "action": _("Stop for good"),
    }
    return render(request, "office/experiences/templates/confirm.html", context)


def _person(request: HttpRequest, number: str) -> Correspondent:
    person = Correspondent.objects.visible_to(who(request)).filter(pk=_uuid(number)).first()
    if person is None:
        raise Http404
    return person


def _see_to(request: HttpRequest) -> str:
    by, post = who(request), request.POST
    do = post.get("do", "")
    if do == "address":
        contact = correspondents.contacts_to_ask().filter(slug=post.get("contact", "")).first()
        if contact is None:
            raise Http404
        language = known_language(post.get("language"))
        correspondents.set_address(by, contact, post.get("email", ""), language)
        return _("The address is saved. Students never see it.")
    person = _person(request, post.get("number", post.get("pick", "")))
    match do:
        case "ask":
            correspondents.request_consent(by, person)
            return _("The question is on its way by mail.")
        case "record":
            correspondents.record_agreement(by, person, post.get("how", ""))
            return _("The agreement is recorded, with your name.")
        case "stop":
            correspondents.record_stop(by, person)
            return _("This address will never get mail from students again.")
    raise ExperienceError(_("Choose what to do."))


@require_safe
@lists_people
@office_page(may_enter_office)
def messages(request: HttpRequest) -> HttpResponse:
    """Who wrote to whom and when; never what was said."""
    listing = lists.shown(presenters.MESSAGES, presenters.messages(who(request)), request)
    context = {"part": PART, "tab": "messages", "list": listing}
    return render(request, "office/experiences/templates/messages.html", context)
