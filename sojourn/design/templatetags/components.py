"""Small components as template tags; settings make them known to every template."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sojourn.common import languages
from sojourn.design.components import Fact, Source

register = template.Library()
register.filter("plain", languages.plain)


@register.simple_tag
def example(is_example: object = True) -> SafeString:
    """Mark what only illustrates and is not a fact, with a space before it; nothing otherwise."""
    if not is_example:
        return SafeString("")
    return format_html(' <span class="example">{}</span>', _("example"))


@register.simple_tag
def source(origin: Source | Sequence[Source] | None) -> SafeString:
    """Show where something comes from, one click away; nothing where that is not said."""
    sources = [origin] if isinstance(origin, Source) else origin
    if not sources:
        return SafeString("")
    return SafeString(render_to_string("design/components/source.html", {"sources": sources}))


@register.simple_tag
def fact(shown: Fact, kind: str = "") -> SafeString:
    """Show a fact's value with its mark and its source, or that it is not known."""
    if not shown.value:
        return format_html('<span class="quiet">{}</span>', shown.unknown)
    value = conditional_escape(shown.value)
    if shown.day:
        value = format_html('<time datetime="{}">{}</time>', shown.day.isoformat(), value)
    if shown.href:
        value = format_html('<a href="{}">{}</a>', shown.href, value)
    if kind:
        value = format_html('<span class="{}">{}</span>', kind, value)
    return value + example(shown.example) + source(shown.source)


@register.simple_block_tag
def fold(content: SafeString, id: str, title: str, in_short: str) -> SafeString:  # noqa: A002
    """Fold a part of a page behind its title and its answer in short."""
    named = {"id": id, "title": title, "in_short": in_short, "content": content}
    return SafeString(render_to_string("design/components/fold.html", named))
