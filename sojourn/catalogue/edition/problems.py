"""What can be wrong with an edition, said so that its writer can put it right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_PROBLEMS = 500


@dataclass(frozen=True, slots=True, order=True)
class EditionProblem:
    """One thing that is wrong: where, in which field, what, and what was expected instead."""

    file: str
    line: int
    field: str
    message: str
    expected: str = ""

    def __str__(self) -> str:
        field = f" {self.field}:" if self.field else ""
        expected = f" Expected {self.expected}." if self.expected else ""
        return f"{self.file}:{self.line}:{field} {self.message}.{expected}"


class EditionError(Exception):
    """An edition that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: Iterable[EditionProblem]) -> None:
        self.problems: tuple[EditionProblem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class TooManyProblems(Exception):  # noqa: N818 - not an error of its own, it ends a search early
    """So much is wrong that looking further helps nobody."""


class Problems:
    """Collects problems up to a limit, so that a hostile file cannot fill the memory with them."""

    def __init__(self) -> None:
        self._found: list[EditionProblem] = []

    def add(self, file: str, line: int, field: str, message: str, expected: str = "") -> None:
        self._found.append(EditionProblem(file, line, field, message, expected))
        if len(self._found) >= MOST_PROBLEMS:
            raise TooManyProblems

    def __bool__(self) -> bool:
        return bool(self._found)

    def __iter__(self) -> Iterator[EditionProblem]:
        return iter(self._found)

    def raise_if_any(self) -> None:
        if self._found:
            raise EditionError(self._found)
