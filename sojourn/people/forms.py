"""Where a form of allauth does otherwise than allauth would."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.mfa.webauthn import forms as webauthn
from allauth.socialaccount import forms as social
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from sojourn.people.adapter import AddressInUseError
from sojourn.people.models import User


class SignUpForm(account.SignupForm):  # type: ignore[misc]  # allauth has no types
    """Makes one account, however often and at the same moment it is sent."""

    field_order = ("email", "password1", "first_name", "last_name", "preferred_name")

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account; where there is one, answer the same and write to its owner."""
        if self.account_already_exists:
            # As long as a new account takes: the hash of a password.
            User().set_password(self.cleaned_data["password1"])
        try:
            with transaction.atomic():
                made: tuple[User | None, HttpResponse | None] = super().try_save(request)
                return made
        except AddressInUseError:
            answer: HttpResponse = prevent_enumeration(request, email=self.cleaned_data["email"])
            return None, answer


class SingleSignOnSignUpForm(social.SignupForm):  # type: ignore[misc]
    """Asks whoever comes from a provider that vouches for no address for one to confirm."""

    field_order = ("email", "first_name", "last_name", "preferred_name")


class AddKeyForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A key that signs in alone unless its owner says otherwise, as is a passkey's purpose."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options["initial"] = {"passwordless": True} | (options.get("initial") or {})
        super().__init__(*arguments, **options)
