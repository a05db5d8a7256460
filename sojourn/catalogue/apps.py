"""Registers the catalogue app."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "sojourn.catalogue"
    label = "catalogue"
    verbose_name = "Catalogue"
