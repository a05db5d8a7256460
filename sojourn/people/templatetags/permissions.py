"""Ask in a template whether to offer a way to a page: `{% if user|may_open:"office:mail" %}`."""

from __future__ import annotations

from django import template

from sojourn.people import permissions

register = template.Library()
register.filter("may_open", permissions.may_open)
