"""A disk that fills up: files are refused kindly, half of one is never left, the rest goes on."""

from __future__ import annotations

import errno
import os
import stat
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.utils import timezone

from sojourn.advising import files
from sojourn.advising.models import Question, StoredFile
from sojourn.common import stored_files
from sojourn.common.data_folder import data_folder
from sojourn.common.stored_files import NoRoomError, write_new
from tests.support.accounts import account

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
ASK = "/en/questions/ask/"


def files_of_people() -> list[Path]:
    return [path for path in (data_folder() / "files").rglob("*") if path.is_file()]


def ask(client: Client, count: int = 1, **more: Any) -> Any:
    attachments = [SimpleUploadedFile(f"{number}.pdf", PDF) for number in range(count)]
    fields = {"email": "v@example.org", "subject": "May I?", "text": "My text", "looked": "1"}
    fields["sending"] = str(uuid.uuid4())
    return client.post(ASK, fields | {"attachments": attachments} | more)


def test_a_file_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    write_new(tmp_path / "aa" / "file", b"content")
    assert (tmp_path / "aa" / "file").read_bytes() == b"content"
    assert stat.S_IMODE((tmp_path / "aa" / "file").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "aa").stat().st_mode) == 0o700


def test_half_a_file_is_removed_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(stored_files.os, "fsync", full)
    with pytest.raises(NoRoomError):
        write_new(tmp_path / "file", b"content")
    assert list(tmp_path.iterdir()) == []


def test_below_the_floor_a_file_is_refused_kindly_and_everything_else_goes_on(
    leiden: Any, settings: Any
) -> None:
    settings.FREE_SPACE_FLOOR = 10**18
    before = files_of_people()
    client = Client()
    refused = ask(client)
    assert refused.status_code == 422
    assert "no room for files" in refused.content.decode()
    assert "My text" in refused.content.decode()
    assert files_of_people() == before
    assert not Question.objects.exists()
    assert ask(client, 0).status_code == 302
    assert Question.objects.count() == 1


def test_a_network_sends_so_many_files_a_day_without_an_account(leiden: Any) -> None:
    with override_settings(RATE_LIMITS={"files": "4/day"}):
        client = Client()
        assert [ask(client, 2).status_code for _ in range(3)] == [302, 302, 429]
        assert ask(client, 0).status_code == 302
        assert "Many files" in ask(client).content.decode()
        client.force_login(account("anna@example.org"))
        assert ask(client, 2).status_code == 302
    assert StoredFile.objects.count() == 6


def test_a_question_takes_so_many_files_a_day(leiden: Any, settings: Any) -> None:
    settings.RATE_LIMITS = {}
    ask(Client(), 5)
    question = Question.objects.get()
    files.require_few_today(question, 10, timezone.now())
    with pytest.raises(files.FileRefusedError, match="15 files a day"):
        files.require_few_today(question, 11, timezone.now())
    files.require_few_today(question, 15, timezone.now() + files.STRAY_AFTER)
    files.require_few_today(question, 0, timezone.now())
