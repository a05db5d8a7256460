"""Writes what people send into the data folder: whole or not at all, while there is room."""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from sojourn.common.data_folder import bytes_above_floor

logger = logging.getLogger("sojourn.files")

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class NoRoomError(Exception):
    """The disk is too full for files; the message is for whoever sent one."""

    def __init__(self) -> None:
        self.message = _(
            "There is no room for files at the moment; the office knows. "
            "Send your text without them, or try again later."
        )
        super().__init__(self.message)


def write_new(path: Path, content: bytes) -> None:
    """Write a new file, readable by its owner alone. Raises NoRoomError, and then leaves nothing.

    Below a floor of free space nothing is taken, so that the database can go on.
    """
    if bytes_above_floor(settings.FREE_SPACE_FLOOR) < len(content):
        logger.error("a file was refused: the disk is nearly full")
        raise NoRoomError
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        if error.errno in _FULL:
            logger.error("a file could not be written: the disk is full")  # noqa: TRY400
            raise NoRoomError from error
        raise
    except BaseException:
        path.unlink(missing_ok=True)
        raise
