"""A course as the similarity engine reads it: its words in each language it was written in."""

from __future__ import annotations

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

    def in_language(self, language: str) -> Version | None:
        """Return the version in that language, or the main one."""
        return next((one for one in self.versions if one.language == language), self.main)
