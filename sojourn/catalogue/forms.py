"""Forms by which the office edits the catalogue, under the same rules as an edition's files."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from pydantic_core import PydanticCustomError

from sojourn.catalogue.choices import RatingCriterion
from sojourn.catalogue.edition.references import is_country
from sojourn.catalogue.edition.schema import check_links, refuse_html
from sojourn.catalogue.edition.schema.faculty import DOMAIN
from sojourn.common.languages import (
    FIRST,
    LANGUAGES,
    REQUIRED,
    language_name,
    locale,
    page_language,
)
from sojourn.common.translated_fields import column, columns

MOST_LINES = 60


class LinesField(forms.CharField):
    """A list of short texts, edited as one on each line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, **options: Any) -> None:
        # JSONField offers these to the field that it expects.
        options.pop("encoder", None)
        options.pop("decoder", None)
        options.setdefault("help_text", _("One on each line"))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(item) for item in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        lines = [line.strip() for line in str(value or "").splitlines()]
        return [line for line in lines if line]

    def clean(self, value: Any) -> Any:
        lines = self.to_python(value)
        if self.required and not lines:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(lines) > MOST_LINES:
            raise ValidationError(_("At most %(most)d lines.") % {"most": MOST_LINES})
        return lines

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(initial or []) != self.to_python(data))


class WordSetsField(LinesField):
    """Sets of words that find each other: one set on each line, words between commas."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(", ".join(words) for words in value)
        return value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        sets = [
            [word.strip() for word in line.split(",") if word.strip()]
            for line in str(value or "").splitlines()
        ]
        return [words for words in sets if words]

    def clean(self, value: Any) -> Any:
        sets = self.to_python(value)
        for words in sets:
            if len(words) < 2:
                raise ValidationError(
                    _("“%(word)s” stands alone: a set has two words or more.") % {"word": words[0]}
                )
        return sets


class DomainsField(LinesField):
    """Domains of mail addresses, one on each line, with or without the @ before it."""

    def clean(self, value: Any) -> Any:
        domains = [line.lower().rpartition("@")[2] for line in super().clean(value)]
        for domain in domains:
            if not re.fullmatch(DOMAIN, domain):
                raise ValidationError(
                    _("“%(domain)s” is no domain, such as student.example.org.")
                    % {"domain": domain}
                )
        return domains


class CountryField(forms.TypedChoiceField):
    """A country by its name in the language of the page, kept as its code."""

    def __init__(self, **options: Any) -> None:
        for ours in ("max_length", "empty_value", "strip"):
            options.pop(ours, None)
        super().__init__(choices=country_choices, empty_value="", **options)


def country_choices() -> list[tuple[str, str]]:
    """Every country, by name."""
    names = locale(page_language()).territories
    countries = [
        (code, name) for code, name in names.items() if len(code) == 2 and is_country(code)
    ]
    return [("", "---------"), *sorted(countries, key=lambda pair: pair[1])]


class CatalogueForm(forms.ModelForm):  # type: ignore[type-arg]
    """Texts hold no HTML and no dangerous links; paired lists are of one length."""

    # Lists of which the languages say the same thing, in the same order.
    PAIRED: ClassVar[tuple[str, ...]] = ("outcomes", "topics", "selection_criteria")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            texts = value if isinstance(value, list) else [value]
            for text in texts:
                if isinstance(text, str) and (message := what_is_wrong(text)):
                    self.add_error(name, message)
                    break
        for name in self.PAIRED:
            self._require_pairs(cleaned, name)
        return cleaned

    def _require_pairs(self, cleaned: dict[str, Any], name: str) -> None:
        first = cleaned.get(column(name, FIRST))
        for language in LANGUAGES[1:]:
            other = cleaned.get(column(name, language))
            if not isinstance(first, list) or not isinstance(other, list):
                continue
            if len(first) != len(other) and (other or language in REQUIRED):
                self.add_error(
                    column(name, language),
                    _("%(here)d lines in %(language)s but %(first)d in %(first_language)s.")
                    % {
                        "here": len(other),
                        "language": language_name(language, page_language()),
                        "first": len(first),
                        "first_language": language_name(FIRST, page_language()),
                    },
                )


def what_is_wrong(text: str) -> str:
    """Why a text may not stand in the catalogue; nothing if it may."""
    try:
        check_links(refuse_html(text))
    except PydanticCustomError as error:
        what = str((error.context or {})["what"])
        return what[0].upper() + what[1:]
    return ""


class CourseForm(CatalogueForm):
    """A course: its title is written in one language at least, any of them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in columns("title"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        titles = columns("title")
        if not any(cleaned.get(name) or name in self.errors for name in titles):
            self.add_error(titles[0], _("Write the title in one language at least."))
        return cleaned


class ReportForm(CatalogueForm):
    """A report, with a field for each rating."""

    RATINGS: ClassVar[dict[str, str]] = {name: f"rating_{name}" for name in RatingCriterion.values}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.instance.ratings or {}
        for criterion, field in self.RATINGS.items():
            self.fields[field].initial = given.get(criterion)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.instance.ratings = {
            criterion: cleaned[field]
            for criterion, field in self.RATINGS.items()
            if cleaned.get(field)
        }
        return cleaned


ReportForm.declared_fields |= {
    field: forms.IntegerField(
        label=RatingCriterion(criterion).label, min_value=1, max_value=5, required=False
    )
    for criterion, field in ReportForm.RATINGS.items()
}
