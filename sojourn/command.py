"""What every command of `sojourn` begins with: a sound data folder, Django, a current database.

Django is imported when a command runs, so that `--help` answers at once.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from sojourn.common.data_folder import DataFolderError
from sojourn.common.data_folder import prepare_data_folder as prove_data_folder

EXIT_FAILED = 1


class Failed(click.ClickException):
    """Ends the command with one sentence for the person who typed it."""

    exit_code = EXIT_FAILED

    def show(self, file: Any = None) -> None:
        click.echo(self.message, file=file or sys.stderr)


def prepare_data_folder() -> None:
    try:
        prove_data_folder()
    except DataFolderError as error:
        raise Failed(str(error)) from error


def start_django() -> None:
    """Prove the data folder and set Django up; what is wrong becomes one sentence."""
    prepare_data_folder()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sojourn.config.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise Failed(str(error)) from error


def apply_migrations() -> int:
    """Bring the database up to date; return how many migrations that took."""
    from django.db import DatabaseError

    from sojourn.config.installation import apply_migrations as apply_waiting

    try:
        return apply_waiting()
    except DatabaseError as error:
        first_line = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise Failed(
            f"Sojourn cannot use its database: {first_line}. "
            "Check DATABASE_URL, or the file in SOJOURN_DATA."
        ) from error
