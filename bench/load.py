"""Asks a server as fast as it answers, over 16 connections: with wrk, or threads of our own."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.installation import PORT, URL

CONNECTIONS = 16
SECONDS = 8

# Every request another: four thousand words, most of which find something, and a filter or none.
DIFFERENT = """
local n = 0
local words = {%s}
local filters = {"", "&country=SE", "&kind=courses", "&year=3", "&language=en", "&preferred=1"}
function setup(thread) thread:set("id", math.random(1, 1000000)) end
function request()
  n = n + 1
  local word = words[(n %% #words) + 1]
  local filter = filters[(n %% #filters) + 1]
  return wrk.format("GET", "%s?q=" .. word .. "+" .. (id + n) .. filter)
end
"""


@dataclass(frozen=True)
class Result:
    a_second: float
    p50_ms: float
    p99_ms: float
    errors: int
    by: str


def steady(path: str, seconds: int = SECONDS) -> Result:
    """The same page again and again."""
    if shutil.which("wrk"):
        return _wrk([URL + path], seconds)
    return _threads(lambda _number: path, seconds)


def different(path: str, words: list[str], seconds: int = SECONDS) -> Result:
    """A list with a search that nobody made before, every time."""
    if not shutil.which("wrk"):
        return _threads(lambda number: f"{path}?q={words[number % len(words)]}+{number}", seconds)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(DIFFERENT % (",".join(f'"{word}"' for word in words), path))
        script.flush()
        return _wrk(["-s", script.name, URL + path], seconds)


def _milliseconds(text: str) -> float:
    value, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()  # type: ignore[union-attr]
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[unit]


def _wrk(arguments: list[str], seconds: int) -> Result:
    done = subprocess.run(
        ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", *arguments],
        capture_output=True, text=True, timeout=seconds + 60, check=True,
    ).stdout  # fmt: skip
    latency = dict(re.findall(r"(50|99)%\s+([\d.]+\w+)", done))
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done)
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", done)
    lost = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", done)
    errors = int(wrong.group(1)) if wrong else 0
    errors += sum(map(int, lost.groups())) if lost else 0
    return Result(
        float(rate.group(1)) if rate else 0.0,
        _milliseconds(latency["50"]),
        _milliseconds(latency["99"]),
        errors,
        "wrk",
    )


def _threads(path_of: Callable[[int], str], seconds: int) -> Result:
    """Slower than wrk, and it takes processor time from the server: ratios are still ratios."""
    times: list[float] = []
    errors = [0]
    until = time.monotonic() + seconds

    def ask(first: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        number = first
        while time.monotonic() < until:
            began = time.perf_counter()
            connection.request("GET", path_of(number))
            answer = connection.getresponse()
            answer.read()
            times.append(time.perf_counter() - began)
            errors[0] += answer.status != 200
            number += CONNECTIONS

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    return Result(
        len(times) / seconds,
        times[len(times) // 2] * 1000,
        times[int(len(times) * 0.99)] * 1000,
        errors[0],
        "python",
    )
