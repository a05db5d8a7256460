"""A hundred thousand made-up courses: how long indexing and a question take.

The machine may have other work to do, so CPU time stands beside the wall clock.
"""

from __future__ import annotations

import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench.similarity.tasks import edition_courses, edition_synonyms
from sojourn.engines.similarity.concepts import Concepts
from sojourn.engines.similarity.files import opened, save
from sojourn.engines.similarity.index import CourseIndex, Sentences
from sojourn.engines.similarity.meaning import (
    ModelMissingError,
    Packed,
    UniversalSentenceEncoder,
    pack,
)
from sojourn.engines.similarity.texts import CourseText, Version

ENCODED = 1_000  # courses whose sentences are really put through the model
QUESTIONS = 200
SYLLABLES = [
    "ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "xu", "zer",
    "lan", "tor", "mes", "pil", "gra", "sto",
]  # fmt: skip


def memory() -> float:
    """The most this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def made_up(count: int) -> list[CourseText]:
    """Courses of 60 words: the edition's sentences with a third of their words exchanged.

    What is put in are words of other sentences and, one time in four, an invented word: a real
    catalogue of this size has some 50,000 different words.
    """
    chance = random.Random(7)
    courses = edition_courses()
    words = sorted(
        {
            word
            for course in courses
            for version in course.versions.values()
            for sentence in version.sentences
            for word in sentence.split()
        }
    )
    invented = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 5))) for _ in range(50_000)]

    def changed(sentence: str) -> str:
        return " ".join(
            word
            if chance.random() > 0.33
            else chance.choice(invented)
            if chance.random() < 0.25
            else chance.choice(words)
            for word in sentence.split()
        )

    found = []
    for number in range(count):
        version = chance.choice(courses).versions[chance.choice(("en", "nl"))]
        found.append(
            CourseText(
                f"course-{number:06}",
                (
                    Version(
                        version.language,
                        changed(version.title),
                        changed(version.summary),
                        tuple(changed(outcome) for outcome in version.outcomes),
                    ),
                ),
            )
        )
    return found


def percentile(times: list[float], share: float) -> str:
    return f"{np.percentile(times, share) * 1e3:.1f} ms"


def timed(name: str, work: Callable[[], object]) -> object:
    began, used = time.perf_counter(), time.process_time()
    result = work()
    print(
        f"| {name} | {time.perf_counter() - began:.2f} s | {time.process_time() - used:.2f} s "
        f"| {memory():,.0f} MB |",
        flush=True,
    )
    return result


def vectors(texts: list[CourseText]) -> tuple[Sentences, float]:
    """The courses' sentences as packed vectors, and what encoding one course costs.

    A sample goes through the model. The others get a sentence of the sample plus noise of the
    same size: the index and the questions then do the same work as with real vectors.
    """
    model = UniversalSentenceEncoder()
    step = max(1, len(texts) // ENCODED)
    sample = [sentence for text in texts[::step] if text.main for sentence in text.main.sentences]
    used = time.process_time()
    known = model.encode(sample)
    each = (time.process_time() - used) / len(texts[::step])
    numbers = np.array([len(text.main.sentences) if text.main else 0 for text in texts])
    chance = np.random.default_rng(7)
    packed: Packed = np.empty((int(numbers.sum()), model.dimensions), dtype=np.int8)
    for start in range(0, len(packed), 10_000):
        end = min(start + 10_000, len(packed))
        drawn = known[chance.integers(0, len(known), end - start)]
        noise = chance.normal(0, 0.03, drawn.shape).astype(np.float32)
        packed[start:end] = pack(drawn + noise)
    return Sentences.of_courses(packed, numbers), each


def scale(count: int) -> None:
    texts = made_up(count)
    concepts = Concepts(edition_synonyms())
    print(f"\n{count:,} made-up courses of one language each; {memory():,.0f} MB with their texts")
    print("\n| what | wall | CPU | most memory |\n| --- | ---: | ---: | ---: |", flush=True)
    sentences: Sentences | None = None
    try:
        sentences, each = vectors(texts)
    except ModelMissingError as error:
        print(error)
    else:
        total = each * count
        print(
            f"| sentences through the model, from {ENCODED:,} courses | | {total:,.0f} s "
            f"({each * 1e3:.1f} ms a course) | {memory():,.0f} MB |"
        )
    began = time.perf_counter()
    index = timed("index", lambda: CourseIndex.build(texts, concepts, sentences))
    assert isinstance(index, CourseIndex)
    if sentences:
        whole = time.perf_counter() - began + total / 2
        print(f"| both, on 2 cores | {whole / 60:.1f} minutes | | |")
    with tempfile.TemporaryDirectory() as folder:
        timed("written", lambda: save(index, Path(folder)))
        shared = timed("opened", lambda: opened(Path(folder)))
    assert isinstance(shared, CourseIndex)
    questions = [shared.question(texts[number]) for number in
                 np.random.default_rng(1).integers(0, count, QUESTIONS)]  # fmt: skip
    for name, what in (("a question", shared), ("a question, words alone", words_alone(shared))):
        times, used = [], []
        for question in questions:
            start, before = time.perf_counter(), time.process_time()
            what.nearest(question, most=10)
            times.append(time.perf_counter() - start)
            used.append(time.process_time() - before)
        print(
            f"| {name} | p50 {percentile(times, 50)}, p95 {percentile(times, 95)} | "
            f"p50 {percentile(used, 50)}, p95 {percentile(used, 95)} | {memory():,.0f} MB |"
        )
    if sentences:
        print(f"\nof the ten best without a sketch, found with it: {kept(index, texts):.1%}")


def words_alone(index: CourseIndex) -> CourseIndex:
    return CourseIndex(index.ids, index.letters, index.concepts, None, None, None, index.titles)


def kept(index: CourseIndex, texts: list[CourseText]) -> float:
    """How many of the ten best among all are still found when a sketch chooses who is judged."""
    shares = []
    count = len(texts)
    everyone = np.ones(count, dtype=bool)
    for number in np.random.default_rng(2).integers(0, count, 10):
        question = index.question(texts[number])
        quick = {match.id for match in index.nearest(question, most=10)}
        exact = {match.id for match in index.nearest(question, everyone, most=count)[:10]}
        shares.append(len(quick & exact) / 10)
    return float(np.mean(shares))
