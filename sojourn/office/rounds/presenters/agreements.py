"""The agreements behind a round's seats: what each has a year, what is given, and why more."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sojourn.design.components import Cell, Column, Table
from sojourn.office.shared import formatting
from sojourn.selection.agreements import claims_of, strays_of
from sojourn.selection.models import OutsideAgreement, Round, SeatsBeyondAgreement


@dataclass(frozen=True)
class AgreementsPage:
    slug: str
    title: str
    table: Table | None
    problems: tuple[str, ...]
    reasons: tuple[str, ...]
    outside: tuple[str, ...]
    """Places that stand outside their agreement, and how."""
    explained: tuple[str, ...]


def page(round_: Round, problems: list[str]) -> AgreementsPage:
    claims = claims_of(round_)
    return AgreementsPage(
        slug=round_.slug,
        title=round_.title,
        table=Table(
            caption=_("Seats of each agreement"),
            columns=(
                Column(_("Agreement")),
                Column(_("Seats a year"), numeric=True),
                Column(_("In this round"), numeric=True),
                Column(_("In other rounds of the year"), numeric=True),
            ),
            rows=[
                (
                    Cell(str(claim.agreement)),
                    Cell(str(claim.agreed)),
                    Cell(str(claim.here)),
                    Cell(str(claim.elsewhere)),
                )
                for claim in claims
            ],
        )
        if claims
        else None,
        problems=tuple(problems),
        outside=tuple(
            f"{each.place.key}, {each.agreement}: {'; '.join(kind.words for kind in each.kinds)}"
            for each in strays_of(round_)
        ),
        explained=tuple(
            _explained(each)
            for each in round_.outside_agreements.select_related("by", "place", "agreement")
        ),
        reasons=tuple(_line_of(each) for each in round_.beyond_agreements.select_related("by")),
    )


def _line_of(reason: SeatsBeyondAgreement) -> str:
    line = _("%(moment)s, %(who)s: up to %(seats)d of %(agreement)s, which has %(agreed)d.") % {
        "moment": formatting.moment(reason.at),
        "who": reason.by or _("account deleted"),
        "seats": reason.seats,
        "agreement": reason.agreement.slug,
        "agreed": reason.agreed,
    }
    return f"{line} {reason.because}"


def _explained(reason: OutsideAgreement) -> str:
    line = _("%(moment)s, %(who)s: %(place)s outside of %(agreement)s.") % {
        "moment": formatting.moment(reason.at),
        "who": reason.by or _("account deleted"),
        "place": reason.place.key,
        "agreement": reason.agreement.slug,
    }
    return f"{line} {reason.because}"
