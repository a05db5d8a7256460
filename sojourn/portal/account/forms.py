"""The form with which somebody who was invited opens their account."""

from __future__ import annotations

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from sojourn.people.models import User
from sojourn.people.names import RequiredNameForm


class InvitationForm(RequiredNameForm):
    """A name, and a password to sign in with."""

    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *arguments: object, user: User, **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self.user = user

    def clean(self) -> dict[str, object]:
        said = super().clean()
        password = said.get("password1")
        if password:
            self.put_name_on_copy(said)
            try:
                password_validation.validate_password(str(password), self.user)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return said

    def put_name_on_copy(self, said: dict[str, object]) -> None:
        """Let the password be compared with the name that is given beside it."""
        for field in ("first_name", "last_name", "preferred_name"):
            setattr(self.user, field, said.get(field) or "")
