"""How a person's name stands on a page of the office."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sojourn.office.shared.people import PersonLink, link
from sojourn.people.models import User

register = template.Library()


@register.simple_tag
def person(who: User | PersonLink | str | None) -> SafeString:
    """Write a name, as a link to all about that student; a bare text as it is."""
    shown = link(who) if isinstance(who, User) else who
    if isinstance(shown, PersonLink) and shown.href:
        return format_html('<a href="{}">{}</a>', shown.href, shown.name)
    return format_html("{}", "" if shown is None else str(shown))
