"""Who gets which place: fair allocation of a selection round, with a proof that anyone can check.

`allocate` a `Problem`, `certify` and `write_result` what comes out, `explain` it to each student;
`compare_methods` and `difference` are for the office before it publishes, `continue_waiting_list`
for afterwards. docs/engines/allocation.md has the rules, their sources and the file format.
"""

from sojourn.engines.allocation.certificate import (
    Certificate,
    CutOff,
    Gate,
    Shortfall,
    certify,
)
from sojourn.engines.allocation.comparison import (
    MethodReport,
    NotApplicable,
    compare_methods,
    report,
)
from sojourn.engines.allocation.errors import AllocationError
from sojourn.engines.allocation.explanations import (
    Explanation,
    LastAdmitted,
    Reason,
    WhyNot,
    explain,
)
from sojourn.engines.allocation.lottery import commitment, draw, lots, new_seed
from sojourn.engines.allocation.problem import (
    Application,
    Choice,
    Opportunity,
    Problem,
    Quota,
)
from sojourn.engines.allocation.result import Method, Placement, Result, allocate
from sojourn.engines.allocation.result_file import with_scores_as_order, write_result
from sojourn.engines.allocation.scoring import Criterion, ScoringScheme, mean
from sojourn.engines.allocation.waiting_list import (
    Continuation,
    NextOffer,
    Stance,
    Standing,
    continue_waiting_list,
)
from sojourn.engines.allocation.what_if import Change, Difference, difference

__all__ = [
    "AllocationError",
    "Application",
    "Certificate",
    "Change",
    "Choice",
    "Continuation",
    "Criterion",
    "CutOff",
    "Difference",
    "Explanation",
    "Gate",
    "LastAdmitted",
    "Method",
    "MethodReport",
    "NextOffer",
    "NotApplicable",
    "Opportunity",
    "Placement",
    "Problem",
    "Quota",
    "Reason",
    "Result",
    "ScoringScheme",
    "Shortfall",
    "Stance",
    "Standing",
    "WhyNot",
    "allocate",
    "certify",
    "commitment",
    "compare_methods",
    "continue_waiting_list",
    "difference",
    "draw",
    "explain",
    "lots",
    "mean",
    "new_seed",
    "report",
    "with_scores_as_order",
    "write_result",
]
