"""An index as files in a folder, which several processes open and share the memory of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sojourn.engines.similarity.concepts import Concepts
from sojourn.engines.similarity.index import ConceptIndex, CourseIndex, MeaningIndex, Sentences
from sojourn.engines.similarity.letters import LetterIndex

NAMES = "names.json"
SENTENCES = "sentences"


def save(index: CourseIndex, folder: Path) -> None:
    """Write the index into an empty folder."""
    letters, concepts, meaning = index.letters, index.concepts, index.meaning
    arrays: dict[str, NDArray[Any]] = {
        "telling": letters.telling,
        "lengths": letters.lengths,
        "course": letters.course,
        "languages": letters.languages,
        "first": letters.first,
        "concept-telling": concepts.telling,
        "concept-lengths": concepts.lengths,
        **_parts("words", letters.words),
        **_parts("grams", letters.grams),
        **_parts("concepts", concepts.counts),
    }
    if meaning is not None:
        arrays |= {
            SENTENCES: meaning.sentences.packed,
            "sentences-first": meaning.sentences.first,
            "centre": meaning.centre,
            "basis": meaning.basis,
            "sketches": meaning.sketches,
        }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    names = {"ids": index.ids, "concepts": concepts.concepts.groups}
    (folder / NAMES).write_text(json.dumps(names, ensure_ascii=False), "utf-8")


def opened(folder: Path) -> CourseIndex:
    """Open an index that was written; what it holds is read from the disk as it is needed."""
    names = json.loads((folder / NAMES).read_text("utf-8"))
    letters = LetterIndex(
        words=_sparse(folder, "words"),
        grams=_sparse(folder, "grams"),
        telling=_array(folder, "telling"),
        lengths=_array(folder, "lengths"),
        course=_array(folder, "course"),
        languages=_array(folder, "languages"),
        first=_array(folder, "first"),
    )
    concepts = ConceptIndex(
        Concepts(names["concepts"]),
        _sparse(folder, "concepts"),
        _array(folder, "concept-telling"),
        _array(folder, "concept-lengths"),
    )
    return CourseIndex(names["ids"], letters, concepts, _meaning(folder))


def _meaning(folder: Path) -> MeaningIndex | None:
    if not (folder / f"{SENTENCES}.npy").exists():
        return None
    sentences = Sentences(_array(folder, SENTENCES), _array(folder, "sentences-first"))
    return MeaningIndex(
        sentences, _array(folder, "centre"), _array(folder, "basis"), _array(folder, "sketches")
    )


def _parts(name: str, matrix: sparse.csr_matrix) -> dict[str, NDArray[Any]]:
    return {
        f"{name}-data": matrix.data,
        f"{name}-indices": matrix.indices,
        f"{name}-indptr": matrix.indptr,
        f"{name}-shape": np.array(matrix.shape),
    }


def _array(folder: Path, name: str) -> Any:
    return np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)


def _sparse(folder: Path, name: str) -> sparse.csr_matrix:
    data, indices, indptr, shape = (
        _array(folder, f"{name}-{part}") for part in ("data", "indices", "indptr", "shape")
    )
    return sparse.csr_matrix((data, indices, indptr), shape=tuple(shape), copy=False)
