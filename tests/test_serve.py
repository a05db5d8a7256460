"""`sojourn serve` in earnest: real processes on a free port, started, used, stopped and killed."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.support import ready
from tests.support.database import database_of_its_own
from tests.support.site import Site, environment, running_site, sojourn

pytestmark = pytest.mark.server

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture
def env(tmp_path: Path, worker_id: str) -> Iterator[dict[str, str]]:
    """An installation that has its tables and its static files."""
    with ready.installation(ready.MIGRATED, tmp_path, f"{worker_id}-serve") as chosen:
        yield chosen


@pytest.fixture
def empty(tmp_path: Path, worker_id: str) -> Iterator[dict[str, str]]:
    """An installation that has never been started."""
    with database_of_its_own(f"{worker_id}-empty") as database:
        yield environment(tmp_path, **database)


def processes_of(site: Site) -> set[int]:
    """Every living process that was started with the site's data folder."""
    mark = f"SOJOURN_DATA={site.data}".encode()
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            mine = mark in (folder / "environ").read_bytes().split(b"\0")
            alive = b"\nState:\tZ" not in (folder / "status").read_bytes()
        except OSError:
            continue
        if mine and alive:
            found.add(int(folder.name))
    return found


def eventually(question: Callable[[], object], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if question():
            return True
        time.sleep(0.1)
    return False


def worker_of(site: Site) -> int | None:
    for process in processes_of(site):
        try:
            command = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"worker" in command:
            return process
    return None


def test_it_says_first_and_last_where_to_go(tmp_path: Path, env: dict[str, str]) -> None:
    with running_site(tmp_path, env=env) as site:
        assert eventually(lambda: "Ctrl-C stops it." in site.output())
        said = [line for line in site.output().splitlines() if line and not line.startswith("{")]
        assert site.url in said[0]
        assert f"{site.url}/en/" in said[1]
        assert f"{site.url}/nl/" in said[1]
        assert said[-1] == "Ctrl-C stops it."


@pytest.mark.long
def test_its_first_start_says_how_the_first_person_comes_in(
    tmp_path: Path, env: dict[str, str]
) -> None:
    with running_site(tmp_path, "--no-worker", env=env) as site:
        assert eventually(lambda: "Ctrl-C stops it." in site.output())
        assert "sojourn people invite ADDRESS --role operator" in site.output()
    invited = sojourn("people", "invite", "carla@example.edu", "--role", "operator", env=env)
    assert invited.returncode == 0, invited.stderr
    with running_site(tmp_path, "--no-worker", env=env) as site:
        assert eventually(lambda: "Ctrl-C stops it." in site.output())
        assert "sojourn people invite" not in site.output()


@pytest.mark.long
def test_plain_serve_never_makes_demo_accounts(tmp_path: Path, env: dict[str, str]) -> None:
    with running_site(tmp_path, "--no-worker", env=env) as site:
        assert eventually(lambda: "Ctrl-C stops it." in site.output())
        assert "@" not in site.output()
    assert not (tmp_path / "demo-accounts.txt").exists()


@linux
@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)]
)
@pytest.mark.parametrize("to", ["supervisor", pytest.param("everybody", marks=pytest.mark.long)])
def test_it_stops_cleanly_and_leaves_nobody_behind(
    tmp_path: Path, env: dict[str, str], number: signal.Signals, to: str
) -> None:
    with running_site(tmp_path, env=env) as site:
        assert eventually(lambda: worker_of(site))
        # The supervisor, two web processes, the worker.
        assert eventually(lambda: len(processes_of(site)) >= 4)
        if to == "everybody":  # as Ctrl-C in a terminal and systemd do
            os.killpg(site.process.pid, number)
        else:
            site.process.send_signal(number)
        assert site.process.wait(40) == 0
        assert "refused to gracefully stop" not in site.output()  # nobody had to be killed
        assert processes_of(site) == set()
        assert "Traceback" not in site.output()
        assert site.output().rstrip().endswith("Sojourn has stopped.")


@pytest.mark.long
@linux
def test_it_leaves_nobody_behind_even_when_it_is_killed(
    tmp_path: Path, env: dict[str, str]
) -> None:
    with running_site(tmp_path, env=env) as site:
        assert eventually(lambda: worker_of(site))
        site.process.kill()
        site.process.wait(5)
        assert eventually(lambda: processes_of(site) == set())


