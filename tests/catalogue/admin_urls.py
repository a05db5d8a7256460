"""The site's addresses, with the admin as Django has it, for tests about the admin."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from sojourn.config import urls

urlpatterns = [
    path("admin/", admin.site.urls),
    *(each for each in urls.urlpatterns if str(each.pattern) != "admin/"),
]
