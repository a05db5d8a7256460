"""One result has one file, byte for byte, and the published one holds no score."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.engines.allocation import (
    Application,
    Choice,
    Gate,
    Opportunity,
    Problem,
    Quota,
    allocate,
    certify,
    with_scores_as_order,
    write_result,
)
from sojourn.engines.allocation.canonical import canonical_json
from tests.engines.allocation.problems import SEED, examples, large_round, rounds, shuffled


@pytest.mark.slow
@given(rounds(), st.integers(0, 10**6))
@examples(60)
def test_the_same_round_in_another_order_gives_the_same_bytes(
    problem: Problem, number: int
) -> None:
    assert write_result(allocate(shuffled(problem, number))) == write_result(allocate(problem))


@pytest.mark.slow
def test_another_process_gives_the_same_bytes() -> None:
    """Nothing depends on the hash seed of a process."""
    code = (
        "import sys;from hashlib import sha256;"
        "from tests.engines.allocation.problems import large_round as r;"
        "from sojourn.engines.allocation import allocate, write_result;"
        "print(sha256(write_result(allocate(r(300, 20, 8, 7)))).hexdigest())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1


def test_the_bytes_of_a_small_file_are_these() -> None:
    """A change of format must be seen, decided, and given a new version."""
    problem = Problem(
        "spring",
        "0" * 64,
        (Opportunity("place", 1, (Quota("science", 1, None),), 10),),
        (
            Application("été", "science", (Choice("place", 12),)),
            Application("b", "medicine", (Choice("place", None),)),
        ),
        score_digits=1,
    )
    the_input = (
        '{"applications":['
        '{"category":"medicine","choices":[{"opportunity":"place","score":null}],"holds":null,'
        '"id":"b"},'
        '{"category":"science","choices":[{"opportunity":"place","score":12}],"holds":null,'
        '"id":"été"}],'
        '"opportunities":[{"id":"place","minimum_score":10,"quotas":['
        '{"category":"science","maximum":null,"minimum":1}],"seats":1}],'
        '"round":"spring","score_digits":1,"seed":"' + "0" * 64 + '"}'
    )
    assert write_result(allocate(problem)).decode() == (
        '{"certificate":{"blocking_pairs":0,"cut_offs":['
        '{"admitted":0,"category":null,"gate":"closed","lot":null,"opportunity":"place",'
        '"score":null},'
        '{"admitted":1,"category":"science","gate":"score","lot":1,"opportunity":"place",'
        '"score":12}],'
        f'"input_digest":"sha256:{sha256(the_input.encode()).hexdigest()}",'
        '"method":"deferred-acceptance","method_version":1,"not_placed":1,"placed_by_rank":[1],'
        '"quotas_kept":true,"seats_left":0,"seed_commitment":'
        '"60e05bd1b195af2f94112fa7197a5c88289058840ce7c6df9693756bc6250f55","shortfalls":[]},'
        f'"format":"sojourn-allocation-result","format_version":1,"input":{the_input},'
        '"placements":[{"application":"b","lot":2,"opportunity":null,"rank":null},'
        '{"application":"été","lot":1,"opportunity":"place","rank":1}]}\n'
    )


def test_the_published_file_holds_the_order_of_scores_and_no_score() -> None:
    problem = large_round(students=50, places=4, seats=5, number=2)
    published = json.loads(write_result(allocate(with_scores_as_order(problem))))
    assert published["input"]["score_digits"] == 0
    assert all(o["minimum_score"] is None for o in published["input"]["opportunities"])
    for number, opportunity in enumerate(problem.opportunities):
        told = {
            a["id"]: c["score"]
            for a in published["input"]["applications"]
            for c in a["choices"]
            if c["opportunity"] == opportunity.id
        }
        orders = {order for order in told.values() if order is not None}
        assert orders == set(range(1, len(orders) + 1)), number
        real = {
            a.id: c.score or 0
            for a in problem.applications
            for c in a.choices
            if c.opportunity == opportunity.id
        }
        floor = opportunity.minimum_score or 0
        assert {name for name, order in told.items() if order is None} == {
            name for name, score in real.items() if score < floor
        }
        kept = [name for name in real if real[name] >= floor]
        assert sorted(kept, key=lambda n: (real[n], n)) == sorted(kept, key=lambda n: (told[n], n))


def test_the_certificate_counts_and_cuts_off() -> None:
    problem = Problem(
        "certificate",
        SEED,
        (
            Opportunity("busy", 1, (Quota("science", minimum=1),)),
            Opportunity("quiet", 3, (Quota("science", minimum=2),)),
        ),
        tuple(
            Application(f"s{score}", "science", (Choice("busy", score), Choice("quiet", score)))
            for score in (7, 8)
        ),
    )
    certificate = certify(allocate(problem))
    gates = {(c.opportunity, c.category): (c.gate, c.score) for c in certificate.cut_offs}
    assert gates == {
        ("busy", None): (Gate.CLOSED, None),
        ("busy", "science"): (Gate.SCORE, 8),
        ("quiet", None): (Gate.OPEN, None),
        ("quiet", "science"): (Gate.OPEN, None),
    }
    assert (certificate.placed_by_rank, certificate.not_placed) == ((1, 1), 0)
    assert certificate.seats_left == 2
    assert certificate.blocking_pairs == 0
    assert certificate.quotas_kept
    (short,) = certificate.shortfalls
    assert (short.opportunity, short.minimum, short.admitted) == ("quiet", 2, 1)


def test_a_different_input_has_a_different_digest() -> None:
    problem = large_round(students=20, places=3, seats=2, number=1)
    digests = {
        certify(allocate(each)).input_digest
        for each in (
            problem,
            replace(problem, round="other"),
            replace(problem, score_digits=0),
            replace(problem, seed="1" * 64),
            problem.with_seats("place-0000", 3),
        )
    }
    assert len(digests) == 5


@pytest.mark.parametrize("value", [1.5, [1.5], {"a": 1.5}, {"é": 1}, {1: 2}])
def test_what_has_no_canonical_spelling_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)  # type: ignore[arg-type]


def test_canonical_strings_are_spelled_as_rfc_8785_says() -> None:
    assert canonical_json('€$\u000f\nA\'B"\\\\"/') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()
