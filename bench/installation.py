"""A throw-away installation to measure: its folder, its database, its server."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PORT = int(os.environ.get("BENCH_PORT", "8103"))
URL = f"http://127.0.0.1:{PORT}"
WORKERS = 2


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A data folder; `BENCH_DATA` names one to keep, with whatever catalogue is in it."""
    if kept := os.environ.get("BENCH_DATA"):
        path = Path(kept)
        path.mkdir(parents=True, exist_ok=True)
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="sojourn-bench-") as made:
        yield Path(made)


def use(data: Path) -> None:
    """Make this process work on that installation, with an up-to-date database."""
    import django
    from django.core.management import call_command

    os.environ["SOJOURN_DATA"] = str(data)
    os.environ.setdefault("SOJOURN_LOG_LEVEL", "WARNING")
    os.environ["DJANGO_SETTINGS_MODULE"] = "sojourn.config.settings"
    django.setup()
    call_command("migrate", verbosity=0)


def resident() -> int:
    """Megabytes of memory that this process holds now."""
    return resident_of(os.getpid())


def resident_of(process: int) -> int:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0


def highest() -> int:
    """Megabytes of memory that this process held at most."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024
    return 0


def processor_seconds(processes: list[int]) -> float:
    """Seconds of processor that these have taken, in user space and in the kernel."""
    ticks = 0
    for process in processes:
        with contextlib.suppress(FileNotFoundError):  # it ended
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def children_of(process: int) -> list[int]:
    found = []
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it ended as we looked
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *children_of(int(child))]
    return found


@contextlib.contextmanager
def server(data: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The real server with two processes, and the page that says hello."""
    environment = os.environ | {
        "SOJOURN_DATA": str(data),
        "SOJOURN_URLCONF": "bench.urls",
        "SOJOURN_RATE_LIMIT_SEARCH": "",  # one client plays all visitors
        "SOJOURN_LOG_LEVEL": "INFO",  # as in earnest: one line a request
    }
    environment.pop("SOJOURN_TESTING", None)
    with (data / "bench.log").open("wb") as log:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "sojourn", "serve", "--no-worker",
                "--port", str(PORT), "--workers", str(WORKERS),
            ],
            cwd=PROJECT, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _wait_for(process, data)
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def get(path: str) -> str:
    with urllib.request.urlopen(URL + path, timeout=300) as answer:
        return str(answer.read().decode())


def _wait_for(process: subprocess.Popen[bytes], data: Path, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            get("/hello/")
            return
        time.sleep(0.2)
    raise SystemExit(f"The server did not start:\n{(data / 'bench.log').read_text()[-2000:]}")
