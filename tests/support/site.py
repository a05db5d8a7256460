"""Runs the real `sojourn` command in a process of its own, on a free port, for a bounded time."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 240.0  # generous: two such servers and two browsers may share two cores


class SiteDidNotStartError(Exception):
    """The server ended or stayed silent; the message holds what it printed."""


@dataclass(frozen=True)
class Site:
    """A running site: where it is, where its data is, and its process."""

    url: str
    data: Path
    process: subprocess.Popen[bytes]
    log: Path

    def output(self) -> str:
        return self.log.read_text(errors="replace")


def free_port() -> int:
    """A port of the loopback interface that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def environment(data: Path, **extra: str) -> dict[str, str]:
    """The environment of an installation of its own in `data`, without what the tests set."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SOJOURN_")
        and name not in {"DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE", "PORT"}
    }
    return ours | {"SOJOURN_DATA": str(data), "PYTHONUNBUFFERED": "1"} | extra


def sojourn(
    *arguments: str, env: Mapping[str, str], seconds: float = 240
) -> subprocess.CompletedProcess[str]:
    """Run the `sojourn` command to its end and return what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "sojourn", *arguments],
        env=dict(env),
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


@contextlib.contextmanager
def running_site(
    data: Path,
    *arguments: str,
    env: Mapping[str, str] | None = None,
    starts_within: float = STARTS_WITHIN,
) -> Iterator[Site]:
    """`sojourn serve` on a free port, ready to answer; ended with SIGTERM afterwards."""
    data.mkdir(parents=True, exist_ok=True)
    log = data / "serve.log"
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "sojourn", "serve", "--port", str(port), *arguments],
            env=dict(env or environment(data)),
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    site = Site(f"http://127.0.0.1:{port}", data, process, log)
    try:
        wait_until_it_answers(site, seconds=starts_within)
        yield site
    finally:
        stop(process)


def wait_until_it_answers(
    site: Site, path: str = "/healthz", seconds: float = STARTS_WITHIN
) -> None:
    """Return once the site answers anything at all over HTTP."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if site.process.poll() is not None:
            raise SiteDidNotStartError(f"it ended with {site.process.returncode}:\n{site.output()}")
        try:
            urllib.request.urlopen(site.url + path, timeout=10).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SiteDidNotStartError(f"no answer within {seconds:.0f} s:\n{site.output()}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM, and SIGKILL for the whole group if that was not enough."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
