"""Registers the portal app."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "sojourn.portal"
    label = "portal"

    def ready(self) -> None:
        from sojourn.catalogue.snapshot import holder
        from sojourn.portal.catalogue.prerender_maps import draw_maps

        holder.when_served(draw_maps)
