"""Registers the design's templates and static files with Django."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register


class DesignConfig(AppConfig):
    name = "sojourn.design"
    label = "design"

    def ready(self) -> None:
        """Look at every start whether documents have their fonts."""
        register(_fonts_are_there)


def _fonts_are_there(**_asked: Any) -> list[CheckMessage]:
    from sojourn.design.documents import font_folders

    try:
        missing = [folder for folder in font_folders() if not any(folder.glob("*.tt[cf]"))]
    except RuntimeError as error:
        return [Error(str(error), id="sojourn.E001")]
    return [Error(f"There are no fonts in {folder}.", id="sojourn.E001") for folder in missing]
