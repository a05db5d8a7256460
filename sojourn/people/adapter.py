"""Teaches allauth our customs: the language of each person, where to go after signing in."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from sojourn.common.languages import page_language
from sojourn.common.urls import url_for
from sojourn.people.models import User

# Links that allauth puts into mail, made in the language of the page that caused it.
_LINKS = ("password_reset_url", "activate_url", "signup_url")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages = DefaultAccountAdapter.error_messages | {
        "enter_current_password": _("This is not the password you have now."),
        "incorrect_password": _("This is not your password."),
        "email_password_mismatch": _(
            "The email address and/or password you specified are not correct."
        ),
        "incorrect_code": _("This code is wrong or has expired. Type the newest one."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
        "duplicate_email": _("This address belongs to your account already."),
        "max_email_addresses": _("Remove one of your addresses first; %d are the most."),
    }

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the home page in the language of the person (`next` goes before this)."""
        return url_for("portal:home", language=self._language(request))

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Return the plan: most people sign up to keep one, and see there that it is kept."""
        return url_for("plan:overview", language=self._language(request))

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return url_for("portal:home")

    def _language(self, request: HttpRequest) -> str:
        user = request.user
        return user.language if isinstance(user, User) else page_language()

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Save a new account with the language in which it was made."""
        user.language = page_language()
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def clean_email(self, email: str) -> str:
        return str(super().clean_email(email)).lower()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send in the language of the recipient, not of the page that caused the mail."""
        user = context.get("user")
        language = user.language if isinstance(user, User) else page_language()
        own = {name: translate_url(context[name], language) for name in _LINKS if context.get(name)}
        with override(language):
            super().send_mail(template_prefix, email, context | own)

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
        return methods


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": _(
            "While two-step verification is on, you cannot add an address. Turn it "
            "off, change your address, then turn it on again."
        ),
        "incorrect_code": _("This code is wrong or has expired. Type the newest one."),
        "unverified_email": _(
            "Confirm your mail address first, with the link in our mail. Otherwise "
            "you could not get back in if you lose your phone."
        ),
    }
