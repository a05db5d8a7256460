"""/healthz says that the process lives, /readyz whether it can serve, and why not."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from sojourn.catalogue.snapshot import service
from sojourn.config import health
from sojourn.office.shared import faults
from sojourn.people import workers
from sojourn.people.models import MailState, OutboxMail
from tests.support.accounts import account


def body(response: Any) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(response.content)
    return parsed


def test_the_process_is_up_without_asking_the_database() -> None:
    # No database mark: pytest-django fails this test if it is touched.
    response = Client().get("/healthz")
    assert response.status_code == 200
    assert body(response) == {"status": "ok"}
    assert response["Cache-Control"] == "no-store"


def test_a_probe_may_call_the_machine_by_any_name() -> None:
    response = Client().get("/healthz", headers={"host": "10.244.3.17:8000"})
    assert response.status_code == 200


def test_ready_when_everything_is_there(leiden: Any) -> None:
    response = Client().get("/readyz")
    assert response.status_code == 200, response.content
    answer = body(response)
    assert answer["status"] == "ready"
    assert [check["name"] for check in answer["checks"]] == ["database", "migrations", "catalogue"]
    assert all(check["ok"] for check in answer["checks"])


@pytest.mark.django_db
def test_not_ready_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OperationalError('connection to "db.internal" as "sojourn" password "hunter2" failed')

    monkeypatch.setattr(connection, "cursor", refuse)
    monkeypatch.setattr(connection, "close", lambda: None)
    response = Client().get("/readyz")
    assert response.status_code == 503
    answer = body(response)
    assert answer["status"] == "not ready"
    assert answer["checks"] == [
        {"name": "database", "ok": False, "reason": "The database does not answer."}
    ]
    assert b"hunter2" not in response.content
    assert b"db.internal" not in response.content


@pytest.mark.django_db
def test_not_ready_while_a_migration_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    class Waiting:
        def __init__(self, _: Any) -> None:
            self.loader = self
            self.graph = self

        def leaf_nodes(self) -> list[Any]:
            return []

        def migration_plan(self, _: Any) -> list[str]:
            return ["catalogue.0002"]

    monkeypatch.setattr(health, "_applied_migrations_seen", False)
    monkeypatch.setattr(health, "MigrationExecutor", Waiting)
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert "applied: 1." in response.content.decode()


@pytest.mark.django_db
def test_not_ready_without_a_catalogue_to_show(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(service, "current_snapshot_or_none", fail)
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert body(response)["checks"][-1] == {
        "name": "catalogue",
        "ok": False,
        "reason": "The catalogue is not loaded.",
    }
    assert b"secret detail" not in response.content


@pytest.mark.django_db
def test_not_ready_before_an_edition_is_loaded() -> None:
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert "sojourn load" in body(response)["checks"][-1]["reason"]


def warned(answer: dict[str, Any]) -> set[str]:
    return {each["name"] for each in answer["warnings"]}


def test_what_somebody_should_look_after_is_named_and_keeps_no_visitor_away(
    leiden: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    long_ago = now - dt.timedelta(hours=1)
    OutboxMail.objects.create(key="w", subject="s", created_at=long_ago)
    OutboxMail.objects.create(key="f", subject="s", state=MailState.FAILED)
    settings.FREE_SPACE_FLOOR = 10**18
    monkeypatch.setattr(faults.whereabouts_file, "is_set_up", lambda: True)
    monkeypatch.setattr(faults.whereabouts_file, "last_written", lambda: None)
    monkeypatch.setattr(faults, "last_backup", lambda: now - dt.timedelta(days=9))
    monkeypatch.setattr(faults, "fault_of_catalogue", lambda: "edition 1")
    response = Client().get("/readyz")
    assert response.status_code == 200
    answer = body(response)
    assert answer["status"] == "ready"
    assert warned(answer) == set(faults.LOOKS)
    assert all(each["reason"] for each in answer["warnings"])


def test_nothing_is_warned_of_when_all_is_well(
    leiden: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers.beat("one")
    monkeypatch.setattr(faults, "last_backup", timezone.now)
    assert warned(body(Client().get("/readyz"))) == set()


def test_the_office_s_first_page_says_what_is_wrong(
    leiden: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "last_backup", timezone.now)
    client = Client()
    client.force_login(account("coordinator@example.org", "coordinator"))
    assert "No worker runs" in client.get("/en/office/").content.decode()
    assert "Er draait geen worker" in client.get("/nl/office/").content.decode()
    workers.beat("one")
    assert "No worker runs" not in client.get("/en/office/").content.decode()
