"""The rules of single sign-on: whose account it is, and what of it is taken over.

An account is found by issuer and subject alone. Where a provider vouches for an address that has an
account here, its owner signs in to that account once and says that the two belong together; no
account is ever found by an address. Roles are given here and never read from claims.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sojourn.common.languages import page_language
from sojourn.people import audit, invitations, student_numbers
from sojourn.people.claims import Said
from sojourn.people.models import SecurityEventKind, User
from sojourn.people.names import LONGEST_NAME, clean_name
from sojourn.people.provider import Provider, ProviderError
from sojourn.people.security_log import note
from sojourn.people.sign_in import came_by

logger = logging.getLogger("sojourn.security")

STUDENT = "student"
# Key of the session: who came from a provider and is not connected yet.
_TO_CONNECT = "sso_to_connect"
# What has confirmed a student number: this and the provider.
_BY = "sso:"
_WAITS_SECONDS = 15 * 60


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # no types
    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": _("Choose a password first, or you could not get in any more."),
        "no_verified_email": _(
            "Confirm your mail address first, or you could not get in any more."
        ),
    }

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """List the providers of the settings; those of a table would be one more way in."""
        return [
            SocialApp(provider="openid_connect", **each)
            for each in settings.SSO_PROVIDERS
            if provider in (None, "openid_connect", each["provider_id"])
            and client_id in (None, each["client_id"])
        ]

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str = AuthError.UNKNOWN,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Answer with a page that says what to do now."""
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(problem(request, provider, "cancelled"))
        has_begun = bool((extra_context or {}).get("state"))
        if isinstance(exception, ProviderError):
            reason = exception.reason
        else:
            reason = "refused" if has_begun else "old"
        raise ImmediateHttpResponse(problem(request, provider, reason))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Decide whose account it is, before allauth lets anybody in or makes an account."""
        state: dict[str, Any] = sociallogin.state
        said: Said = sociallogin.said
        if not said.nonce or said.nonce != state.get("nonce"):
            raise ImmediateHttpResponse(problem(request, sociallogin.provider, "nonce"))
        state["said"] = said.as_json()
        if state.get("again"):
            raise ImmediateHttpResponse(_prove_again(request, sociallogin))
        if sociallogin.is_existing or state.get("process") == AuthProcess.CONNECT:
            return
        if state.get("invitation") and _open_invited(request, sociallogin):
            return
        address = _vouched_address(sociallogin)
        if address and User.objects.filter(email__iexact=address).exists():
            request.session[_TO_CONNECT] = {
                "login": sociallogin.serialize(),
                "email": address,
                "at": int(time.time()),
            }
            raise ImmediateHttpResponse(redirect("account:known"))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Ask for an address unless the provider vouches for one."""
        return bool(_vouched_address(sociallogin))

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        user: User = sociallogin.user
        user.email = str(data.get("email") or "").lower()
        _fill_name(user, str(data.get("first_name") or ""), str(data.get("last_name") or ""))
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Make an account: a student's, without a password."""
        user: User = sociallogin.user
        user.set_unusable_password()
        user.language = page_language()
        if form is not None:
            form.put_name_on(user)
            user.email = form.cleaned_data["email"]
            sociallogin.email_addresses = [
                EmailAddress(email=user.email, verified=False, primary=True)
            ]
        try:
            with transaction.atomic():
                sociallogin.save(request)
                audit.record(
                    "account.made",
                    actor=user,
                    about=user,
                    on=user,
                    details={"provider": sociallogin.account.provider},
                )
        except IntegrityError as error:  # made in another tab at this moment
            user.pk = None
            answer = problem(request, sociallogin.provider, "old")
            raise ImmediateHttpResponse(answer) from error
        return user

    def serialize_instance(self, instance: Any) -> dict[str, Any]:
        """Leave out of a session what does not belong into one."""
        if isinstance(instance, User):
            instance.forget_roles()
        data: dict[str, Any] = super().serialize_instance(instance)
        data.pop("password", None)
        return data

    def validate_disconnect(self, account: SocialAccount, accounts: Any) -> None:
        """Keep the last way in of somebody who may come by no other."""
        others = accounts.exclude(pk=account.pk).exists()
        if must_use_single_sign_on(account.user) and not others:
            raise self.validation_error("disconnect_last")


