"""What the methods have to find: a course's twin in the other language, and harder things.

Every task is a list of questions and a list of answers to choose from; question i is about the
same course as answer i (or, for precedents, a course that was recognised for it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from sojourn.engines.similarity.texts import CourseText, Version

ROOT = Path(__file__).resolve().parents[2]
EDITION = ROOT / "editions" / "leiden"
LANGUAGES = ("en", "nl")


@dataclass(frozen=True)
class Task:
    """Questions, answers, and for each question the places of the right answers."""

    name: str
    direction: str
    questions: list[CourseText]
    answers: list[CourseText]
    right: list[frozenset[int]]


@dataclass(frozen=True)
class EditionCourse:
    id: str
    institution: str
    versions: dict[str, Version]


def edition_courses() -> list[EditionCourse]:
    """The courses of the Leiden edition, read from its files."""
    found = []
    for path in sorted((EDITION / "courses").glob("*.yaml")):
        document = yaml.safe_load(path.read_text())
        for course in document["courses"]:
            versions = {
                language: Version(
                    language,
                    course["title"].get(language, ""),
                    course.get("summary", {}).get(language, ""),
                    tuple(course.get("outcomes", {}).get(language, ())),
                    tuple(course.get("topics", {}).get(language, ())),
                )
                for language in LANGUAGES
            }
            found.append(EditionCourse(course["id"], document["institution"], versions))
    return sorted(found, key=lambda course: course.id)


def edition_synonyms() -> list[list[str]]:
    synonyms: list[list[str]] = yaml.safe_load((EDITION / "edition.yaml").read_text())["synonyms"]
    return synonyms


Part = Callable[[Version], Version]


def whole(version: Version) -> Version:
    return version


def only_title(version: Version) -> Version:
    return Version(version.language, version.title)


def only_outcomes(version: Version) -> Version:
    return Version(version.language, "", "", version.outcomes)


def without_outcomes(version: Version) -> Version:
    return Version(version.language, version.title, version.summary, (), version.topics)


def without_title(version: Version) -> Version:
    return Version(version.language, "", version.summary, version.outcomes, version.topics)


def even_outcomes(version: Version) -> Version:
    return Version(version.language, "", "", version.outcomes[::2])


def odd_outcomes(version: Version) -> Version:
    return Version(version.language, "", "", version.outcomes[1::2])


def half_hidden(version: Version) -> Version:
    return Version(version.language, version.title, "", version.outcomes[::2])


SHAPES: tuple[tuple[str, Part, Part, bool], ...] = (
    # name, what the question shows, what the answers show, also within one language
    ("twin", whole, whole, False),
    ("title alone", only_title, whole, False),
    ("title hidden in both", without_title, without_title, False),
    ("half the outcomes hidden", half_hidden, whole, False),
    ("outcomes against the rest", only_outcomes, without_outcomes, True),
    ("half the outcomes against the other half", even_outcomes, odd_outcomes, True),
)


def edition_tasks() -> Iterator[Task]:
    courses = edition_courses()
    for name, asked, shown, in_one_language in SHAPES:
        for ours in LANGUAGES:
            for theirs in LANGUAGES:
                if ours == theirs and not in_one_language:
                    continue
                # What would be empty on either side is no question.
                pairs = [
                    (
                        CourseText(course.id, (asked(course.versions[ours]),)),
                        CourseText(course.id, (shown(course.versions[theirs]),)),
                    )
                    for course in courses
                    if asked(course.versions[ours]).sentences
                    and shown(course.versions[theirs]).sentences
                ]
                yield Task(
                    name,
                    f"{ours} to {theirs}",
                    [pair[0] for pair in pairs],
                    [pair[1] for pair in pairs],
                    [frozenset([place]) for place in range(len(pairs))],
                )
    yield from precedent_tasks(courses)


def precedent_tasks(courses: list[EditionCourse]) -> Iterator[Task]:
    """A host course must find the home course for which the edition says it was recognised."""
    by_id = {course.id: course for course in courses}
    home = [course for course in courses if course.institution == "leiden-university"]
    place = {course.id: number for number, course in enumerate(home)}
    recognised: dict[str, set[int]] = {}
    for precedent in yaml.safe_load((EDITION / "precedents.yaml").read_text()):
        recognised.setdefault(precedent["host_course"], set()).add(place[precedent["home_course"]])
    for ours, theirs in (("en", "nl"), ("nl", "en"), ("en", "en")):
        yield Task(
            "precedent",
            f"{ours} to {theirs}",
            [CourseText(one, (by_id[one].versions[ours],)) for one in sorted(recognised)],
            [CourseText(course.id, (course.versions[theirs],)) for course in home],
            [frozenset(recognised[one]) for one in sorted(recognised)],
        )
