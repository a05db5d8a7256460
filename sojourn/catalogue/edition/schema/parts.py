"""What several entries of an edition are made of: texts in every language, sources, facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Self, TypeVar

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sojourn.catalogue.edition.schema.values import (
    Line,
    Markdown,
    Paragraph,
    Reference,
    Sentence,
    Sources,
    SummaryLine,
    WeekCount,
    Word,
    name_of_language,
    wrong,
)
from sojourn.common.languages import FIRST, LANGUAGES, REQUIRED
from sojourn.common.pydantic_fields import with_fields


class Part(BaseModel):
    """Anything in an edition: unknown fields are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


P = TypeVar("P", bound=Part)


def one_field_for_each(names: Iterable[str], kind: Any) -> Callable[[type[P]], type[P]]:
    """Give a part an optional field of that kind for each word of a closed list."""
    return with_fields({str(name): (kind | None, None) for name in names})


def in_every_language(kind: Any) -> Callable[[type[P]], type[P]]:
    """Give a part a field for each language of the site; it is optional where a text may be."""
    return with_fields(
        {
            language: (kind, ...) if language in REQUIRED else (kind | None, None)
            for language in LANGUAGES
        }
    )


class Translations(Part):
    """What is said in the languages of the site, each under its code."""

    @property
    def said(self) -> dict[str, Any]:
        """What is written, by language."""
        said = {language: getattr(self, language) for language in LANGUAGES}
        return {language: text for language, text in said.items() if text is not None}


@in_every_language(Line)
class LineText(Translations):
    """One line in every language."""


@in_every_language(Sentence)
class SentenceText(Translations):
    """A sentence or two in every language."""


@in_every_language(SummaryLine)
class SummaryText(Translations):
    """At most 200 characters in every language."""


@in_every_language(Paragraph)
class ParagraphText(Translations):
    """A paragraph in every language."""


@in_every_language(Markdown)
class MarkdownText(Translations):
    """Markdown in every language, without HTML."""


@with_fields({one: (Annotated[list[Word], Field(max_length=40)], []) for one in LANGUAGES})
class Words(Translations):
    """Words of each language, for the search; the lists need not match."""


@in_every_language(Annotated[list[Sentence], Field(max_length=20)])
class SentenceList(Translations):
    """The same short texts in every language, in the same order."""

    @model_validator(mode="after")
    def _same_length(self) -> Self:
        first = self.said[FIRST]
        for language, texts in self.said.items():
            if len(texts) != len(first):
                raise wrong(
                    _("%(first)d in %(first_language)s but %(other)d in %(language)s")
                    % {
                        "first": len(first),
                        "first_language": name_of_language(FIRST),
                        "other": len(texts),
                        "language": name_of_language(language),
                    },
                    _("the same number in each"),
                )
        return self


class Weeks(Part):
    """How long, in weeks."""

    min: WeekCount
    max: WeekCount

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min > self.max:
            raise wrong(
                _("%(least)d weeks at least but %(most)d at most")
                % {"least": self.min, "most": self.max},
                "min up to max",
            )
        return self


class Sourced(Part):
    """An entry that says where it comes from, or that it is an example."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["sources"], "properties": {"sources": {"minItems": 1}}},
                {"required": ["example"], "properties": {"example": {"const": True}}},
            ]
        }
    )

    sources: Sources = []
    example: bool = False

    @model_validator(mode="after")
    def _has_origin(self) -> Self:
        if not self.sources and not self.example:
            raise wrong(
                _("nothing says where this comes from"), "sources: [an id] or example: true"
            )
        return self


class SubFact(Part):
    """A fact inside an entry, with a source of its own or the mark of an example.

    Inside an entry that is an example as a whole it may be left out (`check` looks at that).
    Of several sources the first is the one that pages show at the fact.
    """

    source: Reference | None = None
    sources: Annotated[list[Reference], Field(max_length=5)] = []
    example: bool = False

    @property
    def main_source(self) -> str | None:
        return self.source or (self.sources[0] if self.sources else None)

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if self.main_source and self.example:
            raise wrong(
                _("a fact with a source is no example"), _("source or example, one of them")
            )
        if self.source and self.sources:
            raise wrong("source and sources say the same", "one of them")
        return self
