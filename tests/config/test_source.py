"""The running program's own source code, as its licence promises to visitors."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from sojourn.config import source

PROJECT = Path(__file__).resolve().parents[2]


def read(client: Client) -> bytes:
    answer = client.get("/source/")
    assert answer.status_code == 200
    assert "sojourn-" in answer.headers["Content-Disposition"]
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


@pytest.fixture
def archived(client: Client, db: None) -> tarfile.TarFile:
    return tarfile.open(fileobj=io.BytesIO(read(client)))


@pytest.mark.slow
def test_the_archive_holds_what_one_needs_to_run_it(archived: tarfile.TarFile) -> None:
    names = {name.partition("/")[2] for name in archived.getnames()}
    assert {
        "Makefile", "LICENSE", "pyproject.toml", "requirements/base.txt", "sojourn/cli.py",
        "sojourn/design/static/design/sojourn.css", "editions/leiden/edition.yaml",
    } <= names  # fmt: skip


@pytest.mark.slow
def test_the_archive_holds_nothing_that_is_the_operators_own(archived: tarfile.TarFile) -> None:
    for entry in archived.getmembers():
        assert entry.isfile()
        assert (entry.uid, entry.gid, entry.uname, entry.gname) == (0, 0, "", "")
        parts = entry.name.split("/")
        assert not {"var", ".venv", ".git", "__pycache__", "node_modules"} & set(parts)
        assert not entry.name.endswith((".sqlite3", "secret-key", "demo-accounts.txt", ".pyc"))


def test_files_laid_beside_the_code_are_not_handed_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sojourn").mkdir()
    (tmp_path / "sojourn" / "cli.py").write_text("")
    (tmp_path / "sojourn" / ".env").write_text("PASSWORD=1")
    (tmp_path / "sojourn" / "link").symlink_to("/etc/passwd")
    (tmp_path / "secrets.txt").write_text("")
    monkeypatch.setattr(source, "PROJECT_ROOT", tmp_path)
    assert list(source.source_files()) == [tmp_path / "sojourn" / "cli.py"]


@pytest.mark.slow
def test_the_archive_is_made_once(client: Client, db: None) -> None:
    read(client)
    (kept,) = Path(settings.DATA).glob("source-*.tar.gz")
    before = kept.stat().st_mtime_ns
    source.archive.cache_clear()
    read(client)
    assert kept.stat().st_mtime_ns == before
