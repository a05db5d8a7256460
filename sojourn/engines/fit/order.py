"""The order of places by what matters to the student.

Possible places come first, then those one is on track for, those that may be possible, those that
are not possible yet, and the others. Within each, the sum over the parts of weight times part
decides, higher first; a part that is not known counts as half. What is still equal is ordered by
slug. All figures are whole numbers, so that a browser that follows the same formula comes to the
same order, and the same input always does.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sojourn.engines.fit.parts import PARTS, WHOLE

LEAST, DEFAULT_WEIGHT, MOST = 0, 50, 100
HALF = WHOLE // 2
ORDER_FORMULA = "verdict, then sum(weight x part), part unknown = 500, then slug"


class InvalidWeightError(ValueError):
    """A weight for no part, or outside of 0 to 100; the message names it."""


def weights_in_order(weights: Mapping[str, int]) -> NDArray[np.int64]:
    """Return the weights in the order of PARTS; a part that is not named counts 50."""
    for part, weight in weights.items():
        if part not in PARTS:
            raise InvalidWeightError(f"there is no part “{part}”")
        if not LEAST <= weight <= MOST:
            raise InvalidWeightError(f"the weight of {part} must be from {LEAST} to {MOST}")
    return np.array([weights.get(part, DEFAULT_WEIGHT) for part in PARTS], np.int64)


def scores(parts: NDArray[np.int16], weights: Mapping[str, int]) -> NDArray[np.int64]:
    """For ordering only: never shown, because one number would hide what it is made of."""
    counted = np.where(parts < 0, HALF, parts).astype(np.int64)
    total: NDArray[np.int64] = counted @ weights_in_order(weights)
    return total


def in_order(
    slugs: tuple[str, ...],
    verdicts: NDArray[np.int8],
    parts: NDArray[np.int16],
    weights: Mapping[str, int],
) -> NDArray[np.int64]:
    """Return the numbers of the places, best first."""
    names = np.array(slugs, dtype=np.str_) if slugs else np.zeros(0, "U1")
    order: NDArray[np.int64] = np.lexsort((names, -scores(parts, weights), verdicts))
    return order
