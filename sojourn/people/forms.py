"""allauth's forms with labels that stay: no grey words inside fields that vanish as one types."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _


class PlainFieldsMixin(forms.Form):
    """Takes the placeholders away; the label above each field says what it is for."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name == "code":
                # Digits in a field for text: codes begin with zeros, and phones show digits.
                field.widget.attrs["inputmode"] = "numeric"
            if name in _LABELS:
                field.label = _LABELS[name]
            if name == "password1":
                field.help_text = _(
                    "At least 10 characters; no word that many people use, not only digits, "
                    "not like your mail address."
                )


_LABELS = {
    "login": _("Mail address"),
    "email": _("Mail address"),
    "password": _("Password"),
    "password1": _("Password"),
    "password2": _("The same password once more"),
    "oldpassword": _("The password you have now"),
    "code": _("Code"),
    "name": _("A name for this key, so that you know it again"),
    "passwordless": _("Sign in with this key alone, without a password"),
    "remember": _("Stay signed in on this computer"),
}


class LoginForm(PlainFieldsMixin, account.LoginForm):  # type: ignore[misc]  # allauth has no types
    pass


class SignupForm(PlainFieldsMixin, account.SignupForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(PlainFieldsMixin, account.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(PlainFieldsMixin, account.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ChangePasswordForm(PlainFieldsMixin, account.ChangePasswordForm):  # type: ignore[misc]
    pass


class AddEmailForm(PlainFieldsMixin, account.AddEmailForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(PlainFieldsMixin, account.ReauthenticateForm):  # type: ignore[misc]
    pass


class SecondStepForm(PlainFieldsMixin, second_step.AuthenticateForm):  # type: ignore[misc]
    pass


class SecondStepAgainForm(PlainFieldsMixin, second_step.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateAppForm(PlainFieldsMixin, totp.ActivateTOTPForm):  # type: ignore[misc]
    pass


class AddKeyForm(PlainFieldsMixin, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A key signs in alone unless one says otherwise: that is what a passkey is for."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options["initial"] = {"passwordless": True} | (options.get("initial") or {})
        super().__init__(*arguments, **options)


class NameKeyForm(PlainFieldsMixin, webauthn.EditWebAuthnForm):  # type: ignore[misc]
    pass
