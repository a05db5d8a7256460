"""Reading of what somebody sent, in a process of its own with limits of memory and time.

A spreadsheet, a picture or a PDF of a few kilobytes can ask for gigabytes, for minutes, or for a
bug in a library of C or Rust. What reads it therefore lies in a process that may die: the web
process hears that it did, and says so to whoever sent the file.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
MEMORY = 640_000_000  # bytes of address space, the interpreter and its libraries included
SECONDS = 20
# How many may read at once in one web process: each holds a thread, and memory up to the limit.
_AT_ONCE = threading.BoundedSemaphore(2)
REFUSED = 3  # the exit code with which a reader says that the content is at fault

# Limits come before the reader is imported. No file is written, no core is dumped.
_START = """
import importlib, resource, sys
memory, seconds, module, function = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from sojourn.engines.files.refusal import ContentRefusedError
try:
    made = getattr(importlib.import_module(module), function)(sys.stdin.buffer.read())
except ContentRefusedError as error:
    sys.stdout.write(error.code)
    sys.stdout.flush()
    sys.exit(3)
sys.stdout.buffer.write(made)
sys.stdout.flush()
"""


class UnreadableError(Exception):
    """What was sent cannot be read; `code` says why.

    `limit` stands for a reader that died or ran out of memory or time, any other code is the
    reader's own (`sojourn.engines.files`).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_in_child(
    reader: str, content: bytes, *, memory: int = MEMORY, seconds: int = SECONDS
) -> bytes:
    """Have a function "module:name" read the content elsewhere; return what it made of it.

    Raises UnreadableError.
    """
    module, _colon, function = reader.partition(":")
    command = [sys.executable, "-c", _START, str(memory), str(seconds), module, function]
    with _AT_ONCE:
        try:
            done = subprocess.run(
                command,
                input=content,
                capture_output=True,
                check=False,
                timeout=seconds * 2,
                cwd="/",
                env={"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1"},
            )
        except subprocess.TimeoutExpired:
            raise UnreadableError("limit") from None
    if done.returncode == REFUSED:
        raise UnreadableError(done.stdout.decode())
    if done.returncode:
        raise UnreadableError("limit")
    return done.stdout
