"""Does a place fit a student: hard rules with reasons, parts that speak for it, and an order."""

from sojourn.engines.fit.model import Places, Student
from sojourn.engines.fit.order import (
    DEFAULT_WEIGHT,
    HALF,
    ORDER_FORMULA,
    InvalidWeightError,
    in_order,
    scores,
)
from sojourn.engines.fit.parts import PARTS, WHOLE, part_values
from sojourn.engines.fit.rules import (
    Judgement,
    Reason,
    Rule,
    Verdict,
    judge,
    months_since_year_zero,
    severity,
)

__all__ = [
    "DEFAULT_WEIGHT",
    "HALF",
    "ORDER_FORMULA",
    "PARTS",
    "WHOLE",
    "InvalidWeightError",
    "Judgement",
    "Places",
    "Reason",
    "Rule",
    "Student",
    "Verdict",
    "in_order",
    "judge",
    "months_since_year_zero",
    "part_values",
    "scores",
    "severity",
]
