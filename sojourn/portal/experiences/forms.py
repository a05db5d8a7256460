"""The forms of experience reports and of messages: what may be typed, and what is asked for."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue import names
from sojourn.catalogue.choices import RatingCriterion
from sojourn.catalogue.models import CostItem, LanguageUse
from sojourn.catalogue.snapshot.types import Records
from sojourn.common.decimals import PlainDecimalField
from sojourn.common.languages import LANGUAGES, language_title, page_language
from sojourn.engines.language import CEFR_LEVELS
from sojourn.experiences.messages import LONGEST_MESSAGE
from sojourn.experiences.models import (
    LONGEST_TEXT,
    ConsentPart,
    FollowedCourse,
    Recognition,
    Report,
    ReportPart,
)
from sojourn.experiences.writing import (
    MOST_COURSES,
    TEXTS,
    CourseDraft,
    LanguageDraft,
    ReportContent,
)
from sojourn.portal.plan.forms import KnownChoiceField, asked_languages
from sojourn.portal.shared import labels

FEWEST_ROWS = 3

# What each criterion means, so that a 4 here and a 4 there say the same.
CRITERIA: dict[str, Promise] = {
    "teaching": gettext_lazy(
        "Lectures, tutorials and supervision: did you learn what you came for?"
    ),
    "research": gettext_lazy("Your project or the lab, if you had one."),
    "housing": gettext_lazy("Finding a room, its price and what it was like."),
    "city": gettext_lazy("Getting around, being safe, something to do."),
    "support": gettext_lazy("Help from the host when you needed it."),
    "language": gettext_lazy("How well you got by with the languages that you speak."),
}
MARKS = (
    ("", gettext_lazy("no answer")),
    ("1", gettext_lazy("1, bad")),
    ("2", gettext_lazy("2, poor")),
    ("3", gettext_lazy("3, fair")),
    ("4", gettext_lazy("4, good")),
    ("5", gettext_lazy("5, excellent")),
)
CONSENTS: tuple[tuple[str, Promise, Promise], ...] = (
    (
        ConsentPart.NAME.value,
        gettext_lazy("Show my first name"),
        gettext_lazy(
            "Otherwise it says “a student of” and your programme. With few students a year, "
            "somebody who knows you may still guess."
        ),
    ),
    (
        ConsentPart.COSTS.value,
        gettext_lazy("Show what I paid, and count it"),
        gettext_lazy("Your figures help to say what the next student will pay."),
    ),
    (
        ConsentPart.PHOTO.value,
        gettext_lazy("Show my photo"),
        gettext_lazy("I took it, and everyone who can be recognised in it agrees."),
    ),
    (
        ConsentPart.CONTACT.value,
        gettext_lazy("Students may write to me"),
        gettext_lazy(
            "Through Sojourn: nobody sees your address until you answer. You can "
            "stop for good with one click in every mail."
        ),
    ),
)
_QUESTIONS: dict[ReportPart, tuple[Promise, Promise]] = {
    ReportPart.TEACHING: (
        gettext_lazy("What did you do there, and how was it?"),
        gettext_lazy("The courses, the project, the people you worked with."),
    ),
    ReportPart.HOUSING: (
        gettext_lazy("Where did you live?"),
        gettext_lazy("How you found it, what it cost, what you would do differently."),
    ),
    ReportPart.DAILY_LIFE: (
        gettext_lazy("How was daily life?"),
        gettext_lazy("Food, transport, friends, weekends, being far from home."),
    ),
}


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _day() -> forms.DateField:
    field = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"],
    )
    field.error_messages["invalid"] = gettext_lazy("Write a date, such as 31-08-2026.")
    return field


@dataclass(frozen=True)
class CourseRow:
    """The fields of one course."""

    number: int
    title: forms.BoundField
    ects: forms.BoundField
    recognised: forms.BoundField
    home: forms.BoundField


class ReportForm(forms.Form):
    """A whole report. Everything may stay empty in a draft."""

    language = KnownChoiceField(
        label=gettext_lazy("In which language do you write?"),
        choices=settings.LANGUAGES,
        required=False,
    )
    opportunity = KnownChoiceField(label=gettext_lazy("Where were you?"), required=False)
    programme = KnownChoiceField(label=gettext_lazy("What did you study then?"), required=False)
    starts_on = _day()
    starts_on.label = gettext_lazy("First day")
    ends_on = _day()
    ends_on.label = gettext_lazy("Last day")
    title = forms.CharField(
        label=gettext_lazy("A title"),
        help_text=gettext_lazy("Your stay in one line."),
        max_length=120,
        required=False,
    )
    advice = forms.CharField(
        label=gettext_lazy("One piece of advice"),
        help_text=gettext_lazy("What you wish you had known."),
        max_length=1000,
        required=False,
        widget=_area(3),
    )
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=60, required=False)
    photo = forms.FileField(
        label=gettext_lazy("A photo"),
        help_text=gettext_lazy(
            "JPEG, PNG or WebP, at most 12 MB. We make it smaller and remove what the camera wrote "
            "into it, such as the place."
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    photo_words = forms.CharField(
        label=gettext_lazy("What is in the picture?"),
        help_text=gettext_lazy("For those who cannot see it."),
        max_length=200,
        required=False,
    )
    consents = forms.MultipleChoiceField(
        label=gettext_lazy("What may be shown"),
        required=False,
        choices=[(part, title) for part, title, _why in CONSENTS],
    )

    def __init__(self, records: Records, rows: int, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.records = records
        self.rows = min(MOST_COURSES, max(FEWEST_ROWS, rows))
        language = page_language()
        self._choices("opportunity", [("", _("Choose a place")), *_places(records)])
        self._choices(
            "programme",
            [
                ("", _("not filled in")),
                *((slug, str(one.name)) for slug, one in records.programmes.items()),
            ],
        )
        for name, (label, hint) in _QUESTIONS.items():
            self.fields[name] = forms.CharField(
                label=str(label),
                help_text=str(hint),
                max_length=LONGEST_TEXT,
                required=False,
                widget=_area(6),
            )
        for criterion in RatingCriterion.values:
            self.fields[f"rating_{criterion}"] = KnownChoiceField(
                label=labels.rating(criterion),
                help_text=str(CRITERIA[criterion]),
                choices=MARKS,
                required=False,
                widget=forms.RadioSelect,
            )
        for item, label in CostItem.choices:
            self.fields[f"paid_{item}"] = _amount(str(label))
        spoken = [("", _("no answer")), *_languages(records, language)]
        for use, _label in LanguageUse.choices:
            self.fields[f"spoken_{use}"] = KnownChoiceField(
                label=labels.language_use(use), choices=spoken, required=False
            )
            self.fields[f"level_{use}"] = KnownChoiceField(
                label=_("Level that you need"),
                choices=[
                    ("", _("no answer")),
                    *((level, f"{level}: {labels.cefr(level)}") for level in CEFR_LEVELS),
                ],
                required=False,
            )
        for number in range(self.rows):
            self._add_course(number)

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices

    def _add_course(self, number: int) -> None:
        self.fields[f"course_{number}"] = forms.CharField(
            label=_("Course there"),
            max_length=200,
            required=False,
            widget=forms.TextInput(attrs={"list": "courses-there", "autocomplete": "off"}),
        )
        self.fields[f"ects_{number}"] = PlainDecimalField(
            label=_("ECTS"),
            min_value=0,
            max_value=60,
            decimal_places=1,
            required=False,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )
        self.fields[f"recognised_{number}"] = KnownChoiceField(
            label=_("At home"),
            choices=list(Recognition.choices),
            initial=Recognition.UNKNOWN.value,
            required=False,
        )
        self.fields[f"home_{number}"] = forms.CharField(
            label=_("Recognised for"),
            max_length=200,
            required=False,
            widget=forms.TextInput(attrs={"list": "courses-at-home", "autocomplete": "off"}),
        )

    # --- What the template walks through --------------------------------------------------------

    @property
    def texts(self) -> list[forms.BoundField]:
        return [self[part] for part in ReportPart.values]

    @property
    def ratings(self) -> list[forms.BoundField]:
        return [self[f"rating_{criterion}"] for criterion in RatingCriterion.values]

    @property
    def paid(self) -> list[forms.BoundField]:
        return [self[f"paid_{item}"] for item in CostItem.values]

    @property
    def spoken(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"spoken_{use}"], self[f"level_{use}"]) for use in LanguageUse.values]

    @property
    def courses(self) -> Iterator[CourseRow]:
        for number in range(self.rows):
            yield CourseRow(
                number + 1,
                self[f"course_{number}"],
                self[f"ects_{number}"],
                self[f"recognised_{number}"],
                self[f"home_{number}"],
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day comes before the first."))
        for use in LanguageUse.values:
            if cleaned.get(f"level_{use}") and not cleaned.get(f"spoken_{use}"):
                self.add_error(f"spoken_{use}", _("Say which language this level is for."))
        return cleaned

    def content(self) -> ReportContent:
        data = self.cleaned_data
        return ReportContent(
            language=data["language"] or page_language(),
            opportunity=data["opportunity"],
            programme=data["programme"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            **{name: data[name] for name in TEXTS},
            first_name=data["first_name"],
            photo_words=data["photo_words"],
            ratings={
                criterion: int(data[f"rating_{criterion}"])
                for criterion in RatingCriterion.values
                if data[f"rating_{criterion}"]
            },
            paid={
                item: data[f"paid_{item}"]
                for item in CostItem.values
                if data[f"paid_{item}"] is not None
            },
            languages=tuple(
                LanguageDraft(use, data[f"spoken_{use}"], data[f"level_{use}"])
                for use in LanguageUse.values
                if data[f"spoken_{use}"] and data[f"level_{use}"]
            ),
            courses=tuple(
                CourseDraft(
                    data[f"course_{number}"].strip(),
                    data[f"ects_{number}"],
                    data[f"recognised_{number}"] or Recognition.UNKNOWN.value,
                    data[f"home_{number}"].strip(),
                )
                for number in range(self.rows)
                if data[f"course_{number}"].strip()
            ),
            consents=frozenset(data["consents"]),
        )


def _amount(label: str) -> PlainDecimalField:
    field = PlainDecimalField(
        label=label,
        min_value=0,
        max_value=100_000,
        decimal_places=2,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    field.error_messages |= {
        "invalid": _("Write a number, such as %(example)s.") % {"example": "450"},
        "min_value": _("This cannot be less than %(limit_value)s."),
        "max_value": _("This cannot be more than %(limit_value)s."),
    }
    return field


def _places(records: Records) -> list[tuple[str, str]]:
    found = []
    for slug, place in records.opportunities.items():
        host = records.institutions[place.hosts[0]]
        country = names.country_name(host.country, page_language())
        found.append((slug, f"{country}: {place.title}"))
    return sorted(found, key=lambda one: one[1])


def _languages(records: Records, language: str) -> list[tuple[str, str]]:
    """Return the languages of the site, what places ask for, and what is spoken where hosts are."""
    codes = {*LANGUAGES, *asked_languages(records)}
    codes |= {names.main_language(host.country) for host in records.institutions.values()} - {""}
    named = [(code, language_title(code)) for code in codes]
    return sorted(named, key=lambda one: one[1])


def filled_in(report: Report) -> dict[str, Any]:
    """Return the report as the form's first values."""
    photo = getattr(report, "photo", None)
    values: dict[str, Any] = {
        name: getattr(report, name)
        for name in ("language", "starts_on", "ends_on", *TEXTS, "first_name")
    }
    values |= {
        "opportunity": report.opportunity.slug if report.opportunity else "",
        "programme": report.programme.slug if report.programme else "",
        "photo_words": photo.words if photo else "",
        "consents": given_consents(report),
    }
    values |= {f"rating_{criterion}": str(mark) for criterion, mark in report.ratings.items()}
    values |= {f"paid_{one.item}": _plain(one.amount) for one in report.paid.all()}
    for spoken in report.languages.all():
        values[f"spoken_{spoken.use}"] = spoken.language
        values[f"level_{spoken.use}"] = spoken.level
    for number, course in enumerate(report.courses.all()):
        values |= _course_values(number, course)
    return values


def given_consents(report: Report) -> list[str]:
    given = {
        ConsentPart.NAME.value: report.shows_name,
        ConsentPart.COSTS.value: report.shows_costs,
        ConsentPart.PHOTO.value: report.shows_photo,
        ConsentPart.CONTACT.value: report.is_contactable,
    }
    return [part for part, agreed in given.items() if agreed]


def _course_values(number: int, course: FollowedCourse) -> dict[str, Any]:
    return {
        f"course_{number}": course.title,
        f"ects_{number}": "" if course.ects is None else _plain(course.ects),
        f"recognised_{number}": course.recognised,
        f"home_{number}": course.home_title,
    }


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


class MessageForm(forms.Form):
    """A message to somebody who knows a place."""

    form = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Your message"),
        max_length=LONGEST_MESSAGE,
        widget=_area(8),
    )
    shows_address = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={"form": uuid.uuid4()} | (initial or {}))
        self.fields["text"].error_messages["required"] = _("Write your message first.")


class AnswerForm(MessageForm):
    """An answer to a message, signed by somebody without an account."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=100)

    def __init__(self, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial)
        self.fields["name"].error_messages["required"] = _(
            "Fill in your name, so that the student knows who answers."
        )
