"""`python -m bench.allocation`: every figure of the allocation engine's speed, in one run.

Processor time, which on an idle machine is the time on the clock: all of these run on one core, and
this way other work on the machine distorts the figures least. Medians of several runs; a rival that
takes seconds runs once. For the rivals install requirements/bench.txt (the rest needs nothing
beyond the program itself).
"""

from __future__ import annotations

import importlib.util
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from bench.allocation.instances import CHOICES, instance
from sojourn.engines.allocation import allocate, write_result
from sojourn.engines.allocation.columns import NOBODY, Columns, Integers
from sojourn.engines.allocation.deferred_acceptance import deferred_acceptance
from sojourn.engines.allocation.flows import most_placed, rank_maximal
from sojourn.engines.allocation.serial_dictatorship import serial_dictatorship
from sojourn.engines.allocation.stability import blocking_choices, cut_offs, is_stable
from sojourn.engines.allocation.verify import verify

SHAPES = ((200, 40), (1_000, 8), (2_000, 3), (5_000, 2))


def timed(work: Callable[[], object], repeat: int) -> float:
    """The median time of some runs, after one that does not count where they are short."""
    times = []
    for _ in range(repeat + (repeat > 1)):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times[1:] if repeat > 1 else times)


def milliseconds(seconds: float) -> str:
    """A time in ms, with the digits that matter."""
    return f"{seconds * 1e3:,.{2 if seconds < 0.01 else 1 if seconds < 1 else 0}f} ms"


def opportunity_of(columns: Columns, placed: Integers) -> Integers:
    """Where each student is placed, or -1."""
    found = np.append(columns.choice_opportunity, 0)[placed].astype(np.int64)
    found[placed == NOBODY] = NOBODY
    return found


def against_matching() -> None:
    """The same instances through `matching` and through the engine, which must agree."""
    print("\n== beside `matching` (PyPI), HospitalResident: 10,000 students, five choices ==")
    if importlib.util.find_spec("matching") is None:
        print("not installed: pip install --require-hashes -r requirements/bench.txt")
        return
    from bench.allocation.rivals import run_matching

    print(
        f"{'places x seats':>15} | {'matching: construction':>22} {'solve':>10} | "
        f"{'ours: columns':>13} {'solve':>9} {'check':>9} | {'whole':>8} {'solve':>7}"
    )
    for places, seats in SHAPES:
        round_ = instance(10_000, places, seats)
        rival = run_matching(round_)
        columns = round_.columns()
        placed = deferred_acceptance(columns)
        if (opportunity_of(columns, placed) != rival.opportunity).any():
            raise SystemExit("The two do not agree; no figure can be trusted.")
        build = timed(round_.columns, 31)
        solve = timed(lambda c=columns: deferred_acceptance(c), 31)
        check = timed(lambda c=columns, p=placed: is_stable(c, p), 31)
        whole = (rival.construction + rival.solve) / (build + solve + check)
        print(
            f"{places:>9,} x {seats:>3} | {milliseconds(rival.construction):>22} "
            f"{milliseconds(rival.solve):>10} | {milliseconds(build):>13} "
            f"{milliseconds(solve):>9} {milliseconds(check):>9} | {whole:>7,.0f}x "
            f"{rival.solve / solve:>6,.0f}x"
        )
    print("whole: matching's construction and solve, by our columns, solve and stability check")


def as_n_grows() -> None:
    """Cost per student and memory from a thousand students to a million."""
    print("\n== as n grows: five choices, seats for 80 %, columns + allocation + check ==")
    header = (
        f"{'students':>10} {'quotas':>7} | {'columns':>10} {'allocate':>10} {'check':>10} "
        f"{'together':>10} | {'a student':>10} | {'peak':>7}"
    )
    print(header, flush=True)
    for students in (1_000, 10_000, 100_000, 1_000_000):
        for quotas in ("none", "some"):
            # A process of its own, so that the peak is this size's alone.
            subprocess.run(
                [sys.executable, "-m", "bench.allocation", "one-size", str(students), quotas],
                check=True,
            )


