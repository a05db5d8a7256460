"""The forms of a plan: what may be typed, and what is said when it cannot be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue import names
from sojourn.catalogue.choices import CitizenshipGroup
from sojourn.catalogue.models import OpportunityKind
from sojourn.catalogue.snapshot.facets import PERIODS
from sojourn.catalogue.snapshot.types import Records
from sojourn.common.decimals import PlainDecimalField, as_number
from sojourn.common.languages import language_title, page_language
from sojourn.engines.fit import PARTS
from sojourn.engines.language import CEFR_LEVELS
from sojourn.planning.profile import KnownLanguage, Profile
from sojourn.portal.plan.presenters import fit_text
from sojourn.portal.shared import labels

MOST_WISHES = 20
LEVEL_PREFIX = "level_"
# Within what nobody disputes is one word or number; more is not read back into the message.
SHOWN = 20


def shown(text: object) -> str:
    """Return what someone typed, short enough for a message."""
    plain = str(text)
    return plain if len(plain) <= SHOWN else plain[: SHOWN - 1] + "…"


class PlainIntegerField(forms.IntegerField):
    def to_python(self, value: Any) -> int | None:
        return super().to_python(as_number(value) if isinstance(value, str) else value)


class KnownChoiceField(forms.ChoiceField):
    """One of several; what is not among them is said back, but never at length."""

    unknown = gettext_lazy("“%(value)s” is not among the choices.")

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)  # whether something has to be chosen
        if value and not self.valid_value(value):
            raise forms.ValidationError(self.unknown % {"value": shown(value)})


class LevelField(KnownChoiceField):
    unknown = gettext_lazy("“%(value)s” is not a level. Levels run from A1 to C2.")


class WishField(forms.MultipleChoiceField):
    """Some of many; more than anybody can mean is refused before it is looked at."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[str]:
        if isinstance(value, list | tuple) and len(value) > MOST_WISHES:
            raise forms.ValidationError(
                _("Choose at most %(most)d; you chose %(count)d. Fewer wishes give a better list.")
                % {"most": MOST_WISHES, "count": len(value)}
            )
        chosen: list[str] = super().clean(value)
        return chosen

    def validate(self, value: Any) -> None:
        for one in value:
            if not self.valid_value(one):
                raise forms.ValidationError(
                    _("“%(value)s” is not among the choices.") % {"value": shown(one)}
                )


def _number_messages(unit: str) -> dict[str, str]:
    wrong = _("Write a number, such as %(example)s.") % {"example": unit}
    return {
        "invalid": wrong,
        "min_value": _("This cannot be less than %(limit_value)s."),
        "max_value": _("This cannot be more than %(limit_value)s."),
    }


