"""The `sojourn` command as a person types it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sojourn.engines.allocation import (
    Application,
    Choice,
    Opportunity,
    Problem,
    allocate,
    commitment,
    write_result,
)
from tests.support import ready
from tests.support.database import database_of_its_own
from tests.support.site import PROJECT, environment, free_port, sojourn

pytestmark = pytest.mark.server


def one_sentence(text: str) -> bool:
    return "Traceback" not in text and 0 < len(text.strip().splitlines()) <= 2


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["serve"],
        ["load"],
        ["check"],
        ["verify"],
        ["export"],
        ["worker"],
        ["migrate"],
        ["backup"],
        ["restore"],
        ["demo"],
        ["demo", "accounts"],
        ["demo", "round"],
        ["demo", "large"],
        ["people"],
        ["people", "invite"],
        ["people", "list"],
        ["people", "role"],
        ["people", "deactivate"],
        ["people", "reset-second-step"],
    ],
)
def test_every_command_explains_itself(command: list[str], tmp_path: Path) -> None:
    shown = sojourn(*command, "--help", env=environment(tmp_path))
    assert shown.returncode == 0
    assert "Usage: sojourn" in shown.stdout
    assert len(shown.stdout.splitlines()) > 4


def test_help_does_not_wait_for_django() -> None:
    program = (
        "import sys, sojourn.cli; print(sorted({'django', 'rich', 'numpy'} & set(sys.modules)))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "[]"


def test_wrong_use_is_code_2(tmp_path: Path) -> None:
    env = environment(tmp_path)
    for wrong in (["fly"], ["serve", "--port", "99999"], ["load", str(tmp_path / "nowhere")]):
        shown = sojourn(*wrong, env=env)
        assert shown.returncode == 2, wrong
        assert "Traceback" not in shown.stderr


@pytest.mark.parametrize(
    "command", [["migrate"], ["worker"], ["demo", "accounts"], ["people", "list"]]
)
@pytest.mark.skipif(sys.platform != "linux", reason="uses /proc, where nobody can write")
def test_an_unwritable_folder_is_one_clear_sentence(command: list[str]) -> None:
    shown = sojourn(*command, env=environment(Path("/proc/sojourn-data")))
    assert shown.returncode == 1
    assert one_sentence(shown.stderr)
    assert "/proc/sojourn-data" in shown.stderr
    assert "SOJOURN_DATA" in shown.stderr


def test_serve_with_a_file_for_a_folder_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    shown = sojourn(
        "serve", "--port", str(free_port()), env=environment(tmp_path / "file" / "data")
    )
    assert shown.returncode == 1
    assert one_sentence(shown.stderr)


def test_a_database_that_is_not_there_is_one_clear_sentence(tmp_path: Path) -> None:
    address = f"postgresql://nobody:geheim@127.0.0.1:{free_port()}/nothing"
    shown = sojourn("migrate", env=environment(tmp_path, DATABASE_URL=address))
    assert shown.returncode == 1
    assert one_sentence(shown.stderr)
    assert "geheim" not in shown.stderr


@pytest.mark.parametrize(
    "address", ["mysql://anna:geheim@localhost/x", "geheim", "oracle://geheim"]
)
def test_a_database_of_another_kind_is_one_clear_sentence(tmp_path: Path, address: str) -> None:
    shown = sojourn("migrate", env=environment(tmp_path, DATABASE_URL=address))
    assert shown.returncode == 1
    assert one_sentence(shown.stderr)
    assert "DATABASE_URL" in shown.stderr
    assert "geheim" not in shown.stderr


@pytest.mark.long
def test_migrate_says_what_it_did_and_the_second_time_that_nothing_is_left(
    tmp_path: Path, worker_id: str
) -> None:
    with database_of_its_own(f"{worker_id}-migrate") as database:
        env = environment(tmp_path, **database)
        first, second = sojourn("migrate", env=env), sojourn("migrate", env=env)
    assert "migrations applied" in first.stdout, first.stderr
    assert second.stdout.strip() == "Nothing to do."


def test_the_signing_key_is_made_once_and_kept_from_others(tmp_path: Path, worker_id: str) -> None:
    with ready.installation(ready.MIGRATED, tmp_path, f"{worker_id}-key") as env:
        (tmp_path / "secret-key").unlink()
        sojourn("migrate", env=env)
        key = (tmp_path / "secret-key").read_text()
        sojourn("migrate", env=env)
    assert (tmp_path / "secret-key").read_text() == key
    assert len(key) > 50
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_demo_accounts_are_shown_and_kept_in_a_private_file(tmp_path: Path, worker_id: str) -> None:
    with ready.installation(ready.MIGRATED, tmp_path, f"{worker_id}-demo") as env:
        shown = sojourn("demo", "accounts", env=env)
    assert shown.returncode == 0, shown.stderr
    kept = tmp_path / "demo-accounts.txt"
    assert shown.stdout == kept.read_text()
    assert "coordinator@example.org" in shown.stdout
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_the_module_and_the_command_are_the_same(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("sojourn")
    if not script.exists():
        pytest.skip("the command is not installed beside this Python (make install)")
    shown = subprocess.run(
        [script, "--version"], env=environment(tmp_path), capture_output=True, text=True, check=True
    )
    assert shown.stdout == sojourn("--version", env=dict(os.environ)).stdout


def test_verify_says_yes_or_what_is_wrong_and_needs_no_data_folder(tmp_path: Path) -> None:
    problem = Problem(
        "a round",
        "0123456789abcdef" * 4,
        (Opportunity("karolinska", 1),),
        (
            Application("k7q2", "medicine", (Choice("karolinska", 7),)),
            Application("m4x9", "medicine", (Choice("karolinska", 8),)),
        ),
    )
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    written = write_result(allocate(problem))
    good.write_bytes(written)
    bad.write_bytes(written.replace(b'"not_placed":1', b'"not_placed":0'))
    env = environment(Path("/proc/sojourn-data"))
    yes = sojourn("verify", str(good), commitment(problem.seed), env=env)
    assert (yes.returncode, yes.stdout.startswith("yes: 1 of 2")) == (0, True), yes.stderr
    other = sojourn("verify", str(good), "0" * 64, env=env)
    assert (other.returncode, "[commitment]" in other.stdout) == (1, True)
    no = sojourn("verify", str(bad), env=env)
    assert (no.returncode, "[not-placed]" in no.stdout) == (1, True)
    assert sojourn("verify", str(tmp_path / "nothing.json"), env=env).returncode == 2
