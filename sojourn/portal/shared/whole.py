"""What a whole exchange counts as at home: said before its courses, one by one."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sojourn.catalogue.choices import HomeBlock
from sojourn.catalogue.snapshot.types import Opportunity, Records, Window
from sojourn.design import components
from sojourn.portal.shared import formatting, sources


@dataclass(frozen=True)
class Whole:
    """A stay that stands in for a stretch of the programme at home."""

    title: str
    """'Counts as your semester'"""
    block: str
    """'Your semester'"""
    detail: str
    """'30 of 30 ECTS, as in 2024'"""
    source: components.Source | None
    example: bool

    @property
    def short(self) -> str:
        return f"{self.block}, {self.detail}" if self.detail else self.block

    @property
    def text(self) -> str:
        return f"{self.title}: {self.detail}" if self.detail else self.title


def of_place(records: Records, place: Opportunity, programme: str = "") -> Whole | None:
    """Return what the stay counts as for a programme, or for whom it is when none is named."""
    found = place.counts_as
    if found is None:
        return None
    is_semester = found.block == HomeBlock.SEMESTER
    title = _("Counts as your semester") if is_semester else _("Counts as your half minor")
    windows = [records.windows[slug] for slug in place.windows if slug in records.windows]
    own = [window for window in windows if window.programme == programme] or windows
    pieces = [_credits(place, own)]
    if found.year is not None:
        pieces.append(_("as in %(year)d") % {"year": found.year})
    return Whole(
        title,
        _("Your semester") if is_semester else _("Your half minor"),
        ", ".join(piece for piece in pieces if piece),
        sources.of_fact(found.provenance),
        found.provenance.is_example,
    )


def _credits(place: Opportunity, windows: list[Window]) -> str:
    """'30 of 30 ECTS', where the stretch at home is worth the same for all."""
    asked = {window.ects for window in windows}
    at_home = asked.pop() if len(asked) == 1 else None
    if place.ects is None or at_home is None:
        return ""
    counted = formatting.ects_points(min(place.ects, at_home)).removesuffix("ECTS").rstrip()
    return _("%(counted)s of %(asked)s") % {
        "counted": counted,
        "asked": formatting.ects_points(at_home),
    }
