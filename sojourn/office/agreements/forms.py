"""The forms about agreements."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue.choices import CEFR_CHOICES
from sojourn.catalogue.edition import schema
from sojourn.catalogue.isced import every_field
from sojourn.catalogue.models import (
    Agreement,
    AgreementLanguage,
    DegreeProgramme,
    Institution,
    OrganisationalUnit,
)
from sojourn.common.languages import locale, page_language, plain
from sojourn.common.translated_fields import columns
from sojourn.office.shared.catalogue_forms import EntryForm, day_field

ROWS = 2
"""Fields of study and languages that a new agreement asks for; one more than there are."""


class AgreementForm(EntryForm):
    """What was signed with a partner: for whom, how many seats, until when, which languages."""

    SCHEMA = schema.Agreement
    TRANSLATED = ("note",)
    GROUPS = (
        (gettext_lazy("Seats"), (("seats_out", "seats_in"), ("valid_from", "valid_until")), False),
        (gettext_lazy("For whom"), (("level", "home_unit"), "programmes", "fields"), False),
        (gettext_lazy("Languages that the partner asks for"), ("languages",), False),
        (gettext_lazy("Note"), ("note",), True),
    )

    valid_from = day_field(gettext_lazy("Valid from"))
    valid_until = day_field(gettext_lazy("Valid until"))

    class Meta:
        model = Agreement
        fields = (
            "seats_out",
            "seats_in",
            "valid_from",
            "valid_until",
            "level",
            "home_unit",
            "programmes",
            *columns("note"),
            "is_example",
        )
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "programmes": forms.CheckboxSelectMultiple(),
            **{name: forms.Textarea(attrs={"rows": 3}) for name in columns("note")},
        }

    def __init__(
        self, *arguments: Any, near: Institution, programmes: QuerySet[DegreeProgramme],
        **named: Any,
    ) -> None:  # fmt: skip
        """Ask about an agreement with a partner, for some of these programmes."""
        super().__init__(*arguments, near=near, **named)
        self._partner = near
        cast("Any", self.fields["programmes"]).queryset = programmes
        self.fields["programmes"].help_text = _("None: all of ours.")
        home = cast("Any", self.fields["home_unit"])
        home.queryset = OrganisationalUnit.objects.filter(institution__is_home=True)
        home.empty_label = _("All of ours")
        home.label_from_instance = lambda unit: plain(unit.name)
        for name in ("seats_out", "seats_in"):
            self.fields[name].help_text = _("Empty: not known.")
        held = list(self.instance.isced_f or ()) if self.instance.pk else []
        known = list(self.instance.languages.all()) if self.instance.pk else []
        begun = sum(name.startswith("field-") for name in self.initial)
        self._fields = [f"field-{number}" for number in range(max(ROWS, len(held) + 1, begun + 1))]
        begun = sum(name.endswith("-level") for name in self.initial)
        self._languages = [
            f"language-{number}" for number in range(max(ROWS, len(known) + 1, begun + 1))
        ]
        for number, name in enumerate(self._fields):
            self.fields[name] = forms.ChoiceField(
                label=_("Field of study (ISCED-F) %(number)d") % {"number": number + 1},
                choices=_with(every_field(page_language()), held),
                required=False,
                initial=held[number] if number < len(held) else "",
            )
        for number, name in enumerate(self._languages):
            row: AgreementLanguage | None = known[number] if number < len(known) else None
            self.fields[name] = forms.ChoiceField(
                label=_("Language %(number)d") % {"number": number + 1},
                choices=_language_choices(),
                required=False,
                initial=row.language if row else "",
            )
            self.fields[f"{name}-level"] = forms.ChoiceField(
                label=_("Level"),
                choices=[("", "–"), *CEFR_CHOICES],
                required=False,
                initial=row.level if row else "",
            )

    def _group(self, title: Any, rows: Any, is_folded: bool) -> Any:
        """Put the rows of fields and languages where their names stand."""
        every: list[Any] = []
        for row in rows:
            if row == "fields":
                every.append(tuple(self._fields))
            elif row == "languages":
                every += [(name, f"{name}-level") for name in self._languages]
            else:
                every.append(row)
        return super()._group(title, every, is_folded)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in self._languages:
            code, level = data.get(name), data.get(f"{name}-level")
            if code and not level:
                self.add_error(f"{name}-level", _("Choose the level too."))
            elif level and not code:
                self.add_error(name, _("Choose the language too."))
        codes = [code for code, _level in self.languages(data)]
        if len(codes) != len(set(codes)):
            self.add_error(self._languages[0], _("One language stands here twice."))
        return data

    def languages(self, data: dict[str, Any]) -> list[tuple[str, str]]:
        """Return the languages that were chosen, with their levels."""
        return [
            (data[name], data[f"{name}-level"])
            for name in self._languages
            if data.get(name) and data.get(f"{name}-level")
        ]

    def fields_of_study(self, data: dict[str, Any]) -> list[str]:
        """Return the codes that were chosen, each once."""
        return list(dict.fromkeys(data[name] for name in self._fields if data.get(name)))

    def entry(self, data: dict[str, Any]) -> dict[str, Any]:
        unit = data.get("home_unit")
        return {
            "id": self.instance.slug or "a-new-agreement",
            "partner": self._partner.slug,
            "home_unit": unit.slug if unit else None,
            "level": data.get("level"),
            "isced_f": self.fields_of_study(data),
            "programmes": [each.slug for each in data.get("programmes") or ()],
            "seats_out": data.get("seats_out"),
            "seats_in": data.get("seats_in"),
            "valid_from": _iso(data.get("valid_from")),
            "valid_until": _iso(data.get("valid_until")),
            "languages": [
                {"language": code, "level": level} for code, level in self.languages(data)
            ],
            "note": self.said(data, "note"),
            **self.origin(data),
        }

    def save_parts(self, row: Agreement, before: Agreement, today: dt.date) -> None:
        """Save what hangs on the agreement: programmes, languages, sources.

        `before` is the agreement itself, or the one that it renews: programmes of that one which
        whoever writes may not name stay.
        """
        data = self.cleaned_data
        offered = cast("Any", self.fields["programmes"]).queryset
        kept = before.programmes.exclude(pk__in=offered)
        row.programmes.set([*kept, *data["programmes"]])
        row.languages.all().delete()
        AgreementLanguage.objects.bulk_create(
            AgreementLanguage(agreement=row, language=code, level=level, position=number)
            for number, (code, level) in enumerate(self.languages(data))
        )
        self.set_sources(row, today)


class PaperForm(forms.Form):
    """A signed paper."""

    file = forms.FileField(
        label=gettext_lazy("A signed PDF, at most 5 MB"),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
    )


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _with(known: list[tuple[str, str]], held: list[str]) -> list[tuple[str, str]]:
    codes = {code for code, _name in known}
    return [("", "–"), *known, *((code, code) for code in held if code not in codes)]


def _language_choices() -> list[tuple[str, str]]:
    names = locale(page_language()).languages
    found = [(code, name) for code, name in names.items() if len(code) in (2, 3) and code.isalpha()]
    return [("", "–"), *sorted(found, key=lambda each: each[1])]
