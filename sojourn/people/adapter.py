"""Teaches allauth our customs: the language of each person, where to go after signing in."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.account.stages import EmailVerificationStage
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, override

from sojourn.common.callers import caller
from sojourn.common.languages import page_language
from sojourn.common.urls import url_for
from sojourn.people import sign_in_limits, single_sign_on
from sojourn.people.known_devices import remember_device
from sojourn.people.models import SecurityEventKind, User
from sojourn.people.security_log import note
from sojourn.people.sign_in import came_by, signed_in_recently
from sojourn.people.sign_in_limits import TooManyTriesError

# Links that allauth puts into mail, made in the language of the page that caused it.
_LINKS = ("password_reset_url", "activate_url", "signup_url")


# Mail that whoever knows an address can have sent there.
_ONCE_IN_A_WHILE = (
    "account/email/password_reset_key",
    "account/email/unknown_account",
    "account/email/account_already_exists",
)
# In the link that confirms an address: where its owner was going.
THEN = "then"
# Two clicks on one button, or a browser that sends a form again.
CLICKED_TWICE = dt.timedelta(minutes=2)


class AddressInUseError(Exception):
    """Somebody has an account with this address, as of this moment."""


class ConfirmedAddressStage(EmailVerificationStage):  # type: ignore[misc]
    """Asks for a confirmed address, save of those who were in before that was asked."""

    def handle(self) -> tuple[Any, bool]:
        user = self.login.user
        if user is not None and user.last_login is not None:
            return None, True
        answer: tuple[Any, bool] = super().handle()
        return answer


class SecondStepStage(AuthenticateStage):  # type: ignore[misc]
    """Asks for a second step, save where the provider asked and the settings say that it counts."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        if user is not None and single_sign_on.gave_second_step_there(request, user):
            return False
        return bool(super()._should_handle(request))


