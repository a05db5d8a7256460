"""What goes wrong in earnest, done on purpose: `make faults`, or faults.py NAME … for some of it.

Each fault has a site of its own on loopback, with a data folder that goes afterwards; it ends by
itself after a bounded time. Printed is one line a fault, as it stands in docs/testing.md. It fails
when something acknowledged is lost, or the site does not come back.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from tests.support import ready  # noqa: E402
from tests.support.site import Site, free_port, running_site  # noqa: E402

SECONDS = int(os.environ.get("FAULTS_SECONDS", "60"))
KILLS = int(os.environ.get("FAULTS_KILLS", "100"))
SLOW = 200
SITE = {"SOJOURN_RATE_LIMIT_FORMS": "", "SOJOURN_RATE_LIMIT_PLAN": "", "SOJOURN_LOG_LEVEL": "ERROR"}
ASK = "/en/questions/ask/"
MARK = "fault"


class LostError(Exception):
    """The site did not stand it; the message says what was lost."""


# --- A site, and what people do on it -----------------------------------------------------------


@contextlib.contextmanager
def site(*arguments: str, folder: Path | None = None, **extra: str) -> Iterator[Site]:
    """A site with the Leiden edition."""
    with contextlib.ExitStack() as stack:
        where = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
        env = stack.enter_context(ready.installation(ready.LEIDEN, where, f"faults_{os.getpid()}"))
        running = stack.enter_context(
            running_site(where, *arguments, env=env | SITE | extra, starts_within=180)
        )
        wait_for(lambda: is_served(running, "/en/"), 120)
        yield running


def is_served(running: Site, path: str = "/en/", seconds: float = 20) -> bool:
    try:
        with urllib.request.urlopen(running.url + path, timeout=seconds) as answer:
            return answer.status == 200
    except (OSError, HTTPException):
        return False


def wait_for(question: Callable[[], object], seconds: float) -> float:
    """Return how many seconds it took until the answer was yes."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if question():
            return time.monotonic() - began
        time.sleep(0.1)
    raise LostError(f"it did not come back within {seconds:.0f} s")


def ask(host: str, subject: str, file: tuple[str, bytes] | None = None, slowly: float = 0) -> int:
    """Ask the office a question as a visitor does, with a file or without; return the status."""
    client = HTTPConnection(host, timeout=90)
    try:
        client.request("GET", ASK)
        page = client.getresponse()
        cookie = str(page.headers["Set-Cookie"]).split(";")[0]
        form = page.read().decode()
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        # Each is of somebody else: one address asks ten questions a day.
        address = f"fault-{uuid.uuid4().hex}@example.org"
        fields |= {"email": address, "subject": subject, "text": "?", "looked": "1"}
        head = '--b\r\nContent-Disposition: form-data; name="{}"'
        body = "".join(f"{head.format(name)}\r\n\r\n{value}\r\n" for name, value in fields.items())
        raw = body.encode()
        if file:
            name = f'{head.format("attachments")}; filename="{file[0]}"\r\n\r\n'
            raw += name.encode() + file[1] + b"\r\n"
        raw += b"--b--\r\n"
        client.putrequest("POST", ASK)
        for header, value in (
            ("Content-Type", "multipart/form-data; boundary=b"),
            ("Content-Length", str(len(raw))),
            ("Cookie", cookie),
        ):
            client.putheader(header, value)
        client.endheaders()
        for start in range(0, len(raw), 20_000):
            client.send(raw[start : start + 20_000])
            time.sleep(slowly)
        answer = client.getresponse()
        answer.read()
        return answer.status
    finally:
        client.close()


