"""The forms by which a student says how they are reached."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue.names import country_names
from sojourn.common.languages import page_language
from sojourn.mobility.forms import day_field
from sojourn.mobility.models import EmergencyContact, SideTrip, Stay
from sojourn.mobility.models.whereabouts import MOST_CONTACTS
from sojourn.mobility.whereabouts import MOST_TRIPS, Contact, Reach, Trip

_NUMBER = re.compile(r"[+0-9][0-9 ()./-]{3,}")


class PhoneField(forms.CharField):
    """A telephone number as people write it."""

    def __init__(self, **named: Any) -> None:
        super().__init__(
            max_length=40,
            widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
            **named,
        )

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if text and not _NUMBER.fullmatch(text):
            raise forms.ValidationError(_("Write the number, such as +62 800 000 000."))
        return text


class ReachForm(forms.Form):
    """Telephone and address there."""

    phone = PhoneField(
        label=gettext_lazy("Your telephone there"),
        help_text=gettext_lazy("With the code of the country."),
        required=False,
    )
    address = forms.CharField(
        label=gettext_lazy("Your address there"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        required=False,
    )


class ContactForm(forms.Form):
    """Somebody at home, and for what they may be called. All of it may stay empty."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    relation = forms.CharField(
        label=gettext_lazy("Who they are"),
        help_text=gettext_lazy("Such as your mother, a friend."),
        max_length=100,
        required=False,
    )
    phone = PhoneField(label=gettext_lazy("Their telephone"), required=False)
    email = forms.EmailField(label=gettext_lazy("Their mail address"), required=False)
    may_locate = forms.BooleanField(
        label=gettext_lazy("You may ask them where I am when you cannot reach me."), required=False
    )
    may_inform = forms.BooleanField(
        label=gettext_lazy("You may tell them that something happened where I am."), required=False
    )
    may_know_health = forms.BooleanField(
        label=gettext_lazy("You may tell them how I am, my health too."), required=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if any(data.values()):
            if not data.get("name") and "name" not in self.errors:
                self.add_error("name", _("Write their name, or leave everything empty."))
            if not data.get("phone") and "phone" not in self.errors:
                self.add_error("phone", _("Write their number: we would call them."))
        return data

    def said(self) -> Contact | None:
        return Contact(**self.cleaned_data) if self.cleaned_data["name"] else None


class TripForm(forms.Form):
    """A few days elsewhere. All of it may stay empty."""

    place = forms.CharField(label=gettext_lazy("Place"), max_length=100, required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    first = day_field(gettext_lazy("First day"))
    last = day_field(gettext_lazy("Last day"))

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        names = sorted(country_names(page_language()).items(), key=lambda one: one[1])
        field.choices = [("", _("Choose")), *names]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.values()):
            return data
        for name, text in (
            ("place", _("Write the place, or leave everything empty.")),
            ("country", _("Choose the country.")),
            ("first", _("Give the day.")),
            ("last", _("Give the day.")),
        ):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, text)
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("The last day comes before the first."))
        return data

    def said(self) -> Trip | None:
        return Trip(**self.cleaned_data) if self.cleaned_data["place"] else None


class ReachForms:
    """The forms of the page together."""

    def __init__(self, stay: Stay, data: Mapping[str, Any] | None = None) -> None:
        held = getattr(stay, "whereabouts", None)
        first = {"phone": held.phone, "address": held.address} if held else {}
        contacts = list(stay.emergency_contacts.all())
        trips = list(stay.side_trips.all())
        rows = min(len(trips) + 1, MOST_TRIPS)
        if data is not None:
            # As many rows as the page had that was sent.
            numbers = range(1, MOST_TRIPS + 1)
            rows = sum(f"trip-{number}-place" in data for number in numbers)
        self.main = ReachForm(data, initial=first)
        self.contacts = [
            ContactForm(
                data,
                prefix=f"contact-{place + 1}",
                initial=_contact(contacts[place]) if place < len(contacts) else {},
            )
            for place in range(MOST_CONTACTS)
        ]
        self.trips = [
            TripForm(
                data,
                prefix=f"trip-{place + 1}",
                initial=_trip(trips[place]) if place < len(trips) else {},
            )
            for place in range(rows)
        ]

    def __iter__(self) -> Iterator[forms.BoundField]:
        for form in self.all:
            yield from form

    @property
    def errors(self) -> bool:
        """Tell whether anything is wrong: one summary at the top of the page says all of it."""
        return any(form.errors for form in self.all)

    @property
    def all(self) -> list[forms.Form]:
        return [self.main, *self.contacts, *self.trips]

    def is_valid(self) -> bool:
        # Each is asked, so that every mistake is said at once.
        return not [form for form in self.all if not form.is_valid()]

    def said(self) -> Reach:
        return Reach(
            phone=self.main.cleaned_data["phone"],
            address=self.main.cleaned_data["address"],
            contacts=[each for form in self.contacts if (each := form.said()) is not None],
            trips=[trip for form in self.trips if (trip := form.said()) is not None],
        )


def _contact(held: EmergencyContact) -> dict[str, Any]:
    return {name: getattr(held, name) for name in ContactForm.base_fields}


def _trip(held: SideTrip) -> dict[str, Any]:
    return {
        "place": held.place,
        "country": held.country,
        "first": held.starts_on,
        "last": held.ends_on,
    }
