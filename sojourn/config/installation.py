"""Brings an installation up to date before it serves: tables and static files.

Everything here may be done by two processes that start at the same moment on an empty folder:
one does it, the other waits and then finds it done.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from sojourn.common.locks import one_at_a_time


def apply_migrations() -> int:
    """Apply what is waiting, one process at a time; return how many there were."""
    with one_at_a_time("migrate"):
        waiting = waiting_migrations()
        if waiting:
            call_command("migrate", interactive=False, verbosity=0)
        return waiting


def waiting_migrations() -> int:
    """How many migrations the database lacks."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def collect_static_files() -> None:
    """Copy, name by content and compress the static files, if any changed since the last time."""
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".collected"
    with one_at_a_time("static"):
        wanted = _static_fingerprint()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(wanted)


def _static_fingerprint() -> str:
    """Return a digest that changes when a static file is added, removed or edited."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def catalogue_is_empty() -> bool:
    """Whether no edition has been loaded yet."""
    from sojourn.catalogue.models import Edition

    return not Edition.objects.exists()
