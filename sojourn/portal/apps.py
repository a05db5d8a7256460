"""Registers the portal app."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "sojourn.portal"
    label = "portal"
