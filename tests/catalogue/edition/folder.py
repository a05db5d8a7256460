"""A copy of the harbour edition that a test may spoil."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

HARBOUR = Path(__file__).parent / "harbour"


@dataclass(frozen=True)
class EditionFolder:
    """An edition's folder, with the few ways in which tests change one."""

    path: Path

    @classmethod
    def copy_to(cls, place: Path) -> EditionFolder:
        shutil.copytree(HARBOUR, place)
        return cls(place)

    def read(self, file: str) -> str:
        return (self.path / file).read_text(encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        (self.path / file).parent.mkdir(parents=True, exist_ok=True)
        (self.path / file).write_text(text, encoding="utf-8")

    def append(self, file: str, text: str) -> None:
        self.write(file, self.read(file) + text)

    def replace(self, file: str, old: str, new: str) -> None:
        text = self.read(file)
        assert text.count(old) >= 1, f"{old!r} is not in {file}"
        self.write(file, text.replace(old, new, 1))

    def remove_entry(self, file: str, slug: str) -> None:
        """Takes one entry out of a list of entries."""
        entries = self.read(file).split("\n- id: ")
        kept = [entry for entry in entries if entry.removeprefix("- id: ").split("\n")[0] != slug]
        assert len(kept) == len(entries) - 1
        self.write(file, "- id: " + "\n- id: ".join(e.removeprefix("- id: ") for e in kept) + "\n")

    def line_of(self, file: str, text: str) -> int:
        """The number of the first line that holds the text."""
        return next(n for n, line in enumerate(self.read(file).split("\n"), 1) if text in line)
