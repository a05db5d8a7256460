"""Which opportunities resemble each other, by what they plainly share.

A simple, documented measure until courses are compared by what they teach: every opportunity is a
set of marks (its subjects, windows, courses, kind and country). A mark weighs by its sort and by
how few others carry it (the square root of the inverse of how common it is), and two
opportunities are as similar as the cosine of their marks. The best four are shown, and only those
with a subject, window or course in common.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy import sparse

from sojourn.catalogue.snapshot.types import Opportunity

Mark = tuple[str, str]  # sort, value

WEIGHTS = {"subject": 2.0, "course": 1.5, "window": 1.5, "kind": 1.0, "country": 0.5}
SHOWN = 4
BLOCK = 64  # rows compared at a time: short enough to make way for requests


def _marks(one: Opportunity) -> list[Mark]:
    """Return what an opportunity is compared by."""
    return [
        *(("subject", subject) for subject in one.subjects),
        *(("window", window) for window in one.windows),
        *(("course", course) for course in one.courses),
        ("kind", one.kind),
        ("country", one.country),
    ]


def similar_opportunities(
    opportunities: Iterable[Opportunity], before: Iterable[Opportunity] = ()
) -> dict[str, tuple[str, ...]]:
    """Return for every slug the most similar others, best first; ties go by slug.

    Where those of `before` had the same marks, the answer is what it was.
    """
    opportunities = list(opportunities)
    known = {one.slug: one for one in before}
    if len(known) == len(opportunities) and all(
        one.slug in known and _marks(one) == _marks(known[one.slug]) for one in opportunities
    ):
        return {slug: one.similar for slug, one in known.items()}
    marks = {one.slug: _marks(one) for one in opportunities}
    slugs = sorted(marks)
    if not slugs:
        return {}
    columns: dict[Mark, int] = {}
    rows, places = [], []
    for row, slug in enumerate(slugs):
        for mark in dict.fromkeys(marks[slug]):
            rows.append(row)
            places.append(columns.setdefault(mark, len(columns)))
    present = sparse.csr_matrix(
        (np.ones(len(rows), dtype=np.float32), (rows, places)), shape=(len(slugs), len(columns))
    )
    common = np.asarray(present.sum(axis=0)).ravel()
    sort_weight = np.array([WEIGHTS[mark[0]] for mark in columns], dtype=np.float32)
    telling = np.array([mark[0] in ("subject", "window", "course") for mark in columns])
    weight = sort_weight * np.sqrt(1.0 + len(slugs) / common)
    weighted = (present @ sparse.diags(weight)).tocsr().astype(np.float32)
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    unit = (sparse.diags(1.0 / np.maximum(length, 1e-9)) @ weighted).tocsr().astype(np.float32)
    grounds = present[:, np.flatnonzero(telling)].tocsr()
    unit_turned, grounds_turned = unit.T.tocsr(), grounds.T.tocsr()
    found: dict[str, tuple[str, ...]] = {}
    for first in range(0, len(slugs), BLOCK):
        last = min(first + BLOCK, len(slugs))
        similarity = (unit[first:last] @ unit_turned).toarray()
        similarity[(grounds[first:last] @ grounds_turned).toarray() == 0] = 0.0
        similarity[np.arange(last - first), np.arange(first, last)] = 0.0
        take = min(SHOWN, len(slugs))
        best = np.argpartition(-similarity, take - 1, axis=1)[:, :take]
        for row in range(last - first):
            scored = sorted((-float(similarity[row, other]), int(other)) for other in best[row])
            found[slugs[first + row]] = tuple(slugs[other] for score, other in scored if score < 0)
    return found
