"""Hands out the source code of the running program, as its licence (AGPL, section 13) promises."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from sojourn import __version__
from sojourn.common.data_folder import PROJECT_ROOT
from sojourn.common.locks import one_at_a_time
from sojourn.common.view_marks import public_view

# Named one by one: what an operator keeps beside the code is not handed out.
PARTS = (
    ".ci", "LICENSE", "Makefile", "README.md", "bench", "docs", "editions", "pyproject.toml",
    "requirements", "sojourn", "tests", "tools",
)  # fmt: skip
LEFT_OUT = {"__pycache__", "node_modules"}
NAME = f"sojourn-{__version__}"


@require_safe
@public_view
def source(request: HttpRequest) -> FileResponse:
    """Everything needed to run and change this very Sojourn, as one archive."""
    return FileResponse(
        archive().open("rb"), as_attachment=True, filename=f"{NAME}.tar.gz",
        content_type="application/gzip",
    )  # fmt: skip


@cache
def archive() -> Path:
    """Return the archive, made once for this state of the code and kept in the data folder."""
    files = list(source_files())
    newest = max(file.stat().st_mtime_ns for file in files)
    target = Path(settings.DATA) / f"source-{newest}-{len(files)}.tar.gz"
    with one_at_a_time("source"):
        if not target.exists():
            for older in target.parent.glob("source-*.tar.gz"):
                older.unlink()
            draft = target.with_name(f"{target.name}.{os.getpid()}")
            draft.write_bytes(_packed(files))
            draft.replace(target)
    return target


def source_files() -> Iterator[Path]:
    """Return the files of the project itself: no environment, no data, nothing hidden, no links."""
    for part in PARTS:
        top = PROJECT_ROOT / part
        if top.is_file():
            yield top
        for folder, folders, names in os.walk(top):
            folders[:] = sorted(
                each for each in folders if each not in LEFT_OUT and not each.startswith(".")
            )
            for name in sorted(names):
                path = Path(folder, name)
                hidden = name.startswith(".") or name.endswith((".pyc", ".mo"))
                if not hidden and path.is_file() and not path.is_symlink():
                    yield path


def _packed(files: list[Path]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=6) as tar:
        for file in files:
            tar.add(file, f"{NAME}/{file.relative_to(PROJECT_ROOT)}", filter=_of_nobody)
    return packed.getvalue()


def _of_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the names of the operator's accounts."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry
