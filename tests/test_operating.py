"""docs/operating.md, executed: every line that it shows is run, in its order, or the test fails."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest

from tests.support import ready
from tests.support.site import PROJECT, Site, environment, free_port, stop, wait_until_it_answers

pytestmark = pytest.mark.server

TEXT = (PROJECT / "docs" / "operating.md").read_text()
LINES = [line[4:].rstrip() for line in TEXT.splitlines() if line.startswith("    ")]


SET_UP_A_SECOND_STEP = """
import os, sys, django
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'sojourn.config.settings')
django.setup()
from allauth.mfa.totp.internal.auth import TOTP
from sojourn.people.models import User
TOTP.activate(User.objects.get(email=sys.argv[1]), 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP')
"""


class Machine:
    """A machine with the documented folders, all below one folder of the test's."""

    def __init__(self, root: Path, database: dict[str, str]) -> None:
        self.root = root
        self.code, self.data, self.backups = root / "opt", root / "data", root / "backup"
        self.port = free_port()
        for folder in (self.code, self.backups):
            folder.mkdir()
        for part in ("sojourn", "Makefile", "tools", "requirements", "pyproject.toml"):
            (self.code / part).symlink_to(PROJECT / part)
        (self.code / "editions").mkdir()
        shutil.copytree(ready.EDITION, self.code / "editions" / "yours")
        program = self.code / ".venv" / "bin" / "sojourn"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m sojourn "$@"\n')
        program.chmod(0o755)
        self.env = environment(self.data, **database, PYTHONPATH=str(PROJECT))
        self.running: subprocess.Popen[bytes] | None = None
        self.identity: Any = None

    def here(self, line: str) -> str:
        """The line with the folders and the port of this machine."""
        for documented, ours in (
            ("/opt/sojourn", self.code),
            ("/var/lib/sojourn", self.data),
            ("/backup", self.backups),
        ):
            line = re.sub(rf"(?<![\w/.]){documented}\b", str(ours), line)
        return line.replace("--port 8000", f"--port {self.port}")

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["sh", "-c", self.here(line)], env=self.env, cwd=self.code, text=True,
            capture_output=True, timeout=280, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return done

    def start(self, command: str, env: dict[str, str]) -> None:
        self.stop()
        log = self.root / "serve.log"
        with log.open("ab") as output:
            self.running = subprocess.Popen(
                ["sh", "-c", f"exec {command}"], env=env, cwd=self.code,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        site = Site(f"http://127.0.0.1:{self.port}", self.data, self.running, log)
        wait_until_it_answers(site, "/healthz")

    def stop(self) -> None:
        if self.running is not None:
            self.running.send_signal(signal.SIGTERM)
            assert self.running.wait(30) == 0
            self.running = None


@pytest.fixture
def machine(tmp_path: Path, worker_id: str) -> Iterator[Machine]:
    with contextlib.ExitStack() as stack:
        made = stack.enter_context(
            ready.installation(ready.LEIDEN, tmp_path / "data", f"{worker_id}-operating")
        )
        database = {name: made[name] for name in ("DATABASE_URL",) if name in made}
        found = Machine(tmp_path, database)
        try:
            yield found
        finally:
            if found.running is not None:
                stop(found.running)


def proxies_and_units(lines: list[str]) -> tuple[list[str], list[list[str]]]:
    """The single commands, and the files that are shown whole."""
    single: list[str] = []
    files: list[list[str]] = []
    block: list[str] | None = None
    depth = 0
    for line in lines:
        if block is None and (line.endswith("{") or line == "[Unit]"):
            block = [line]
            depth = line.count("{")
        elif block is not None:
            block.append(line)
            depth += line.count("{") - line.count("}")
            if line == "WantedBy=multi-user.target" or (depth == 0 and line == "}"):
                files.append(block)
                block = None
        else:
            single.append(line)
    assert block is None
    return [line for line in single if line], files


def code_of(machine: Machine) -> str:
    digest = hashlib.sha256()
    for path in sorted((machine.code / "editions").rglob("*")):
        digest.update(str(path).encode() + (path.read_bytes() if path.is_file() else b""))
    return digest.hexdigest()


@pytest.mark.long
def test_every_line_that_is_shown_works(machine: Machine) -> None:
    commands, files = proxies_and_units(LINES)
    assert len(commands) >= 12
    before = code_of(machine)
    for line in commands:
        _execute(machine, line.split("  #")[0].strip())
    assert len(files) == 3
    for lines in files:
        _use(machine, lines)
    # No folder of data holds code, or the other way round: a restore brings no old code back.
    assert code_of(machine) == before
    made = [str(path) for path in machine.data.rglob("*")]
    assert not [path for path in made if "/editions/" in path or path.endswith(".py")]


def _execute(machine: Machine, line: str) -> None:
    if line == "make install":
        machine.run("make -n install")  # what it does is tests/test_make.py's
    elif line.startswith("export SOJOURN_CALL_LIST_KEYS="):
        machine.env |= {
            "SOJOURN_CALL_LIST_KEYS": str(machine.identity.to_public()),
            "SOJOURN_CALL_LIST_TO": str(machine.backups),
        }
    elif line.startswith("export "):
        name, value = line.removeprefix("export ").split("=", 1)
        machine.env[name] = machine.here(value)
    elif " serve" in line:
        # As behind its proxy: plain HTTP from outside is sent on to TLS, a probe is answered.
        machine.start(machine.here(line), machine.env)
    elif " restore" in line:
        (newest,) = machine.backups.glob("sojourn-*.zip")
        machine.stop()
        told = machine.run(re.sub(r"sojourn-\d{8}-\d{6}\.zip", newest.name, line))
        assert "Restored as it was" in told.stdout
    elif " transfer " in line:
        # Both ways are tried in tests/config/test_transfer.py; here, that there is such a command.
        machine.run(".venv/bin/sojourn transfer --help")
    elif " reset-second-step " in line:
        machine.run(f'{sys.executable} -c "{SET_UP_A_SECOND_STEP}" {line.split()[-1]}')
        machine.run(line)
    elif match := re.fullmatch(r"15 3 \* \* \*  sojourn  (.*)", line):
        for old in machine.backups.iterdir():
            old.unlink()
        machine.run(match[1])
        assert len(list(machine.backups.glob("sojourn-*.zip"))) == 1
    elif line.startswith("age-keygen "):
        # What the program age does, the library of its format does here.
        machine.identity = pyrage.x25519.Identity.generate()
    elif line.startswith("age --decrypt "):
        machine.run(".venv/bin/sojourn call-list")
        (sealed,) = machine.backups.glob("call-list-*.html.age")
        assert b"<html" in pyrage.decrypt(sealed.read_bytes(), [machine.identity])
        sealed.unlink()
    else:
        assert line.startswith(".venv/bin/sojourn "), f"nobody executes: {line}"
        machine.run(line)


def _use(machine: Machine, lines: list[str]) -> None:
    if lines[0] == "[Unit]":
        _run_as_systemd_does(machine, lines)
        return
    # The proxies themselves are tried by `make faults`; here, that they are sent to the right port.
    text = "\n".join(lines)
    assert "127.0.0.1:8000" in text
    if "server {" in text:
        assert "X-Forwarded-Proto $scheme" in text
        assert "X-Forwarded-For" in text
        most = int(re.findall(r"client_max_body_size (\d+)m", text)[0])
        from sojourn.advising.files import LARGEST_FILE, MOST_FILES

        assert most * 1024 * 1024 > MOST_FILES * LARGEST_FILE + 1_000_000


def _run_as_systemd_does(machine: Machine, lines: list[str]) -> None:
    settings: dict[str, list[str]] = {}
    for line in lines:
        if "=" in line:
            name, value = line.split("=", 1)
            settings.setdefault(name, []).append(machine.here(value))
    (folder,) = settings["WorkingDirectory"]
    env = {name: machine.env[name] for name in ("PATH", "DATABASE_URL") if name in machine.env}
    for value in settings["Environment"]:
        env |= dict(each.split("=", 1) for each in shlex.split(value))
    data = Path(env["SOJOURN_DATA"])
    assert not data.is_relative_to(folder)
    assert not Path(folder).is_relative_to(data)
    assert settings["StateDirectory"] == ["sojourn"]  # /var/lib/sojourn
    env["PYTHONPATH"] = str(PROJECT)
    machine.start(settings["ExecStart"][0], env)
    with urllib.request.urlopen(f"http://127.0.0.1:{machine.port}/readyz", timeout=60) as answer:
        assert answer.status == 200
    machine.stop()


def test_data_on_top_of_the_code_is_refused(tmp_path: Path) -> None:
    for folder in (PROJECT, PROJECT.parent):
        done = subprocess.run(
            [sys.executable, "-m", "sojourn", "migrate"],
            env=environment(tmp_path) | {"SOJOURN_DATA": str(folder)},
            cwd=PROJECT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 1
        assert "where the code is" in done.stderr
    assert not os.path.lexists(PROJECT / "sojourn.sqlite3")