def is_on() -> bool:
    """Tell whether there is any provider."""
    return bool(settings.SSO_PROVIDERS)


def must_use_single_sign_on(user: User) -> bool:
    """Tell whether the settings let somebody in by single sign-on only."""
    if user.is_demo:
        return False
    if user.is_student:
        return STUDENT in settings.SSO_ONLY
    return any(held.role in settings.SSO_ONLY for held in user.roles)


def may_come_in(request: HttpRequest, user: User) -> bool:
    """Tell whether this way in is open to somebody: by a password, say.

    Whoever was sent here by a provider that vouches for the address of this very account has
    proved both, and is about to connect the two.
    """
    if not must_use_single_sign_on(user) or came_by(request, user):
        return True
    waiting = _waiting(request)
    return waiting is not None and str(waiting["email"]) == user.email


def count_second_step(request: HttpRequest, user: User, sociallogin: SocialLogin) -> None:
    """Count a second step that the provider asked for, where the settings say that it counts."""
    if _said_by(sociallogin).has_second_step:
        record_authentication(request, user, "mfa", type="single-sign-on")


def gave_second_step_there(request: HttpRequest, user: User) -> bool:
    """Tell whether this session's second step was asked by a provider."""
    return any(
        each["method"] == "mfa" and each.get("type") == "single-sign-on"
        for each in get_authentication_records(request, user)
    )


def waiting_login(request: HttpRequest) -> SocialLogin | None:
    """Find who came from a provider a moment ago and is not connected to an account."""
    waiting = _waiting(request)
    if waiting is None:
        return None
    try:
        login: SocialLogin = SocialLogin.deserialize(waiting["login"])
    except (ValueError, SocialApp.DoesNotExist):  # another version, or no such provider any more
        return None
    return login


def connect_waiting(request: HttpRequest, user: User) -> bool:
    """Connect who waits to this account. Return whether that could be done."""
    login = waiting_login(request)
    forget_waiting(request)
    if login is None:
        return False
    try:
        with transaction.atomic():
            login.connect(request, user)
    except IntegrityError:  # connected in another tab, or to another account
        uid, provider = login.account.uid, login.account.provider
        return bool(SocialAccount.objects.filter(uid=uid, provider=provider, user=user).exists())
    record_authentication(request, user, "socialaccount", provider=login.account.provider)
    count_second_step(request, user, login)
    return True


def is_waiting(request: HttpRequest) -> bool:
    """Tell whether somebody came from a provider a moment ago and is not connected yet."""
    return _waiting(request) is not None


def providers_of(user: Any) -> list[Provider]:
    """List the providers that an account is connected with, of those that there are."""
    if not is_on() or not isinstance(user, User):
        return []
    held = set(SocialAccount.objects.filter(user=user).values_list("provider", flat=True))
    return [each for each in get_adapter().list_providers(None) if each.sub_id in held]


def still_signed_in(provider_id: str) -> str:
    """Say that signing out here is not signing out there."""
    names = {each["provider_id"]: each["name"] for each in settings.SSO_PROVIDERS}
    said = gettext(
        "You are signed out here. On a computer that others use, close the browser too: you may "
        "still be signed in at %s."
    )
    return said % str(names.get(provider_id, provider_id))


def forget_waiting(request: HttpRequest) -> None:
    request.session.pop(_TO_CONNECT, None)


def take_over(user: User, sociallogin: SocialLogin) -> None:
    """Take over what a provider says of a person, where that is not known here yet."""
    said = _said_by(sociallogin)
    if not user.get_full_name():
        _fill_name(user, said.first_name, said.last_name)
        user.save(update_fields=["first_name", "last_name"])
    if user.is_student and said.student_identifier:
        _take_over_identifier(user, said.student_identifier)
    if user.is_student and said.student_number:
        _take_over_number(user, said.student_number, by=f"{_BY}{sociallogin.account.provider}")


