"""The call list as a table: the same in print and in the sealed file.

Its rows are written here: of thousands of people a template takes three times as long.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sojourn.mobility import away_rules, whereabouts_wording
from sojourn.mobility.whereabouts_list import There
from sojourn.mobility.whereabouts_wording import CallLine, ContactLine


def context(found: Sequence[There], day: dt.date, now: dt.datetime) -> dict[str, Any]:
    """Return what `call-list-table.html` shows, in the language in use."""
    return {
        "day": day,
        "written": timezone.localtime(now),
        "count": len(found),
        "rows": _rows(whereabouts_wording.line(each) for each in found),
        "emergency_phone": away_rules.rules().emergency_phone,
    }


def _rows(lines: Iterable[CallLine]) -> SafeString:
    no_phone = _quiet(_("no telephone given"))
    no_contact = _quiet(_("none given"))
    no_host = _quiet(_("nobody is named"))
    refused = _("the student did not agree to any call")
    return format_html_join(
        "\n",
        '<tr><th scope="row">{}{}</th><td>{}{}{}{}{}</td>'
        "<td>{}{}{}</td><td>{}</td><td>{}</td></tr>",
        (
            (
                _plain(each.name),
                _quiet(each.programme),
                _plain(each.where),
                _warn(each.trip),
                _quiet(each.days),
                _joined(_warn(note) for note in each.notes),
                _quiet(each.arrived),
                format_html("<p><b>{}</b></p>", each.phone) if each.phone else no_phone,
                _plain(each.email),
                format_html('<p class="lines">{}</p>', each.address) if each.address else "",
                _joined(_contact(one, refused) for one in each.contacts) or no_contact,
                _joined(_plain(host) for host in each.hosts) or no_host,
            )
            for each in lines
        ),
    )


def _contact(each: ContactLine, refused: str) -> SafeString:
    return format_html(
        '<p>{}, <b>{}</b>{}</p><p class="quiet">{}</p>',
        each.name,
        each.phone,
        f", {each.email}" if each.email else "",
        "; ".join(each.agreed) or refused,
    )


def _plain(text: str) -> SafeString | str:
    return format_html("<p>{}</p>", text) if text else ""


def _quiet(text: str) -> SafeString | str:
    return format_html('<p class="quiet">{}</p>', text) if text else ""


def _warn(text: str) -> SafeString | str:
    return format_html('<p class="warn">{}</p>', text) if text else ""


def _joined(parts: Iterable[SafeString | str]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))
