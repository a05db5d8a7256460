"""Which host courses cover which home courses: the exact best set within the host's limits.

The model is a mixed-integer linear programme, solved to optimality by HiGHS through
`scipy.optimize.milp`. A host course is taken or not; the ECTS of a taken course flow to the home
courses that it resembles, never more than either of the two is worth. Where the home courses are
a choice (half minors of 15 ECTS each in a window of 15), so many of them are chosen as the window
holds, and only those are covered. Aims are pursued strictly one after the other: the pairs that
the student insists on count for as much as they can, then most home ECTS covered, then the most
certain similarities, then the fewest ECTS taken abroad. Input is sorted by id first, so its order
changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

# HiGHS keeps whole numbers whole to 1e-6, so a course of 30 ECTS may leak 3e-5: aims are held
# more loosely than that.
TOLERANCE = 1e-4
# What a pair that the student insists on counts for at least.
LEAST_PINNED = 0.5
DAYS_A_WEEK = 7


class CoverError(ValueError):
    """The wishes cannot be met together; the message says which one is in the way."""


@dataclass(frozen=True, slots=True)
class CourseLoad:
    """A course as the optimiser sees it: its size, and when it is taught (both ends included).

    Without dates a course never collides with another.
    """

    id: str
    ects: float
    first_day: dt.date | None = None
    last_day: dt.date | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.ects < float("inf"):
            raise CoverError(f"{self.id}: ECTS must be a number of 0 or more")
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise CoverError(f"{self.id}: the last day comes before the first")


@dataclass(frozen=True, slots=True)
class Similarity:
    """A host course that may count for a home course; `certainty` from 0 to 1."""

    host: str
    home: str
    certainty: float


@dataclass(frozen=True, slots=True)
class HostLimits:
    """What the host allows: ECTS in all, and ECTS a week at any moment."""

    most_ects: float | None = None
    most_ects_a_week: float | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """Pairs (host id, home id) that the student insists on or rules out."""

    pinned: frozenset[tuple[str, str]] = frozenset()
    forbidden: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Link:
    """So many ECTS of a host course count for a home course."""

    host: str
    home: str
    ects: float
    certainty: float


@dataclass(frozen=True, slots=True)
class Cover:
    """The best set: what is taken, what it counts for, what stays open and what is extra.

    `chosen` are the home courses that the set is about: all of them, unless the window is a
    choice between them. `home_ects` is what the window asks for.
    """

    taken: tuple[str, ...]
    links: tuple[Link, ...]
    covered_ects: float
    home_ects: float
    chosen: tuple[str, ...] = ()
    is_choice: bool = False
    open_ects: dict[str, float] = field(default_factory=dict)
    extra_ects: dict[str, float] = field(default_factory=dict)


def best_cover(
    home: Sequence[CourseLoad],
    host: Sequence[CourseLoad],
    similarities: Sequence[Similarity],
    limits: HostLimits | None = None,
    wishes: Wishes | None = None,
    window_ects: float | None = None,
) -> Cover:
    """Return the host courses that cover most home ECTS, found exactly.

    When the home courses together are more than `window_ects`, they are a choice. Raises
    CoverError when a pin names a pair that does not exist or the pins break a limit.
    """
    limits, wishes = limits or HostLimits(), wishes or Wishes()
    homes = sorted(home, key=lambda course: course.id)
    hosts = sorted(host, key=lambda course: course.id)
    pairs = allowed_pairs(homes, hosts, similarities, wishes)
    programme = Programme(homes, hosts, pairs, limits, wishes, window_ects)
    solution = programme.solve()
    return read_solution(programme, solution)


def allowed_pairs(
    homes: Sequence[CourseLoad],
    hosts: Sequence[CourseLoad],
    similarities: Sequence[Similarity],
    wishes: Wishes,
) -> list[Similarity]:
    """Similarities between known courses that are not ruled out, sorted, the surest of doubles."""
    home_ids = {course.id for course in homes}
    host_ids = {course.id for course in hosts}
    surest: dict[tuple[str, str], Similarity] = {}
    for similarity in similarities:
        key = (similarity.host, similarity.home)
        known = similarity.host in host_ids and similarity.home in home_ids
        if not known or key in wishes.forbidden:
            continue
        if key not in surest or similarity.certainty > surest[key].certainty:
            surest[key] = similarity
    for host_id, home_id in sorted(wishes.pinned):
        if host_id not in host_ids or home_id not in home_ids:
            raise CoverError(f"{host_id} cannot count for {home_id}: one of them is not offered.")
        if (host_id, home_id) in wishes.forbidden:
            raise CoverError(f"{host_id} for {home_id} is both wanted and ruled out.")
        surest.setdefault((host_id, home_id), Similarity(host_id, home_id, 0.0))
    return [surest[key] for key in sorted(surest)]


class Programme:
    """The mixed-integer programme: a flow for each pair, a yes-or-no for each course.

    A host course is taken or not; a home course is chosen or not, which matters only where the
    home courses are a choice.
    """

    def __init__(
        self,
        homes: Sequence[CourseLoad],
        hosts: Sequence[CourseLoad],
        pairs: Sequence[Similarity],
        limits: HostLimits,
        wishes: Wishes,
        window_ects: float | None,
    ) -> None:
        self.homes, self.hosts, self.pairs = homes, hosts, pairs
        self.home_index = {course.id: index for index, course in enumerate(homes)}
        self.host_index = {course.id: index for index, course in enumerate(hosts)}
        home_ects = sum(course.ects for course in homes)
        self.is_choice = window_ects is not None and home_ects > window_ects + TOLERANCE
        self.target = home_ects if window_ects is None else min(home_ects, window_ects)
        self.size = len(pairs) + len(hosts) + len(homes)
        self.lower = np.zeros(self.size)
        self.upper = np.concatenate(
            [
                [min(self.host_of(pair).ects, self.home_of(pair).ects) for pair in pairs],
                np.ones(len(hosts) + len(homes)),
            ]
        ).astype(float)
        if not self.is_choice:
            self.lower[len(pairs) + len(hosts) :] = 1.0
        self.rows: list[tuple[dict[int, float], float]] = []  # coefficients, most they may reach
        self.add_course_sizes()
        self.add_host_limits(limits)
        self.add_pins(wishes)

    def host_of(self, pair: Similarity) -> CourseLoad:
        return self.hosts[self.host_index[pair.host]]

    def home_of(self, pair: Similarity) -> CourseLoad:
        return self.homes[self.home_index[pair.home]]

    def taken(self, host_index: int) -> int:
        """Return the column that says whether this host course is taken."""
        return len(self.pairs) + host_index

    def chosen(self, home_index: int) -> int:
        """Return the column that says whether this home course is the one, or among those."""
        return len(self.pairs) + len(self.hosts) + home_index

    def add_course_sizes(self) -> None:
        """No course gives or receives more than it is worth; only a taken course gives."""
        for index, course in enumerate(self.hosts):
            flows = {
                column: 1.0 for column, pair in enumerate(self.pairs) if pair.host == course.id
            }
            if flows:
                self.rows.append(({**flows, self.taken(index): -course.ects}, 0.0))
        for index, course in enumerate(self.homes):
            flows = {
                column: 1.0 for column, pair in enumerate(self.pairs) if pair.home == course.id
            }
            if flows:
                self.rows.append(({**flows, self.chosen(index): -course.ects}, 0.0))
        if self.is_choice:
            # A choice larger than the window on its own may still be chosen, for what fits.
            sizes = {
                self.chosen(index): min(course.ects, self.target)
                for index, course in enumerate(self.homes)
            }
            self.rows.append((sizes, self.target))
            self.rows.append((dict.fromkeys(range(len(self.pairs)), 1.0), self.target))

    def add_host_limits(self, limits: HostLimits) -> None:
        if limits.most_ects is not None:
            sizes = {self.taken(i): course.ects for i, course in enumerate(self.hosts)}
            self.rows.append((sizes, limits.most_ects))
        if limits.most_ects_a_week is None:
            return
        paces = {i: pace for i, course in enumerate(self.hosts) if (pace := ects_a_week(course))}
        # The load can only rise on a day on which a course begins: those days are enough.
        first_days = {day for i in paces if (day := self.hosts[i].first_day) is not None}
        for day in sorted(first_days):
            running = {
                self.taken(i): pace for i, pace in paces.items() if runs_on(self.hosts[i], day)
            }
            self.rows.append((running, limits.most_ects_a_week))

    def add_pins(self, wishes: Wishes) -> None:
        self.pinned = np.zeros(self.size)
        for column, pair in enumerate(self.pairs):
            if (pair.host, pair.home) in wishes.pinned:
                self.pinned[column] = 1.0
                self.lower[column] = min(LEAST_PINNED, self.upper[column])
                self.lower[self.taken(self.host_index[pair.host])] = 1.0
                self.lower[self.chosen(self.home_index[pair.home])] = 1.0

    def solve(self) -> NDArray[np.float64]:
        """Return the best point, aim after aim.

        Each aim's value is held while the next is pursued.
        """
        if self.size == 0:
            return np.zeros(0)
        courses = len(self.hosts) + len(self.homes)
        flows = np.concatenate([np.ones(len(self.pairs)), np.zeros(courses)])
        sure = np.concatenate([[pair.certainty for pair in self.pairs], np.zeros(courses)]).astype(
            float
        )
        # A course without credits still costs a crumb, so that nothing is taken for nothing.
        taken = np.concatenate(
            [
                np.zeros(len(self.pairs)),
                [course.ects + 1e-3 for course in self.hosts],
                np.full(len(self.homes), 1e-3),
            ]
        ).astype(float)
        held: list[tuple[NDArray[np.float64], float]] = []
        solution = np.zeros(self.size)
        aims = [-flows, -sure, taken]
        if self.pinned.any():
            aims.insert(0, -self.pinned)
        for aim in aims:
            solution = self.minimise(aim, held)
            held.append((aim, float(aim @ solution) + TOLERANCE))
        return solution

    def minimise(
        self, aim: NDArray[np.float64], held: Sequence[tuple[NDArray[np.float64], float]]
    ) -> NDArray[np.float64]:
        # 25 MB in every web process; most never meet a plan.
        from scipy.optimize import Bounds, LinearConstraint, milp

        rows = [self.row(coefficients) for coefficients, _ in self.rows]
        most = [bound for _, bound in self.rows]
        rows += [csr_array(earlier.reshape(1, -1)) for earlier, _ in held]
        most += [bound for _, bound in held]
        constraints = [LinearConstraint(vstack(rows), -np.inf, np.array(most))] if rows else []
        integrality = np.concatenate(
            [np.zeros(len(self.pairs)), np.ones(len(self.hosts) + len(self.homes))]
        )
        result = milp(
            aim,
            integrality=integrality,
            bounds=Bounds(self.lower, self.upper),
            constraints=constraints,
            options={"mip_rel_gap": 0.0},
        )
        if result.x is None:
            raise CoverError(
                "The pairs that you insist on do not fit together: they take more credits, or "
                "more time at once, than the courses or the host allow."
            )
        return np.asarray(result.x, dtype=float)

    def row(self, coefficients: dict[int, float]) -> csr_array:
        columns = np.fromiter(coefficients, dtype=np.int64)
        values = np.fromiter(coefficients.values(), dtype=float)
        return csr_array((values, (np.zeros_like(columns), columns)), shape=(1, self.size))


def ects_a_week(course: CourseLoad) -> float | None:
    """Return how heavy a course is while it runs; None without dates."""
    if course.first_day is None or course.last_day is None:
        return None
    days = (course.last_day - course.first_day).days + 1
    return course.ects / (days / DAYS_A_WEEK)


def runs_on(course: CourseLoad, day: dt.date) -> bool:
    return (
        course.first_day is not None
        and course.last_day is not None
        and course.first_day <= day <= course.last_day
    )


def read_solution(programme: Programme, solution: NDArray[np.float64]) -> Cover:
    """Turn the columns back into courses; crumbs of the solver's tolerance are dropped."""
    links = tuple(
        Link(pair.host, pair.home, round(float(solution[column]), 2), pair.certainty)
        for column, pair in enumerate(programme.pairs)
        if solution[column] > 1e-2
    )
    taken = tuple(
        course.id
        for index, course in enumerate(programme.hosts)
        if solution[programme.taken(index)] > 0.5
    )
    given = dict.fromkeys(taken, 0.0)
    received = {course.id: 0.0 for course in programme.homes}
    for link in links:
        given[link.host] = given.get(link.host, 0.0) + link.ects
        received[link.home] += link.ects
    sizes = {course.id: course.ects for course in programme.hosts}
    chosen = [
        course
        for index, course in enumerate(programme.homes)
        if solution[programme.chosen(index)] > 0.5
    ]
    return Cover(
        taken=taken,
        links=links,
        covered_ects=round(sum(link.ects for link in links), 2),
        home_ects=round(programme.target, 2),
        chosen=tuple(course.id for course in chosen),
        is_choice=programme.is_choice,
        open_ects={
            course.id: round(wanted - received[course.id], 2)
            for course in chosen
            if (wanted := min(course.ects, programme.target)) - received[course.id] > 1e-2
        },
        extra_ects={
            course_id: round(sizes[course_id] - used, 2)
            for course_id, used in given.items()
            if sizes[course_id] - used > 1e-2
        },
    )
