"""The form for the days of a stay, of the student's page and of the office's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.mobility.models import PeriodKind, Stay
from sojourn.mobility.periods import Days

# What a student knows; the grant and the enrolment are for the office to say.
OWN_PERIODS = (PeriodKind.TRAVEL, PeriodKind.INSURANCE, PeriodKind.VISA)


def day_field(label: Any, required: bool = False) -> forms.DateField:
    """Return a field for one day."""
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "invalid": gettext_lazy("Write a day, such as 2027-02-01."),
            "required": gettext_lazy("Give the day."),
        },
    )


class DaysForm(forms.Form):
    """First and last day at the host, and of each period that differs."""

    def __init__(
        self,
        stay: Stay,
        periods: tuple[PeriodKind, ...],
        data: Any = None,
    ) -> None:
        held = {each.kind: each for each in stay.periods.all()}
        first: dict[str, Any] = {"starts_on": stay.starts_on, "ends_on": stay.ends_on}
        for kind in periods:
            if kind in held:
                first |= {
                    f"{kind}_first": held[kind].starts_on,
                    f"{kind}_last": held[kind].ends_on,
                }
        super().__init__(data, initial=first)
        self.periods = periods
        self.fields["starts_on"] = day_field(_("First day at the host"))
        self.fields["ends_on"] = day_field(_("Last day at the host"))
        for kind in periods:
            self.fields[f"{kind}_first"] = day_field(
                _("%(period)s: first day") % {"period": kind.label}
            )
            self.fields[f"{kind}_last"] = day_field(
                _("%(period)s: last day") % {"period": kind.label}
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for first, last in (
            ("starts_on", "ends_on"),
            *((f"{kind}_first", f"{kind}_last") for kind in self.periods),
        ):
            if data.get(first) and data.get(last) and data[last] < data[first]:
                self.add_error(last, _("The last day comes before the first."))
        return data

    @property
    def at_host(self) -> Days:
        return Days(self.cleaned_data["starts_on"], self.cleaned_data["ends_on"])

    @property
    def others(self) -> dict[PeriodKind, Days]:
        data = self.cleaned_data
        return {kind: Days(data[f"{kind}_first"], data[f"{kind}_last"]) for kind in self.periods}
