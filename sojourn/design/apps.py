"""Registers the design app."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "sojourn.design"
    label = "design"
