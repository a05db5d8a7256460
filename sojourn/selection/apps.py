"""Registers the selection app."""

from django.apps import AppConfig


class SelectionConfig(AppConfig):
    name = "sojourn.selection"
    label = "selection"
    verbose_name = "Selection"

    def ready(self) -> None:
        from sojourn.catalogue.snapshot.build import open_rounds
        from sojourn.selection.queries import open_places

        open_rounds.read_with(open_places)
