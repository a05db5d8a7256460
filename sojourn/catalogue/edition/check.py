"""Reads a whole edition and finds everything that is wrong with it, without a database."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sojourn.catalogue.edition import schema
from sojourn.catalogue.edition.edition import Edition, Found, FoundCourse, TranslatedGuide
from sojourn.catalogue.edition.explain import explain, shown
from sojourn.catalogue.edition.problems import EditionError, EditionProblem, Problems
from sojourn.catalogue.edition.problems import TooManyProblems as TooMany
from sojourn.catalogue.edition.reader import Document, EditionReader, Node
from sojourn.catalogue.edition.references import Declared, check_references
from sojourn.common.languages import FIRST, LANGUAGES, REQUIRED

M = TypeVar("M", bound=BaseModel)

# File of the folder -> the kind of entry that it lists.
LISTS: dict[str, type[BaseModel]] = {
    "sources.yaml": schema.Source,
    "institutions.yaml": schema.Institution,
    "agreements.yaml": schema.Agreement,
    "windows.yaml": schema.Window,
    "opportunities.yaml": schema.Opportunity,
    "precedents.yaml": schema.Precedent,
    "contacts.yaml": schema.Contact,
    "costs.yaml": schema.CostLine,
    "grants.yaml": schema.Grant,
    "rates.yaml": schema.ExchangeRate,
    "travel_advice.yaml": schema.TravelAdvice,
    "language_learning.yaml": schema.LearningHours,
    "preparation.yaml": schema.PreparationStep,
    "roads.yaml": schema.Road,
    "reports.yaml": schema.Report,
}
NEEDED = ("edition.yaml", "sources.yaml", "institutions.yaml")


def check_edition(folder: Path) -> Edition:
    """Read the edition in that folder; raise EditionError with all that is wrong with it."""
    problems = Problems()
    if not folder.is_dir():
        problems.add(str(folder), 1, "", "there is no such folder", "the folder of an edition")
        problems.raise_if_any()
    try:
        edition = _EditionCheck(folder, problems).run()
    except TooMany:
        note = EditionProblem("~", 1, "", "and more: these are only the first problems")
        raise EditionError([*list(problems), note]) from None
    problems.raise_if_any()
    assert edition is not None  # noqa: S101 - without a faculty there is a problem
    return edition


class _EditionCheck:
    """One look at one folder."""

    def __init__(self, folder: Path, problems: Problems) -> None:
        self.reader = EditionReader(folder, problems)
        self.problems = problems
        self.declared = Declared(problems)

    def run(self) -> Edition | None:
        files = self.reader.files()
        self._refuse_strangers(files)
        faculty = self._faculty() if "edition.yaml" in files else None
        lists: dict[str, Any] = {
            file.removesuffix(".yaml"): tuple(self._list(file, model))
            for file, model in LISTS.items()
            if file in files
        }
        courses = [
            course
            for file in files
            if file.startswith("courses/") and file.endswith(".yaml")
            for course in self._courses(file)
        ]
        guides = self._guides(files)
        if faculty is None:
            return None
        edition = Edition(
            faculty=faculty,
            courses=tuple(courses),
            guides=tuple(guides),
            **lists,
        )
        check_references(edition, self.declared, self.problems)
        return edition

    def _refuse_strangers(self, files: list[str]) -> None:
        """Files that the format does not know are mistakes, apart from notes and licences."""
        known = {"edition.yaml", *LISTS}
        for missing in NEEDED:
            if missing not in files:
                self.problems.add(missing, 1, "", "this file is missing", "a file of this name")
        for file in files:
            path = Path(file)
            parts = path.parts
            if len(parts) == 1:
                fine = file in known or path.suffix in {".md", ".txt", ""}
            elif parts[0] == "courses":
                fine = len(parts) == 2 and path.suffix == ".yaml"
            else:
                fine = (
                    len(parts) == 3
                    and parts[0] == "guides"
                    and parts[1] in LANGUAGES
                    and path.suffix == ".md"
                )
            if not fine:
                close = difflib.get_close_matches(file, known, n=1)
                self.problems.add(
                    file,
                    1,
                    "",
                    "no file of this name belongs to an edition",
                    f"{close[0]}, perhaps" if close else "the files that docs/adopting.md names",
                )

    # --- Files ----------------------------------------------------------------------------

    def _faculty(self) -> Found[schema.Faculty] | None:
        document = self.reader.yaml("edition.yaml")
        if document is None:
            return None
        root = document.root
        for programme in _items(root, "degree_programmes"):
            self.declared.add("degree programme", document.file, programme)
            for phase in _items(programme, "phases"):
                self.declared.add("phase", document.file, phase)
        for subject in _items(root, "subjects"):
            self.declared.add("subject", document.file, subject)
        return self._valid(schema.Faculty, document.file, root, "")

    def _list(self, file: str, model: type[M]) -> list[Found[M]]:
        document = self.reader.yaml(file)
        if document is None:
            self.declared.could_not_read(KIND_NAMES[model], *INNER_KINDS.get(model, ()))
            return []
        if document.root.value is None:
            return []
        if not isinstance(document.root.value, list):
            found = shown(document.root.plain())
            self.problems.add(file, document.root.line, "", f"found {found}", "a list of entries")
            return []
        return self._entries(file, document.root.value, model, "")

    def _entries(self, file: str, nodes: list[Node], model: type[M], path: str) -> list[Found[M]]:
        """Return the valid entries of a list; note what is wrong with the others."""
        entries: list[Found[M]] = []
        for position, node in enumerate(nodes):
            self._declare(file, node, model)
            label = _text_of(node, "id") or f"{path}[{position}]"
            if entry := self._valid(model, file, node, label):
                entries.append(replace(entry, number=position))
        return entries

    def _declare(self, file: str, node: Node, model: type[BaseModel]) -> None:
        """Note the ids of an entry and of what it holds, also when it is not valid."""
        self.declared.add(KIND_NAMES[model], file, node)
        for inner in _items(node, "units"):
            self.declared.add("unit", file, inner)
        for inner in _items(node, "walk_in"):
            self.declared.add("walk-in hour", file, inner)
        owner = _text_of(node, "id")
        for inner in _items(node, "deadlines"):
            slug = schema.deadline_slug(owner, _text_of(inner, "id"))
            self.declared.know("deadline", slug, file, inner.line)
        if model is schema.Road:
            for inner in _items(node, "steps"):
                slug = schema.road_step_slug(owner, _text_of(inner, "id"))
                self.declared.know("step of a road", slug, file, inner.line)
        for inner in _items(node, "costs"):
            slug = schema.cost_slug(owner, _text_of(inner, "id"), _text_of(inner, "line"))
            self.declared.know("cost line", slug, file, inner.line)

    def _courses(self, file: str) -> list[FoundCourse]:
        document = self.reader.yaml(file)
        if document is None:
            self.declared.could_not_read("course")
            return []
        nodes = _items(document.root, "courses")
        found = self._entries(file, nodes, schema.Course, "courses")
        head = Node(document.root.value, document.root.line)
        if isinstance(head.value, dict) and isinstance(head.value.get("courses"), Node):
            # The courses were looked at one by one; here only the head of the file counts.
            courses = head.value["courses"]
            if isinstance(courses.value, list):
                courses = Node([], courses.line)
            head.value = {**head.value, "courses": courses}
        whole = self._valid(schema.CourseFile, file, head, "")
        if whole is None:
            return []
        institution = whole.entry.institution
        if Path(file).stem != institution:
            self.problems.add(
                file,
                whole.line(("institution",)),
                "institution",
                f"the file holds the courses of {institution!r}",
                f"the name courses/{institution}.yaml",
            )
        self.declared.refer(
            "institution", institution, file, whole.line(("institution",)), "institution"
        )
        return [FoundCourse(institution, course) for course in found]

    def _guides(self, files: list[str]) -> list[TranslatedGuide]:
        written: dict[str, dict[str, Found[schema.Guide]]] = {}
        present: dict[str, set[str]] = {}
        for file in files:
            parts = Path(file).parts
            if len(parts) != 3 or parts[0] != "guides" or parts[1] not in LANGUAGES:
                continue
            slug = Path(file).stem
            present.setdefault(slug, set()).add(parts[1])
            document = self.reader.markdown(file)
            if document and (guide := self._guide(document)):
                written.setdefault(slug, {})[parts[1]] = guide
        guides = []
        for slug, languages in present.items():
            self.declared.know("guide", slug, f"guides/{FIRST}/{slug}.md", 1)
            for language in REQUIRED:
                if language not in languages:
                    self.problems.add(
                        f"guides/{language}/{slug}.md", 1, "",
                        f"the guide is missing in {schema.english_name(language)}",
                        "every guide in " + " and ".join(map(schema.english_name, REQUIRED)),
                    )  # fmt: skip
            pages = written.get(slug, {})
            if pages.keys() == languages >= set(REQUIRED):
                guides.append(whole := TranslatedGuide(slug, pages))
                self._compare(whole)
        return guides

    def _guide(self, document: Document) -> Found[schema.Guide] | None:
        root = document.root
        if not isinstance(root.value, dict):
            self.problems.add(
                document.file, root.line, "", f"found {shown(root.plain())}",
                "names and values between the lines ---",
            )  # fmt: skip
            return None
        if "text" in root.value:
            self.problems.add(
                document.file, root.line_of(("text",)), "text",
                "the text stands in the wrong place",
                "the text below the second line ---",
            )  # fmt: skip
            return None
        lead = len(document.text) - len(document.text.lstrip())
        first_line = document.text_line + document.text.count("\n", 0, lead)
        node = Node({**root.value, "text": Node(document.text, first_line)}, root.line)
        return self._valid(schema.Guide, document.file, node, "")

    def _compare(self, guide: TranslatedGuide) -> None:
        """Check that what does not depend on the language is the same in every file."""
        first = guide.first
        for other in guide.written.values():
            for field in ("order", "checked_on", "sources", "related", "example"):
                if getattr(first.entry, field) != getattr(other.entry, field):
                    self.problems.add(
                        other.file, other.line((field,)), field, f"this differs from {first.file}",
                        "the same in every language",
                    )  # fmt: skip

    # --- Entries --------------------------------------------------------------------------

    def _valid(self, model: type[M], file: str, node: Node, label: str) -> Found[M] | None:
        """Return the entry, or None after noting all that is wrong with it."""
        try:
            return Found(model.model_validate(node.plain()), file, node)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                message, expected = explain(detail, model)
                field = field_name(detail["loc"], label)
                line = node.line_of(detail["loc"])
                if model is schema.Guide and detail["loc"] == ("text",):
                    line += detail.get("ctx", {}).get("row", 0)
                self.problems.add(file, line, field, message, expected)
            return None


KIND_NAMES: dict[type[BaseModel], str] = {
    schema.Source: "source",
    schema.Institution: "institution",
    schema.Agreement: "agreement",
    schema.Window: "window",
    schema.Opportunity: "opportunity",
    schema.Course: "course",
    schema.Precedent: "precedent",
    schema.Contact: "contact",
    schema.CostLine: "cost line",
    schema.Grant: "grant",
    schema.ExchangeRate: "exchange rate",
    schema.TravelAdvice: "travel advice",
    schema.LearningHours: "figure about learning",
    schema.PreparationStep: "step",
    schema.Road: "road",
    schema.Report: "report",
}


# What may be named from elsewhere and is inside another entry.
INNER_KINDS: dict[type[BaseModel], tuple[str, ...]] = {
    schema.Institution: ("unit",),
    schema.Contact: ("walk-in hour",),
}


def field_name(path: Iterable[str | int], label: str = "") -> str:
    """Return a path as its writer would say it: `half-minor-cuba.deadlines[0].date`."""
    name = label
    for step in path:
        if isinstance(step, int):
            name += f"[{step}]"
        else:
            name += f".{step}" if name else step
    return name


def _items(node: Node, field: str) -> list[Node]:
    """Return the nodes of a list under a name, or nothing where it is not a list."""
    holder: Any = node.value.get(field) if isinstance(node.value, dict) else None
    return holder.value if isinstance(holder, Node) and isinstance(holder.value, list) else []


def _text_of(node: Node, field: str) -> str:
    """Return the text under a name, or nothing; cut short, as it may be anything."""
    inner = node.value.get(field) if isinstance(node.value, dict) else None
    return inner.value[:120] if inner is not None and isinstance(inner.value, str) else ""
