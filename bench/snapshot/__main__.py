"""`python -m bench.snapshot`: what a snapshot costs at three sizes, and what requests notice.

Each size runs in a process of its own. Processor seconds are of all threads: Python's, which share
the interpreter with requests, and the indexing thread's, which does not.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
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

SIZES = (1_000, 10_000, 100_000)
WORDS = ("immunology", "kanker", "heart", "patient", "research", "surgery", "ziekte", "brain")
PROBE_SECONDS = 10
TARGET_SECONDS, TARGET_MB, TARGET_SLOWER = 60, 700, 2.0


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


def edit(kind: str) -> None:
    """Change the title of an opportunity or a course as the office would, and publish it.

    "anything" is a change that names no entry, as a load of the edition is.
    """
    from django.db import transaction

    from sojourn.catalogue import models
    from sojourn.catalogue.services import publish_change

    model = models.Opportunity if kind == "opportunity" else models.Course
    with transaction.atomic():
        entry = model.objects.get(slug=f"{model._meta.model_name}-7")
        entry.title_en = f"Edited {time.time()}"
        entry.save(update_fields=["title_en"])
        publish_change(*(() if kind == "anything" else (entry,)))


def build_once(data: Path, courses: int) -> None:
    """Make the catalogue, build its snapshot twice, print the figures as JSON."""
    use(data)
    from sojourn.catalogue.models import Edition
    from sojourn.catalogue.snapshot import holder
    from sojourn.catalogue.synthetic import Size, fill_database

    if not Edition.objects.exists():
        fill_database(Size(courses=courses))
        # What making it up left in memory is not the snapshot's.
        os.execv(sys.executable, [sys.executable, "-m", "bench.snapshot", str(data), str(courses)])
    figures: dict[str, float] = {"courses": courses, "before": resident()}
    for name, change in (("first", None), ("opportunity", "opportunity"), ("course", "course")):
        if change:
            edit(change)
        began, processor = time.perf_counter(), time.process_time()
        holder.refresh()
        figures |= {
            f"{name}_wall": time.perf_counter() - began,
            f"{name}_processor": time.process_time() - processor,
            f"{name}_held": resident(),
            f"{name}_highest": highest(),
        }
    print(json.dumps(figures))


def probe(path: str | None, seconds: float = PROBE_SECONDS, until: float = 0) -> list[float]:
    """One visitor after another, on one connection; every search differs when no path is given.

    Ends after `seconds`, or when the catalogue's version of the API has passed `until`.
    """
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


def seen_by_all(slug: str, words: str, within: float) -> float:
    """Seconds until twenty requests in a row, each a new connection, show the words."""
    began = time.monotonic()
    seen, first = 0, began
    while seen < 20 and time.monotonic() - began < within:
        seen = seen + 1 if words in get(f"/en/opportunities/{slug}/") else 0
        if seen == 1:
            first = time.monotonic()
        time.sleep(0.05)
    return first - began if seen >= 20 else float("inf")


def notice(data: Path) -> tuple[float, float]:
    """What visitors of a server notice while it builds; returns slowdown and seconds to build."""
    from django.db import transaction

    from sojourn.catalogue import models
    from sojourn.catalogue.services import publish_change

    with server(data) as process:
        kept = "/en/opportunities/opportunity-7/"
        began = time.monotonic()
        while "opportunity-" not in get("/en/opportunities/"):
            time.sleep(0.5)
        print(f"  the first page came {time.monotonic() - began:.0f} s after the start")
        get(kept)
        quiet = {path: Latency.of(probe(path)) for path in (kept, None)}
        busy: dict[str | None, Latency] = {}
        for path in (kept, None):
            edit("course")  # everything is indexed anew
            time.sleep(1.0)  # both processes have noticed and begun
            busy[path] = Latency.of(probe(path))
            _wait_until_idle(process.pid)
        for path, name in ((kept, "a kept page"), (None, "a search nobody made before")):
            print(f"  {name + ', at rest:':<42} {quiet[path]}")
            print(f"  {name + ', while building:':<42} {busy[path]}")
        slower = max(busy[path].p50 / quiet[path].p50 for path in (kept, None))
        with transaction.atomic():
            models.Opportunity.objects.filter(slug="opportunity-7").update(
                title_en="Seen by everybody", title_nl="Door iedereen gezien"
            )
            publish_change()
        light = seen_by_all("opportunity-7", "Seen by everybody", 120)
        with transaction.atomic():
            models.Course.objects.filter(slug="course-7").update(title_en="Another course title")
            models.Opportunity.objects.filter(slug="opportunity-7").update(
                title_en="Seen with its courses", title_nl="Met de vakken gezien"
            )
            publish_change()
        full = seen_by_all("opportunity-7", "Seen with its courses", 300)
        print(f"  an edit of an opportunity is seen on both processes after {light:.1f} s")
        print(f"  an edit of a course (everything indexed anew) after {full:.1f} s")
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
    return slower, full


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
        fields = Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / ticks
    return total


def main() -> int:
    if len(sys.argv) == 3:
        build_once(Path(sys.argv[1]), int(sys.argv[2]))
        return 0
    figures: dict[str, float] = {}
    slower = full = 0.0
    for courses in SIZES:
        with tempfile.TemporaryDirectory(prefix="sojourn-bench-") as folder:
            kept = os.environ.get("BENCH_DATA")
            data = Path(kept if kept and courses == SIZES[-1] else folder)
            done = subprocess.run(
                [sys.executable, "-m", "bench.snapshot", str(data), str(courses)],
                cwd=PROJECT, capture_output=True, text=True,
            )  # fmt: skip
            if done.returncode:
                print(done.stderr[-2000:])
                return 1
            figures = json.loads(done.stdout.splitlines()[-1])
            print(f"10,000 opportunities, {courses:,} courses", flush=True)
            for name, text in (
                ("first", "first build"),
                ("opportunity", "after an edit of an opportunity"),
                ("course", "after an edit of a course"),
            ):
                print(
                    f"  {text:<34} {figures[f'{name}_wall']:6.1f} s on the clock"
                    f"  {figures[f'{name}_processor']:6.1f} s of processor"
                    f"   holds {figures[f'{name}_held']:4.0f} MB"
                    f"   at most {figures[f'{name}_highest']:4.0f} MB",
                    flush=True,
                )
            if courses == SIZES[-1]:
                use(data)
                slower, full = notice(data)
    for text, value, target in (
        ("built in the background, s", full, TARGET_SECONDS),
        ("memory held, MB", figures["course_held"], TARGET_MB),
        ("memory at most, MB", figures["course_highest"], TARGET_MB),
        ("a request is slower by a factor of", slower, TARGET_SLOWER),
    ):
        verdict = "reached" if value <= target else "MISSED"
        print(f"{text:<36} {value:7.1f}   target {target:g}: {verdict}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
