"""Small components as template tags; settings make them known to every template."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sojourn.common import languages

register = template.Library()
register.filter("plain", languages.plain)


@register.simple_tag
def example(is_example: object = True) -> SafeString:
    """Mark what only illustrates and is not a fact, with a space before it; nothing otherwise."""
    if not is_example:
        return SafeString("")
    return format_html(' <span class="example">{}</span>', _("example"))