class Writers:
    """People who ask questions all the time, and note what was acknowledged."""

    def __init__(self, running: Site, count: int = 4) -> None:
        self.host = running.url.removeprefix("http://")
        self.acknowledged: list[str] = []
        self.failed = 0
        self.refused: Counter[int] = Counter()
        """Answers other than the one of a question that was taken, by their status."""
        self.enough = threading.Event()
        self.threads = [
            threading.Thread(target=self._write, args=(number,)) for number in range(count)
        ]

    def __enter__(self) -> Writers:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.enough.set()
        for thread in self.threads:
            thread.join()

    def _write(self, number: int) -> None:
        for turn in range(1_000_000):
            if self.enough.is_set():
                return
            subject = f"{MARK} {number} {turn}"
            try:
                status = ask(self.host, subject)
            except (OSError, HTTPException, KeyError):
                self.failed += 1
                time.sleep(0.3)
                continue
            if status == 302:
                self.acknowledged.append(subject)
                time.sleep(0.05)
            else:
                self.refused[status] += 1
                time.sleep(0.3)


def questions(running: Site) -> list[str]:
    """The questions that are in the database."""
    wanted = f"SELECT subject FROM advising_question WHERE subject LIKE '{MARK} %'"
    with contextlib.closing(sqlite3.connect(running.data / "sojourn.sqlite3")) as database:
        return [subject for (subject,) in database.execute(wanted)]


def check_nothing_is_lost(writers: Writers, found: list[str]) -> None:
    if any(status < 500 for status in writers.refused):
        raise LostError(f"questions were refused, which is no fault: {dict(writers.refused)}")
    lost = set(writers.acknowledged) - set(found)
    if lost:
        raise LostError(f"{len(lost)} of {len(writers.acknowledged)} questions are gone")
    if len(found) != len(set(found)):
        raise LostError("a question is there twice")


def processes(running: Site) -> dict[str, list[int]]:
    """The supervisor's children: web processes, and the worker."""
    found: dict[str, list[int]] = {"web": [], "worker": []}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[:2]
            command = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if int(parent) == running.process.pid and state != "Z":
            found["worker" if b"worker" in command else "web"].append(int(folder.name))
    return found


