"""The stand-alone script says yes to every right file, and names what is wrong in a broken one."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from sojourn.engines.allocation import (
    Application,
    Choice,
    Method,
    Opportunity,
    Problem,
    Quota,
    allocate,
    certify,
    commitment,
    with_scores_as_order,
    write_result,
)
from sojourn.engines.allocation import verify as script
from sojourn.engines.allocation.result import result_from
from sojourn.engines.allocation.verify import Violation, verify
from tests.engines.allocation import oracle
from tests.engines.allocation.problems import SEED, examples, large_round, places, round_of, rounds

Content = dict[str, Any]


def _problem() -> Problem:
    """Two places; every rule has somebody whom it touches."""

    def student(name: str, category: str, *choices: tuple[str, int | None]) -> Application:
        return Application(name, category, tuple(Choice(place, score) for place, score in choices))

    return Problem(
        "autumn",
        SEED,
        (
            Opportunity(
                "karolinska",
                3,
                (Quota("medicine", maximum=1), Quota("science", minimum=1)),
                minimum_score=50,
            ),
            Opportunity("lisbon", 2),
        ),
        (
            student("amber", "medicine", ("karolinska", 90), ("lisbon", 70)),
            student("bram", "medicine", ("karolinska", 80), ("lisbon", 60)),
            student("carlijn", "dentistry", ("karolinska", 85)),
            student("daan", "dentistry", ("karolinska", 84), ("lisbon", 50)),
            student("eva", "science", ("karolinska", 55)),
            student("fleur", "science", ("karolinska", 40), ("lisbon", 55)),
            student("gijs", "science", ("lisbon", None), ("karolinska", 51)),
        ),
        score_digits=1,
    )


def _file() -> Content:
    content: Content = json.loads(write_result(allocate(_problem())))
    return content


def _bytes(content: object) -> bytes:
    return script.canonical(content) + b"\n"


def _resigned(content: Content) -> bytes:
    """A forger who knows the format: the digest of the input fits again."""
    digest = sha256(script.canonical(content["input"])).hexdigest()
    content["certificate"]["input_digest"] = f"sha256:{digest}"
    return _bytes(content)


def _place(content: Content, name: str, place: str | None) -> None:
    """Give an application another place, with the rank that belongs to it."""
    for line in content["placements"]:
        if line["application"] == name:
            listed = [c["opportunity"] for c in _application(content, name)["choices"]]
            line["opportunity"] = place
            line["rank"] = None if place is None else listed.index(place) + 1


def _application(content: Content, name: str) -> Content:
    found: Content = next(a for a in content["input"]["applications"] if a["id"] == name)
    return found


def _opportunity(content: Content, name: str) -> Content:
    found: Content = next(o for o in content["input"]["opportunities"] if o["id"] == name)
    return found


def test_the_example_has_what_each_broken_result_needs() -> None:
    assert places(allocate(_problem())) == {
        "amber": "karolinska",
        "bram": "lisbon",
        "carlijn": "karolinska",
        "daan": None,
        "eva": "karolinska",
        "fleur": "lisbon",
        "gijs": None,
    }
    assert verify(_bytes(_file())).placed == 5


def _swap_seed(content: Content) -> None:
    content["input"]["seed"] = "f" * 64


def _listed_twice(content: Content) -> None:
    content["input"]["applications"].insert(1, content["input"]["applications"][0])


def _placed_twice(content: Content) -> None:
    content["placements"].insert(1, content["placements"][0])


def _too_many(content: Content) -> None:
    _place(content, "daan", "lisbon")


def _above_maximum(content: Content) -> None:
    _place(content, "carlijn", None)
    _place(content, "bram", "karolinska")


def _minimum_ignored(content: Content) -> None:
    _place(content, "eva", None)
    _place(content, "daan", "karolinska")


def _worse_score_first(content: Content) -> None:
    _place(content, "carlijn", None)
    _place(content, "daan", "karolinska")


def _reverse(key: str) -> Callable[[Content], None]:
    return lambda content: content["input"][key].reverse()


def _set(*path: str | int, value: object) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        inner: Any = content
        for step in path[:-1]:
            inner = inner[step]
        assert inner[path[-1]] is not value
        inner[path[-1]] = value

    return change


BROKEN: dict[str, tuple[str, Callable[[Content], None]]] = {
    "another format": ("format", _set("format", value="something-else")),
    "another version": ("format", _set("format_version", value=2)),
    "true for one": ("format", _set("format_version", value=True)),
    "a field too many": ("format", lambda c: c.update(remark="trust us")),
    "a field missing": ("format", lambda c: c["certificate"].pop("not_placed")),
    "a list that is none": ("format", _set("placements", value={})),
    "a text that is none": ("format", _set("input", "round", value=5)),
    "seats below zero": ("format", _set("input", "opportunities", 1, "seats", value=-1)),
    "true for a number of seats": (
        "format",
        _set("input", "opportunities", 1, "seats", value=True),
    ),
    "a seed in capitals": ("format", _set("input", "seed", value="A" * 64)),
    "placements in another order": ("format", lambda c: c["placements"].reverse()),
    "an unknown method": ("method", _set("certificate", "method", value="rank-maximal")),
    "a method without version": ("method", _set("certificate", "method_version", value=None)),
    "applications in another order": ("not-canonical", _reverse("applications")),
    "opportunities in another order": ("not-canonical", _reverse("opportunities")),
    "quotas in another order": (
        "not-canonical",
        lambda c: _opportunity(c, "karolinska")["quotas"].reverse(),
    ),
    "a score changed": (
        "input-digest",
        lambda c: _application(c, "daan")["choices"][0].update(score=99),
    ),
    "a seat added": ("input-digest", lambda c: _opportunity(c, "lisbon").update(seats=3)),
    "another seed": ("input-digest", _swap_seed),
    "an application listed twice": ("rules", _listed_twice),
    "an opportunity listed twice": (
        "rules",
        lambda c: c["input"]["opportunities"].append(_opportunity(c, "lisbon")),
    ),
    "an unknown choice": (
        "rules",
        lambda c: _application(c, "daan")["choices"][0].update(opportunity="mars"),
    ),
    "one choice twice": (
        "rules",
        lambda c: _application(c, "daan")["choices"][0].update(opportunity="lisbon"),
    ),
    "minimums above the seats": (
        "rules",
        lambda c: _opportunity(c, "karolinska")["quotas"][1].update(minimum=4),
    ),
    "a minimum above its maximum": (
        "rules",
        lambda c: _opportunity(c, "karolinska")["quotas"][0].update(minimum=2),
    ),
    "two quotas for one category": (
        "rules",
        lambda c: _opportunity(c, "karolinska")["quotas"][0].update(category="science"),
    ),
    "a held place that is not last": (
        "rules",
        lambda c: _application(c, "daan").update(holds="karolinska"),
    ),
    "another commitment": ("commitment", _set("certificate", "seed_commitment", value="0" * 64)),
    "somebody not in the input": (
        "unknown-application",
        lambda c: c["placements"][0].update(application="zoe"),
    ),
    "somebody placed twice": ("placed-twice", _placed_twice),
    "somebody left out": ("missing-placement", lambda c: c["placements"].pop()),
    "another lot": ("lot", lambda c: c["placements"][0].update(lot=99)),
    "a place not asked for": (
        "not-on-list",
        lambda c: c["placements"][2].update(opportunity="lisbon"),
    ),
    "a score below the minimum": ("not-admissible", lambda c: _place(c, "fleur", "karolinska")),
    "a choice without a score": ("not-admissible", lambda c: _place(c, "gijs", "lisbon")),
    "another rank": ("rank", lambda c: c["placements"][0].update(rank=2)),
    "more students than seats": ("seats", _too_many),
    "more of a category than its maximum": ("maximum", _above_maximum),
    "a seat left empty": ("seat-wasted", lambda c: _place(c, "fleur", None)),
    "a minimum ignored": ("minimum", _minimum_ignored),
    "a worse score first": ("passed-over", _worse_score_first),
    "another cut-off": (
        "cut-offs",
        lambda c: c["certificate"]["cut_offs"][0].update(admitted=7),
    ),
    "another cut-off score": (
        "cut-offs",
        lambda c: c["certificate"]["cut_offs"][0].update(score=1),
    ),
    "a cut-off left out": ("cut-offs", lambda c: c["certificate"]["cut_offs"].pop()),
    "blocking pairs admitted": ("blocking-pairs", _set("certificate", "blocking_pairs", value=1)),
    "quotas said not to be kept": ("quotas-kept", _set("certificate", "quotas_kept", value=False)),
    "one for true": ("quotas-kept", _set("certificate", "quotas_kept", value=1)),
    "a shortfall made up": (
        "shortfalls",
        lambda c: c["certificate"]["shortfalls"].append("science"),
    ),
    "another profile": ("placed-by-rank", _set("certificate", "placed_by_rank", value=[5, 0])),
    "another number without a place": ("not-placed", _set("certificate", "not_placed", value=0)),
    "another number of seats left": ("seats-left", _set("certificate", "seats_left", value=1)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_result_is_named(name: str) -> None:
    code, break_it = BROKEN[name]
    content = _file()
    break_it(content)
    with pytest.raises(Violation) as caught:
        verify(_bytes(content))
    assert caught.value.code == code, caught.value.message


@pytest.mark.parametrize(
    ("name", "code"),
    [("a score changed", "passed-over"), ("a seat added", "seat-wasted"), ("another seed", None)],
)
def test_a_forger_who_mends_the_digest_is_still_caught(name: str, code: str | None) -> None:
    content = _file()
    BROKEN[name][1](content)
    with pytest.raises(Violation) as caught:
        verify(_resigned(content))
    assert caught.value.code == (code or "commitment")


def test_a_seed_picked_afterwards_is_caught_by_the_published_commitment() -> None:
    published = commitment(SEED)
    other = write_result(allocate(replace(_problem(), seed="f" * 64)))
    assert verify(other).placed == 5
    with pytest.raises(Violation, match="not the one whose hash you were given"):
        verify(other, published)
    assert verify(_bytes(_file()), f" {published.upper()}\n").commitment == published


def test_a_lottery_winner_swapped_with_the_loser_is_caught() -> None:
    problem = Problem(
        "tie",
        SEED,
        (Opportunity("place", 1),),
        tuple(Application.with_one_score(name, "all", ["place"], 7) for name in ("one", "two")),
    )
    content = json.loads(write_result(allocate(problem)))
    first, second = content["placements"]
    for key in ("opportunity", "rank"):
        first[key], second[key] = second[key], first[key]
    with pytest.raises(Violation, match="was passed over") as caught:
        verify(_bytes(content))
    assert caught.value.code == "passed-over"


def test_a_stable_result_that_is_worse_for_students_is_caught() -> None:
    problem = round_of(
        {"alpha": "AB", "beta": "BA"}, {"A": ["beta", "alpha"], "B": ["alpha", "beta"]}
    )
    content = json.loads(write_result(allocate(problem)))
    _place(content, "alpha", "B")
    _place(content, "beta", "A")
    with pytest.raises(Violation) as caught:
        verify(_bytes(content))
    assert caught.value.code == "not-the-best"


def test_a_held_place_taken_away_is_caught() -> None:
    held = replace(
        _problem(),
        applications=(
            Application("amber", "medicine", (Choice("lisbon", None),), holds="lisbon"),
            *(Application.with_one_score(n, "all", ["lisbon"], 90) for n in ("bram", "daan")),
        ),
    )
    content = json.loads(write_result(allocate(held)))
    assert [line["opportunity"] for line in content["placements"]].count("lisbon") == 2
    _place(content, "amber", None)
    _place(content, "bram", "lisbon")
    _place(content, "daan", "lisbon")
    with pytest.raises(Violation) as caught:
        verify(_bytes(content))
    assert caught.value.code == "held-place-lost"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "unreadable"),
        (b"yes", "unreadable"),
        (b"\xff\xfe", "unreadable"),
        (b"[" * 100_000, "unreadable"),
        (b'{"a":1,"a":1}\n', "unreadable"),
        (b'{"a":1.5}\n', "unreadable"),
        (b'{"a":NaN}\n', "unreadable"),
        (b'{"a":"\\ud800"}\n', "unreadable"),
        (b'{"a": 1}\n', "not-canonical"),
        (b'{"a":1}', "not-canonical"),
        (b"{}\n", "format"),
        (b"[]\n", "format"),
        (b"null\n", "format"),
    ],
)
def test_a_file_that_is_none_is_named(data: bytes, code: str) -> None:
    with pytest.raises(Violation) as caught:
        verify(data)
    assert caught.value.code == code


@pytest.mark.slow
@given(rounds(most_students=6))
@examples(200)
def test_every_result_is_right_with_scores_and_without(problem: Problem) -> None:
    result = allocate(problem)
    verify(write_result(result))
    published = allocate(with_scores_as_order(problem))
    assert published.placements == result.placements
    verify(write_result(published))


@pytest.mark.slow
@given(rounds(most_students=4))
@examples(40)
def test_every_other_result_is_wrong(problem: Problem) -> None:
    """All other matchings, each with a certificate made for it by the engine itself."""
    result = allocate(problem)
    content = json.loads(write_result(result))
    for matching in oracle.all_matchings(result.problem):
        if matching == places(result):
            continue
        for name, place in matching.items():
            _place(content, name, place)
        with pytest.raises(Violation):
            verify(_bytes(content))


@pytest.mark.slow
@pytest.mark.parametrize("number", range(2))
def test_a_large_round_is_right(number: int) -> None:
    problem = large_round(students=800, places=[30, 120][number], seats=8, number=number)
    result = allocate(problem)
    summary = verify(write_result(result), commitment(problem.seed))
    assert summary.applications == 800
    assert summary.input_digest == certify(result).input_digest


def test_a_serial_dictatorship_file_is_right_too() -> None:
    problem = large_round(students=60, places=1, seats=9, number=5)
    data = write_result(allocate(problem, Method.SERIAL_DICTATORSHIP))
    assert verify(data).placed == 9


def test_a_result_of_nobody_is_right() -> None:
    problem = Problem("empty", SEED, (Opportunity("place", 1),), ())
    assert verify(write_result(allocate(problem))).applications == 0


def test_the_engine_cannot_certify_away_a_claim() -> None:
    """Even with figures that fit the wrong placements, the claim itself is found."""
    result = allocate(_problem())
    worse = result.placed.copy()
    worse[-2] = -1  # fleur loses the seat in Lisbon
    forged = result_from(result.problem, result.method, result.columns, worse)
    assert certify(forged).blocking_pairs > 0
    with pytest.raises(Violation) as caught:
        verify(write_result(forged))
    assert caught.value.code == "seat-wasted"


# ------------------------------------------------------------------ as a command


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The script alone in a folder, with no site packages and no way to this project."""
    alone = folder / "verify.py"
    alone.write_bytes(Path(script.__file__).read_bytes())
    return subprocess.run(
        [sys.executable, "-I", "-S", str(alone), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )


def test_the_command_says_yes(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_bytes(_bytes(_file()))
    told = _run(tmp_path, "result.json", commitment(SEED))
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("yes: 5 of 7 applications have a place")


def test_the_command_names_the_first_violation(tmp_path: Path) -> None:
    content = _file()
    _worse_score_first(content)
    (tmp_path / "result.json").write_bytes(_bytes(content))
    told = _run(tmp_path, "result.json")
    assert told.returncode == 1
    assert told.stdout == (
        "no: Application 'carlijn' comes before 'daan' at 'karolinska', and was passed over. "
        "[passed-over]\n"
    )


def test_the_command_says_what_it_cannot_read(tmp_path: Path) -> None:
    told = _run(tmp_path, "nothing.json")
    assert told.returncode == 2
    assert "cannot read nothing.json" in told.stderr
    assert _run(tmp_path).returncode == 2


def test_the_script_needs_the_standard_library_only() -> None:
    tree = ast.parse(Path(script.__file__).read_text("utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names
