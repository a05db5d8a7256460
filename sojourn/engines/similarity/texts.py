"""A course as the similarity engine reads it: its words in each language it was written in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

# The language whose sentences stand for a course where there are several: the model of meaning
# was trained on most of it.
PREFERRED = ("en", "nl")


@dataclass(frozen=True, slots=True)
class Version:
    """What a course says of itself in one language."""

    language: str
    title: str
    summary: str = ""
    outcomes: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """Every part that says something, once, in order."""
        parts = (self.title, self.summary, *self.outcomes, *self.topics)
        return tuple(dict.fromkeys(part for part in parts if part.strip()))


@dataclass(frozen=True, slots=True)
class CourseText:
    """A course with its versions; one without any version resembles nothing."""

    id: str
    versions: tuple[Version, ...]

    @property
    def main(self) -> Version | None:
        """Return the version whose sentences stand for the course."""
        return min(
            (version for version in self.versions if version.sentences),
            key=lambda version: (
                PREFERRED.index(version.language) if version.language in PREFERRED else 9,
                version.language,
            ),
            default=None,
        )

    @property
    def is_title(self) -> bool:
        """Whether no version says more than a title."""
        return all(len(version.sentences) <= 1 for version in self.versions)

    def in_language(self, language: str) -> Version | None:
        """Return the version in that language, or the main one."""
        return next((one for one in self.versions if one.language == language), self.main)


def sentences_of(text: CourseText, languages: Collection[str]) -> tuple[str, ...]:
    """Return the sentences that stand for a course; none in a language that is not asked for."""
    main = text.main
    return main.sentences if main and main.language in languages else ()


def title_of(text: CourseText, languages: Collection[str]) -> tuple[str, ...]:
    """Return the first thing that a course says, its title, under the same condition."""
    return sentences_of(text, languages)[:1]


def whole_text(text: CourseText, languages: Collection[str]) -> tuple[str, ...]:
    """Return all that a course says in one piece, under the same condition."""
    sentences = sentences_of(text, languages)
    return (". ".join(one.rstrip(".") for one in sentences),) if sentences else ()
