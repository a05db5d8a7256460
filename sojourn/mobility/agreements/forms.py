"""The forms of an agreement, of the student's pages and of the office's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue.choices import AgreementVariant
from sojourn.catalogue.names import country_names
from sojourn.common.languages import locale, page_language
from sojourn.engines.language import CEFR_LEVELS
from sojourn.mobility.agreements import shown, substance
from sojourn.mobility.agreements.filling import Line
from sojourn.mobility.agreements.signing import Signature
from sojourn.mobility.forms import day_field
from sojourn.mobility.models import (
    ADDED_BECAUSE,
    MOST_CREDITS,
    REMOVED_BECAUSE,
    AgreementVersion,
    ComponentTable,
    Reason,
)

LONGEST_TEXT = 2000
_LONG = (
    "tasks", "outcomes", "supervision", "assessment", "insurance", "registration",
    "health_papers", "provisions",
)  # fmt: skip
_HELP = {
    "academic_year": gettext_lazy("For example 2027/2028; south of the equator often 2027/2027."),
    "isced": gettext_lazy("Four digits, such as 0912 for Medicine."),
    "term": gettext_lazy("For example spring, or block 3."),
    "provisions": gettext_lazy(
        "What counts at home if you do not pass everything. Then nobody has to argue afterwards."
    ),
    "insurance": gettext_lazy("Who insures accidents and liability, also on the way to work."),
    "health_papers": gettext_lazy("Which papers, never a result."),
}
EQF = [(level, level) for level in ("5", "6", "7", "8")]


class FactsForm(forms.Form):
    """What is filled in besides courses; what the account and the stay say is not asked."""

    def __init__(self, version: AgreementVersion, data: Any = None) -> None:
        self.variant = version.agreement.stay.road.agreement["variant"]
        names = substance.asked_of(self.variant)
        super().__init__(data, initial={name: version.facts.get(name, "") for name in names})
        # A draft may be saved half filled in; what is needed to sign is said beside each field.
        self.needed = substance.needed_of(self.variant)
        for name in names:
            self.fields[name] = _field(name)
            # Student and office may fill in at once: only what differs from the page is saved.
            self.fields[name].show_hidden_initial = True

    @property
    def facts(self) -> dict[str, str]:
        """Return the fields that were changed on the page."""
        values = {name: self.cleaned_data[name] for name in self.changed_data}
        return {
            name: value.isoformat() if isinstance(value, dt.date) else str(value or "")
            for name, value in values.items()
        }


def _field(name: str) -> forms.Field:
    label = shown.LABELS[name]
    hint = _HELP.get(name, "")
    if name == "birth_date":
        field: forms.Field = day_field(label)
        return field
    choices = _choices(name)
    if choices is not None:
        return forms.ChoiceField(
            label=label, required=False, choices=[("", _("Choose")), *choices], help_text=hint
        )
    if name in _LONG:
        return forms.CharField(
            label=label,
            required=False,
            max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=hint,
        )
    if name == "isced":
        digits = RegexValidator(r"^\d{4}$", gettext_lazy("Four digits, such as 0912."))
        return forms.CharField(
            label=label, required=False, max_length=4, validators=[digits], help_text=hint
        )
    if name == "academic_year":
        years = RegexValidator(r"^\d{4}/\d{4}$", gettext_lazy("Write it as 2027/2028."))
        return forms.CharField(
            label=label, required=False, max_length=9, validators=[years], help_text=hint
        )
    return forms.CharField(label=label, required=False, max_length=200, help_text=hint)


def _choices(name: str) -> list[tuple[str, Any]] | None:
    if name == "nationality":
        return sorted(country_names(page_language()).items(), key=lambda one: one[1])
    if name == "language":
        names = locale(page_language()).languages
        found = [(code, str(text)) for code, text in names.items() if len(code) == 2]
        return sorted(found, key=lambda one: one[1].casefold())
    if name == "gender":
        return list(shown.GENDERS.items())
    if name == "eqf":
        return list(EQF)
    if name == "cefr":
        return [*((level, level) for level in CEFR_LEVELS), ("NS", _("First language"))]
    if name == "embedded":
        return list(shown.EMBEDDED.items())
    return None


class LineForm(forms.Form):
    """A new line of a table."""

    table = forms.ChoiceField(label=gettext_lazy("Table"))
    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("As the host, or home, writes it: Boards compare word for word."),
        max_length=250,
        error_messages={"required": gettext_lazy("Give the title as the host writes it.")},
    )
    code = forms.CharField(label=gettext_lazy("Code"), max_length=40, required=False)
    credits = forms.DecimalField(
        label=gettext_lazy("Credits"),
        help_text=gettext_lazy("Leave it empty where there are none."),
        min_value=Decimal(0),
        max_value=Decimal(MOST_CREDITS),
        max_digits=6,
        decimal_places=2,
        localize=True,
        required=False,
    )
    scheme = forms.CharField(
        label=gettext_lazy("Kind of credits"),
        help_text=gettext_lazy("ects, or what the host calls its own."),
        max_length=40,
        initial="ects",
        required=False,
    )
    term = forms.CharField(label=gettext_lazy("Term or block"), max_length=40, required=False)
    conditions = forms.CharField(
        label=gettext_lazy("At home: on which condition it counts"),
        help_text=gettext_lazy("Leave it empty where it counts by itself."),
        max_length=500,
        required=False,
    )
    description = forms.CharField(
        label=gettext_lazy("Online: a short description"), max_length=500, required=False
    )
    reason = forms.ChoiceField(label=gettext_lazy("Why does it come in?"), required=False)
    reason_text = forms.CharField(
        label=gettext_lazy("Or in your own words"), max_length=300, required=False
    )

    def __init__(self, version: AgreementVersion, data: Any = None) -> None:
        super().__init__(data, prefix="line")
        variant = version.agreement.stay.road.agreement["variant"]
        tables = (
            list(ComponentTable)
            if variant == AgreementVariant.STUDIES
            else [ComponentTable.HOME, ComponentTable.VIRTUAL]
        )
        _choose(self.fields["table"], [(one.value, shown.title_of(one, variant)) for one in tables])
        if version.before is None:
            del self.fields["reason"], self.fields["reason_text"]
        else:
            _choose(self.fields["reason"], reasons(ADDED_BECAUSE))

    @property
    def line(self) -> Line:
        data = self.cleaned_data
        value: Decimal | None = data["credits"]
        return Line(
            ComponentTable(data["table"]),
            data["title"],
            data["code"],
            value,
            (data["scheme"].strip().lower() or "ects") if value is not None else "",
            data["term"],
            data["conditions"],
            data["description"],
        )

    @property
    def why(self) -> dict[str, str]:
        data = self.cleaned_data
        return {"reason": data.get("reason", ""), "reason_text": data.get("reason_text", "")}


def reasons(codes: list[Reason]) -> list[tuple[str, Any]]:
    """Return the official codes of one direction, for a list to choose from."""
    return [("", _("None of these")), *((code.value, code.label) for code in codes)]


def removal_reasons() -> list[tuple[str, Any]]:
    return reasons(REMOVED_BECAUSE)


def _choose(field: forms.Field, choices: list[tuple[str, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
    field.choices = choices


class SignerForm(forms.Form):
    """Who signs for the host."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        error_messages={"required": gettext_lazy("Give the name of the person.")},
    )
    function = forms.CharField(label=gettext_lazy("Function"), max_length=200, required=False)
    email = forms.EmailField(
        label=gettext_lazy("Mail address"),
        help_text=gettext_lazy("The person's own address at the host; the link goes there."),
        error_messages={
            "required": gettext_lazy("Give the mail address of the person."),
            "invalid": gettext_lazy("This is no mail address. It looks like name@example.org."),
        },
    )


