"""`python -m bench.snapshot`: what a snapshot costs at two sizes, and what requests notice.

Each size runs in a process of its own. Processor seconds are of all threads: Python's, which share
the interpreter with requests, and the indexing thread's, which does not.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.installation import (
    PORT,
    PROJECT,
    WORKERS,
    children_of,
    get,
    highest,
    resident,
    server,
    use,
)

# Courses, and seconds within which an edit must show on every process.
SIZES = {5_000: 2.0, 100_000: 20.0}
WORDS = ("immunology", "kanker", "heart", "patient", "research", "surgery", "ziekte", "brain")
PROBE_SECONDS = 10
TARGET_MB, TARGET_SLOWER = 700, 2.0


@dataclass(frozen=True)
class Latency:
    p50: float
    p95: float
    worst: float

    @classmethod
    def of(cls, times: list[float]) -> Latency:
        times = sorted(times)
        return cls(
            times[len(times) // 2] * 1000, times[int(len(times) * 0.95)] * 1000, times[-1] * 1000
        )

    def __str__(self) -> str:
        return f"p50 {self.p50:6.2f}  p95 {self.p95:6.2f}  worst {self.worst:7.2f} ms"


EDITS = {
    "opportunity": "after an edit of an opportunity",
    "course": "after an edit of a course",
    "everything": "after a change of all",
}


def edit(kind: str, words: str = "") -> None:
    """Change the catalogue and publish it, as the office would.

    The title of an opportunity, of a course, or of every one of both.
    """
    from django.db import transaction
    from django.db.models import F, Value
    from django.db.models.functions import Concat

    from sojourn.catalogue import models
    from sojourn.catalogue.services import publish_change

    titles = ("title_en", "title_nl")
    with transaction.atomic():
        if kind == "everything":
            more = Value(f" {time.time() % 100:.0f}")
            for model in (models.Opportunity, models.Course):
                model.objects.update(**{field: Concat(F(field), more) for field in titles})
        else:
            model = models.Opportunity if kind == "opportunity" else models.Course
            words = words or f"Edited {time.time()}"
            slug = f"{model._meta.model_name}-7"
            model.objects.filter(slug=slug).update(**dict.fromkeys(titles, words))
        publish_change()


def build_once(data: Path, courses: int) -> None:
    """Make the catalogue, build its snapshot and the next ones, print the figures as JSON."""
    use(data)
    from sojourn.catalogue.models import Edition
    from sojourn.catalogue.snapshot.service import refresh_snapshot
    from sojourn.catalogue.synthetic import Size, fill_database

    if not Edition.objects.exists():
        # A tenth as many places as courses.
        institutions = max(courses // 200, 50)
        fill_database(Size(courses // 10, courses, institutions, courses // 50))
        # What making it up left in memory is not the snapshot's.
        os.execv(sys.executable, [sys.executable, "-m", "bench.snapshot", str(data), str(courses)])
    figures: dict[str, float] = {"courses": courses, "before": resident()}
    for name in ("first", *EDITS):
        if name in EDITS:
            edit(name)
        began, processor = time.perf_counter(), time.process_time()
        refresh_snapshot()
        figures |= {
            f"{name}_wall": time.perf_counter() - began,
            f"{name}_processor": time.process_time() - processor,
            f"{name}_held": resident(),
            f"{name}_highest": highest(),
        }
    print(json.dumps(figures))


def probe(path: str | None, seconds: float = PROBE_SECONDS) -> list[float]:
    """One visitor after another, on one connection; every search differs when no path is given."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    times: list[float] = []
    number, ends = int(time.time() * 10) % 10_000_000, time.monotonic() + seconds
    while time.monotonic() < ends:
        number += 1
        address = path or f"/en/opportunities/?q={WORDS[number % len(WORDS)]}+{number}"
        began = time.perf_counter()
        connection.request("GET", address)
        connection.getresponse().read()
        times.append(time.perf_counter() - began)
        # A visitor reads; without a pause the probe itself would be the load.
        time.sleep(0.002)
    return times


def seen_by_all(path: str, shows: Callable[[str], bool], within: float) -> float:
    """Seconds until twenty requests in a row, each a new connection, show it."""
    began = time.monotonic()
    seen, first = 0, began
    while seen < 20 and time.monotonic() - began < within:
        seen = seen + 1 if shows(get(path)) else 0
        if seen == 1:
            first = time.monotonic()
        time.sleep(0.02 if seen else 0.1)  # to ask without a pause would itself be a load
    return first - began if seen >= 20 else float("inf")


def seen_after(kind: str, within: float) -> float:
    """Seconds until both processes show an edit, the worst of three."""
    # The page of a course would also load the table of similarity, which bench.similarity measures.
    pages = {"opportunity": "en/opportunities/opportunity-7/", "course": "api/v1/courses/course-7"}
    page = pages[kind]
    times = []
    for number in range(3):
        words = f"Seen by everybody {kind} {number}"
        edit(kind, words)
        times.append(seen_by_all(f"/{page}", lambda page, words=words: words in page, within))
    return max(times)


