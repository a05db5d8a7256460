"""Registers the planning app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "sojourn.planning"
    label = "planning"
    verbose_name = "Planning"
