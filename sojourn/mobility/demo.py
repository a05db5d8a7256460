"""A stay with a grant to try Sojourn with. Never made by plain `sojourn serve`.

Made once, and only where nobody ever began a stay: what the office changes or deletes stays so.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils import timezone

from sojourn.catalogue.models import Opportunity, PublicationStatus
from sojourn.common.locks import one_at_a_time
from sojourn.mobility import beginnings, money, money_rules
from sojourn.mobility.beginnings import PlannedStay
from sojourn.mobility.models import Stay
from sojourn.mobility.periods import Days
from sojourn.people.models import AuditEvent, User
from sojourn.people.roles import Role

_LEAVES_IN = dt.timedelta(days=60)
_STAYS_FOR = dt.timedelta(days=140)


def make_demo_stay() -> None:
    """Begin a stay for a demo student where a grant can be promised, and promise it."""
    with one_at_a_time("demo-stay"):
        if Stay.objects.exists() or AuditEvent.objects.filter(action="stay.begin").exists():
            return
        office = User.objects.holding(Role.COORDINATOR).filter(is_demo=True).first()
        planned = _planned()
        if office is None or planned is None or planned.opportunity is None:
            return
        place = planned.opportunity
        student = (
            User.objects.filter(is_demo=True, is_staff=False)
            .filter(plan__programme__in=place.windows.values("programme"))
            .order_by("pk")
            .first()
        ) or User.objects.filter(is_demo=True, is_staff=False).order_by("-pk").first()
        if student is None:
            return
        stay = beginnings.begin_by_hand([student], planned, uuid.uuid4(), actor=office)[0]
        for possible in money_rules.possible_grants(stay):
            if len(possible.options) == 1 and not possible.questions:
                amount = possible.options[0].amount.typical
                money.promise(
                    stay, possible.grant, amount=amount, sending=uuid.uuid4(), actor=office
                )
                return


def _planned() -> PlannedStay | None:
    """Find the first place on a road with an agreement, where there are days enough."""
    first = timezone.localdate() + _LEAVES_IN
    last = first + _STAYS_FOR
    for place in Opportunity.objects.filter(status=PublicationStatus.PUBLISHED).order_by("pk"):
        countries = list(place.hosts.values_list("country", flat=True))
        road = beginnings.road_for(place.kind, countries, beginnings.length(first, last))
        if road is not None and road.agreement and road.countries:
            return PlannedStay(road=road, days=Days(first, last), opportunity=place)
    return None
