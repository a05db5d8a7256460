"""What `make` says before there is anything to run it with."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.site import PROJECT

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(shutil.which("make") is None, reason="needs make"),
]

OLD_PYTHON = """#!/bin/sh
case "$1" in
--version) echo "Python 3.9.2" ;;
-c) echo False ;;
*) echo "SyntaxError: invalid syntax" >&2; exit 1 ;;
esac
"""


def make(*arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHON", "MAKEFLAGS"}}
    return subprocess.run(
        ["make", *arguments],
        cwd=PROJECT,
        env=env | ({"PATH": path} if path else {}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def old_python(tmp_path: Path) -> Path:
    python = tmp_path / "python3"
    python.write_text(OLD_PYTHON)
    python.chmod(0o755)
    return python


def test_an_old_python_is_one_clear_sentence(old_python: Path) -> None:
    answer = make("run", path=f"{old_python.parent}:{os.environ['PATH']}")
    assert answer.returncode != 0
    sentence, *rest = answer.stderr.strip().splitlines()
    assert "3.11" in sentence
    assert "3.9.2" in sentence
    assert all(line.startswith(("make:", "make[")) for line in rest)


def test_another_python_may_be_named(old_python: Path) -> None:
    answer = make("run", f"PYTHON={old_python}")
    assert answer.returncode != 0
    assert str(old_python) in answer.stderr


def test_a_python_that_is_not_there_is_one_clear_sentence() -> None:
    answer = make("run", "PYTHON=python9.9")
    assert answer.returncode != 0
    assert "no 'python9.9'" in answer.stderr


def test_make_alone_lists_the_chores() -> None:
    answer = make()
    assert answer.returncode == 0
    for chore in (
        "run", "test", "test-all", "test-fast", "test-dates", "test-postgres", "lint", "bench",
        "screenshots",
    ):  # fmt: skip
        assert f"make {chore} " in answer.stdout
