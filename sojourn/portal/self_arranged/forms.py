"""The form in which a student tells of a place that they found."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising.forms import MessageForm
from sojourn.advising.self_arranged_places import PlaceFacts
from sojourn.catalogue import names
from sojourn.catalogue.models import OpportunityKind
from sojourn.catalogue.snapshot.types import Records
from sojourn.common.languages import page_language
from sojourn.portal.plan.forms import KnownChoiceField

ANOTHER = "another"


class PlaceForm(forms.Form):
    """What is said of a place. `institution` is a known one's slug, or "another"."""

    looked = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1)
    institution = forms.CharField(widget=forms.HiddenInput, required=False, max_length=150)
    institution_name = forms.CharField(
        label=gettext_lazy("Which institution?"),
        max_length=200,
        error_messages={"required": gettext_lazy("Write the name of the institution.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    city = forms.CharField(label=gettext_lazy("City"), required=False, max_length=100)
    country = KnownChoiceField(label=gettext_lazy("Country"), required=False)
    website = forms.URLField(
        label=gettext_lazy("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        error_messages={"invalid": gettext_lazy("Write a web address, such as example.org.")},
    )
    department = forms.CharField(
        label=gettext_lazy("Department or group"), required=False, max_length=200
    )
    supervisor_name = forms.CharField(
        label=gettext_lazy("Who would supervise you?"), required=False, max_length=200
    )
    supervisor_email = forms.EmailField(
        label=gettext_lazy("Their mail address"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Only the office sees it, and only to check what was agreed."),
        error_messages={"invalid": gettext_lazy("Write a mail address, such as name@example.org.")},
    )
    kind = KnownChoiceField(
        label=gettext_lazy("What would you do there?"),
        error_messages={"required": gettext_lazy("Choose what you would do there.")},
    )
    subject = forms.CharField(
        label=gettext_lazy("On which subject?"),
        max_length=150,
        help_text=gettext_lazy("In a few words, like a title."),
        error_messages={"required": gettext_lazy("Say in a few words what it is about.")},
    )
    starts_on = forms.DateField(
        label=gettext_lazy("First day"),
        help_text=gettext_lazy("A likely day is enough."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Give a day; a likely one is enough."),
            "invalid": gettext_lazy("Write a day, such as 2027-02-01."),
        },
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("A likely day is enough."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Give a day; a likely one is enough."),
            "invalid": gettext_lazy("Write a day, such as 2027-02-01."),
        },
    )

    def __init__(self, records: Records, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.records = records
        language = page_language()
        countries = sorted(names.country_names(language).items(), key=lambda one: one[1])
        kind, country = self.fields["kind"], self.fields["country"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 (declared above)
        assert isinstance(country, forms.ChoiceField)  # noqa: S101
        kind.choices = [("", _("Choose")), *OpportunityKind.choices]
        country.choices = [("", _("Choose")), *countries]

    @property
    def known(self) -> str:
        """The slug of the known institution that was chosen; empty for another."""
        chosen: str = self.cleaned_data.get("institution", "")
        return chosen if chosen in self.records.institutions else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.known:
            if "city" in data and not data["city"].strip():
                self.add_error("city", _("For a new institution we need the city."))
            if "country" in data and not data["country"]:
                self.add_error("country", _("For a new institution we need the country."))
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day comes before the first."))
        return data

    def facts(self) -> PlaceFacts:
        data = self.cleaned_data
        return PlaceFacts(
            institution=self.known,
            institution_name=data["institution_name"],
            city=data["city"],
            country=data["country"],
            website=data["website"],
            department=data["department"],
            supervisor_name=data["supervisor_name"],
            supervisor_email=data["supervisor_email"],
            kind=data["kind"],
            subject=data["subject"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
        )


class ProposalForm(PlaceForm, MessageForm):
    """A new place: what is said of it, what was agreed, and documents, in that order."""

    # As on the page, so that what is wrong is told from top to bottom.
    field_order = (*PlaceForm.base_fields, "text", "attachments")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["text"].label = _("What was agreed?")
        self.fields["text"].help_text = _(
            "A few rough words are enough, such as “nothing yet”: who said what, and what is still "
            "open. You can add to it later, and send the letter or mail when you have it."
        )
        self.fields["attachments"].label = _("Documents")
