"""Which courses resemble each other, written once by the worker and read by every web process.

A table is made of the whole catalogue, but says for each course of which text it was made: a
process whose catalogue is newer goes on with what has not changed. Where no course has changed
the table there is gets the new name. The folder holds nothing that cannot be made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from sojourn.catalogue.similarity.build import build_index, signals
from sojourn.catalogue.similarity.texts import course_text
from sojourn.catalogue.snapshot.snapshot import CatalogueState
from sojourn.catalogue.snapshot.types import Records
from sojourn.common.shared_folders import SharedFolders
from sojourn.engines.similarity import files
from sojourn.engines.similarity.index import CourseIndex
from sojourn.engines.similarity.texts import CourseText

TABLE_FORMAT = "v3"  # to be counted up with every change of what is in a table
MADE_OF, TEXTS, INDEX = "made-of.txt", "texts.npy", "index"

Digests = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """The index of a catalogue's courses, and a digest of the text that each had."""

    index: CourseIndex
    digests: Digests


def table_folders() -> SharedFolders:
    return SharedFolders(Path(settings.SIMILARITY_FOLDER), TABLE_FORMAT)


def is_made_of(folder: Path, state: CatalogueState) -> bool:
    """Return true for the table of the catalogue in exactly this state."""
    return folder.name.startswith(f"{TABLE_FORMAT}-{state.content}-")


def has_table(state: CatalogueState) -> bool:
    """Return true if the newest table is of that state, by the signals that can be used here."""
    newest = table_folders().newest()
    return newest is not None and newest == table_folders().named(_name(state))


def _name(state: CatalogueState) -> str:
    return f"{state.content}-{signals()}"


def digest(text: CourseText) -> np.uint64:
    """Return a number that another text does not have."""
    made = hashlib.blake2b(repr(text).encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(made, "little"))


def compare(records: Records) -> Compared:
    texts = _texts(records)
    return Compared(build_index(texts, records.edition.synonyms), _digests(texts))


def _texts(records: Records) -> list[CourseText]:
    """Return the texts in the order of an index."""
    return [course_text(records.courses[slug]) for slug in sorted(records.courses)]


def _digests(texts: Sequence[CourseText]) -> Digests:
    return np.array([digest(text) for text in texts], dtype=np.uint64)


def write_table(records: Records, state: CatalogueState) -> None:
    """Write the table of these records, unless another process has done so meanwhile."""
    folders = table_folders()
    with folders.alone():
        if has_table(state):
            return
        texts = _texts(records)
        digests = _digests(texts)
        newest, made_of = folders.newest(), _digest_of_all(texts, digests, records)
        if newest is not None and _read(newest / MADE_OF) == made_of:
            folders.rename(newest, _name(state))
            return
        index = build_index(texts, records.edition.synonyms)

        def fill(folder: Path) -> None:
            (folder / MADE_OF).write_text(_digest_of_all(texts, digests, records))
            np.save(folder / TEXTS, digests, allow_pickle=False)
            (folder / INDEX).mkdir()
            files.save(index, folder / INDEX)

        folders.write(_name(state), fill)


def _digest_of_all(texts: Sequence[CourseText], digests: Digests, records: Records) -> str:
    made_of = (signals(), records.edition.synonyms, [text.id for text in texts], digests.tobytes())
    return hashlib.blake2b(repr(made_of).encode(), digest_size=16).hexdigest()


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def open_table(folder: Path) -> Compared:
    """Raise FileNotFoundError where the worker has removed or renamed it meanwhile."""
    return Compared(files.opened(folder / INDEX), np.load(folder / TEXTS, allow_pickle=False))
