"""What a change of rules would do: who gains and who loses between two runs of one round."""

from dataclasses import dataclass

from sojourn.engines.allocation.errors import AllocationError
from sojourn.engines.allocation.result import Result


@dataclass(frozen=True, slots=True)
class Change:
    """One application whose place differs; a rank of None means no place."""

    application: str
    before: str | None
    after: str | None
    rank_before: int | None
    rank_after: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """The applications that are better off, worse off, and how many are neither."""

    gains: tuple[Change, ...]
    losses: tuple[Change, ...]
    unchanged: int


def difference(before: Result, after: Result) -> Difference:
    """Compare two runs; the students and their lists must be the same, the rules may differ."""
    lists = [
        [(a.id, [choice.opportunity for choice in a.choices]) for a in result.problem.applications]
        for result in (before, after)
    ]
    if lists[0] != lists[1]:
        raise AllocationError(
            "Only two runs with the same applications and the same lists can be compared."
        )
    gains: list[Change] = []
    losses: list[Change] = []
    for old, new in zip(before.placements, after.placements, strict=True):
        if old.opportunity == new.opportunity:
            continue
        change = Change(old.application, old.opportunity, new.opportunity, old.rank, new.rank)
        is_gain = new.rank is not None and (old.rank is None or new.rank < old.rank)
        (gains if is_gain else losses).append(change)
    unchanged = len(before.placements) - len(gains) - len(losses)
    return Difference(tuple(gains), tuple(losses), unchanged)
