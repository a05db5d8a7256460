"""Reads an edition's files into trees that remember their lines, and refuses hostile ones.

Nothing in a file can make this use much time or memory: sizes are looked at before reading, YAML
is taken as a stream of libyaml's events, and anchors, aliases, tags, deep nesting and long
mappings are refused at the event that shows them. Links are never followed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sojourn.catalogue.edition.problems import Problems

MOST_BYTES_IN_FILE = 1_000_000
MOST_BYTES = 8_000_000
# The 5,000 courses of a faculty stand in one file, each with its texts in every language.
MOST_BYTES_OF_COURSES = 24_000_000
MOST_FILES = 500
MOST_NODES = 300_000
MOST_DEPTH = 12
MOST_KEYS = 60
MOST_ITEMS = 5000
MOST_KEY_LENGTH = 80

COURSES = f"courses{os.sep}"

Scalar = str | bool | None


class Node:
    """A value of a YAML file, with the line on which its key or its item begins."""

    __slots__ = ("line", "value")

    def __init__(self, value: Scalar | dict[str, Node] | list[Node], line: int) -> None:
        self.value = value
        self.line = line

    def plain(self) -> Any:
        """Return the value without lines, as the schema reads it."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def line_of(self, path: tuple[str | int, ...]) -> int:
        """Return the line of what is at that path, or of the nearest thing around it."""
        node = self
        for step in path:
            inner: Node | None = None
            if isinstance(node.value, dict) and isinstance(step, str):
                inner = node.value.get(step)
            elif isinstance(node.value, list) and isinstance(step, int):
                inner = node.value[step] if step < len(node.value) else None
            if inner is None:
                break
            node = inner
        return node.line


@dataclass(frozen=True, slots=True)
class Document:
    """One file of an edition, read: its tree and, for Markdown, the text below the front matter."""

    file: str
    root: Node
    text: str = ""
    text_line: int = 1


