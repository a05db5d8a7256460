"""`python -m bench [WHAT ...]`: every measurement, or those named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parent


def known() -> list[str]:
    return sorted(folder.parent.name for folder in HERE.glob("*/__main__.py"))


def main() -> int:
    wanted = sys.argv[1:] or known()
    unknown = [name for name in wanted if name not in known()]
    if unknown:
        print(f"There is no measurement {', '.join(unknown)}. There are: {', '.join(known())}.")
        return 2
    code = 0
    for name in wanted:
        print(f"\n== {name} ==", flush=True)
        # A process of its own: what one leaves in memory must not be counted for the next.
        code = (
            subprocess.run([sys.executable, "-m", f"bench.{name}"], cwd=PROJECT).returncode or code
        )
    return code


if __name__ == "__main__":
    sys.exit(main())
