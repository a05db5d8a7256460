"""The temporary PostgreSQL of `make test-postgres`: it works, and it leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.support.site import PROJECT

SCRIPT = PROJECT / "tools" / "postgres" / "with_cluster.sh"

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(
        not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")), reason="needs PostgreSQL"
    ),
    pytest.mark.skipif(
        os.geteuid() == 0 and shutil.which("runuser") is None, reason="needs runuser for root"
    ),
]

ASK = """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    print(connection.execute("show data_directory").fetchone()[0])
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    # Another user (postgres) must be able to reach it when root runs the tests.
    for each in (tmp_path, *tmp_path.parents):
        if each == Path(tempfile.gettempdir()):
            break
        each.chmod(each.stat().st_mode | 0o055)
    return tmp_path


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(SCRIPT), *command],
        env=os.environ | {"TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def test_the_command_gets_a_database_of_its_own(folder: Path) -> None:
    done = run(folder, sys.executable, "-c", ASK)
    assert done.returncode == 0, done.stderr
    assert str(folder) in done.stdout
    assert list(folder.iterdir()) == []


def test_a_failing_command_keeps_its_code_and_nothing_else(folder: Path) -> None:
    assert run(folder, "sh", "-c", "exit 7").returncode == 7
    assert list(folder.iterdir()) == []


def test_an_interrupted_run_leaves_nothing_behind(folder: Path) -> None:
    process = subprocess.Popen(
        # Who started the tests may have left them deaf to Ctrl-C, and a shell inherits that.
        ["env", "--default-signal=INT", "bash", str(SCRIPT), "sleep", "60"],
        env=os.environ | {"TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert "listens on" in process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(90) == 130
    deadline = time.monotonic() + 10
    while list(folder.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert list(folder.iterdir()) == []