def one_size(students: int, quotas: str) -> None:
    """One line of the table above."""
    import resource

    round_ = instance(students, max(students // 20, 10), 16)
    make = round_.columns if quotas == "none" else round_.columns_with_quotas
    repeat = {1_000: 31, 10_000: 31, 100_000: 9}.get(students, 3)
    columns = make()
    placed = deferred_acceptance(columns)
    if not is_stable(columns, placed):
        raise SystemExit("The result is not stable; no figure can be trusted.")
    build = timed(make, repeat)
    solve = timed(lambda: deferred_acceptance(columns), repeat)
    check = timed(lambda: is_stable(columns, placed), repeat)
    together = build + solve + check
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{students:>10,} {quotas:>7} | {milliseconds(build):>10} {milliseconds(solve):>10} "
        f"{milliseconds(check):>10} {milliseconds(together):>10} | "
        f"{together / students * 1e6:>7.2f} us | {peak:>4.0f} MB",
        flush=True,
    )


def all_methods() -> None:
    """What each method costs and gives, on one round of 10,000."""
    print("\n== all methods, 10,000 students, 1,000 places with 8 seats ==")
    print(
        f"{'method':>32} | {'time':>10} {'x ours':>8} | {'placed by rank':>32} {'none':>6} | "
        f"{'passed over':>11}"
    )
    round_ = instance(10_000, 1_000, 8)
    columns = round_.columns()
    base = timed(lambda: deferred_acceptance(columns), 31)

    def line(name: str, seconds: float, used: Columns, placed: Integers) -> None:
        blocking = blocking_choices(used, placed, cut_offs(used, placed))
        passed_over = len(np.unique(used.student_of_choice()[blocking]))
        ranks = used.rank_of_choice()[placed[placed >= 0]]
        profile = " ".join(f"{count:,}" for count in np.bincount(ranks, minlength=6)[1:])
        print(
            f"{name:>32} | {milliseconds(seconds):>10} {seconds / base:>7,.1f}x | {profile:>32} "
            f"{int((placed < 0).sum()):>6,} | {passed_over:>11,}",
            flush=True,
        )

    line("deferred acceptance", base, columns, deferred_acceptance(columns))
    one_score = round_.with_one_score_per_student().columns()
    queue = serial_dictatorship(one_score)
    if (queue != deferred_acceptance(one_score)).any():
        raise SystemExit("Serial dictatorship and deferred acceptance do not agree.")
    line(
        "the same, one score a student",
        timed(lambda: deferred_acceptance(one_score), 31),
        one_score,
        queue,
    )
    line(
        "serial dictatorship, one score",
        timed(lambda: serial_dictatorship(one_score), 9),
        one_score,
        queue,
    )
    for name, method in (
        ("rank-maximal (SciPy)", rank_maximal),
        ("most placed (SciPy)", most_placed),
    ):
        start = time.process_time()
        placed = method(columns)
        line(name, time.process_time() - start, columns, placed)
    if importlib.util.find_spec("ortools") is None:
        print("OR-tools is not installed: pip install --require-hashes -r requirements/bench.txt")
        return
    from bench.allocation.rivals import run_ortools

    rival = run_ortools(round_)
    rows = np.flatnonzero(columns.choice_opportunity == np.repeat(rival.opportunity, CHOICES))
    theirs = np.full(round_.students, NOBODY, dtype=np.int64)
    theirs[rows // CHOICES] = rows
    line("most placed (OR-tools), solve", rival.solve, columns, theirs)
    ours = most_placed(columns)
    ranks = columns.rank_of_choice().astype(np.int64)
    same = (ours >= 0).sum() == (theirs >= 0).sum() and (
        ranks[ours[ours >= 0]].sum() == ranks[theirs[theirs >= 0]].sum()
    )
    print(f"most placed: SciPy and OR-tools reach the same optimum: {'yes' if same else 'NO'}")


def from_objects_to_file() -> None:
    """What the office waits for: objects in, certificate and file out, and a reader's check."""
    print("\n== from application objects to a verified file ==")
    print(f"{'students':>10} | {'allocate':>10} {'file':>10} {'verify':>10} | {'size':>9}")
    for students, places, seats in ((500, 40, 10), (10_000, 1_000, 8)):
        problem = instance(students, places, seats).problem()
        result = allocate(problem)
        data = write_result(result)
        repeat = 5 if students < 1_000 else 1
        print(
            f"{students:>10,} | {milliseconds(timed(lambda p=problem: allocate(p), 5)):>10} "
            f"{milliseconds(timed(lambda r=result: write_result(r), repeat)):>10} "
            f"{milliseconds(timed(lambda d=data: verify(d), repeat)):>10} | "
            f"{len(data) / 1e6:>6.2f} MB",
            flush=True,
        )


def main(arguments: list[str]) -> None:
    """Everything, or one line for a process of its own."""
    if arguments[:1] == ["one-size"]:
        one_size(int(arguments[1]), arguments[2])
        return
    print("processor time, medians; everything here runs on one core", flush=True)
    as_n_grows()
    against_matching()
    all_methods()
    from_objects_to_file()


if __name__ == "__main__":
    main(sys.argv[1:])