class ContactsForm(forms.Form):
    """Whom one calls. No substance: it touches no signature."""

    home_contact = forms.CharField(
        label=gettext_lazy("Contact at home"), max_length=200, required=False
    )
    home_email = forms.EmailField(label=gettext_lazy("Their mail address"), required=False)
    home_phone = forms.CharField(
        label=gettext_lazy("Their telephone"), max_length=40, required=False
    )
    host_phone = forms.CharField(
        label=gettext_lazy("Telephone of the host"), max_length=40, required=False
    )


class OfficialForm(forms.Form):
    """Where the record that counts is, and when it was seen there."""

    system = forms.CharField(
        label=gettext_lazy("Other system"),
        help_text=gettext_lazy(
            "Such as EWP or Mobility-Online. Empty: what is signed here counts."
        ),
        max_length=100,
        required=False,
    )
    number = forms.CharField(label=gettext_lazy("Its number there"), max_length=100, required=False)
    seen_on = day_field(gettext_lazy("Seen there, signed by all, on"))


def signature_in(data: Mapping[str, str], sentence: str, name: str = "") -> Signature:
    """Read what somebody who signs sends. The hash is of what their page showed."""
    return Signature(
        digest=data.get("digest", "")[:64],
        sentence=sentence,
        name=(name or data.get("name", "")).strip(),
        function=data.get("function", "").strip(),
        agrees=data.get("agrees") == "yes",
    )
