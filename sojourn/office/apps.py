"""Registers the office app, and the admin with the office's door."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin


class OfficeConfig(AppConfig):
    name = "sojourn.office"
    label = "office"


class OfficeAdminConfig(admin.AdminConfig):
    """Django's admin."""

    default = False
    default_site = "sojourn.office.admin_site.OfficeAdminSite"