class ProfileForm(forms.Form):
    """The profile. Every field may stay empty; each says why it is asked."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    programme = KnownChoiceField(
        label=gettext_lazy("What do you study?"),
        help_text=gettext_lazy("Most places are meant for one degree programme."),
        required=False,
    )
    year = PlainIntegerField(
        label=gettext_lazy("In which year are you now?"),
        help_text=gettext_lazy(
            "Going abroad is possible in certain years. Count within the programme."
        ),
        required=False,
        min_value=1,
        max_value=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    ects_earned = PlainDecimalField(
        label=gettext_lazy("How many ECTS have you earned?"),
        help_text=gettext_lazy("Some places ask for a passed first year before you leave."),
        required=False,
        min_value=0,
        max_value=480,
        decimal_places=1,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    hours_a_week = PlainIntegerField(
        label=gettext_lazy("Hours a week you could spend on a language"),
        help_text=gettext_lazy("Then we can tell whether you can reach a level before you leave."),
        required=False,
        min_value=0,
        max_value=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    budget = PlainDecimalField(
        label=gettext_lazy("What can you spend in total, in euros?"),
        help_text=gettext_lazy(
            "Your own money and what your family adds, without grants. We compare it with what "
            "each place costs."
        ),
        required=False,
        min_value=0,
        max_value=1_000_000,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    citizenship_group = KnownChoiceField(
        label=gettext_lazy("Your passport is from"),
        help_text=gettext_lazy(
            "We ask this only because visa rules depend on it. We use it for nothing else."
        ),
        required=False,
        widget=forms.RadioSelect,
    )
    wished_kinds = WishField(label=gettext_lazy("What would you like to do?"), required=False)
    wished_periods = WishField(label=gettext_lazy("When?"), required=False)
    wished_subjects = WishField(label=gettext_lazy("About what?"), required=False)
    wished_countries = WishField(label=gettext_lazy("Where?"), required=False)

    def __init__(self, records: Records, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.records = records
        language = page_language()
        self._choices("programme", _programmes(records))
        self._choices(
            "citizenship_group", [("", _("I prefer not to say")), *CitizenshipGroup.choices]
        )
        self._choices("wished_kinds", OpportunityKind.choices)
        self._choices(
            "wished_periods",
            [(value, str(label)) for value, label in PERIODS.items() if value != "unknown"],
        )
        self._choices(
            "wished_subjects",
            [(slug, str(subject.name)) for slug, subject in records.subjects.items()],
        )
        self._choices("wished_countries", _countries(records, language))
        self.fields["year"].error_messages |= _number_messages("2")
        self.fields["ects_earned"].error_messages |= _number_messages("60")
        self.fields["hours_a_week"].error_messages |= _number_messages("4")
        self.fields["budget"].error_messages |= _number_messages("5000")
        for code in asked_languages(records):
            self.fields[LEVEL_PREFIX + code] = _level_field(code, language)

    def _choices(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = list(choices)

    @property
    def levels(self) -> list[forms.BoundField]:
        """One field a language."""
        return [self[name] for name in self.fields if name.startswith(LEVEL_PREFIX)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        programme = self.records.programmes.get(cleaned.get("programme") or "")
        year = cleaned.get("year")
        if programme is not None and year is not None and year > programme.years:
            self.add_error(
                "year",
                _("%(programme)s takes %(years)d years. Count within the programme.")
                % {"programme": programme.short_name, "years": programme.years},
            )
        return cleaned

    def profile(self, kept: Profile) -> Profile:
        """Return what was filled in; `kept` holds languages for which the form has no field."""
        data = self.cleaned_data
        asked = set(asked_languages(self.records))
        return Profile(
            programme=data["programme"],
            year=data["year"],
            ects_earned=data["ects_earned"],
            languages=tuple(
                [
                    KnownLanguage(code, data[LEVEL_PREFIX + code])
                    for code in asked_languages(self.records)
                    if data[LEVEL_PREFIX + code]
                ]
                + [known for known in kept.languages if known.code not in asked]
            ),
            budget=data["budget"],
            hours_a_week=data["hours_a_week"],
            citizenship_group=data["citizenship_group"],
            wished_subjects=tuple(data["wished_subjects"]),
            wished_countries=tuple(data["wished_countries"]),
            wished_periods=tuple(data["wished_periods"]),
            wished_kinds=tuple(data["wished_kinds"]),
        )


def filled_in(profile: Profile) -> dict[str, Any]:
    """Return the profile as the form's first values."""
    return {
        "seen": profile.seen,
        "programme": profile.programme,
        "year": profile.year,
        "ects_earned": profile.ects_earned,
        "hours_a_week": profile.hours_a_week,
        "budget": profile.budget,
        "citizenship_group": profile.citizenship_group,
        "wished_kinds": list(profile.wished_kinds),
        "wished_periods": list(profile.wished_periods),
        "wished_subjects": list(profile.wished_subjects),
        "wished_countries": list(profile.wished_countries),
        **{LEVEL_PREFIX + known.code: known.level for known in profile.languages},
    }


class WeightsForm(forms.Form):
    """What matters, part by part."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for part in PARTS:
            self.fields[part] = PlainIntegerField(
                label=fit_text.part(part), min_value=0, max_value=100, required=False
            )
            self.fields[part].error_messages |= _number_messages("50")

    def weights(self) -> dict[str, int]:
        return {part: value for part, value in self.cleaned_data.items() if value is not None}


def asked_languages(records: Records) -> list[str]:
    """Return the languages that some place asks for, those that most places ask for first."""
    counts: dict[str, int] = {}
    for place in records.opportunities.values():
        for code in {need.language for need in place.languages}:
            counts[code] = counts.get(code, 0) + 1
    return sorted(counts, key=lambda code: (-counts[code], code))


def _level_field(code: str, language: str) -> forms.ChoiceField:
    return LevelField(
        label=language_title(code),
        required=False,
        choices=[
            ("", _("not filled in")),
            *[(level, f"{level}: {labels.cefr(level)}") for level in CEFR_LEVELS],
        ],
    )


def _programmes(records: Records) -> list[tuple[str, str]]:
    found = [(slug, str(programme.name)) for slug, programme in records.programmes.items()]
    return [("", _("not filled in")), *found]


def _countries(records: Records, language: str) -> list[tuple[str, str]]:
    codes = {place.country for place in records.opportunities.values()}
    named = [(code, names.country_name(code, language)) for code in codes]
    return sorted(named, key=lambda one: one[1])
