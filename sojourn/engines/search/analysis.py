"""How text becomes words, for documents and questions alike: folded, and stemmed by language."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import tantivy

LANGUAGES: dict[str, str] = {"en": "english", "nl": "dutch"}
LONGEST_WORD = 40  # bytes; tantivy leaves out what is longer
LONGEST_QUESTION = 300  # characters that are read of what somebody typed
MOST_WORDS = 12

# A run of letters and digits, as tantivy's own tokenizer sees it.
WORD = re.compile(r"[^\W_]+")
# 's after a word, as in "Alzheimer's".
_POSSESSIVE = re.compile(r"(?<=[^\W_])['’]s\b")
# Two words with a hyphen between them, which others write as one: 'co-schap'.
HYPHENATED = re.compile(r"([^\W_]+)-([^\W_]+)")

# Words that say nothing about what somebody looks for. They are indexed, because a phrase may
# contain them, but a question that has other words does not insist on them.
STOPWORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "do",
        "for",
        "from",
        "how",
        "i",
        "in",
        "is",
        "it",
        "my",
        "of",
        "on",
        "or",
        "that",
        "the",
        "there",
        "this",
        "to",
        "want",
        "what",
        "where",
        "which",
        "who",
        "with",
        "you",
        "your",
        "aan",
        "als",
        "bij",
        "dat",
        "de",
        "den",
        "der",
        "die",
        "dit",
        "door",
        "een",
        "en",
        "er",
        "het",
        "hoe",
        "ik",
        "in",
        "is",
        "kan",
        "kun",
        "mag",
        "met",
        "mijn",
        "naar",
        "of",
        "om",
        "op",
        "over",
        "te",
        "tot",
        "uit",
        "van",
        "voor",
        "wat",
        "waar",
        "welke",
        "wie",
        "wil",
        "zijn",
        "je",
        "jouw",
    ]
)


def analyzer(language: str | None) -> tantivy.TextAnalyzer:
    """Words in small plain letters, stemmed when a language is given."""
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(LONGEST_WORD))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
    if language is not None:
        builder = builder.filter(tantivy.Filter.stemmer(LANGUAGES[language]))
    return builder.build()


_plain = analyzer(None)
_stemming = {language: analyzer(language) for language in LANGUAGES}


def plain_words(text: str) -> list[str]:
    """Return the folded words of a text as an index has them."""
    words: list[str] = _plain.analyze(text)
    return words


@lru_cache(maxsize=32_768)
def folded(word: str) -> str:
    """Return the word in small plain letters: 'Zürich' is 'zurich'. Empty when it is no word."""
    return "".join(_plain.analyze(word[:LONGEST_WORD]))


@lru_cache(maxsize=32_768)
def stem(word: str, language: str) -> str:
    """Return the stem that documents in that language are indexed under."""
    return "".join(_stemming[language].analyze(word[:LONGEST_WORD]))


def clean(text: str) -> str:
    """Return what someone typed as plain text of bounded length, whatever they typed."""
    shown = text[: LONGEST_QUESTION * 4]
    shown = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in shown)
    return unicodedata.normalize("NFC", " ".join(shown.split()))[:LONGEST_QUESTION]


def words_of(text: str) -> list[str]:
    """Return the folded words of a text, in order."""
    return [word for match in WORD.finditer(text) if (word := folded(match.group()))]


def asked_words(text: str) -> list[str]:
    """Return the different words of a question, in order, at most `MOST_WORDS`."""
    return list(dict.fromkeys(words_of(_POSSESSIVE.sub("", clean(text)))))[:MOST_WORDS]
