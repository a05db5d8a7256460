"""Registers the office app."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "sojourn.office"
    label = "office"
