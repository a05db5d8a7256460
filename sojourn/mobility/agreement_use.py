"""Which agreements with partners were used in a year, and which were not. No person is in it.

An agreement is used in the academic year for which somebody accepted a seat of it, or in which
somebody of one of its programmes began a stay at the partner that no round gave.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from sojourn.catalogue.academic_years import first_day, named, year_of
from sojourn.catalogue.choices import PublicationStatus
from sojourn.catalogue.models import Agreement
from sojourn.mobility.models import StayHost
from sojourn.mobility.who_went import DID_NOT_GO
from sojourn.people.models import User
from sojourn.people.roles import SEEING
from sojourn.selection.models import Offer
from sojourn.selection.states import ACCEPTED


@dataclass(frozen=True)
class AgreementUse:
    """One agreement, and the academic years in which somebody went under it."""

    slug: str
    partner: str
    valid_from: dt.date | None
    valid_until: dt.date | None
    used_in: frozenset[int]

    def is_valid_in(self, year: int) -> bool:
        """Tell whether it holds at some time of the academic year that begins then."""
        begins = first_day(year)
        ends = first_day(year + 1)
        return (self.valid_from is None or self.valid_from < ends) and (
            self.valid_until is None or self.valid_until >= begins
        )


def use_of_agreements(reader: User) -> list[AgreementUse]:
    """List the agreements of somebody's programmes, and those that name none, with their use."""
    units = reader.units(*SEEING)
    programmes_of: dict[int, set[str]] = defaultdict(set)
    for agreement, programme in Agreement.programmes.through.objects.values_list(
        "agreement", "degreeprogramme__slug"
    ):
        programmes_of[agreement].add(programme)
    found = [
        each
        for each in Agreement.objects.filter(status=PublicationStatus.PUBLISHED)
        .select_related("partner")
        .order_by("partner__name", "slug")
        if units.of_all or not programmes_of[each.pk] or programmes_of[each.pk] & units.programmes
    ]
    used: dict[int, set[int]] = defaultdict(set)
    of_partner = defaultdict(list)
    for each in found:
        of_partner[each.partner_id].append(each.pk)
    seats = Offer.objects.filter(state__in=ACCEPTED, opportunity__agreement__isnull=False)
    for agreement, of_round in seats.values_list(
        "opportunity__agreement", "application__round__academic_year"
    ).distinct():
        if (year := named(of_round or "")) is not None:
            used[agreement].add(year)
    hosts = StayHost.objects.exclude(stay__state__in=DID_NOT_GO).filter(
        institution__in=of_partner, stay__offer__isnull=True, stay__starts_on__isnull=False
    )
    for partner, programme, starts in hosts.values_list(
        "institution", "stay__programme__slug", "stay__starts_on"
    ).distinct():
        if starts is None:
            continue
        for agreement in of_partner[partner]:
            if not programmes_of[agreement] or programme in programmes_of[agreement]:
                used[agreement].add(year_of(starts))
    return [
        AgreementUse(
            each.slug, each.partner.name, each.valid_from, each.valid_until,
            frozenset(used[each.pk]),
        )
        for each in found
    ]  # fmt: skip
