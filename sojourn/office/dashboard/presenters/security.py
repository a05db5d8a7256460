"""The log of security events as a list; accounts are numbers."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.office.shared import formatting
from sojourn.office.shared.lists import Cell, Column, Filter, Kind, Row
from sojourn.people.models import SecurityEvent, SecurityEventKind

TONES = {
    SecurityEventKind.NOT_LET_IN: "bad",
    SecurityEventKind.REFUSED: "bad",
    SecurityEventKind.RIGHTS_CHANGED: "good",
}


def _narrow(rows: QuerySet[SecurityEvent], kind: str) -> QuerySet[SecurityEvent]:
    return rows.filter(kind=kind)


def _search(rows: QuerySet[SecurityEvent], words: str) -> QuerySet[SecurityEvent]:
    found = Q(detail__icontains=words) | Q(request_id=words)
    if words.isdecimal() and len(words) < 18:
        found |= Q(actor=int(words)) | Q(about=int(words))
    return rows.filter(found)


def _row(event: SecurityEvent) -> Row:
    kind = SecurityEventKind(event.kind)
    return Row(
        key=str(event.pk),
        cells=(
            Cell(formatting.moment(event.at)),
            Cell(kind.label, tone=TONES.get(kind, "")),
            Cell(_account(event.actor)),
            Cell(_account(event.about)),
            Cell(event.detail),
            Cell(event.request_id),
        ),
    )


def _account(number: int | None) -> str:
    return "" if number is None else _("account %(number)d") % {"number": number}


EVENTS: Kind[SecurityEvent] = Kind(
    caption=gettext_lazy("Security events"),
    columns=(
        Column("at", gettext_lazy("When"), ("at",)),
        Column("kind", gettext_lazy("What happened"), ("kind",)),
        Column("actor", gettext_lazy("By whom"), ("actor",)),
        Column("about", gettext_lazy("About whom"), ("about",)),
        Column("detail", gettext_lazy("Where")),
        Column("request", gettext_lazy("Number of the request")),
    ),
    row=_row,
    empty=gettext_lazy("Nothing has been noted yet."),
    first_order="-at",
    filters=(
        Filter(
            "kind",
            gettext_lazy("What happened"),
            tuple((value, label) for value, label in SecurityEventKind.choices),
            _narrow,
        ),
    ),
    search=_search,
)
