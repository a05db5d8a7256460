"""Registers the advising app."""

from django.apps import AppConfig


class AdvisingConfig(AppConfig):
    name = "sojourn.advising"
    label = "advising"
    verbose_name = "Advising"
