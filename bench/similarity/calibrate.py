"""What unlike courses score by chance, and where twins and other pairs fall: the words' borders."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.similarity.methods import Remembering, sentences_of
from bench.similarity.tasks import edition_courses, edition_synonyms
from sojourn.engines.similarity.certainty import Certainty, Signals
from sojourn.engines.similarity.concepts import Concepts
from sojourn.engines.similarity.index import CourseIndex
from sojourn.engines.similarity.letters import LetterIndex
from sojourn.engines.similarity.meaning import (
    EnglishSentenceEncoder,
    SentenceModel,
    UniversalSentenceEncoder,
)
from sojourn.engines.similarity.texts import CourseText, whole_text

Floats = NDArray[np.float64]


def said(name: str, values: Floats) -> None:
    print(f"| {name} | {values.mean():.4f} | {values.std():.4f} |")


def chance(model: SentenceModel) -> None:
    """Each signal's average and deviation over all pairs of different courses."""
    courses, concepts = edition_courses(), Concepts(edition_synonyms())
    both = [CourseText(one.id, tuple(one.versions.values())) for one in courses]
    english = [CourseText(one.id, (one.versions["en"],)) for one in courses]
    upper = np.triu_indices(len(courses), 1)
    print("\n| signal, pairs of different courses | mean | deviation |\n| --- | ---: | ---: |")
    letters = LetterIndex.build(both)
    same, other = [], []
    for row, text in enumerate(both):
        for version in text.versions:
            cosines = letters.cosines(version)
            for place in np.flatnonzero(letters.course > row):
                kind = same if letters.languages[place] == version.language else other
                kind.append(float(cosines[place]))
    said("letters, one language", np.array(same))
    said("letters, two languages", np.array(other))
    english_model = EnglishSentenceEncoder()
    index = CourseIndex.build(
        both,
        concepts,
        sentences_of(english, model),
        sentences_of(english, english_model, whole_text),
    )
    said("concepts", np.array([index.concepts.cosines(text) for text in both])[upper])
    assert index.meaning is not None
    parts = [
        index.meaning.exactly(index.meaning.sentences.of(row), np.arange(len(both)))
        for row in range(len(both))
    ]
    assert index.english is not None
    rows = range(len(both))
    cosines = [
        index.english.exactly(index.english.sentences.of(row), np.array(rows)) for row in rows
    ]
    said("English", np.array([part[0] for part in cosines])[upper])
    said("meaning", np.array([part[0] for part in parts])[upper])
    said("sentences", np.array([part[1] for part in parts])[upper])


def pairs_of(model: SentenceModel | None, languages: tuple[str, str]) -> tuple[list[Signals], ...]:
    """Twins (one course in two languages, or its two halves), and pairs of different courses."""
    courses, concepts = edition_courses(), Concepts(edition_synonyms())
    ours = [CourseText(f"a-{one.id}", (one.versions[languages[0]],)) for one in courses]
    theirs = [CourseText(f"b-{one.id}", (one.versions[languages[1]],)) for one in courses]
    texts = [*ours, *theirs]
    index = CourseIndex.build(
        texts,
        concepts,
        sentences_of(texts, model) if model else None,
        sentences_of(texts, EnglishSentenceEncoder(), whole_text) if model else None,
    )
    among = np.array([text.id.startswith("b-") for text in texts])
    twins, others = [], []
    for text in ours:
        for match in index.nearest(index.question(text), among, len(texts)):
            if match.id[2:] == text.id[2:]:
                twins.append(match.signals)
            else:
                others.append(match.signals)
    return twins, others


def share(found: list[Signals], words: set[Certainty]) -> float:
    return float(np.mean([one.certainty in words for one in found]))


def borders(model: SentenceModel | None) -> None:
    """How the scores of twins and of different courses lie, and which words they get."""
    name = "with the sentence model" if model else "words alone"
    print(
        f"\n{name}\n\n| pairs | number | 1% | 5% | 50% | 95% | 99% | very similar "
        "| at least partly | at least weak |\n" + "| --- " + "| ---: " * 9 + "|"
    )
    for languages in (("en", "nl"), ("en", "en")):
        twins, others = pairs_of(model, languages)
        for kind, found in (("one course", twins), ("different courses", others)):
            scores = np.percentile([one.score for one in found], [1, 5, 50, 95, 99])
            surest = {Certainty.VERY_SIMILAR}
            partly = surest | {Certainty.PARTLY}
            print(
                f"| {kind}, {' to '.join(languages)} | {len(found)} | "
                + " | ".join(f"{score:.2f}" for score in scores)
                + f" | {share(found, surest):.2%} | {share(found, partly):.2%} | "
                f"{share(found, partly | {Certainty.WEAK}):.2%} |"
            )


def calibrate() -> None:
    model = Remembering(UniversalSentenceEncoder())
    chance(model)
    borders(model)
    borders(None)
