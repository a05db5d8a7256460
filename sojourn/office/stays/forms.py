"""The office's forms about a stay."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue.models import Institution, Opportunity, PublicationStatus, Road
from sojourn.catalogue.names import country_names
from sojourn.common.languages import page_language
from sojourn.common.translated_fields import text_of
from sojourn.mobility.beginnings import PlannedStay
from sojourn.mobility.endings import LONGEST_REASON
from sojourn.mobility.forms import day_field
from sojourn.mobility.models import StayHost
from sojourn.mobility.periods import Days
from sojourn.people.models import User

LONGEST_LIST = 6000


def roads() -> list[tuple[str, str]]:
    """Return every road that can be taken."""
    found = Road.objects.filter(status=PublicationStatus.PUBLISHED).order_by("position")
    return [(road.slug, str(text_of(road, "name"))) for road in found]


class NewForm(forms.Form):
    """A stay for one student or one for each of a group."""

    sending = forms.UUIDField(widget=forms.HiddenInput)
    students = forms.CharField(
        label=gettext_lazy("Students: their mail addresses"),
        help_text=gettext_lazy("One or many, each on a line of its own. Each gets a stay."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONGEST_LIST,
        error_messages={"required": gettext_lazy("Name at least one student.")},
    )
    road = forms.ChoiceField(
        label=gettext_lazy("Road"),
        error_messages={"required": gettext_lazy("Choose the road.")},
    )
    opportunity = forms.ChoiceField(
        label=gettext_lazy("Place"),
        help_text=gettext_lazy("Leave it empty for a place that is not in the catalogue."),
        required=False,
    )
    title = forms.CharField(
        label=gettext_lazy("What they do there"),
        help_text=gettext_lazy("Only without a place of the catalogue."),
        max_length=200,
        required=False,
    )
    institution = forms.ChoiceField(label=gettext_lazy("Institution"), required=False)
    host_name = forms.CharField(
        label=gettext_lazy("Another institution"), max_length=300, required=False
    )
    city = forms.CharField(label=gettext_lazy("City"), max_length=100, required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    starts_on = day_field(gettext_lazy("First day at the host"))
    ends_on = day_field(gettext_lazy("Last day at the host"))

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        published = PublicationStatus.PUBLISHED
        self._places = {each.slug: each for each in Opportunity.objects.filter(status=published)}
        self._hosts = {each.slug: each for each in Institution.objects.filter(status=published)}
        language = page_language()
        self._choose("road", [("", _("Choose")), *roads()])
        self._choose("opportunity", _sorted(self._places, "title"))
        self._choose("institution", _sorted(self._hosts, "name"))
        names = sorted(country_names(language).items(), key=lambda one: one[1])
        self._choose("country", [("", _("Choose")), *names])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = choices

    def clean_students(self) -> list[User]:
        """Find the accounts; who has none is named."""
        asked = dict.fromkeys(
            word.strip().lower()
            for word in self.cleaned_data["students"].replace(",", "\n").splitlines()
            if word.strip()
        )
        found = {
            each.email.lower(): each
            for each in User.objects.named_by_link(email__in=list(asked), is_staff=False)
        }
        unknown = [address for address in asked if address not in found]
        if unknown:
            raise forms.ValidationError(
                _("There is no student's account with this address: %(addresses)s")
                % {"addresses": ", ".join(unknown[:5])}
            )
        return [found[address] for address in asked]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("opportunity"):
            if "title" in data and not data["title"].strip():
                self.add_error("title", _("Say what the students do there."))
            if not data.get("institution"):
                if "host_name" in data and not data["host_name"].strip():
                    self.add_error("host_name", _("Say at which institution."))
                if "country" in data and not data["country"]:
                    self.add_error("country", _("Choose the country."))
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day comes before the first."))
        return data

    def planned(self) -> PlannedStay:
        data = self.cleaned_data
        return PlannedStay(
            road=Road.objects.get(slug=data["road"]),
            days=Days(data["starts_on"], data["ends_on"]),
            opportunity=self._places.get(data["opportunity"]),
            title=data["title"],
            host=self._hosts.get(data["institution"]),
            host_name=data["host_name"],
            city=data["city"],
            country=data["country"],
        )


def _sorted(rows: dict[str, Any], name: str) -> list[tuple[str, str]]:
    choices = [(slug, str(text_of(row, name))) for slug, row in rows.items()]
    return [("", _("None of the catalogue")), *sorted(choices, key=lambda one: one[1].casefold())]


class StepForm(forms.Form):
    """What the office does with a step: until when it is valid, and why."""

    valid_until = day_field(gettext_lazy("Valid until"))
    note = forms.CharField(label=gettext_lazy("Why"), max_length=500, required=False)


class RoadForm(forms.Form):
    """Another road."""

    road = forms.ChoiceField(label=gettext_lazy("Road"))

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        field = self.fields["road"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = roads()


class HostForm(forms.ModelForm[StayHost]):
    """Who speaks for the host in this stay."""

    class Meta:
        model = StayHost
        fields = ("department", "contact_name", "contact_role", "contact_email")


class GateForm(forms.Form):
    """Why a gate opens although something stands in its way."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=4000)
    reason = forms.CharField(
        label=gettext_lazy("Why is this an exception? Your name stands beside it."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        error_messages={"required": gettext_lazy("Say why.")},
    )


class ChangeForm(forms.Form):
    """Why the course of a stay changes, and its new days."""

    reason = forms.CharField(
        label=gettext_lazy("Why? The student can read it in their data."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_REASON,
        error_messages={"required": gettext_lazy("Say why.")},
    )
    last_day = day_field(gettext_lazy("New last day at the host"), required=True)

    def __init__(self, *arguments: Any, asks_day: bool, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if not asks_day:
            del self.fields["last_day"]


class NewDaysForm(forms.Form):
    """The days of a stay that goes on after it was postponed."""

    starts_on = day_field(gettext_lazy("First day at the host"), required=True)
    ends_on = day_field(gettext_lazy("Last day at the host"), required=True)
