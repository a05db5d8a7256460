"""Tells whatever watches over the process whether it lives and whether it can serve.

`/healthz` answers as long as the process does. `/readyz` answers 200 when visitors can be sent
here and 503 with the reasons otherwise, and warns of what somebody should look after. Both are
answered by a middleware, before the check of the host name: a probe calls the machine by its
address.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

logger = logging.getLogger("sojourn.health")

HEALTH_PATH = "/healthz"
READY_PATH = "/readyz"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be true before visitors can be served."""

    name: str
    ok: bool
    reason: str = ""  # for the operator; never an exception's text, which may hold a password


class HealthMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == HEALTH_PATH:
            return _answer(JsonResponse({"status": "ok"}))
        if request.path == READY_PATH:
            return _answer(readiness())
        return self.get_response(request)


def readiness() -> JsonResponse:
    """200 when every check passes, 503 otherwise, with each check and its reason.

    What is wrong and keeps no visitor away stands under `warnings` and changes no status.
    """
    checks = list(_checks())
    ready = all(check.ok for check in checks)
    return JsonResponse(
        {
            "status": "ready" if ready else "not ready",
            "checks": [asdict(check) for check in checks],
            "warnings": _warnings() if ready else [],
        },
        status=200 if ready else 503,
    )


def _warnings() -> list[dict[str, str]]:
    from sojourn.office.shared.faults import faults

    try:
        with translation.override("en"):
            return [{"name": each.name, "reason": each.text} for each in faults(timezone.now())]
    except (DatabaseError, OSError):
        logger.warning("readiness: what is wrong cannot be found out", exc_info=True)
        return [{"name": "warnings", "reason": "What is wrong cannot be found out."}]


def _answer(response: JsonResponse) -> JsonResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


def _checks() -> Iterator[Check]:
    database = _database_is_reachable()
    yield database
    if not database.ok:
        return  # the others would only repeat it
    migrations = _migrations_are_applied()
    yield migrations
    if migrations.ok:
        yield _snapshot_is_loaded()


def _database_is_reachable() -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        logger.warning("readiness: the database does not answer", exc_info=True)
        connection.close()
        return Check("database", False, "The database does not answer.")
    return Check("database", True)


_applied_migrations_seen = False


def _migrations_are_applied() -> Check:
    # Reading the migration files costs 30 ms; once complete they stay so for this code.
    global _applied_migrations_seen
    if not _applied_migrations_seen:
        try:
            executor = MigrationExecutor(connection)
            waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        except DatabaseError:
            logger.warning("readiness: migrations cannot be read", exc_info=True)
            return Check("migrations", False, "The list of migrations cannot be read.")
        if waiting:
            return Check("migrations", False, f"Migrations still to be applied: {len(waiting)}.")
        _applied_migrations_seen = True
    return Check("migrations", True)


def _snapshot_is_loaded() -> Check:
    from sojourn.catalogue.snapshot.service import current_snapshot_or_none

    try:
        if current_snapshot_or_none() is None:
            return Check("catalogue", False, "No edition is loaded yet (sojourn load EDITION).")
    except Exception:
        # Whatever went wrong, the answer is the same: this process cannot show the catalogue.
        logger.warning("readiness: the catalogue cannot be shown", exc_info=True)
        return Check("catalogue", False, "The catalogue is not loaded.")
    return Check("catalogue", True)
