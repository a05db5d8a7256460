"""Makes and updates `.venv` from the locked requirements: environment.py base|test

Does nothing when the lock has not changed since the last time, and then needs no network.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
# What is in the test lock is in the base lock too, so an environment for tests also runs the site.
INCLUDES = {"base": ("base",), "test": ("base", "test")}


class EnvironmentNotMadeError(Exception):
    """The environment could not be made; the message says what to do."""


def main() -> int:
    kind = sys.argv[1] if len(sys.argv) == 2 else ""
    if kind not in INCLUDES:
        print("usage: environment.py base|test", file=sys.stderr)
        return 2
    try:
        with one_at_a_time():
            prepare(kind)
    except EnvironmentNotMadeError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two `make run` at once: the second waits until the first has installed."""
    try:
        lock = (PROJECT / ".venv.lock").open("w")
    except OSError as error:
        raise EnvironmentNotMadeError(
            f"Sojourn cannot write to {PROJECT} ({(error.strerror or str(error)).lower()}), "
            "where its environment .venv must go."
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare(kind: str) -> None:
    stamp = VENV / f".installed-{kind}"
    wanted = fingerprint(kind)
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing what Sojourn needs into {VENV} (once, a minute or so) …", flush=True)
    if not works(PYTHON):
        try:
            venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(VENV)
        except (OSError, subprocess.CalledProcessError, SystemExit) as error:
            raise EnvironmentNotMadeError(
                "Python could not make the environment .venv. On Debian and Ubuntu: "
                "apt-get install python3-venv"
            ) from error
    pip("--require-hashes", "-r", str(PROJECT / "requirements" / f"{kind}.txt"))
    # The project itself, editable. Nothing is fetched for it: its build tool is in the lock.
    pip("--no-deps", "--no-index", "--no-build-isolation", "--editable", str(PROJECT))
    for part in INCLUDES[kind]:
        (VENV / f".installed-{part}").write_text(fingerprint(part))


def works(python: Path) -> bool:
    """Whether an environment is there and its Python still starts."""
    return (
        python.exists()
        and subprocess.run(
            [python, "-m", "pip", "--version"], capture_output=True, check=False
        ).returncode
        == 0
    )


def pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*command, *arguments], check=False).returncode != 0:
        raise EnvironmentNotMadeError(
            "The packages could not be installed; pip's message above says why. "
            "The first start needs the network once; later ones do not."
        )


def fingerprint(kind: str) -> str:
    """Changes when the lock, the command's definition or the place of the project changes."""
    package = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    digest = hashlib.sha256(str(PROJECT).encode())
    digest.update(repr((package["build-system"], package["project"])).encode())
    digest.update((PROJECT / "requirements" / f"{kind}.txt").read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
