"""The one form of who is where: the day and the place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue.names import country_name
from sojourn.catalogue.regions import region_codes, region_title
from sojourn.common.languages import page_language
from sojourn.mobility.forms import day_field
from sojourn.mobility.whereabouts_list import There
from sojourn.mobility.whereabouts_wording import place_name

Choices = list[tuple[str, Any]]


def places_of(found: Iterable[There]) -> Choices:
    """Return where people are as choices: towns, countries, parts of the world."""
    language = page_language()
    places = {place for each in found for place in each.everywhere}
    countries = {place.country for place in places}
    regions = {code for country in countries for code in region_codes(country)}
    towns = [(place.key, place_name(place)) for place in places if place.city]
    return [
        (_("Towns"), _by_title(towns)),
        (_("Countries"), _by_title((f"c:{one}", country_name(one, language)) for one in countries)),
        (
            _("Parts of the world"),
            _by_title((f"r:{one}", region_title(one, language)) for one in regions),
        ),
    ]


def _by_title(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(choices, key=lambda one: one[1].casefold())


def day_of(sent: str | None) -> dt.date:
    """Read a day of an address or a form; today where it names none."""
    try:
        return dt.date.fromisoformat(sent or "")
    except ValueError:
        return timezone.localdate()


class WhereForm(forms.Form):
    """Which day, and where."""

    day = day_field(gettext_lazy("On"), required=True)
    place = forms.ChoiceField(label=gettext_lazy("Where"), required=False)

    def __init__(self, choices: Choices, day: dt.date, data: Any = None) -> None:
        super().__init__(data, initial={"day": day})
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [("", _("Everywhere")), *choices]