def _take_over_number(user: User, number: str, by: str) -> None:
    """Confirm a student number, save where the office or its list already said which it is."""
    held = student_numbers.number_of(user)
    if held is None or not held.is_confirmed or held.confirmed_by.startswith(_BY):
        student_numbers.confirm(user, number, by=by)


def _take_over_identifier(user: User, identifier: str) -> None:
    if user.student_identifier == identifier:
        return
    if User.objects.filter(student_identifier=identifier).exclude(pk=user.pk).exists():
        # Somebody with two accounts; which one is right is for a person to say.
        logger.warning("account %s: its student identifier is that of another account", user.pk)
        return
    try:
        with transaction.atomic():
            user.student_identifier = identifier
            user.save(update_fields=["student_identifier"])
            audit.record("student_identifier.taken_over", actor=user, about=user, on=user)
    except IntegrityError:
        logger.warning("account %s: its student identifier is that of another account", user.pk)


def connected(request: HttpRequest, sociallogin: SocialLogin, **_signal: Any) -> None:
    """Write down that an account has one more way in."""
    _write_down("sso.connected", sociallogin.user, sociallogin.account.provider)
    take_over(sociallogin.user, sociallogin)


def disconnected(request: HttpRequest, socialaccount: SocialAccount, **_signal: Any) -> None:
    """Write down that an account has one way in less."""
    _write_down("sso.disconnected", socialaccount.user, socialaccount.provider)


def _write_down(action: str, user: User, provider: str) -> None:
    audit.record(action, actor=user, about=user, on=user, details={"provider": provider})
    note(SecurityEventKind.RIGHTS_CHANGED, actor=user, about=user, detail=f"{action} {provider}")


def problem(request: HttpRequest, provider: Any, reason: str) -> HttpResponse:
    """Return the page for a sign-in that did not work, and write the reason down.

    What anybody can bring about by opening an address is not written into the database.
    """
    is_away = reason in ("unreachable", "another-issuer", "not-by-tls", "no-openid-configuration")
    if reason not in ("cancelled", "old") and not is_away:
        note(SecurityEventKind.NOT_LET_IN, detail=f"sso {provider.sub_id}: {reason}")
    return render(
        request,
        "socialaccount/problem.html",
        {"provider": provider, "reason": reason, "is_away": is_away},
        status=503 if is_away else 400,
    )


def _prove_again(request: HttpRequest, sociallogin: SocialLogin) -> HttpResponse:
    """Go on with what somebody was asked to prove once more who they are for."""
    user = request.user
    if not isinstance(user, User) or not sociallogin.is_existing or sociallogin.user != user:
        return problem(request, sociallogin.provider, "another-account")
    record_authentication(
        request,
        user,
        "socialaccount",
        provider=sociallogin.account.provider,
        reauthenticated=True,
    )
    count_second_step(request, user, sociallogin)
    # allauth finds what was to be done by the address that it was asked at.
    back = {"next": sociallogin.get_redirect_url(request) or ""}
    request.GET = QueryDict(urlencode(back))
    answer: HttpResponse | None = resume_request(request)
    return answer or redirect("portal:home")


def _open_invited(request: HttpRequest, sociallogin: SocialLogin) -> bool:
    """Open the account of somebody who came from the link of their invitation."""
    with transaction.atomic():
        user = invitations.accept_without_password(sociallogin.state["invitation"])
        if user is not None:
            sociallogin.connect(request, user)
    return user is not None


def _waiting(request: HttpRequest) -> dict[str, Any] | None:
    waiting = request.session.get(_TO_CONNECT)
    if not isinstance(waiting, dict) or time.time() - waiting["at"] > _WAITS_SECONDS:
        return None
    return waiting


def _said_by(sociallogin: SocialLogin) -> Said:
    return Said.from_json(sociallogin.state["said"])


def _vouched_address(sociallogin: SocialLogin) -> str:
    found = [each.email for each in sociallogin.email_addresses if each.verified]
    return str(found[0]).lower() if found else ""


def _fill_name(user: User, first: str, last: str) -> None:
    user.first_name = clean_name(first)[:LONGEST_NAME].strip()
    user.last_name = clean_name(last)[:LONGEST_NAME].strip()