class Visits:
    """Somebody who looks at the home page again and again; how long each took."""

    def __init__(self, host: str, headers: Mapping[str, str] | None = None) -> None:
        self.host = host
        self.headers = dict(headers or {})
        self.took: list[float] = []
        self.failed = 0

    def look(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.monotonic()
            client = HTTPConnection(self.host, timeout=30)
            try:
                client.request("GET", "/en/", headers=self.headers)
                self.failed += client.getresponse().status != 200
            except (OSError, HTTPException):
                self.failed += 1
            finally:
                client.close()
            self.took.append(time.monotonic() - began)
            time.sleep(0.1)

    def figures(self) -> str:
        self.took.sort()
        p50, p99 = (self.took[int(len(self.took) * part)] for part in (0.5, 0.99))
        return (
            f"{len(self.took)} visits meanwhile, p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, "
            f"{self.failed} failed"
        )


# --- The faults ---------------------------------------------------------------------------------


def slow_clients() -> str:
    """200 uploads that drip and 200 readers that do not read, and an honest slow upload."""
    with site() as running:
        return _slow_clients(running.url.removeprefix("http://"))


def _slow_clients(host: str) -> str:
    address, port = host.split(":")
    enough = threading.Event()

    def hold(number: int) -> None:
        """Hold one connection; when it is let go, take another."""
        while not enough.is_set():
            with contextlib.suppress(OSError), socket.socket() as client:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                client.settimeout(5)
                client.connect((address, int(port)))
                head = f"Host: {address}\r\n"
                if number % 2:
                    client.sendall(f"GET /source/ HTTP/1.1\r\n{head}\r\n".encode())
                    enough.wait()
                    return
                kind = "Content-Type: application/x-www-form-urlencoded\r\n"
                client.sendall(
                    f"POST {ASK} HTTP/1.1\r\n{head}{kind}Content-Length: 9000\r\n\r\na=".encode()
                )
                while not enough.wait(1):
                    client.sendall(b"b")

    holders = [threading.Thread(target=hold, args=(number,)) for number in range(2 * SLOW)]
    honest: list[int] = []
    file = ("plan.pdf", b"%PDF-1.7\n" + b"x" * 2_000_000)
    uploads = [
        threading.Thread(
            target=lambda name=name: honest.append(ask(host, name, file, slowly=SECONDS / 200))
        )
        for name in ("slow line", "another")
    ]
    visits = Visits(host)
    for thread in (*holders, *uploads):
        thread.start()
    try:
        visits.look(SECONDS)
        for upload in uploads:
            upload.join()
    finally:
        enough.set()
        for thread in holders:
            thread.join()
    if honest != [302, 302]:
        raise LostError(f"an honest upload over a slow line was answered {honest}")
    return f"{2 * SLOW} slow clients for {SECONDS} s: {visits.figures()}; 2 slow uploads taken"


def behind_caddy() -> str:
    """The same, behind Caddy as documented."""
    return _behind("caddy", "    abroad.example.edu {\n", _caddy)


def behind_nginx() -> str:
    """The same, behind nginx as documented."""
    return _behind("nginx", "    server {\n", _nginx)


def _behind(program: str, begins: str, command: Callable[[Path, str, int, int], list[str]]) -> str:
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    if not found:
        return f"not tried: {program} is not installed"
    text = (PROJECT / "docs" / "operating.md").read_text()
    block = text[text.index(begins) :]
    lines = block.splitlines()
    count = next(number for number, line in enumerate(lines) if line and line[:4] != "    ")
    documented = "\n".join(line[4:] for line in lines[:count])
    port = free_port()
    with (
        tempfile.TemporaryDirectory(prefix="faults-proxy-") as folder,
        site(SOJOURN_TRUSTED_PROXIES="127.0.0.1") as running,
    ):
        site_port = int(running.url.rsplit(":", 1)[1])
        process = subprocess.Popen(
            [found, *command(Path(folder), documented, port, site_port)],
            cwd=folder,
            env=os.environ | {"HOME": folder, "XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            there = Site(f"http://127.0.0.1:{port}", running.data, running.process, running.log)
            wait_for(lambda: is_served(there), 30)
            return _slow_clients(f"127.0.0.1:{port}")
        finally:
            process.terminate()
            process.wait(20)


def _caddy(folder: Path, documented: str, port: int, site_port: int) -> list[str]:
    text = documented.replace("abroad.example.edu", f"http://127.0.0.1:{port}")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{site_port}")
    (folder / "Caddyfile").write_text("{\n    admin off\n}\n" + text + "\n")
    return ["run", "--config", "Caddyfile", "--adapter", "caddyfile"]


def _nginx(folder: Path, documented: str, port: int, site_port: int) -> list[str]:
    text = re.sub(r"listen 443.*;", f"listen 127.0.0.1:{port};", documented)
    text = re.sub(r"\s+ssl_certificate\S* .*;", "", text)
    text = text.replace("abroad.example.edu", "127.0.0.1")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{site_port}")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\npid {folder}/pid;\nworker_processes 2;\nerror_log {folder}/error.log;\n"
        f"{'user root;' if os.getuid() == 0 else ''}\n"
        f"events {{ worker_connections 768; }}\nhttp {{\naccess_log off;\n{temporary}{text}\n}}\n"
    )
    return ["-c", f"{folder}/nginx.conf", "-p", str(folder)]


def kills() -> str:
    """A web process or the worker is killed, again and again, while people write."""
    back = []
    chance = random.Random(1)
    with site() as running:
        with Writers(running) as writers:
            for _round in range(KILLS):
                wait_for(lambda: any(processes(running).values()), 60)
                there = processes(running)
                victim = chance.choice([*there["web"], *there["worker"]])
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
                back.append(wait_for(lambda: is_served(running, seconds=5), 60))
                time.sleep(0.5)
            wait_for(lambda: all(processes(running).values()), 60)
        found = questions(running)
        check_nothing_is_lost(writers, found)
    back.sort()
    return (
        f"{KILLS} kills: {len(writers.acknowledged)} questions acknowledged, none lost, "
        f"{writers.failed} cut off, {writers.refused.total()} answered with an error; the site "
        f"answered again after "
        f"{back[len(back) // 2] * 1000:.0f} ms (median), {back[-1] * 1000:.0f} ms (longest)"
    )


def hang() -> str:
    """A web process and the worker stand still (SIGSTOP)."""
    took = {}
    with site() as running:
        wait_for(lambda: all(processes(running).values()), 60)
        for kind in ("web", "worker"):
            victim = processes(running)[kind][0]
            wanted = len(processes(running)[kind])
            time.sleep(3)  # it has said that it lives
            os.kill(victim, signal.SIGSTOP)

            def is_replaced(kind: str = kind, victim: int = victim, wanted: int = wanted) -> bool:
                there = processes(running)[kind]
                return victim not in there and len(there) == wanted

            took[kind] = wait_for(is_replaced, 60)
            if not is_served(running):
                raise LostError(f"no answer after a {kind} process hung")
    return ", ".join(f"{kind} replaced after {seconds:.1f} s" for kind, seconds in took.items())


def full_disk() -> str:
    """The disk of the data folder is nearly full: files are refused, everything else goes on."""
    with site() as running:
        free = shutil.disk_usage(running.data).free // 1_000_000
    with site(SOJOURN_FREE_SPACE_MB=str(free + 100_000)) as running:
        host = running.url.removeprefix("http://")
        file = ("plan.pdf", b"%PDF-1.7\n" + b"x" * 2_000)
        refused = ask(host, "with a file", file)
        taken = ask(host, f"{MARK} without")
        with urllib.request.urlopen(f"{running.url}/readyz") as answer:
            knows = b'"disk"' in answer.read()
        left = [path for path in Path(running.data, "files").rglob("*") if path.is_file()]
        if (refused, taken, knows, left) != (422, 302, True, []):
            raise LostError(f"answered {refused} and {taken}, readyz knows: {knows}, left: {left}")
    return "below the floor: a file is refused kindly (422), a question without one is taken"


def clock_jump() -> str:
    """The clock jumps three hours on and back while people write."""
    with tempfile.TemporaryDirectory(prefix="faults-clock-") as folder:
        Path(folder, "sitecustomize.py").write_text(CLOCK)
        clock = Path(folder, "shift")
        clock.write_text("0")
        path = f"{folder}{os.pathsep}{PROJECT}"
        with site(PYTHONPATH=path, FAULTS_CLOCK=str(clock)) as running:
            before = processes(running)
            with Writers(running) as writers:
                for shift in ("10800", "0", "-10800", "0"):
                    clock.write_text(shift)
                    time.sleep(SECONDS / 6)
            if processes(running)["web"] != before["web"]:
                raise LostError("a web process was replaced")
            check_nothing_is_lost(writers, questions(running))
            if not is_served(running):
                raise LostError("the site does not answer")
    return (
        f"clock 3 hours on, back, 3 hours back, on: {len(writers.acknowledged)} questions "
        f"acknowledged, none lost, {writers.failed} cut off, {writers.refused.total()} answered "
        f"with an error; no process was replaced"
    )


CLOCK = """
import os, threading, time
import time_machine

real = time.time

def follow():
    shift, travel = 0.0, None
    while True:
        try:
            wanted = float(open(os.environ["FAULTS_CLOCK"]).read() or 0)
        except (OSError, ValueError):
            wanted = shift
        if wanted != shift:
            if travel:
                travel.stop()
            shift, travel = wanted, None
            if shift:
                travel = time_machine.travel(time.time() + shift, tick=True)
                travel.start()
        threading.Event().wait(0.2)

def start():
    threading.Thread(target=follow, daemon=True).start()

start()
os.register_at_fork(after_in_child=start)
"""


def database_gone() -> str:
    """PostgreSQL cannot be reached for 30 seconds while people write."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        with_cluster = PROJECT / "tools" / "postgres" / "with_cluster.sh"
        done = subprocess.run(
            ["bash", with_cluster, sys.executable, __file__, "database_gone"],
            check=False, capture_output=True, text=True, timeout=900,
        )  # fmt: skip
        if done.returncode:
            raise LostError((done.stdout + done.stderr)[-2_000:])
        return done.stdout.strip().splitlines()[-1].split(": ", 1)[1]
    import psycopg

    with tempfile.TemporaryDirectory(prefix="faults-database-") as folder:
        name = f"faults_{os.getpid()}"
        with ready.installation(ready.LEIDEN, Path(folder), name) as env:
            address = urlsplit(env["DATABASE_URL"])
            with Line(address.port or 5432) as line:
                through = urlunsplit(
                    address._replace(netloc=f"{address.username}@127.0.0.1:{line.port}")
                )
                chosen = env | SITE | {"DATABASE_URL": through}
                with running_site(Path(folder), env=chosen, starts_within=180) as running:
                    wait_for(lambda: is_served(running, "/en/"), 120)
                    visits = Visits(running.url.removeprefix("http://"))
                    with Writers(running) as writers:
                        time.sleep(5)
                        line.cut()
                        visits.look(30)
                        before = len(writers.acknowledged)
                        line.mend()
                        back = wait_for(lambda: len(writers.acknowledged) > before, 60)
                        time.sleep(5)
                    worker = wait_for(lambda: processes(running)["worker"], 60)
                with psycopg.connect(env["DATABASE_URL"]) as database:
                    wanted = f"SELECT subject FROM advising_question WHERE subject LIKE '{MARK} %'"
                    found = [subject for (subject,) in database.execute(wanted)]
                check_nothing_is_lost(writers, found)
    return (
        f"PostgreSQL gone for 30 s: {visits.figures()}; "
        f"{len(writers.acknowledged)} questions acknowledged, none lost; written again "
        f"{back:.1f} s after it came back, the worker after {worker:.1f} s"
    )


class Line:
    """A line to a port of this machine that can be cut and mended."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.is_cut = False
        self.ends: set[socket.socket] = set()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = self.listener.getsockname()[1]

    def __enter__(self) -> Line:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self.listener.close()

    def cut(self) -> None:
        self.is_cut = True
        for end in list(self.ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self.is_cut = False

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if self.is_cut:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.target))
            self.ends |= {near, far}
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := one.recv(65_536):
                other.sendall(piece)
        for end in (one, other):
            self.ends.discard(end)
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def broken_files() -> str:
    """Files that are cut off, empty, mislabelled or bombs are sent to the office."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * 200_000_000)
    bomb = packed.getvalue()
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xff\xff\0\0\xff\xff\x08\x06\0\0\0" + b"\0" * 40
    files = {
        "empty.pdf": b"",
        "cut.pdf": b"%PDF-1.7\n1 0 obj\n<< /Type /Cat",
        "page.pdf": b"<html><script>alert(1)</script>",
        "bomb.docx": bomb,
        "cut.docx": bomb[: len(bomb) // 2],
        "wide.png": png,
        "noise.jpg": random.Random(1).randbytes(500_000),
    }
    with site() as running:
        host = running.url.removeprefix("http://")
        before = processes(running)
        answers = {name: ask(host, name, (name, content)) for name, content in files.items()}
        if processes(running) != before:
            raise LostError("a process did not survive")
        if any(status >= 500 for status in answers.values()) or not is_served(running):
            raise LostError(f"answered {answers}")
    refused = sum(status == 422 for status in answers.values())
    return f"{len(files)} broken files: {refused} refused, no process ended"


FAULTS: dict[str, Callable[[], str]] = {
    each.__name__: each
    for each in (
        slow_clients, behind_caddy, behind_nginx, kills, hang, full_disk, clock_jump,
        database_gone, broken_files,
    )
}  # fmt: skip


def main() -> int:
    failed = 0
    for name in sys.argv[1:] or FAULTS:
        try:
            print(f"{name}: {FAULTS[name]()}", flush=True)
        except LostError as error:
            failed += 1
            print(f"{name}: FAILED, {error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
