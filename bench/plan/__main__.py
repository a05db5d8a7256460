"""Grants, fit and order of 10,000 places against plain loops; then every page of a plan.

`python -m bench.plan` does both, `python -m bench.plan engines` or `pages` one of them. What fails
is what is slower than the limit; on a busy machine read the processor's time beside the clock's.
"""

from __future__ import annotations

import sys

from bench.plan import engines, pages

PARTS = {"engines": engines.main, "pages": pages.main}


def main(names: list[str]) -> int:
    unknown = set(names) - PARTS.keys()
    if unknown:
        print(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
        return 2
    return max([PARTS[name]() for name in names or PARTS])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
