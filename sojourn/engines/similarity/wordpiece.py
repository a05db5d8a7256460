"""Texts as the numbers of word pieces, as the English model reads them (BERT, uncased).

The library `tokenizers` does the same, but brings a client for a model hub and twenty packages.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

VOCABULARY = Path(__file__).with_name("minilm_vocabulary.txt")
BEGIN, END, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
LONGEST_WORD = 100


class WordPieces:
    """The vocabulary, and what becomes of a text with it."""

    def __init__(self) -> None:
        pieces = VOCABULARY.read_text("utf-8").split("\n")
        self._number = {piece: number for number, piece in enumerate(pieces) if piece}
        self._of_word = lru_cache(maxsize=65_536)(self._pieces)

    def numbers(self, text: str, most: int) -> list[int]:
        """Return the numbers of a text's pieces between a beginning and an end, at most so many."""
        inside = [number for word in _words(text) for number in self._of_word(word)]
        return [self._number[BEGIN], *inside[: most - 2], self._number[END]]

    def _pieces(self, word: str) -> tuple[int, ...]:
        """Cut a word into the longest pieces that there are, from its beginning."""
        found = []
        start = 0
        while start < len(word) <= LONGEST_WORD:
            for end in range(len(word), start, -1):
                piece = word[start:end] if start == 0 else f"##{word[start:end]}"
                if piece in self._number:
                    found.append(self._number[piece])
                    start = end
                    break
            else:
                break
        return tuple(found) if start == len(word) else (self._number[UNKNOWN],)


def _words(text: str) -> Iterator[str]:
    """Split a text, in small letters without accents, at blanks and around each sign."""
    plain = unicodedata.normalize("NFD", text.lower())
    word = ""
    for letter in plain:
        category = unicodedata.category(letter)
        if category == "Mn" or (category.startswith("C") and not letter.isspace()):
            continue
        if letter.isspace() or _stands_alone(letter, category):
            if word:
                yield word
            word = ""
            if not letter.isspace():
                yield letter
        else:
            word += letter
    if word:
        yield word


def _stands_alone(letter: str, category: str) -> bool:
    is_sign = category.startswith("P") or (letter.isascii() and not letter.isalnum())
    return is_sign or "\u3400" <= letter <= "\u9fff"
