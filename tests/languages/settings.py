"""The settings of an installation with a third language: its texts and migrations lie in a folder.

What an adopter puts into their copy of Sojourn, a test must not put into this one.
"""

from __future__ import annotations

import os
from pathlib import Path

from sojourn.config.settings import *  # noqa: F403

FOLDER = Path(os.environ["THIRD_LANGUAGE"])
LOCALE_PATHS = [FOLDER / "locale"]
MIGRATION_MODULES = {
    folder.name: f"third_migrations.{folder.name}"
    for folder in (FOLDER / "third_migrations").iterdir()
    if folder.is_dir() and folder.name != "__pycache__"
}
