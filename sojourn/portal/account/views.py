"""One's own account, where allauth has no page for it."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sojourn.common.urls import url_for
from sojourn.common.view_marks import RateLimit, private_page, rate_limited
from sojourn.people import invitations, sessions, single_sign_on
from sojourn.people.models import User
from sojourn.people.names import RequiredNameForm
from sojourn.people.permissions import (
    anybody,
    is_signed_in,
    open_to,
    signed_in_person,
    whoever_has_the_link,
)
from sojourn.portal.account.forms import InvitationForm


@sensitive_post_parameters("password1")
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited(RateLimit.FORMS)
@private_page
@open_to(whoever_has_the_link)
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Open the account that somebody was invited to. Looking changes nothing."""
    password = request.POST.get("password1", "")
    user = invitations.invited_by_link(key)
    if user is None:
        if isinstance(request.user, User) and request.user.office_page:  # the second of two clicks
            return redirect(request.user.office_page)
        if again := invitations.accepted_just_now(key, password):
            return _sign_in(request, again)
        return render(request, "portal/account/templates/invitation-over.html", status=410)
    page = {"email": user.email, "offered": invitations.offered_roles(user), "key": key}
    if single_sign_on.must_use_single_sign_on(user):
        return render(request, "portal/account/templates/invitation.html", page)
    form = InvitationForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        opened = invitations.accept(key, form, password)
        # Two clicks at once: the other one was first.
        opened = opened or invitations.accepted_just_now(key, password)
        return _sign_in(request, opened) if opened else redirect("account:invitation", key)
    return render(
        request,
        "portal/account/templates/invitation.html",
        page | {"form": form},
        status=422 if form.is_bound else 200,
    )


def _sign_in(request: HttpRequest, user: User) -> HttpResponse:
    record_authentication(request, user, method="password", email=user.email)
    login = Login(user=user, email=user.email, redirect_url=url_for("mfa_index"))
    answer: HttpResponse = perform_login(request, login)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(is_signed_in)
def name(request: HttpRequest) -> HttpResponse:
    """Change one's own name, and go back to where it was asked for."""
    user = signed_in_person(request)
    back = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = ""
    fields = ("first_name", "last_name", "preferred_name")
    form = RequiredNameForm(
        request.POST if request.method == "POST" else None,
        initial={field: getattr(user, field) for field in fields},
    )
    if form.is_bound and form.is_valid():
        form.put_name_on(user)
        user.save(update_fields=fields)
        messages.success(request, _("Your name is saved."))
        return redirect(back or "account:name")
    return render(
        request,
        "portal/account/templates/name.html",
        {"form": form, "next": back},
        status=422 if form.is_bound else 200,
    )


@require_safe
@private_page
@open_to(anybody)
def known(request: HttpRequest) -> HttpResponse:
    """Tell who came by single sign-on that their address has an account here already."""
    login = single_sign_on.waiting_login(request)
    if login is None:
        return redirect("account_login")
    return render(request, "portal/account/templates/known.html", _about(login))


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(is_signed_in)
def connect(request: HttpRequest) -> HttpResponse:
    """Connect who came by single sign-on to the account that they signed in to since."""
    user = signed_in_person(request)
    login = single_sign_on.waiting_login(request)
    if login is None:  # the second of two clicks, or too late
        return redirect("socialaccount_connections")
    if request.method != "POST":
        page = _about(login) | {"account": user.email}
        return render(request, "portal/account/templates/connect.html", page)
    if "leave" in request.POST:
        single_sign_on.forget_waiting(request)
    elif single_sign_on.connect_waiting(request, user):
        said = _("From now on you can sign in with %s.")
        messages.success(request, said % login.provider.name)
    else:
        messages.error(request, _("It is connected to another account."))
    return redirect("socialaccount_connections")


@require_safe
@private_page
@open_to(anybody)
def sso_only(request: HttpRequest) -> HttpResponse:
    """Tell somebody that their account is open to single sign-on only."""
    return render(request, "portal/account/templates/sso-only.html")


def _about(login: SocialLogin) -> dict[str, object]:
    return {"provider": login.provider, "email": login.user.email}


@require_POST
@private_page
@open_to(is_signed_in)
def end_session(request: HttpRequest, number: int) -> HttpResponse:
    """Sign another browser out."""
    if sessions.end_session(signed_in_person(request), number):
        messages.success(request, _("That device is signed out."))
    return redirect("usersessions_list")
