"""Registers the design's templates and static files with Django."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "sojourn.design"
    label = "design"
