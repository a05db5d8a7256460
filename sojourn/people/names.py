"""Asks for somebody's name, as it stands in the passport and as they are called."""

from __future__ import annotations

import unicodedata

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sojourn.people.models import User

LONGEST_NAME = 100


class NameForm(forms.Form):
    """The fields of a name. One name alone is fine, in either of the two."""

    first_name = forms.CharField(
        label=_("Given names"),
        help_text=_("All of them, as in your passport."),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput({"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Family name"),
        help_text=_(
            "As in your passport. If you have one name alone, leave the other field empty."
        ),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput({"autocomplete": "family-name"}),
    )
    preferred_name = forms.CharField(
        label=_("What shall we call you?"),
        help_text=_("If that is not your first given name."),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput({"autocomplete": "nickname"}),
    )

    def clean_first_name(self) -> str:
        return clean_name(self.cleaned_data["first_name"])

    def clean_last_name(self) -> str:
        return clean_name(self.cleaned_data["last_name"])

    def clean_preferred_name(self) -> str:
        return clean_name(self.cleaned_data["preferred_name"])

    def put_name_on(self, user: User) -> None:
        """Write the name on an account; saving it is the caller's."""
        user.first_name = self.cleaned_data["first_name"]
        user.last_name = self.cleaned_data["last_name"]
        user.preferred_name = self.cleaned_data["preferred_name"]


class RequiredNameForm(NameForm):
    """A name that somebody must give: one of the two at least."""

    def clean(self) -> dict[str, object]:
        said = super().clean() or self.cleaned_data
        names = ("first_name", "last_name")
        if not any(said.get(name) or name in self.errors for name in names):
            self.add_error("first_name", _("Fill in your name as it is in your passport."))
        return said


class SignUpNameForm(NameForm):
    """What sign-up asks besides: a name, now or with the application."""

    def signup(self, request: HttpRequest, user: User) -> None:
        """Do what allauth calls at the end of signing up; the name is on the account already."""


def clean_name(text: str) -> str:
    """Return a name on one line, composed, without characters that nobody sees."""
    seen = "".join(
        " " if each.isspace() else each
        for each in unicodedata.normalize("NFC", text)
        # Joiners stay: names in some scripts need them.
        if each in "\u200c\u200d" or each.isspace() or unicodedata.category(each)[0] != "C"
    )
    return " ".join(seen.split())
