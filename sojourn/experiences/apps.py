"""Registers the experiences app."""

from django.apps import AppConfig


class ExperiencesConfig(AppConfig):
    name = "sojourn.experiences"
    label = "experiences"
    verbose_name = "Experiences"
