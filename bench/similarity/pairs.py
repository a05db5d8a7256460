"""`python -m bench.similarity pairs FOLDER`: pairs of real courses, and what is said of them.

The folder holds `courses.jsonl` (id, lang, title, text, level), `pairs.jsonl` (task, query, right)
and `tasks.json` (for each task its answers and, with the scope `host`, that only answers of one
host compete).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.similarity.methods import Fusion, Method
from bench.similarity.tasks import Task
from sojourn.engines.similarity.certainty import Certainty
from sojourn.engines.similarity.texts import CourseText, Version

RESAMPLED = 2_000
READ = 6  # answers of a question that a page shows
Ranks = NDArray[np.float64]


@dataclass(frozen=True)
class PairTask:
    """A task, in groups of questions that share their answers."""

    name: str
    groups: tuple[Task, ...]


def folder_tasks(folder: Path) -> Iterator[PairTask]:
    courses = {one["id"]: _course(one) for one in _lines(folder / "courses.jsonl")}
    asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for pair in _lines(folder / "pairs.jsonl"):
        asked[pair["task"]].append(pair)
    for name, task in json.loads((folder / "tasks.json").read_text("utf-8")).items():
        by_host = task.get("scope") == "host"
        answers: dict[str, list[str]] = defaultdict(list)
        for answer in task["answers"]:
            answers[_host(answer) if by_host else ""].append(answer)
        questions: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for pair in asked[name]:
            questions[_host(pair["right"][0]) if by_host else ""].append(pair)
        groups = []
        for host, pairs in sorted(questions.items()):
            place = {answer: number for number, answer in enumerate(answers[host])}
            right = [
                frozenset(place[one] for one in pair["right"] if one in place) for pair in pairs
            ]
            kept = [number for number, places in enumerate(right) if places]
            groups.append(
                Task(
                    name,
                    host,
                    [courses[pairs[number]["query"]] for number in kept],
                    [courses[answer] for answer in answers[host]],
                    [right[number] for number in kept],
                )
            )
        yield PairTask(name, tuple(groups))


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _host(course: str) -> str:
    """Return the part of an id between the first two colons."""
    return course.split(":")[1]


def _course(one: dict[str, Any]) -> CourseText:
    return CourseText(one["id"], (Version(one["lang"], one["title"], one.get("text") or ""),))


def _rank(row: Sequence[float], right: frozenset[int]) -> float:
    """Return the rank of the best right answer; equals share the middle rank."""
    scores = np.asarray(row)
    best = max(scores[place] for place in right)
    equal = int((scores == best).sum()) - sum(scores[place] == best for place in right)
    return float(1 + (scores > best).sum() + equal / 2)


def ranks(task: PairTask, method: Method) -> Ranks:
    found = []
    for group in task.groups:
        scores = method.scores(group.questions, group.answers)
        found += [_rank(row, right) for row, right in zip(scores, group.right, strict=True)]
    return np.array(found)


def interval(values: NDArray[Any]) -> str:
    """Return the mean and the 95 % interval of the mean, by drawing the questions again."""
    values = np.asarray(values, dtype=float)
    chance = np.random.default_rng(7)
    means = [values[chance.integers(0, len(values), len(values))].mean() for _ in range(RESAMPLED)]
    low, high = np.percentile(means, [2.5, 97.5])
    return f"{values.mean():.2f} ({low:.2f} to {high:.2f})"


def said(task: PairTask, shipped: Fusion) -> dict[Certainty, list[bool]]:
    """By word: whether what is read with it is right, of the first answers of each question."""
    found: dict[Certainty, list[bool]] = defaultdict(list)
    for group in task.groups:
        matches = shipped.matches(group.questions, group.answers)
        for answers, right in zip(matches, group.right, strict=True):
            for place, signals in answers[:READ]:
                if signals.certainty is not None:
                    found[signals.certainty].append(place in right)
    return found


def measure(folder: Path, methods: Sequence[Method], shipped: Fusion) -> None:
    tasks = list(folder_tasks(folder))
    for task in tasks:
        questions = sum(len(group.questions) for group in task.groups)
        print(f"\n**{task.name}**: {questions} questions\n")
        print("| method | recall@1 | recall@5 | MRR |\n| --- | ---: | ---: | ---: |")
        for method in methods:
            found = ranks(task, method)
            figures = (found < 2, found <= 5, 1 / found)
            print(f"| {method.name} | {' | '.join(map(interval, figures))} |", flush=True)
    print(f"\nOf the first {READ} answers, by the word that stands at them, so many are right:\n")
    print("| task | word | read | right |\n| --- | --- | ---: | ---: |")
    for task in tasks:
        by_word = said(task, shipped)
        for certainty in Certainty:
            if values := by_word.get(certainty):
                print(f"| {task.name} | {certainty.value} | {len(values)} "
                      f"| {interval(np.array(values))} |")  # fmt: skip
