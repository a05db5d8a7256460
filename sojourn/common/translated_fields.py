"""Fields of models and forms that exist in every language of the site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from modeltranslation.translator import TranslationOptions, translator
from modeltranslation.utils import build_localized_fieldname

from sojourn.common.languages import (
    FIRST,
    LANGUAGES,
    REQUIRED,
    Text,
    borrowed,
    language_name,
    page_language,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class _MarkedField:
    """A translated field that says so where its text is in another language than the page.

    Reading and writing are modeltranslation's.
    """

    def __init__(self, name: str, field: Any) -> None:
        self.name = name
        self.field = field

    def __get__(self, record: Any, owner: Any = None) -> Any:
        said = self.field.__get__(record, owner)
        if record is None or not isinstance(said, str):
            return said
        if not said or getattr(record, column(self.name, page_language())):
            return said
        written = (one for one in LANGUAGES if getattr(record, column(self.name, one)) == said)
        return borrowed(said, next(written, FIRST))

    def __set__(self, record: Any, value: Any) -> None:
        self.field.__set__(record, value)


def translate(model: type[Model], *names: str) -> None:
    """Give a model a column for each language of the site in the place of each named field."""
    options = {"fields": names, "required_languages": REQUIRED}
    translator.register(model, type("Options", (TranslationOptions,), options))
    for name in names:
        setattr(model, name, _MarkedField(name, vars(model)[name]))


def column(name: str, language: str) -> str:
    """Return the column in which modeltranslation keeps a field's text in that language."""
    found: str = build_localized_fieldname(name, language)
    return found


def columns(*names: str) -> tuple[str, ...]:
    """Return the columns of those fields in every language, field by field."""
    return tuple(column(name, language) for name in names for language in LANGUAGES)


def field_of(name: str) -> tuple[str, str]:
    """Return the field and the language of a column; no language where the name has none."""
    for language in LANGUAGES:
        if name.endswith(ending := column("", language)):
            return name.removesuffix(ending), language
    return name, ""


def text_of(record: Any, name: str) -> Text:
    """Return a field of a model, form or mapping of columns, in every language."""
    read = record.get if isinstance(record, Mapping) else lambda key: getattr(record, key, "")
    return Text({language: read(column(name, language)) for language in LANGUAGES})


def columns_of(name: str, text: Mapping[str, str]) -> dict[str, str]:
    """Return a text as the columns in which modeltranslation keeps it."""
    return {column(name, language): text.get(language, "") for language in LANGUAGES}


def write(record: Any, name: str, text: Mapping[str, str]) -> None:
    """Set a field of a model in every language."""
    for key, said in columns_of(name, text).items():
        setattr(record, key, said)


def as_columns(record: Any) -> dict[str, Any]:
    """Return the fields of a dataclass, with each `Text` as its columns."""
    found: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        found |= columns_of(field.name, value) if isinstance(value, Text) else {field.name: value}
    return found


def written(name: str) -> Q:
    """Return the condition that a field is written in every language in which it must be."""
    condition = Q()
    for language in REQUIRED:
        in_it = column(name, language)
        condition &= Q(**{f"{in_it}__isnull": False, f"{in_it}__gt": ""})
    return condition


def label_in(label: Any, language: str) -> str:
    """Return the label of a field that is filled in for one language."""
    name = language_name(language, page_language())
    return _("%(field)s in %(language)s") % {"field": label, "language": name}


class Translated(forms.Field):
    """A field of a form that stands for one in each language: `title = Translated(...)`."""

    def __init__(self, label: _StrOrPromise, required: bool = True, **options: Any) -> None:
        super().__init__(label=label, required=required)
        self.options = options

    def in_language(self, language: str) -> forms.CharField:
        field = forms.CharField(
            label=label_in(self.label, language),
            required=self.required and language in REQUIRED,
            **self.options,
        )
        # For the browser's spelling checker and for screen readers.
        field.widget.attrs["lang"] = language
        return field


class TranslatedForm(forms.BaseForm):
    """A form that has a field in each language in the place of each `Translated` one."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._translated = [
            name for name, field in self.fields.items() if isinstance(field, Translated)
        ]
        every: dict[str, forms.Field] = {}
        for name, field in self.fields.items():
            if isinstance(field, Translated):
                for language in LANGUAGES:
                    every[column(name, language)] = field.in_language(language)
                self.initial.update(columns_of(name, self.initial.pop(name, {})))
            else:
                every[name] = field
        self.fields = every

    def translations(self, name: str) -> Text:
        """Return what was typed, in every language."""
        return text_of(self.cleaned_data, name)

    def values(self) -> dict[str, Any]:
        """Return what was typed, with a `Text` for each field that exists in every language."""
        texts = {name: self.translations(name) for name in self._translated}
        others = columns(*self._translated)
        return {
            name: value for name, value in self.cleaned_data.items() if name not in others
        } | texts

    def by_language(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the name of each language, with the fields to fill in for it."""
        return [
            (
                language_name(language, page_language()),
                [self[column(name, language)] for name in self._translated],
            )
            for language in LANGUAGES
        ]
