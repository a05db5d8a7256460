"""Forms to book an appointment or take a number."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from sojourn.advising.appointments import AppointmentRequest
from sojourn.advising.models.appointments import LONGEST_QUESTION, LONGEST_TOPIC
from sojourn.catalogue.snapshot.types import AdviceRoute


class WishForm(forms.Form):
    """What it is about, for an appointment, a change of it, or the waiting list."""

    route = forms.ChoiceField(
        label=_("How are you looking?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the one that comes closest.")},
    )
    topic = forms.CharField(
        label=_("What is it about?"),
        max_length=LONGEST_TOPIC,
        help_text=_("A few words, such as “half minor in Sweden or Spain”."),
        error_messages={"required": _("Say in a few words what it is about.")},
    )
    question = forms.CharField(
        label=_("What do you want to know?"),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Then we can look things up before you come."),
        error_messages={"required": _("Write at least one question.")},
    )

    def __init__(self, *arguments: Any, routes: Iterable[AdviceRoute], **named: Any) -> None:
        super().__init__(*arguments, **named)
        known = [(route.slug, str(route.name)) for route in routes]
        route = self.fields["route"]
        if isinstance(route, forms.ChoiceField):
            route.choices = known
        if not known:
            del self.fields["route"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("topic", "question"):
            if "\x00" in cleaned.get(name, ""):
                self.add_error(name, _("This text contains a character that cannot be saved."))
        return cleaned

    @property
    def wish(self) -> AppointmentRequest:
        return AppointmentRequest(
            topic=self.cleaned_data["topic"],
            question=self.cleaned_data["question"],
            route=self.cleaned_data.get("route", ""),
        )

    def draft(self) -> dict[str, str]:
        """Return what was typed, to be found again after a detour."""
        return {name: str(self.data.get(name, ""))[:LONGEST_QUESTION] for name in self.fields}


class BookingForm(WishForm):
    """A new appointment: one of the free times, and what it is about."""

    slot = forms.CharField(
        label=_("When"), max_length=60, error_messages={"required": _("Choose a time.")}
    )
    field_order = ("slot", "route", "topic", "question")

    def clean_slot(self) -> dt.datetime:
        """Return the time; whether it is free is known by the verb that takes it."""
        starts = slot_of(self.cleaned_data["slot"])
        if starts is None:
            raise forms.ValidationError(_("Choose a time."))
        return starts


class NumberForm(forms.Form):
    """Taking a number in the walk-in line; everything may stay empty.

    `sending` makes that sending it twice takes one number.
    """

    sending = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    name = forms.CharField(
        label=_("Your first name"),
        max_length=60,
        required=False,
        help_text=_("So that we know who to call."),
    )
    topic = forms.CharField(label=_("What is it about?"), max_length=120, required=False)
    code = forms.CharField(
        label=_("The code of today"),
        help_text=_("Five digits, on the door of the walk-in hour."),
        max_length=20,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )


def slot_of(text: str) -> dt.datetime | None:
    """Return the time that a form names, or None when it names none."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
