"""`python -m bench storm`: 100 processes storm 30 slots, 20 times; not one double booking.

`python -m bench.storm PROCESSES SLOTS ROUNDS` for other figures. On SQLite in a folder of its own;
with DATABASE_URL on that PostgreSQL, which must be one that may be thrown away.
"""

from __future__ import annotations

import sys

from bench import installation

PROCESSES, SLOTS, ROUNDS = 100, 30, 20
# PostgreSQL keeps a few connections back, and the one who counts needs one too.
KEPT_BACK = 8


def main() -> int:
    numbers = [int(text) for text in sys.argv[1:]]
    processes, slots, rounds = (*numbers, *(PROCESSES, SLOTS, ROUNDS)[len(numbers) :])
    with installation.folder() as data:
        installation.use(data)
        from django.db import connection

        from bench.storm import crowd
        from sojourn.catalogue.edition.load import load_edition

        load_edition(installation.PROJECT / "editions" / "leiden")
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SHOW max_connections")
                processes = min(processes, int(cursor.fetchone()[0]) - KEPT_BACK)
        diary = crowd.prepare(slots)
        people = crowd.students(processes)
        print(f"{connection.vendor}: {processes} processes, {slots} slots, {rounds} rounds")
        wrong = 0
        for number in range(1, rounds + 1):
            outcome = crowd.run(diary, people, number)
            found = crowd.problems(outcome, slots, processes)
            wrong += len(found)
            print(
                f"round {number:2}: {outcome.booked} booked, {outcome.told_none_left} told that "
                f"none is left, {outcome.told_taken} times “just taken, these are free”, "
                f"{outcome.seconds:.1f} s",
                *found,
                sep="\n  ",
                flush=True,
            )
        print("kept" if not wrong else f"broken: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