class _NotReadableError(Exception):
    """What was found in a file that ends its reading; the message goes into a problem."""

    def __init__(self, line: int, message: str, expected: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.expected = expected


class EditionReader:
    """Reads the files of one folder, within limits for the whole of it."""

    def __init__(self, folder: Path, problems: Problems) -> None:
        self.folder = folder
        self.problems = problems
        self._bytes_left = MOST_BYTES
        self._bytes_left_of_courses = MOST_BYTES_OF_COURSES
        self._nodes_left = MOST_NODES

    def files(self) -> list[str]:
        """Every file of the folder by its relative name, in order, two folders deep at most."""
        found: list[str] = []
        for name in self._files_in(self.folder, 2):
            found.append(name)
            if len(found) > MOST_FILES:
                self.problems.add(
                    ".", 1, "", f"the folder holds more than {MOST_FILES} files", "an edition"
                )
                break
        return sorted(found)

    def _files_in(self, folder: Path, depth: int) -> Iterator[str]:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = str(Path(entry.path).relative_to(self.folder))
                if entry.name.startswith("."):
                    continue
                if entry.is_symlink():
                    self.problems.add(
                        name, 1, "", "this is a link to another place", "a file of its own"
                    )
                elif entry.is_dir(follow_symlinks=False):
                    if depth:
                        yield from self._files_in(Path(entry.path), depth - 1)
                else:
                    yield name

    def yaml(self, file: str) -> Document | None:
        """Return the tree of a YAML file; None after noting what is wrong with it."""
        try:
            return Document(file, self._tree(self._read(file), first_line=1))
        except _NotReadableError as error:
            self.problems.add(file, error.line, "", error.message, error.expected)
            return None

    def markdown(self, file: str) -> Document | None:
        """Return the front matter and the text of a Markdown file."""
        try:
            lines = self._read(file).split("\n")
            end = _end_of_front_matter(lines)
            root = self._tree("\n".join(lines[1:end]) + "\n", first_line=2)
            return Document(file, root, "\n".join(lines[end + 1 :]), end + 2)
        except _NotReadableError as error:
            self.problems.add(file, error.line, "", error.message, error.expected)
            return None

    def _read(self, file: str) -> str:
        """Return the text of a file that is small, plain and in UTF-8."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            descriptor = os.open(self.folder / file, flags)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise _NotReadableError(1, f"the file cannot be opened ({reason})") from None
        with os.fdopen(descriptor, "rb") as handle:
            state = os.fstat(handle.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise _NotReadableError(1, "this is not a plain file", "a text file")
            in_file, in_all, left = self._limits(file)
            limit = min(in_file, left)
            # The size is asked first; reading one byte more than allowed catches a file that grows.
            content = b"" if state.st_size > limit else handle.read(limit + 1)
        if state.st_size > limit or len(content) > limit:
            if limit < in_file:
                message = f"with this file the edition is larger than {in_all:,} bytes"
            else:
                message = f"the file is larger than {in_file:,} bytes"
            raise _NotReadableError(1, message, "smaller files")
        if file.startswith(COURSES):
            self._bytes_left_of_courses -= len(content)
        else:
            self._bytes_left -= len(content)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise _NotReadableError(line, "the file is not written in UTF-8", "UTF-8") from None
        return text.replace("\r\n", "\n")

    def _limits(self, file: str) -> tuple[int, int, int]:
        """Return how large a file, and all of its kind, may be, and what is left of that."""
        if file.startswith(COURSES):
            return MOST_BYTES_OF_COURSES, MOST_BYTES_OF_COURSES, self._bytes_left_of_courses
        return MOST_BYTES_IN_FILE, MOST_BYTES, self._bytes_left

    def _tree(self, text: str, first_line: int) -> Node:
        builder = _TreeBuilder(first_line, self._nodes_left)
        try:
            return builder.build(text)
        finally:
            self._nodes_left = builder.nodes_left


class _TreeBuilder:
    """Makes the tree of one YAML text from its events, without recursion."""

    def __init__(self, first_line: int, nodes_left: int) -> None:
        self._first_line = first_line
        self.nodes_left = nodes_left
        self._open: list[Node] = []
        self._key: tuple[str, int] | None = None
        self._root: Node | None = None

    def build(self, text: str) -> Node:
        loader = yaml.CSafeLoader(text)
        try:
            while event := loader.get_event():
                self._take(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = self._first_line + (mark.line if mark else 0)
            what = error.problem or error.context or "cannot be read"
            raise _NotReadableError(line, f"this is not YAML: {what}", "valid YAML") from None
        except (yaml.YAMLError, ValueError) as error:
            what = str(error).split("\n")[0]
            line = self._first_line
            if position := getattr(error, "position", None):
                line += text.count("\n", 0, position)
            raise _NotReadableError(line, f"this is not YAML: {what}", "valid YAML") from None
        finally:
            loader.dispose()
        return self._root or Node(None, self._first_line)

    def _take(self, event: yaml.Event) -> None:
        line = self._first_line + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _NotReadableError(
                line, "anchors (&) and aliases (*) are not allowed", "plain values"
            )
        if isinstance(event, yaml.DocumentStartEvent):
            if self._root is not None:
                raise _NotReadableError(
                    line, "a second document begins here", "one document a file"
                )
        elif isinstance(event, yaml.ScalarEvent):
            self._refuse_tag(event, line)
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._refuse_tag(event, line)
            if self._expects_key():
                raise _NotReadableError(line, "a name must be a single word", "text as the key")
            if len(self._open) >= MOST_DEPTH:
                raise _NotReadableError(
                    line, f"nested deeper than {MOST_DEPTH} levels", "less nesting"
                )
            node = Node({} if isinstance(event, yaml.MappingStartEvent) else [], line)
            self._place(node)
            self._open.append(node)
            self._key = None
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()
            self._key = None

    @staticmethod
    def _refuse_tag(event: Any, line: int) -> None:
        if event.tag is not None:
            raise _NotReadableError(
                line, f"tags ({event.tag[:40]}) are not allowed", "plain values"
            )

    def _expects_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and not self._key

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        if self._expects_key():
            mapping = self._open[-1].value
            assert isinstance(mapping, dict)  # noqa: S101 - _expects_key says so
            key = event.value
            if len(key) > MOST_KEY_LENGTH:
                raise _NotReadableError(
                    line, f"the name {key[:20]!r}… is too long", "a field's name"
                )
            if key in mapping:
                first = mapping[key].line
                raise _NotReadableError(
                    line, f"{key!r} is written twice (first on line {first})", "each name once"
                )
            if len(mapping) >= MOST_KEYS:
                raise _NotReadableError(line, f"more than {MOST_KEYS} names in one entry", "fewer")
            self._key = (key, line)
            return
        self._place(Node(_value(event), line))
        self._key = None

    def _place(self, node: Node) -> None:
        """Put a value where it belongs: under its key, in its list, or at the root."""
        self.nodes_left -= 1
        if self.nodes_left < 0:
            raise _NotReadableError(
                node.line, f"the edition holds more than {MOST_NODES:,} values", "fewer"
            )
        if not self._open:
            self._root = node
            return
        holder = self._open[-1].value
        if isinstance(holder, dict):
            assert self._key is not None  # noqa: S101 - a value follows its key
            name, line = self._key
            node.line = line
            holder[name] = node
        elif isinstance(holder, list):
            if len(holder) >= MOST_ITEMS:
                raise _NotReadableError(
                    node.line, f"more than {MOST_ITEMS} items in a list", "fewer"
                )
            holder.append(node)


def _end_of_front_matter(lines: list[str]) -> int:
    """Return the number of the line that closes the front matter."""
    if lines[0].rstrip() != "---":
        raise _NotReadableError(1, "the file does not begin with front matter", "a line ---")
    for number in range(1, len(lines)):
        if lines[number].rstrip() == "---":
            return number
    raise _NotReadableError(1, "the front matter does not end", "a second line ---")


def _value(event: yaml.ScalarEvent) -> Scalar:
    """Return a scalar as text, unless it plainly is true, false or nothing.

    Numbers and dates stay text and are read by the schema, which knows what it wants: `0912`
    keeps its zero, `14:00` is no number of minutes, and the country `NO` is not false.
    """
    if not event.implicit[0]:
        return str(event.value)
    match event.value:
        case "true" | "True":
            return True
        case "false" | "False":
            return False
        case "" | "~" | "null":
            return None
        case _:
            return str(event.value)
