"""Where links from mail lead, without an account: report, agree or stop, answer a student."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages as said
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.languages import plain
from sojourn.common.view_marks import private_page
from sojourn.experiences import correspondents, invitations, messages, writing
from sojourn.experiences.errors import ExperienceError
from sojourn.experiences.links import LinkPurpose, number_in
from sojourn.experiences.models import (
    ConsentState,
    Correspondent,
    Message,
    Report,
    ReportInvitation,
)
from sojourn.people.models import User
from sojourn.people.permissions import open_to, whoever_has_the_link
from sojourn.portal.experiences.forms import AnswerForm
from sojourn.portal.experiences.presenters import people
from sojourn.portal.experiences.views.mine import INVITED


def _nothing(request: HttpRequest, title: str, text: str, status: int) -> HttpResponse:
    context = {"title": title, "text": text}
    return render(request, "portal/experiences/templates/no-link.html", context, status=status)


def no_link(request: HttpRequest) -> HttpResponse:
    """Return what a link shows that we did not make, or whose row is gone."""
    return _nothing(
        request,
        _("This link does not work"),
        _("Perhaps part of the address is missing. Open it from the mail once more."),
        404,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(whoever_has_the_link)
def invited(request: HttpRequest, token: str) -> HttpResponseBase:
    """Look at an invitation; begin or go on with its report; or turn it down."""
    number = number_in(LinkPurpose.REPORT, token)
    invitation = (
        ReportInvitation.objects.named_by_link(pk=number).select_related("opportunity").first()
        if number
        else None
    )
    if invitation is None:
        return no_link(request)
    report = Report.objects.named_by_link(invitation=invitation).first()
    if report is not None and report.writer_id is not None:
        # It belongs to an account by now: its page asks to sign in.
        return redirect("experiences:report", number=report.pk)
    if invitation.closed_at is not None and report is None:
        return _nothing(
            request,
            _("This invitation is closed"),
            _("You can still tell how it was: make an account and start a report."),
            410,
        )
    if request.method == "POST" and "no" in request.POST:
        invitations.decline(invitation, request.POST.get("never_again", ""))
        return _nothing(
            request,
            _("Thank you for telling us"),
            _("We will not ask you about this again."),
            200,
        )
    if request.method == "POST":
        report = writing.begin_invited(invitation)
        if isinstance(request.user, User) and request.user.is_student:
            writing.claim(report, request.user)
        else:
            known = [one for one in request.session.get(INVITED, []) if one != str(report.pk)]
            request.session[INVITED] = [*known, str(report.pk)][-10:]
        return redirect("experiences:report", number=report.pk)
    place = current_snapshot().records.opportunities.get(invitation.opportunity.slug)
    context = {
        "place": str(place.title) if place else str(invitation.opportunity),
        "has_begun": report is not None,
        "token": token,
    }
    return render(request, "portal/experiences/templates/invited.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(whoever_has_the_link)
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """Agree to be written to, or stop for ever: one click each.

    A GET changes nothing, because programs that check mail for harm follow its links.
    """
    number = number_in(LinkPurpose.CONSENT, token)
    person = (
        Correspondent.objects.named_by_link(pk=number).select_related("contact", "report").first()
        if number
        else None
    )
    if person is None:
        return no_link(request)
    problem = ""
    if request.method == "POST":
        try:
            if "agree" in request.POST:
                correspondents.agree(person)
            else:
                # In doubt it is a stop: that harms nobody.
                correspondents.stop_permanently(person)
        except ExperienceError as error:
            problem = error.message
        person.refresh_from_db()
    return render(
        request,
        "portal/experiences/templates/consent.html",
        {
            "person": people.about(person),
            "is_agreed": person.state == ConsentState.AGREED,
            "is_stopped": person.state == ConsentState.STOPPED,
            "problem": problem,
        },
        status=409 if problem else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(whoever_has_the_link)
def answer(request: HttpRequest, token: str) -> HttpResponseBase:
    """Answer a student's message without an account."""
    number = number_in(LinkPurpose.ANSWER, token)
    message = (
        Message.objects.named_by_link(pk=number)
        .select_related("student", "correspondent__contact", "correspondent__report")
        .first()
        if number
        else None
    )
    if message is None:
        return no_link(request)
    if not messages.may_be_answered(message) or message.correspondent is None:
        return _nothing(
            request,
            _("This question cannot be answered here any more"),
            _("It is older than three months, or the student has left Sojourn."),
            410,
        )
    person = message.correspondent
    form = AnswerForm(initial={"form": uuid4(), "name": plain(people.own_name(person))})
    status = 200
    if request.method == "POST":
        form = AnswerForm(request.POST)
        status = 422
        if form.is_valid():
            note = messages.NewMessage(
                form=form.cleaned_data["form"],
                text=form.cleaned_data["text"],
                name=form.cleaned_data["name"],
                shows_address=person.email if form.cleaned_data["shows_address"] else "",
            )
            try:
                messages.send_answer(message, note)
            except ExperienceError as error:
                form.add_error(error.field or None, error.message)
            else:
                said.success(request, _("Your answer is on its way."))
                return redirect("experiences:answer", token=token)
    return render(
        request,
        "portal/experiences/templates/answer.html",
        {"form": form, "address": person.email, "token": token},
        status=status,
    )