def version_in(page: str) -> int:
    return int(json.loads(page)["catalogue_version"])


@dataclass(frozen=True)
class Noticed:
    """What visitors of a server notice of its building."""

    slower: float  # how many times as long a request takes
    seen: dict[str, float]  # seconds until both processes show an edit of each kind
    built: float  # seconds until both processes show a change of all
    highest: int  # MB that a process ever held


def notice(data: Path) -> Noticed:
    with server(data) as process:
        kept = "/en/opportunities/opportunity-7/"
        began = time.monotonic()
        while "opportunity-" not in get("/en/opportunities/"):
            time.sleep(0.5)
        print(f"  the first page came {time.monotonic() - began:.0f} s after the start")
        get(kept)
        ratios = []
        for path, name in ((kept, "a kept page"), (None, "a search nobody made before")):
            quiet = Latency.of(probe(path))
            edit("everything")
            time.sleep(1.0)  # both processes have noticed and begun
            busy = Latency.of(probe(path))
            ratios.append(busy.p50 / quiet.p50)
            print(f"  {name + ', at rest:':<42} {quiet}")
            print(f"  {name + ', while building:':<42} {busy}   {ratios[-1]:.2f} times")
            _wait_until_idle(process.pid)
        seen = {kind: seen_after(kind, 120) for kind in ("opportunity", "course")}
        for kind, seconds in seen.items():
            print(f"  {EDITS[kind] + ', seen by all in at most:':<60} {seconds:5.1f} s")
        _wait_until_idle(process.pid)
        version = version_in(get("/api/v1/"))
        edit("everything")
        built = seen_by_all("/api/v1/", lambda page: version_in(page) > version, 300)
        print(f"  {EDITS['everything'] + ', seen by all in:':<60} {built:5.1f} s")
        tops = sorted(
            (
                int(line.split()[1]) // 1024
                for child in children_of(process.pid)
                for line in Path(f"/proc/{child}/status").read_text().splitlines()
                if line.startswith("VmHWM")
            ),
            reverse=True,
        )[:WORKERS]
        print(f"  most memory that each process ever held: {tops} MB")
    return Noticed(max(ratios), seen, built, tops[0])


def _wait_until_idle(process: int) -> None:
    """Until the web processes have done what an edit gave them to do."""
    calm = 0
    for _ in range(600):
        before = _processor_of(process)
        time.sleep(1)
        calm = calm + 1 if _processor_of(process) - before < 0.1 else 0
        if calm == 3:
            return


def _processor_of(process: int) -> float:
    ticks = os.sysconf("SC_CLK_TCK")
    total = 0.0
    for child in children_of(process):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            fields = Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()
            total += (int(fields[11]) + int(fields[12])) / ticks
    return total


def main() -> int:
    if len(sys.argv) == 3:
        build_once(Path(sys.argv[1]), int(sys.argv[2]))
        return 0
    if len(sys.argv) == 2:
        courses = int(sys.argv[1])
        with tempfile.TemporaryDirectory(prefix="sojourn-bench-") as folder:
            return measure(Path(folder), courses, SIZES[courses])
    return max(
        subprocess.run(
            [sys.executable, "-m", "bench.snapshot", str(courses)], cwd=PROJECT, check=False
        ).returncode
        for courses in SIZES
    )


def measure(data: Path, courses: int, seconds: float) -> int:
    """Measure one size: what building costs, then what visitors of a server notice."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.snapshot", str(data), str(courses)],
        cwd=PROJECT, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        print(done.stderr[-2000:])
        return 1
    figures = json.loads(done.stdout.splitlines()[-1])
    print(f"{courses // 10:,} opportunities, {courses:,} courses", flush=True)
    for name, text in {"first": "first build", **EDITS}.items():
        print(
            f"  {text:<38} {figures[f'{name}_wall']:6.1f} s on the clock"
            f"  {figures[f'{name}_processor']:6.1f} s of processor"
            f"   holds {figures[f'{name}_held']:4.0f} MB"
            f"   at most {figures[f'{name}_highest']:4.0f} MB",
            flush=True,
        )
    use(data)
    noticed = notice(data)
    for text, value, target in (
        ("memory at most in a web process, MB", noticed.highest, TARGET_MB),
        ("a request is slower by a factor of", noticed.slower, TARGET_SLOWER),
        ("an edit of an opportunity is seen, s", noticed.seen["opportunity"], seconds),
        ("an edit of a course is seen, s", noticed.seen["course"], seconds),
    ):
        verdict = "reached" if value <= target else "MISSED"
        print(f"{text:<38} {value:7.1f}   target {target:g}: {verdict}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
