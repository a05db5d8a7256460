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
MEANING, ENGLISH, MANY_LANGUAGES = "meaning", "english", "many-languages"


def save(index: CourseIndex, folder: Path) -> None:
    """Write the index into an empty folder."""
    letters, concepts = index.letters, index.concepts
    arrays: dict[str, NDArray[Any]] = {
        "telling": letters.telling,
        "lengths": letters.lengths,
        "course": letters.course,
        "languages": letters.languages,
        "first": letters.first,
        "titles": index.titles,
        "concept-telling": concepts.telling,
        "concept-lengths": concepts.lengths,
        **_parts("words", letters.words),
        **_parts("grams", letters.grams),
        **_parts("concepts", concepts.counts),
    }
    models = {
        MEANING: index.meaning,
        ENGLISH: index.english,
        MANY_LANGUAGES: index.many_languages,
    }
    for model, meaning in models.items():
        if meaning is not None:
            arrays |= {
                f"{model}-rows": meaning.sentences.packed,
                f"{model}-first": meaning.sentences.first,
                f"{model}-centre": meaning.centre,
                f"{model}-basis": meaning.basis,
                f"{model}-sketches": meaning.sketches,
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
    return CourseIndex(
        names["ids"],
        letters,
        concepts,
        _meaning(folder, MEANING),
        _meaning(folder, ENGLISH),
        _meaning(folder, MANY_LANGUAGES),
        _array(folder, "titles"),
    )


def _meaning(folder: Path, model: str) -> MeaningIndex | None:
    if not (folder / f"{model}-rows.npy").exists():
        return None
    rows, first, centre, basis, sketches = (
        _array(folder, f"{model}-{part}")
        for part in ("rows", "first", "centre", "basis", "sketches")
    )
    return MeaningIndex(Sentences(rows, first), centre, basis, sketches)


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