@pytest.mark.long
@linux
def test_a_worker_that_dies_is_replaced(tmp_path: Path, env: dict[str, str]) -> None:
    with running_site(tmp_path, env=env) as site:
        assert eventually(lambda: worker_of(site))
        first = worker_of(site)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert eventually(lambda: worker_of(site) not in {None, first})


def test_a_taken_port_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        port = somebody.getsockname()[1]
        shown = sojourn("serve", "--port", str(port), env=environment(tmp_path))
    assert shown.returncode == 1
    assert len(shown.stderr.strip().splitlines()) == 1
    assert str(port) in shown.stderr
    assert "Traceback" not in shown.stderr


@pytest.mark.long
def test_a_second_sojourn_does_not_share_the_port_of_the_first(
    tmp_path: Path, env: dict[str, str]
) -> None:
    with running_site(tmp_path, "--no-worker", env=env) as site:
        port = site.url.rsplit(":", 1)[1]
        shown = sojourn("serve", "--port", port, env=environment(tmp_path / "other"))
        assert shown.returncode == 1
        assert "already" in shown.stderr


@pytest.mark.long
def test_the_port_is_free_again_at_once(tmp_path: Path, env: dict[str, str]) -> None:
    with running_site(tmp_path, "--no-worker", env=env) as site:
        port = int(site.url.rsplit(":", 1)[1])
        urllib.request.urlopen(f"{site.url}/healthz", timeout=10).close()
    with socket.socket() as next_one:
        next_one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        next_one.bind(("127.0.0.1", port))


@pytest.mark.long
def test_two_that_start_at_once_on_an_empty_folder_both_serve(
    tmp_path: Path, empty: dict[str, str]
) -> None:
    def start(number: int) -> Site:
        # Each has a log of its own; the data folder is the same.
        folder = tmp_path / f"log-{number}"
        return stack.enter_context(running_site(folder, env=empty))

    with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        for site in pool.map(start, range(2)):
            with urllib.request.urlopen(f"{site.url}/healthz", timeout=10) as answer:
                assert answer.status == 200
            assert "Traceback" not in site.output()


@pytest.mark.long
def test_account_mail_is_delivered_by_the_worker(tmp_path: Path, env: dict[str, str]) -> None:
    with running_site(tmp_path, env=env) as site:
        page = f"{site.url}/en/account/password/reset/"
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        form = browser.open(page, timeout=20).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token is not None
        fields = {"csrfmiddlewaretoken": token[1], "email": "nobody@example.org"}
        browser.open(page, urllib.parse.urlencode(fields).encode(), timeout=20).close()

        assert eventually(lambda: list((tmp_path / "mail").glob("*.log")))
        (mail,) = (tmp_path / "mail").glob("*.log")
        assert eventually(lambda: "nobody@example.org" in mail.read_text())
        assert "nobody@example.org" not in site.output()


def web_processes_of(site: Site) -> set[int]:
    """The children of the supervisor that answer requests."""
    found = set()
    for process in processes_of(site) - {site.process.pid, worker_of(site)}:
        parent = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1]
        if int(parent) == site.process.pid:
            found.add(process)
    return found


def answers(site: Site, path: str = "/healthz") -> bool:
    try:
        with urllib.request.urlopen(site.url + path, timeout=20) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.mark.long
@linux
def test_web_processes_that_die_again_and_again_are_replaced_each_time(
    tmp_path: Path, env: dict[str, str]
) -> None:
    with running_site(tmp_path, "--no-worker", "--workers", "2", env=env) as site:
        for _round in range(4):
            assert eventually(lambda: len(web_processes_of(site)) == 2)
            for process in web_processes_of(site):
                os.kill(process, signal.SIGKILL)
            assert eventually(lambda: answers(site))
        assert site.process.poll() is None
        assert "Traceback" not in site.output()


@pytest.mark.long
@linux
def test_a_web_process_and_a_worker_that_hang_are_replaced(
    tmp_path: Path, env: dict[str, str]
) -> None:
    with running_site(tmp_path, "--workers", "1", env=env) as site:
        assert eventually(lambda: worker_of(site) and "worker started" in site.output())
        (web,), worker = web_processes_of(site), worker_of(site)
        assert worker is not None
        os.kill(web, signal.SIGSTOP)
        os.kill(worker, signal.SIGSTOP)
        assert eventually(lambda: web not in web_processes_of(site) and answers(site), 60)
        assert eventually(lambda: worker_of(site) not in {None, worker}, 60)
