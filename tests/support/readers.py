"""Readers that misbehave, for the tests of the process in which files are read."""

from __future__ import annotations

import os
import signal

from sojourn.engines.files.refusal import ContentRefusedError


def back(content: bytes) -> bytes:
    return content[::-1]


def forever(content: bytes) -> bytes:
    while True:
        content = content[::-1]


def mountain(content: bytes) -> bytes:
    return bytes(10_000_000_000)


def crash(content: bytes) -> bytes:
    os.kill(os.getpid(), signal.SIGSEGV)
    return content


def refuse(content: bytes) -> bytes:
    raise ContentRefusedError("because")


def write(content: bytes) -> bytes:
    with open("/tmp/sojourn-test", "wb") as file:  # noqa: PTH123
        file.write(content)
    return b"written"


def secrets(content: bytes) -> bytes:
    return " ".join(os.environ).encode()
