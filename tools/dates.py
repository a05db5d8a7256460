"""Runs the tests that look at the clock on the days on which such tests fail: dates.py [pytest's]

Each run is a process tree whose clock is moved (`tests/clock`), on SQLite; two run at a time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
AT_A_TIME = 2
MOMENTS = {
    "a Sunday evening": "2026-12-06T21:30+01:00",
    "31 December": "2026-12-31T22:30+01:00",
    "28 February, in UTC still the 27th": "2027-02-28T00:20+01:00",
    "the Friday before Easter": "2027-03-26T10:00+01:00",
    "the night in which summer time begins": "2027-03-28T01:30+01:00",
    "the night in which it ends, the second time": "2027-10-31T02:10+01:00",
    "29 February": "2028-02-29T12:00+01:00",
}
# What asks for the time: not the engines, which are told it, nor who may open which page.
WHERE = ("advising", "exchange", "experiences", "office", "people", "planning", "portal",
         "selection")  # fmt: skip
WHAT = ("-m", "not browser and not storm and not server and not broad")
# About who may open which page, or what is there whatever the day.
WITHOUT = (
    "*permission*", "experiences/test_photos", "office/test_access", "office/test_every_address",
    "office/test_lists", "office/test_role_admin", "office/test_units",
    "people/test_account_pages", "people/test_roles", "planning/test_costs",
    "planning/test_hard_cases", "planning/test_profile", "planning/test_top_five",
    "portal/test_similarity_pages", "portal/test_page_cache", "portal/test_pages",
    "portal/test_plan_figures", "portal/test_sitemap", "portal/test_structured_data",
    "portal/test_translations", "portal/test_wording", "selection/test_criteria",
    "selection/test_states", "selection/test_value_import",
)  # fmt: skip


def environment(moment: str) -> dict[str, str]:
    shift = datetime.fromisoformat(moment).timestamp() - time.time()
    ours = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    path = f"{PROJECT / 'tests' / 'clock'}{os.pathsep}{PROJECT}"
    return ours | {"TESTS_CLOCK_SHIFT": str(shift), "PYTHONPATH": path}


def is_green(name: str) -> bool:
    """Run the tests at that moment; print what failed."""
    where = [f"tests/{folder}" for folder in WHERE]
    where += [f"--ignore-glob=tests/{file}.py" for file in WITHOUT]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *WHAT]
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [*command, *(sys.argv[1:] or where)],
            env=environment(MOMENTS[name]), cwd=PROJECT, stdout=output, stderr=output, check=False,
        )  # fmt: skip
        output.seek(0)
        said = output.read()
    print(f"{MOMENTS[name]}, {name}: {said.strip().splitlines()[-1]}", flush=True)
    if done.returncode:
        print(said, flush=True)
    return done.returncode == 0


def main() -> int:
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return 0 if all(list(pool.map(is_green, MOMENTS))) else 1


if __name__ == "__main__":
    sys.exit(main())
