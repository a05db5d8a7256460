"""Registers the selection app."""

from django.apps import AppConfig


class SelectionConfig(AppConfig):
    name = "sojourn.selection"
    label = "selection"
    verbose_name = "Selection"
