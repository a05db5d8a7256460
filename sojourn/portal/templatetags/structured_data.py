"""Template tags that put structured data for search engines into a page.

{% load structured_data %}
{% structured_data opportunity %}           an institution, course, opportunity, contact, guide
{% structured_data_home %}                  the home page
{% structured_breadcrumbs crumbs %}         the breadcrumb component's crumbs
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.safestring import SafeString

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.languages import page_language
from sojourn.common.urls import site_url
from sojourn.portal.catalogue.structured_data import Describer, breadcrumbs, script

register = template.Library()


@register.simple_tag(takes_context=True)
def structured_data(context: Context, record: object) -> SafeString:
    """Return what this page's entry is, for search engines."""
    return script([_describer(context).describe(record)])


@register.simple_tag(takes_context=True)
def structured_data_home(context: Context) -> SafeString:
    """Return what this site is, for search engines."""
    return script([_describer(context).home()])


@register.simple_tag(takes_context=True)
def structured_breadcrumbs(context: Context, crumbs: Iterable[Any]) -> SafeString:
    """Return the way to this page, for search engines."""
    request: HttpRequest = context["request"]
    steps = [(str(crumb.title), crumb.href or request.path) for crumb in crumbs]
    return script([breadcrumbs(steps, site_url(request))])


def _describer(context: Context) -> Describer:
    return Describer(
        snapshot=current_snapshot(),
        language=page_language(),
        site=site_url(context["request"]),
    )
