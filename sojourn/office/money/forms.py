"""The office's forms about the money of a stay. Each names what it saw and which sending it is."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.common.decimals import PlainDecimalField
from sojourn.mobility.bank_numbers import without_bank_number
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.forms import day_field
from sojourn.mobility.money import MOST, MOST_DAYS_OFF, Form


def amount_field(label: Any, required: bool = True, least: str = "0.01") -> PlainDecimalField:
    """Return a field for an amount of money."""
    wrong = gettext_lazy("Write an amount, such as 450 or 450.50.")
    return PlainDecimalField(
        label=label,
        required=required,
        min_value=Decimal(least),
        max_value=MOST,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 10}),
        error_messages={
            "required": wrong,
            "invalid": wrong,
            "min_value": gettext_lazy("The amount has to be more than nothing."),
            "max_value": gettext_lazy("That is more than any grant. Look at the amount again."),
            "max_decimal_places": wrong,
        },
    )


def days_off_field() -> forms.IntegerField:
    """Return a field for days that do not count."""
    wrong = gettext_lazy("Write a number of days, such as 0 or 14.")
    return forms.IntegerField(
        label=gettext_lazy("Days that do not count"),
        help_text=gettext_lazy(
            "Days between the first and the last on which the student was not there, or holidays "
            "where the rule leaves them out."
        ),
        min_value=0,
        max_value=MOST_DAYS_OFF,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": wrong, "min_value": wrong, "max_value": wrong},
    )


class WordsField(forms.CharField):
    """A line of words in which no bank number may be."""

    def clean(self, value: Any) -> str:
        said = super().clean(value)
        try:
            return without_bank_number(said)
        except MobilityError as error:
            raise forms.ValidationError(error.message) from error


class LedgerForm(forms.Form):
    """What every form about a ledger has."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000)
    sending = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **named: Any) -> None:
        first = {"sending": uuid.uuid4(), **named.pop("initial", {})}
        super().__init__(data, initial=first, **named)

    def again(self, seen: int) -> LedgerForm:
        """Return the form as it was typed, about the ledger as it is now.

        It is another sending: what was sent before may be written down by now.
        """
        sent = {**typed(self), "seen": seen, "sending": uuid.uuid4()}
        return type(self)(sent, auto_id=self.auto_id)

    @property
    def form(self) -> Form:
        return Form(self.cleaned_data["seen"], self.cleaned_data["sending"])


def typed(form: forms.Form) -> dict[str, Any]:
    """Return what was sent for the fields of a form."""
    return {name: form.data.get(name, "") for name in form.fields}


class MovedForm(LedgerForm):
    """Money that went from or to the student."""

    on = day_field(gettext_lazy("On which day"), required=True)
    amount = amount_field(gettext_lazy("Amount"))
    reference = WordsField(
        label=gettext_lazy("Reference of the finance office"),
        help_text=gettext_lazy("Never a bank account number."),
        max_length=60,
        required=False,
    )


class ReasonForm(LedgerForm):
    """Why something is done."""

    reason = WordsField(
        label=gettext_lazy("Why? The student reads it."),
        max_length=500,
        widget=forms.TextInput,
        error_messages={"required": gettext_lazy("Say why.")},
    )


class MaybeReasonForm(LedgerForm):
    """Something that may be said with it."""

    reason = WordsField(
        label=gettext_lazy("How it is paid back, and by when. The student reads it."),
        max_length=500,
        required=False,
    )


class OffForm(forms.Form):
    """How many days do not count; asked before a grant is counted again."""

    off = days_off_field()


class RecountForm(LedgerForm):
    """That a grant is counted again, as it was shown."""

    expected = forms.DecimalField(widget=forms.HiddenInput, max_digits=10, decimal_places=2)
    off = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_DAYS_OFF)
    decided = amount_field(gettext_lazy("Another amount that was decided"), False, "0")
    reason = WordsField(
        label=gettext_lazy("Who decided it, and why. The student reads it."),
        max_length=500,
        required=False,
    )


class PromiseForm(forms.Form):
    """A grant to promise: what was decided, and on how many days."""

    sending = forms.UUIDField(widget=forms.HiddenInput)
    amount = amount_field(gettext_lazy("Amount"))
    off = days_off_field()
    note = WordsField(
        label=gettext_lazy("Where the amount comes from, where it is another one than above"),
        max_length=500,
        required=False,
    )

    def __init__(self, data: Any = None, *, label: str, **named: Any) -> None:
        first = {"sending": uuid.uuid4(), **named.pop("initial", {})}
        super().__init__(data, initial=first, **named)
        if label:
            self.fields["amount"].label = label
        else:
            del self.fields["amount"], self.fields["note"]


def label_of_amount(pays: str) -> str:
    """Say what the amount is for."""
    return {
        "month": _("What was decided, a month"),
        "once": _("What was decided, once"),
        "at_most": _("What was decided"),
    }.get(pays, "")
