"""Registers the people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "sojourn.people"
    label = "people"
    verbose_name = "People"

    def ready(self) -> None:
        """Listen to what concerns security; teach fields how names are searched and sorted."""
        from sojourn.common import folding  # noqa: F401 - it registers itself
        from sojourn.people import security_log

        security_log.listen()
