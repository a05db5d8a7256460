"""Registers the portal app."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "sojourn.portal"
    label = "portal"

    def ready(self) -> None:
        from sojourn.catalogue.snapshot.service import on_new_snapshot
        from sojourn.portal.catalogue.prerender_maps import draw_maps

        on_new_snapshot(draw_maps)
