"""allauth's forms with labels that stay: no grey words inside fields that vanish as one types."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from django import forms
from django.utils.translation import gettext_lazy as _


class PlainFieldsMixin(forms.Form):
    """Takes the placeholders away; the label above each field says what it is for."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in _LABELS:
                field.label = _LABELS[name]


_LABELS = {
    "login": _("Mail address"),
    "email": _("Mail address"),
    "password": _("Password"),
    "password1": _("Password"),
    "remember": _("Stay signed in on this computer"),
}


class LoginForm(PlainFieldsMixin, account.LoginForm):  # type: ignore[misc]  # allauth has no types
    pass


class SignupForm(PlainFieldsMixin, account.SignupForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(PlainFieldsMixin, account.ResetPasswordForm):  # type: ignore[misc]
    pass


class AddEmailForm(PlainFieldsMixin, account.AddEmailForm):  # type: ignore[misc]
    pass
