"""Shows the descriptions of the OpenAPI document as text, with `names` set as code."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def coded(text: str) -> SafeString:
    """Return the text, with what is between backticks as code."""
    parts = text.split("`")
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<code>{}</code>", part) if odd % 2 else part,)
            for odd, part in enumerate(parts)
        ),
    )
