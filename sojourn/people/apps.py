"""Registers the people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "sojourn.people"
    label = "people"
    verbose_name = "People"
