"""Forms about who is who: student numbers by a list, colleagues and their roles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sojourn.common.languages import language_choices
from sojourn.office.appointments.forms import PlainForm
from sojourn.people.models import User
from sojourn.people.permissions import may_give_role
from sojourn.people.roles import EVERY_PROGRAMME, Role
from sojourn.people.student_numbers import LONGEST_LIST


class NumberListForm(forms.Form):
    """Lines with a student number and a mail address."""

    lines = forms.CharField(
        label=_("Student numbers and mail addresses"),
        help_text=_(
            "From the student administration: one student on each line, such as “s1234567; "
            "anna@student.example.org”. Copy the two columns from a spreadsheet."
        ),
        max_length=LONGEST_LIST,
        widget=forms.Textarea({"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
    )


# Stands for `EVERY_PROGRAMME` in a form: a box that is ticked needs a value.
ALL_PROGRAMMES = "*"


class RoleForm(PlainForm):
    """A role of some degree programmes, or of all, for good or until a day."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    programmes = forms.MultipleChoiceField(
        label=_("For which degree programmes?"), widget=forms.CheckboxSelectMultiple
    )
    until = forms.DateField(
        label=_("Last day"),
        help_text=_("For somebody who fills in for a while. Leave it empty if it has no end."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(
        self, *arguments: Any, giver: User, programmes: Iterable[tuple[str, str]], **named: Any
    ) -> None:
        """Offer what the giver may give; `programmes` are pairs of a slug and a name."""
        super().__init__(*arguments, **named)
        self._giver = giver
        offered = [(slug, name) for slug, name in programmes if self._may_give(slug)]
        if self._may_give(EVERY_PROGRAMME):
            offered.insert(0, (ALL_PROGRAMMES, gettext("All of them")))
        cast(forms.MultipleChoiceField, self.fields["programmes"]).choices = offered
        cast(forms.ChoiceField, self.fields["role"]).choices = [
            (role.value, f"{role.label}: {MAY[role]}")
            for role in Role
            if any(may_give_role(giver, role, _programme(slug)) for slug, _name in offered)
        ]

    def _may_give(self, programme: str) -> bool:
        return any(may_give_role(self._giver, role, programme) for role in Role)

    def clean_until(self) -> dt.date | None:
        until: dt.date | None = self.cleaned_data["until"]
        if until is not None and until < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose today or a later day."))
        return until

    @property
    def chosen_role(self) -> Role:
        """Return the role; the form is valid."""
        return Role(self.cleaned_data["role"])

    @property
    def chosen_programmes(self) -> tuple[str, ...]:
        """Return the slugs, or `EVERY_PROGRAMME` alone; the form is valid."""
        chosen = self.cleaned_data["programmes"]
        return (EVERY_PROGRAMME,) if ALL_PROGRAMMES in chosen else tuple(chosen)


class InvitationForm(RoleForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("Mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Language of the mail"), choices=language_choices)

    field_order = ("email", "role", "programmes", "until", "language")


class ClosingForm(forms.Form):
    """To whom the open questions of a colleague go when their account is closed."""

    to = forms.ChoiceField(label=_("Their open questions go to"), required=False)

    def __init__(self, *arguments: Any, colleagues: Iterable[User], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._colleagues = {str(each.uuid): each for each in colleagues}
        cast(forms.ChoiceField, self.fields["to"]).choices = [
            ("", gettext("Nobody yet: everybody in the office sees them")),
            *((key, str(each)) for key, each in self._colleagues.items()),
        ]

    @property
    def chosen_colleague(self) -> User | None:
        """Return who takes the questions over; the form is valid."""
        return self._colleagues.get(self.cleaned_data["to"])


MAY: dict[Role, str | Promise] = {
    Role.COORDINATOR: _("decides, runs rounds and edits the catalogue"),
    Role.SECRETARY: _("answers questions and keeps hours, and decides nothing"),
    Role.BOARD: _("reads what concerns the programme, and decides what is the Board's"),
    Role.REVIEWER: _("reads the applications that are given to them"),
    Role.OPERATOR: _("looks after the installation and may do everything"),
    Role.SAFETY: _("reads where students are and whom to call, and follows incidents"),
}


def _programme(chosen: str) -> str:
    return EVERY_PROGRAMME if chosen == ALL_PROGRAMMES else chosen
