"""The lottery that breaks ties: a seed committed before the round opens, lots anyone can recompute.

Exactly:

* the seed is 64 lower-case hexadecimal digits (256 random bits);
* the commitment is SHA-256 of those 64 ASCII characters, in lower-case hexadecimal;
* an application's draw is SHA-256 of the seed's 64 characters, a colon, and the application's id
  in UTF-8;
* lot 1 goes to the smallest draw (compared as hexadecimal text), lot 2 to the next, and so on.

In a shell: `printf '%s' "$seed" | sha256sum` and `printf '%s:%s' "$seed" "$id" | sha256sum`.
A student has one lot for the whole round. Because a lot's order follows from the draw alone, a
withdrawal moves everybody after it up by one and changes nobody's order.
"""

import re
import secrets
from collections.abc import Iterable
from hashlib import sha256

from sojourn.engines.allocation.errors import AllocationError

_SEED = re.compile(r"[0-9a-f]{64}", re.ASCII)


def new_seed() -> str:
    """Return a fresh seed of 256 random bits; keep it secret until the round has closed."""
    return secrets.token_hex(32)


def check_seed(seed: str) -> None:
    """Raise unless the text is a seed in the one accepted spelling."""
    if not _SEED.fullmatch(seed):
        raise AllocationError("A lottery seed is 64 lower-case hexadecimal digits.")


def commitment(seed: str) -> str:
    """Return the hash to publish when the round opens."""
    check_seed(seed)
    return sha256(seed.encode("ascii")).hexdigest()


def draw(seed: str, application: str) -> str:
    """Return an application's draw; the smaller one goes first in a tie."""
    return sha256(f"{seed}:{application}".encode()).hexdigest()


def lots(seed: str, applications: Iterable[str]) -> dict[str, int]:
    """Return the lot number of each application, from 1."""
    check_seed(seed)
    start = sha256(f"{seed}:".encode("ascii"))
    draws = []
    for application in applications:
        state = start.copy()
        state.update(application.encode())
        draws.append((state.digest(), application))
    draws.sort()
    return {application: lot for lot, (_, application) in enumerate(draws, start=1)}
