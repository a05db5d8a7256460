"""Colleagues: who works in the office, inviting one, their roles, the end of an account."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.advising.question_lists import colleagues as advisers
from sojourn.common.view_marks import about_person, lists_people
from sojourn.office.people.forms import ClosingForm, InvitationForm, RoleForm
from sojourn.office.people.presenters import colleagues as presenter
from sojourn.office.shared import lists
from sojourn.office.shared.access import asked_again, office_page, who
from sojourn.people import staff
from sojourn.people.invitations import InvitationError, invite
from sojourn.people.models import RoleAssignment, User
from sojourn.people.permissions import (
    may_give_role,
    may_look_after_colleagues,
    may_run_installation,
    require,
)
from sojourn.people.role_assignments import LastOperatorError, grant_role, revoke_role
from sojourn.selection.open_work import hand_over_questions


def _colleague(request: HttpRequest, key: uuid.UUID) -> User:
    return get_object_or_404(presenter.rows(who(request)), uuid=key)


@require_safe
@lists_people
@office_page(may_look_after_colleagues)
def colleagues(request: HttpRequest) -> HttpResponse:
    return lists.answer(
        request,
        "office/people/templates/colleagues.html",
        presenter.kind(),
        presenter.rows(who(request)),
        {"part": "colleagues"},
    )


@require_safe
@about_person(User, "pk", "colleague")
@office_page(may_look_after_colleagues)
def colleague(request: HttpRequest, colleague: uuid.UUID) -> HttpResponse:
    found = _colleague(request, colleague)
    return _page(request, found, _role_form(request))


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(may_look_after_colleagues)
@asked_again
def invitation(request: HttpRequest) -> HttpResponse:
    """Invite somebody; an account that there is already gets the role and a mail."""
    form = InvitationForm(
        request.POST or None, giver=who(request), programmes=presenter.programmes()
    )
    if request.method == "POST" and form.is_valid():
        _require_gift(request, form)
        try:
            made = invite(
                form.cleaned_data["email"],
                form.chosen_role,
                by=who(request),
                programmes=form.chosen_programmes,
                until=form.cleaned_data["until"],
                language=form.cleaned_data["language"],
            )
        except InvitationError as error:
            form.add_error("email", str(error))
        else:
            text = (
                _("%(person)s is invited. The link in the mail works once, for seven days.")
                if made.link
                else _("%(person)s has an account already, and now has the role. A mail says so.")
            )
            messages.success(request, text % {"person": made.user})
            return redirect("office:colleague", colleague=made.user.uuid)
    return render(
        request,
        "office/people/templates/invitation.html",
        {"part": "colleagues", "form": form},
        status=422 if form.errors else 200,
    )


@require_POST
@about_person(User, "pk", "colleague")
@office_page(may_look_after_colleagues)
@asked_again
def give_role(request: HttpRequest, colleague: uuid.UUID) -> HttpResponse:
    """Give a colleague a role; giving it again moves its last day."""
    found = _colleague(request, colleague)
    require(found.pk != who(request).pk and found.is_active)
    form = _role_form(request)
    if not form.is_valid():
        return _page(request, found, form)
    _require_gift(request, form)
    with transaction.atomic():
        for programme in form.chosen_programmes:
            grant_role(
                found,
                form.chosen_role,
                by=who(request),
                programme=programme,
                until=form.cleaned_data["until"],
            )
    messages.success(
        request,
        _("%(person)s has the role “%(role)s” now.")
        % {"person": found, "role": form.chosen_role.label},
    )
    return redirect("office:colleague", colleague=found.uuid)


@require_POST
@about_person(User, "pk", "colleague")
@office_page(may_look_after_colleagues)
@asked_again
def take_role(request: HttpRequest, colleague: uuid.UUID, number: int) -> HttpResponse:
    """Take a role away at once. A second click finds it gone, and says nothing else."""
    found = _colleague(request, colleague)
    require(found.pk != who(request).pk)
    held = RoleAssignment.objects.visible_to(who(request)).filter(user=found, pk=number).first()
    if held is not None:
        require(may_give_role(who(request), held.role, held.programme))
        words = presenter.role_in_words(held)
        try:
            revoke_role(held, by=who(request))
        except LastOperatorError as error:
            messages.error(request, error.message)
        else:
            messages.success(
                request,
                _("%(person)s does not have this role any more: %(role)s.")
                % {"person": found, "role": words},
            )
    return redirect("office:colleague", colleague=found.uuid)


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(User, "pk", "colleague")
@office_page(may_look_after_colleagues)
@asked_again
def close(request: HttpRequest, colleague: uuid.UUID) -> HttpResponse:
    """Close an account, after showing what is theirs to do and asking who takes it over."""
    found = _colleague(request, colleague)
    require(may_look_after_colleagues(who(request), found))
    form = ClosingForm(request.POST or None, colleagues=advisers().exclude(pk=found.pk))
    if request.method == "POST" and form.is_valid():
        to, count = form.chosen_colleague, 0
        try:
            with transaction.atomic():
                if to is not None:
                    count = hand_over_questions(found, to, by=who(request))
                if found.is_active:
                    staff.close_account(found, by=who(request))
        except LastOperatorError as error:
            messages.error(request, error.message)
            return redirect("office:colleague", colleague=found.uuid)
        messages.success(request, _("The account of %(person)s is closed.") % {"person": found})
        if count:
            messages.success(
                request,
                ngettext(
                    "%(count)d question went to %(to)s.",
                    "%(count)d questions went to %(to)s.",
                    count,
                )
                % {"count": count, "to": to},
            )
        return redirect("office:colleague", colleague=found.uuid)
    return render(
        request,
        "office/people/templates/close.html",
        {
            "part": "colleagues",
            "page": presenter.page(who(request), found),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@require_POST
@about_person(User, "pk", "colleague")
@office_page(may_run_installation)
@asked_again
def reset_second_step(request: HttpRequest, colleague: uuid.UUID) -> HttpResponse:
    """Take off the second step of a colleague who lost it; they get a mail."""
    found = _colleague(request, colleague)
    require(found.pk != who(request).pk)
    if staff.reset_second_step(found, by=who(request)):
        messages.success(
            request,
            _("%(person)s signs in with the password now, and sets up a new second step.")
            % {"person": found},
        )
    return redirect("office:colleague", colleague=found.uuid)


@require_POST
@about_person(User, "pk", "colleague")
@office_page(may_look_after_colleagues)
@asked_again
def sign_out(request: HttpRequest, colleague: uuid.UUID) -> HttpResponse:
    """Sign a colleague out in every browser; they may sign in again."""
    found = _colleague(request, colleague)
    require(may_look_after_colleagues(who(request), found))
    staff.sign_out(found, by=who(request))
    messages.success(request, _("%(person)s is signed out everywhere.") % {"person": found})
    return redirect("office:colleague", colleague=found.uuid)


def _role_form(request: HttpRequest) -> RoleForm:
    return RoleForm(request.POST or None, giver=who(request), programmes=presenter.programmes())


def _page(request: HttpRequest, found: User, form: RoleForm) -> HttpResponse:
    return render(
        request,
        "office/people/templates/colleague.html",
        {"part": "colleagues", "page": presenter.page(who(request), found), "form": form},
        status=422 if form.errors else 200,
    )


def _require_gift(request: HttpRequest, form: RoleForm) -> None:
    """Refuse a role of a programme for which this role is not theirs to give."""
    for programme in form.chosen_programmes:
        require(may_give_role(who(request), form.chosen_role, programme))
