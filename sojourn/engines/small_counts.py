"""The one rule for publishing counts of people: nothing about fewer than so many.

A count below the limit is not shown. Where it could be worked out from a total and the counts
beside it, others are hidden with it: for every hidden small count there stays a whole table, equal
in all that is shown, in which that count is as large as the limit. Statistical offices do the same
("cell suppression": M. Fischetti, J. J. Salazar, Mathematical Programming 84, 1999, 283-312). In a
table with totals such a change runs along a closed way of cells, one up, the next down; the way
over the cells that say least is looked for. It holds for what one table shows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

FEWEST = 5
"""Where no edition says otherwise."""

# What hiding a cell costs, besides its count: totals say most, and nothing is small news.
_TOTAL, _NOTHING = 100_000, 500

Counts = Sequence[Sequence[int]]
Cell = tuple[int, int]


@dataclass(frozen=True)
class Published:
    """A table as it may be shown; None stands where a count is hidden."""

    cells: tuple[tuple[int | None, ...], ...]
    rows: tuple[int | None, ...]
    """The total of each row."""
    columns: tuple[int | None, ...]
    """The total of each column."""
    total: int | None

    @property
    def hidden_columns(self) -> frozenset[int]:
        """Name the columns whose total is hidden; the total of all comes after the last."""
        line = (*self.columns, self.total)
        return frozenset(each for each, count in enumerate(line) if count is None)

    def hidden_in(self, row: int) -> frozenset[int]:
        """Name the columns in which a row is hidden; its total comes after the last."""
        line = (*self.cells[row], self.rows[row])
        return frozenset(each for each, count in enumerate(line) if count is None)


def is_small(people: int, fewest: int = FEWEST) -> bool:
    """Tell whether so many people are too few to say anything about; nobody is no one."""
    return 0 < people < fewest


def publish(
    counts: Counts,
    fewest: int = FEWEST,
    *,
    people: Counts | None = None,
    hidden_columns: frozenset[int] = frozenset(),
    keeps_columns: bool = False,
) -> Published:
    """Hide what is small, and what it could be worked out from.

    `people` says how many are behind each count, with its totals in a further row and column, where
    one person may count twice. `hidden_columns` are totals that are hidden elsewhere, the total of
    all after the last; with `keeps_columns` all others are shown elsewhere and stay.
    """
    table = _Table(counts, fewest, people, hidden_columns, keeps_columns)
    table.hide()
    return table.published()


def publish_line(
    counts: Sequence[int],
    fewest: int = FEWEST,
    *,
    people: Sequence[int] | None = None,
    hidden: frozenset[int] = frozenset(),
) -> Published:
    """Do so with one row of counts and its total, which stands last in `people` and in `hidden`."""
    behind = [people, people] if people is not None else None
    return publish([counts], fewest, people=behind, hidden_columns=hidden)


class _Table:
    """Counts with their totals as a last row and column, and which of them are hidden."""

    def __init__(
        self,
        counts: Counts,
        fewest: int,
        people: Counts | None,
        hidden_columns: frozenset[int],
        keeps_columns: bool,
    ) -> None:
        width = len(counts[0]) if counts else 0
        self.fewest = fewest
        self.last_row, self.last_column = len(counts), width
        rows = [[*row, sum(row)] for row in counts]
        self.counts = [*rows, [sum(row[column] for row in rows) for column in range(width + 1)]]
        self.people = people if people is not None else self.counts
        self.is_hidden = [[False] * (width + 1) for _row in self.counts]
        self.hidden_in_row: list[list[int]] = [[] for _row in self.counts]
        self.hidden_in_column: list[list[int]] = [[] for _column in range(width + 1)]
        for column in hidden_columns:
            self._conceal((self.last_row, column))
        self.is_fixed = [False] * (width + 1)
        if keeps_columns:
            self.is_fixed = [column not in hidden_columns for column in range(width + 1)]

    def hide(self) -> None:
        small = [
            (row, column)
            for row, line in enumerate(self.people)
            for column, number in enumerate(line)
            if is_small(number, self.fewest)
        ]
        for cell in small:
            self._conceal(cell)
        # The largest first: what is hidden for them mostly does for the others.
        for cell in sorted(small, key=lambda at: (-self.counts[at[0]][at[1]], at)):
            if not self._protect(cell):
                self.is_hidden = [[True] * len(line) for line in self.is_hidden]
                return

    def _protect(self, cell: Cell) -> bool:
        """Hide cells until the count could be as large as the limit; False where none are left."""
        changed: dict[Cell, int] = {}
        wanted = max(self.fewest - self.counts[cell[0]][cell[1]], 1)
        while wanted > 0:
            way = self._hidden_way(cell, changed)
            if way is None:
                way = self._cheapest_way(cell, changed)
                if way is None:
                    return False
                for at, _step in way:
                    self._conceal(at)
            # As much at once as the fullest of them can give.
            much = min(
                [wanted, *(self._left(at, changed) for at, step in way if step < 0)],
            )
            for at, step in way:
                changed[at] = changed.get(at, 0) + much * step
            wanted -= much
        return True

    def _conceal(self, cell: Cell) -> None:
        row, column = cell
        if not self.is_hidden[row][column]:
            self.is_hidden[row][column] = True
            self.hidden_in_row[row].append(column)
            self.hidden_in_column[column].append(row)

    def _left(self, cell: Cell, changed: dict[Cell, int]) -> int:
        return self.counts[cell[0]][cell[1]] + changed.get(cell, 0)

    # Rows and columns are stations, cells the lines between them. Going from a row to a column a
    # cell takes one off the sum, from a column to a row it adds one; a total counts the other way.
    # A way from the row of a cell to its column lets the cell be one more and keeps all sums.

    def _ends(self, cell: Cell) -> tuple[int, int]:
        begin, end = cell[0], self.last_row + 1 + cell[1]
        return (begin, end) if self._sign(cell) > 0 else (end, begin)

    def _hidden_way(self, cell: Cell, changed: dict[Cell, int]) -> list[tuple[Cell, int]] | None:
        """Find the shortest way over cells that are hidden already."""
        rows = self.last_row + 1
        begin, end = self._ends(cell)
        came: dict[int, tuple[int, Cell, int]] = {begin: (begin, cell, 0)}
        waiting = deque([begin])
        while waiting:
            here = waiting.popleft()
            is_row = here < rows
            beside = self.hidden_in_row[here] if is_row else self.hidden_in_column[here - rows]
            for other in beside:
                there = other + rows if is_row else other
                at = (here, other) if is_row else (other, here - rows)
                if there in came or at == cell:
                    continue
                step = -self._sign(at) if is_row else self._sign(at)
                if step < 0 and self._left(at, changed) < 1:
                    continue
                came[there] = (here, at, step)
                if there == end:
                    return _walked(came, begin, end)
                waiting.append(there)
        return None

    def _cheapest_way(self, cell: Cell, changed: dict[Cell, int]) -> list[tuple[Cell, int]] | None:
        """Find the way on which the least has to be hidden."""
        rows = self.last_row + 1
        begin, end = self._ends(cell)
        best = {begin: 0}
        came: dict[int, tuple[int, Cell, int]] = {}
        waiting = [(0, begin)]
        done = set()
        while waiting:
            cost, here = heappop(waiting)
            if here == end:
                return _walked(came, begin, end)
            if here in done:
                continue
            done.add(here)
            is_row = here < rows
            for there in range(rows, rows + self.last_column + 1) if is_row else range(rows):
                at = (here, there - rows) if is_row else (there, here - rows)
                if at == cell or there in done:
                    continue
                step = -self._sign(at) if is_row else self._sign(at)
                if step < 0 and self._left(at, changed) < 1:
                    continue
                price = self._price(at)
                if price is not None and cost + price < best.get(there, cost + price + 1):
                    best[there] = cost + price
                    came[there] = (here, at, step)
                    heappush(waiting, (cost + price, there))
        return None

    def _sign(self, cell: Cell) -> int:
        """Return -1 for the total of a row or a column, 1 for all else."""
        return -1 if (cell[0] == self.last_row) != (cell[1] == self.last_column) else 1

    def _price(self, cell: Cell) -> int | None:
        """Say what it costs to hide a cell; None where it has to be shown."""
        row, column = cell
        if self.is_hidden[row][column]:
            return 0
        if row == self.last_row and self.is_fixed[column]:
            return None
        count = self.counts[row][column]
        is_total = row == self.last_row or column == self.last_column
        return (_TOTAL if is_total else 0) + (1 + count if count else _NOTHING)

    def published(self) -> Published:
        shown = [
            tuple(
                None if hidden else count for count, hidden in zip(counts, is_hidden, strict=True)
            )
            for counts, is_hidden in zip(self.counts, self.is_hidden, strict=True)
        ]
        *cells, columns = shown
        return Published(
            cells=tuple(row[:-1] for row in cells),
            rows=tuple(row[-1] for row in cells),
            columns=columns[:-1],
            total=columns[-1],
        )


def _walked(came: dict[int, tuple[int, Cell, int]], begin: int, end: int) -> list[tuple[Cell, int]]:
    way = []
    here = end
    while here != begin:
        here, at, step = came[here]
        way.append((at, step))
    return way


@dataclass(frozen=True)
class Share:
    """How many of some people did something; where it must not be said, between which bounds."""

    people: int
    least: int
    most: int

    @classmethod
    def of(cls, did: int, people: int, fewest: int = FEWEST) -> Share | None:
        """Return the share as it may be said; None for too few people.

        Where fewer than the limit did it, or did not, the bounds are those of the limit.
        """
        if people < fewest:
            return None
        if is_small(did, fewest):
            return cls(people, 1, min(fewest - 1, people))
        if is_small(people - did, fewest):
            return cls(people, max(people - fewest + 1, 0), people - 1)
        return cls(people, did, did)

    @property
    def lowest(self) -> int:
        """Return the lower bound in whole percent."""
        return 100 * self.least // self.people

    @property
    def highest(self) -> int:
        """Return the upper bound in whole percent."""
        return -(-100 * self.most // self.people)

    @property
    def is_exact(self) -> bool:
        return self.least == self.most

    def reaches(self, percent: int) -> bool | None:
        """Tell whether the share is at least that; None where the bounds do not decide it."""
        if 100 * self.least >= percent * self.people:
            return True
        return False if 100 * self.most < percent * self.people else None


def sum_of_shares(parts: Sequence[Share]) -> Share | None:
    """Add up shares to what they say together and no more, so that no part is given away."""
    if not parts:
        return None
    return Share(
        sum(part.people for part in parts),
        sum(part.least for part in parts),
        sum(part.most for part in parts),
    )
