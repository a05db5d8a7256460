"""A template tag that offers a public calendar: to subscribe to, to copy, to download.

{% load subscriptions %}
{% subscribe page.calendar _("Add these dates to your calendar") %}
"""

from __future__ import annotations

from django import template
from django.template import Context

from sojourn.common.urls import site_url

register = template.Library()


@register.inclusion_tag("portal/shared/templates/subscribe.html", takes_context=True)
def subscribe(context: Context, path: str, label: str) -> dict[str, str]:
    """Return what the offer of one calendar says; its address holds good on other machines too."""
    address = site_url(context["request"]) + path
    return {
        "label": label,
        "path": path,
        "address": address,
        "webcal": "webcal" + address[address.index(":") :] if ":" in address else "",
    }