# Ours in the place of allauth's.
_STAGES = {
    "allauth.account.stages.EmailVerificationStage": ConfirmedAddressStage,
    "allauth.mfa.stages.AuthenticateStage": SecondStepStage,
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages = DefaultAccountAdapter.error_messages | {
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "email_password_mismatch": _(
            "The email address and/or password you specified are not correct."
        ),
        "incorrect_code": _("This code is wrong or has expired. Type the newest one."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
        "duplicate_email": _("This address already belongs to your account."),
        "max_email_addresses": _("Remove one of your addresses first; you can have at most %d."),
    }

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the home page in the language of the person (`next` goes before this)."""
        if single_sign_on.is_waiting(request):
            return url_for("account:connect", language=self._language(request))
        return url_for("portal:home", language=self._language(request))

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Return the plan: most people sign up to keep one, and see there that it is kept."""
        return url_for("plan:overview", language=self._language(request))

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: EmailConfirmation
    ) -> str:
        """Write into the link where its owner was going, for who opens it on another device."""
        url = str(super().get_email_confirmation_url(request, emailconfirmation))
        going = get_next_redirect_url(request)
        return f"{url}?{urlencode({THEN: going})}" if going else url

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Return the sign-in page, and from there where the person was going."""
        then = self.request.POST.get(THEN, "")
        if self.request.user.is_authenticated or not then or not self.is_safe_url(then):
            return str(super().get_email_verification_redirect_url(email_address))
        return f"{url_for('account_login')}?{urlencode({'next': then})}"

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Return the home page, or where it is said that the provider may still know somebody."""
        user = request.user
        if isinstance(user, User) and came_by(request, user):
            return url_for("account_login")
        return url_for("portal:home")

    def _language(self, request: HttpRequest) -> str:
        user = request.user
        return user.language if isinstance(user, User) else page_language()

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Save a new account with its name, and the language in which it was made.

        The insert asks the database to pass over an address that is there already: an error would
        write the address into the database's log.
        """
        user.language = page_language()
        form.put_name_on(user)
        user = super().save_user(request, user, form, commit=False)
        if commit:
            User.objects.bulk_create([user], ignore_conflicts=True)
            made = User.objects.filter(email=user.email, password=user.password).first()
            if made is None:
                raise AddressInUseError
            return made
        return user

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Make accounts with a password only where their owners could use it."""
        return single_sign_on.STUDENT not in settings.SSO_ONLY

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell the owner; not whoever clicked twice, who has the link to confirm already."""
        young = timezone.now() - CLICKED_TWICE
        if not User.objects.filter(email__iexact=email, date_joined__gt=young).exists():
            super().send_account_already_exists_mail(email)

    def get_login_stages(self) -> list[str]:
        """Ask for a confirmed address and a second step by our own stages."""
        ours = {path: f"{stage.__module__}.{stage.__name__}" for path, stage in _STAGES.items()}
        return [ours.get(each, each) for each in super().get_login_stages()]

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Write what changed to the person, in their language."""
        super().send_notification_mail(
            template_prefix, user, (context or {}) | {"user": user}, email
        )

    def clean_email(self, email: str) -> str:
        return str(super().clean_email(email)).lower()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send in the language of the recipient, not of the page that caused the mail.

        What anybody can have sent to an address is sent once in some minutes; the link in the mail
        before works still.
        """
        if template_prefix in _ONCE_IN_A_WHILE:
            digest = salted_hmac(template_prefix, email, algorithm="sha256").hexdigest()
            if not cache.add(f"mailed:{digest}", True, CLICKED_TWICE.total_seconds()):
                return
        user = context.get("user")
        language = user.language if isinstance(user, User) else page_language()
        own = {name: translate_url(context[name], language) for name in _LINKS if context.get(name)}
        with override(language):
            super().send_mail(template_prefix, email, context | own)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Count the caller, not our own proxy."""
        return str(caller(request) or "0.0.0.0")  # noqa: S104  # no socket is bound to it

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            self._counted = sign_in_limits.begin(request, str(credentials.get("email", "")))
        except TooManyTriesError as error:
            raise ValidationError(_wait_sentence(error.wait), code="rate_limited") from error

    def _rollback_login_failed_rl_usage(self) -> None:
        """Take back what was counted: allauth calls this when a password was right."""
        sign_in_limits.forgive(self._counted)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Begin to count anew: allauth calls this when somebody chose a new password."""
        sign_in_limits.forget(request, str(credentials.get("email", "")))

    def pre_login(self, request: HttpRequest, user: User, **named: Any) -> HttpResponse | None:
        """Let in nobody whose account is closed, or who comes by a way that is not theirs."""
        response: HttpResponse | None = super().pre_login(request, user, **named)
        if response is not None:
            note(SecurityEventKind.NOT_LET_IN, about=user, detail="account.closed")
            return response
        if not single_sign_on.may_come_in(request, user):
            note(SecurityEventKind.NOT_LET_IN, about=user, detail="sso only")
            return redirect("account:sso-only")
        if login := (named["signal_kwargs"] or {}).get("sociallogin"):
            single_sign_on.count_second_step(request, user, login)
        return None

    def post_login(self, request: HttpRequest, user: User, **named: Any) -> HttpResponse:
        """Let the browser be known from now on; take over what a provider said."""
        response: HttpResponse = super().post_login(request, user, **named)
        remember_device(request, response, user)
        if login := (named["signal_kwargs"] or {}).get("sociallogin"):
            single_sign_on.take_over(user, login)
        return response

    def logout(self, request: HttpRequest) -> None:
        """Sign somebody out here, and say where they still are signed in."""
        user, match = request.user, request.resolver_match
        provider = came_by(request, user) if isinstance(user, User) else ""
        super().logout(request)
        if provider and match is not None and match.view_name == "account_logout":
            messages.info(request, single_sign_on.still_signed_in(provider))

    def is_reauthentication_required(self, *, app: str, **named: Any) -> bool:
        """Ask nobody who signed in minutes ago."""
        required = super().is_reauthentication_required(app=app, **named)
        if not required or signed_in_recently(self.request):
            return False
        # allauth asks nothing of somebody without a password and a second step.
        user = self.request.user
        if not get_reauthentication_flows(user) and self.get_reauthentication_methods(user):
            raise ReauthenticationRequired
        return True

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """List the ways to authenticate once more, in our words."""
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use a code from your app"),
            "mfa_reauthenticate:webauthn": _("Use a passkey or security key"),
        }
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        for method in methods:
            method["description"] = words.get(method["id"], method["description"])
        return methods + [
            {
                "id": f"sso:{provider.sub_id}",
                "description": _("Use %s") % provider.name,
                "url": reverse("openid_connect_again", args=[provider.sub_id]),
            }
            for provider in single_sign_on.providers_of(user)
        ]


def _wait_sentence(wait: dt.timedelta) -> str:
    minutes = math.ceil(wait.total_seconds() / 60)
    return ngettext(
        "Too many tries from here. Wait %d minute, then try again, or choose a new password.",
        "Too many tries from here. Wait %d minutes, then try again, or choose a new password.",
        minutes,
    ) % minutes  # fmt: skip


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": _(
            "While two-step verification is on, you cannot add an address. Turn it "
            "off, change your address, then turn it on again."
        ),
        "incorrect_code": _("This code is wrong or has expired. Type the newest one."),
        "unverified_email": _(
            "First confirm your mail address with the link in our mail. Otherwise "
            "you cannot get back in if you lose your phone."
        ),
    }
