"""Moves the PDFs of applications into a folder of their own, out of the way of other areas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import migrations


def _move(names: list[str], before: Path, after: Path) -> None:
    for name in names:
        old, new = (folder / name[:2] / f"{name}.pdf" for folder in (before, after))
        if old.exists() and not new.exists():
            new.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            old.rename(new)


def _names(apps: Any) -> list[str]:
    documents = apps.get_model("selection", "Document").objects
    return list(documents.values_list("stored_as", flat=True))


def into_their_own(apps: Any, schema_editor: Any) -> None:
    files = Path(settings.DATA) / "files"
    _move(_names(apps), files, files / "applications")


def back_again(apps: Any, schema_editor: Any) -> None:
    files = Path(settings.DATA) / "files"
    _move(_names(apps), files / "applications", files)


class Migration(migrations.Migration):
    dependencies = [("selection", "0005_reminders_and_reviewer_invitations")]
    operations = [migrations.RunPython(into_their_own, back_again)]
