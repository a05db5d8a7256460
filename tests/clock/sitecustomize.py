"""Shift the clock of every Python process that has this folder on its path (`make test-dates`).

Python imports a module of this name before it runs anything. TESTS_CLOCK_SHIFT is in seconds, so
that processes that start one after the other agree about the time.
"""

import os
import time

if shift := os.environ.get("TESTS_CLOCK_SHIFT"):
    import time_machine

    time_machine.travel(time.time() + float(shift), tick=True).start()
