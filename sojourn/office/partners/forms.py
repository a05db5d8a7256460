"""The forms about partners, their units, contacts and how many of their students came."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue import partners
from sojourn.catalogue.choices import ContactRole, Visibility
from sojourn.catalogue.edition import schema
from sojourn.catalogue.forms import country_choices, what_is_wrong
from sojourn.catalogue.models import (
    Contact,
    IncomingStudents,
    Institution,
    OrganisationalUnit,
    Source,
)
from sojourn.common.languages import LANGUAGES, REQUIRED
from sojourn.common.translated_fields import column, columns, label_in, text_of
from sojourn.office.shared.catalogue_forms import (
    EntryForm,
    day_field,
    offer_sources,
    website_field,
)

_LONG = forms.Textarea(attrs={"rows": 5})


class PartnerForm(EntryForm):
    """A partner: its names, where it is, its codes, and the mark of preference with its source."""

    SCHEMA = schema.Institution
    TRANSLATED = ("name", "city", "about", "city_life")
    NEEDED = ("name", "city")
    ALIASES: ClassVar[dict[str, str]] = {"partner": "is_partner", "preferred": "preferred_source"}
    GROUPS = (
        (gettext_lazy("Name"), ("name", ("short_name", "native_name"), ("kind", "website")), False),
        (gettext_lazy("Where it is"), (("country", "region"), "city"), False),
        (
            gettext_lazy("What it is to us"),
            ("is_partner", "is_preferred", "preferred_source", "preferred_is_example"),
            False,
        ),
        (gettext_lazy("Codes"), (("erasmus_code", "schac", "ror"),), False),
        (gettext_lazy("Texts on its page"), ("about", "city_life"), True),
    )

    website = website_field()
    ror = forms.CharField(label=gettext_lazy("ROR id"), required=False, max_length=200)
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        error_messages={"required": gettext_lazy("Choose the country.")},
    )
    preferred_source: forms.ModelChoiceField[Source] = forms.ModelChoiceField(
        label=gettext_lazy("Where the mark comes from"),
        queryset=Source.objects.none(),
        required=False,
        empty_label=gettext_lazy("Choose a source"),
        to_field_name="slug",
    )

    class Meta:
        model = Institution
        fields = (
            *columns("name"),
            "short_name",
            "native_name",
            "kind",
            "website",
            "country",
            "region",
            *columns("city"),
            "is_partner",
            "is_preferred",
            "preferred_source",
            "preferred_is_example",
            "erasmus_code",
            "schac",
            "ror",
            *columns("about", "city_life"),
            "is_example",
        )
        widgets: ClassVar[dict[str, forms.Widget]] = dict.fromkeys(
            columns("about", "city_life"), _LONG
        )

    def __init__(self, *arguments: Any, position: tuple[float, float] | None = None,
                 **named: Any) -> None:  # fmt: skip
        """Ask about a partner; `position` is where a list that it was chosen from says it is."""
        super().__init__(*arguments, **named)
        self._position = position
        cast(forms.ChoiceField, self.fields["country"]).choices = country_choices()
        near = self.instance if self.instance.pk else None
        offer_sources(self.fields["preferred_source"], near)
        if near is not None and near.preferred_source is not None:
            self.initial["preferred_source"] = near.preferred_source.slug

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("is_preferred"):
            if not data.get("preferred_source") and not data.get("preferred_is_example"):
                self.add_error(
                    "preferred_source",
                    _("Say where the mark comes from; without a source it cannot be set."),
                )
        elif data.get("preferred_source") or data.get("preferred_is_example"):
            data["preferred_source"], data["preferred_is_example"] = None, False
        if data.get("preferred_source") and data.get("preferred_is_example"):
            self.add_error("preferred_is_example", _("A fact with a source is no example."))
        return data

    def entry(self, data: dict[str, Any]) -> dict[str, Any]:
        row = self.instance
        preferred: dict[str, Any] = {}
        if data.get("is_preferred"):
            source = data.get("preferred_source")
            preferred = {"value": True, "example": bool(data.get("preferred_is_example"))}
            if source:
                preferred["source"] = source.slug
        return {
            "id": row.slug or "a-new-partner",
            **{name: self.said(data, name) for name in self.TRANSLATED},
            **{
                name: data[name]
                for name in (
                    *("short_name", "native_name", "kind", "website", "country", "region"),
                    *("erasmus_code", "schac", "ror"),
                )
            },
            "lat": row.latitude,
            "lon": row.longitude,
            "home": row.is_home,
            "partner": bool(data.get("is_partner")),
            "preferred": preferred,
            **self.origin(data),
        }

    def placed(self) -> Institution:
        """Return the partner with where it is: as its list says, or as its city is known."""
        row = cast("Institution", self.instance)
        moved = {"country", *columns("city")} & set(self.changed_data)
        if self._position is not None:
            row.latitude, row.longitude = self._position
        elif moved or row.latitude is None:
            found = partners.known_position(row.country, text_of(row, "city").values())
            if found is not None or not row.is_home:
                row.latitude, row.longitude = found or (None, None)
        return row


class UnitForm(forms.ModelForm[OrganisationalUnit]):
    """A faculty or department of a partner."""

    class Meta:
        model = OrganisationalUnit
        fields = columns("name")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for language, name in _in_languages("name"):
            self.fields[name].label = label_in(_("Name"), language)
            self.fields[name].required = language in REQUIRED
            self.fields[name].widget.attrs["lang"] = language

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in columns("name"):
            if wrong := what_is_wrong(data.get(name) or ""):
                self.add_error(name, wrong)
        return data


def _in_languages(name: str) -> list[tuple[str, str]]:
    """Return each language with the column that a field has in it."""
    return [(language, column(name, language)) for language in LANGUAGES]


class ContactForm(EntryForm):
    """Somebody at a partner: what they do, how to reach them, and who may see that."""

    SCHEMA = schema.Contact
    TRANSLATED = ("title", "unit_name", "help_with")
    NEEDED = ("title",)
    LABELS: ClassVar[dict[str, Any]] = {"title": gettext_lazy("Function")}
    ALIASES: ClassVar[dict[str, str]] = {"unit": "unit_name", "consent": "consent_given"}
    GROUPS = (
        (
            gettext_lazy("Who"),
            (("name", "role"), "title", ("email", "phone"), "contacted_on"),
            False,
        ),
        (
            gettext_lazy("Who sees it"),
            ("visibility", "consent_given", ("consent_on", "consent_by"), "consent_source"),
            False,
        ),
        (
            gettext_lazy("More"),
            ("unit_name", ("room", "website"), "help_with", "programmes"),
            True,
        ),
    )

    consent_source: forms.ModelChoiceField[Source] = forms.ModelChoiceField(
        label=gettext_lazy("Or a public page that names the person"),
        queryset=Source.objects.none(),
        required=False,
        empty_label=gettext_lazy("Choose a source"),
        to_field_name="slug",
    )
    website = website_field()
    contacted_on = day_field(gettext_lazy("Last contact"))
    consent_on = day_field(gettext_lazy("Agreed on"))

    class Meta:
        model = Contact
        fields = (
            "name",
            "role",
            *columns("title", "unit_name"),
            "email",
            "phone",
            "room",
            "website",
            *columns("help_with"),
            "programmes",
            "contacted_on",
            "visibility",
            "consent_given",
            "consent_on",
            "consent_by",
            "consent_source",
            "is_example",
        )
        widgets: ClassVar[dict[str, forms.Widget]] = {
            **{name: forms.Textarea(attrs={"rows": 3}) for name in columns("help_with")},
            "programmes": forms.CheckboxSelectMultiple(),
        }

    def __init__(self, *arguments: Any, near: Institution, **named: Any) -> None:
        super().__init__(*arguments, near=near, **named)
        self._partner = near
        self.fields["consent_by"].label = _("Who wrote the agreement down")
        self.fields["name"].help_text = _("Leave it empty for an office.")
        offer_sources(self.fields["consent_source"], near)
        if self.instance.pk and self.instance.consent_source is not None:
            self.initial["consent_source"] = self.instance.consent_source.slug
        if not self.instance.pk:
            self.initial["role"] = ContactRole.HOST_COORDINATOR
            self.initial["visibility"] = Visibility.OFFICE

    def _require_origin(self, data: dict[str, Any]) -> None:
        super()._require_origin(data)
        known = data.get("consent_by") or data.get("consent_source")
        if data.get("consent_given") and not known:
            self.add_error(
                "consent_by", _("Say who wrote the agreement down, or which page names them.")
            )

    def entry(self, data: dict[str, Any]) -> dict[str, Any]:
        consent: dict[str, Any] = {}
        if data.get("consent_given"):
            consent = {"given": True, "by": data.get("consent_by") or None}
            if data.get("consent_on"):
                consent["on"] = data["consent_on"].isoformat()
            if data.get("consent_source"):
                consent["source"] = data["consent_source"].slug
            consent = {name: value for name, value in consent.items() if value is not None}
        return {
            "id": self.instance.slug or "a-new-contact",
            **{
                name: data.get(name)
                for name in ("name", "role", "room", "email", "phone", "website", "visibility")
            },
            "title": self.said(data, "title"),
            "unit": self.said(data, "unit_name"),
            "help_with": self.said(data, "help_with"),
            "institution": self._partner.slug,
            "programmes": [each.slug for each in data.get("programmes") or ()],
            "consent": consent,
            **self.origin(data),
        }


class IncomingForm(forms.Form):
    """How many students of a partner came in a year, and who says so."""

    year = forms.TypedChoiceField(label=gettext_lazy("Academic year"), coerce=int)
    count = forms.IntegerField(label=gettext_lazy("Students who came"), min_value=0, max_value=1000)
    source: forms.ModelChoiceField[Source] = forms.ModelChoiceField(
        label=gettext_lazy("Where this comes from"),
        queryset=Source.objects.none(),
        required=False,
        empty_label=gettext_lazy("Choose a source"),
        to_field_name="slug",
    )
    source_title = forms.CharField(
        label=gettext_lazy("Or a new source: its title"), max_length=300, required=False
    )

    def __init__(
        self, *arguments: Any, near: Institution, years: list[tuple[int, str]], **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        cast(forms.TypedChoiceField, self.fields["year"]).choices = years
        offer_sources(self.fields["source"], near)
        last = IncomingStudents.objects.order_by("-entered_at").first()
        if last is not None:
            self.initial.setdefault("source", last.source.slug)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("source") and not data.get("source_title"):
            self.add_error("source", _("Say where this number comes from."))
        return data


class FindForm(forms.Form):
    """Words of an institution's name, its city or its code, and its country."""

    q = forms.CharField(label=gettext_lazy("Name, city or code"), required=False, max_length=100)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        cast(forms.ChoiceField, self.fields["country"]).choices = [
            ("", _("Any")), *country_choices()[1:]
        ]  # fmt: skip


class ListFileForm(forms.Form):
    """A file of institutions, and what it is."""

    title = forms.CharField(
        label=gettext_lazy("What this list is"),
        help_text=gettext_lazy(
            "This becomes the source of what you take from it: “ROR, release 1.60” or"
            " “European Commission, holders of the Erasmus charter”."
        ),
        max_length=200,
    )
    file = forms.FileField(
        label=gettext_lazy("The file, CSV or JSON"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.json,.tsv,text/csv"}),
    )
