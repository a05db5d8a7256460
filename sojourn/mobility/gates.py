"""The gates of a road: what keeps each shut, and who answered for an exception.

A gate is open when nothing stands in its way, or when somebody who may do so answered for exactly
what does. Something new in the way shuts it again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue import keeping
from sojourn.catalogue.choices import Gate
from sojourn.catalogue.models import AdviceLevel, TravelAdvice
from sojourn.catalogue.names import country_name
from sojourn.catalogue.safety import AGAINST, region_with
from sojourn.common.languages import page_language
from sojourn.common.translated_fields import text_of
from sojourn.mobility import board
from sojourn.mobility.changes import locked
from sojourn.mobility.errors import MobilityError, NotAllowedNowError
from sojourn.mobility.models import GateOverride, Stay, StayStep
from sojourn.mobility.permissions import may_override
from sojourn.mobility.steps import days_of
from sojourn.people import audit
from sojourn.people.models import User

LONGEST_REASON = 1000
ORDER = tuple(Gate)


@dataclass(frozen=True)
class Blocker:
    """One thing that keeps a gate shut."""

    code: str
    """The slug of a step, or what else it is: `travel:SE:red`, `gate:agreement`."""
    why: str


@dataclass(frozen=True)
class GateOf:
    """A gate of a stay, as it stands now."""

    gate: Gate
    blockers: tuple[Blocker, ...]
    override: GateOverride | None
    """The exception that somebody answered for, if it still covers all that is in the way."""

    @property
    def is_open(self) -> bool:
        return not self.blockers or self.override is not None


def gates_of(stay: Stay) -> list[GateOf]:
    """Look at every gate that the road has, in the order in which they come."""
    has = {row.step.gate for row in stay.steps.all() if row.step.gate}
    has |= {one["gate"] for one in stay.road.gates}
    return [look(stay, gate) for gate in ORDER if gate in has]


def look(stay: Stay, gate: Gate) -> GateOf:
    """Look at one gate: what keeps it shut now, and the exception that covers all of that."""
    found = blockers(stay, gate)
    codes = {each.code for each in found}
    covering = None
    if codes:
        held = [each for each in stay.overrides.all() if each.gate == gate]
        covering = next((each for each in reversed(held) if codes <= set(each.blockers)), None)
    return GateOf(gate, tuple(found), covering)


def blockers(stay: Stay, gate: Gate) -> list[Blocker]:
    """List what keeps a gate shut: steps, the Board, the gate before departure, travel advice."""
    day = _day_of(stay, gate)
    found = [
        Blocker(row.step.slug, _why(row))
        for row in stay.steps.all()
        if row.step.gate == gate and not row.is_valid_on(day)
    ]
    found += [Blocker(code, why) for code, why in board.in_the_way(stay, gate)]
    if gate == Gate.DEPARTURE and stay.meaning.is_before:
        found += _travel(stay, day)
        agreement = look(stay, Gate.AGREEMENT)
        if not agreement.is_open:
            found.append(Blocker("gate:agreement", _("The agreement is not settled.")))
    return found


def require_open(stay: Stay, gate: Gate) -> None:
    """Refuse what needs an open gate, with what stands in the way."""
    found = look(stay, gate)
    if not found.is_open:
        raise NotAllowedNowError(" ".join(each.why for each in found.blockers))


def override(stay: Stay, gate: Gate, reason: str, *, actor: User, seen: list[str]) -> GateOverride:
    """Answer for an exception: the gate opens for what stands in its way now.

    `seen` are the codes of what the person saw; where something else stands there by now, they
    look again.
    """
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise MobilityError(_("Say why."))
    with transaction.atomic():
        row = locked(stay)
        if not may_override(actor, row, gate):
            raise NotAllowedNowError(_("You may not answer for an exception at this gate."))
        now = sorted(each.code for each in blockers(row, gate))
        if not now:
            raise NotAllowedNowError(_("This gate is open; there is nothing to answer for."))
        if now != sorted(seen):
            raise MobilityError(
                _("Something else stands in the way by now, see below. Decide again.")
            )
        made = GateOverride.objects.create(
            stay=row, gate=gate, blockers=now, reason=reason, by=actor
        )
        audit.record(
            "gate.override",
            actor=actor,
            about=row.student,
            on=row,
            details={"gate": gate, "blockers": now},
        )
        return made


def _day_of(stay: Stay, gate: Gate) -> dt.date:
    """Return the day that counts for a gate.

    What departure asks for has to be valid when the student leaves, and from then on until the
    last day at the host.
    """
    today = timezone.localdate()
    if gate != Gate.DEPARTURE:
        return today
    if stay.meaning.is_before:
        return max(today, days_of(stay)["departure"] or today)
    return min(today, stay.ends_on or today)


def _why(row: StayStep) -> str:
    name = text_of(row.step, "name")
    if row.is_settled:
        return _("Not valid on that day: %(step)s.") % {"step": name}
    return _("Not done: %(step)s.") % {"step": name}


def _travel(stay: Stay, day: dt.date) -> list[Blocker]:
    """List the countries to which nobody is let go by the travel advice that is known today."""
    spots = {(host.country, host.region) for host in stay.hosts.all()}
    advices = TravelAdvice.objects.filter(country__in={country for country, _region in spots})
    known = {each.country: each for each in advices.prefetch_related("regions")}
    language, today = page_language(), timezone.localdate()
    days = keeping.days_of("check_advice_days")
    is_soon = (day - today).days <= days
    against: list[Blocker] = []
    unknown: list[Blocker] = []
    for country, code in sorted(spots):
        name = country_name(country, language)
        advice = known.get(country)
        region = region_with(advice.regions.all(), code) if advice is not None else None
        level = region.level if region else advice.level if advice is not None else ""
        if advice is not None and level in AGAINST:
            why = _("Travel advice for %(where)s: %(level)s (read on %(day)s).") % {
                "where": f"{text_of(region, 'name')} ({name})" if region else name,
                "level": AdviceLevel(level).label,
                "day": advice.checked_on.isoformat(),
            }
            against.append(Blocker(f"travel:{code if region else country}:{level}", why))
        elif is_soon and (advice is None or (today - advice.checked_on).days > days):
            why = _(
                "Nobody looked up the travel advice for %(country)s in the last %(days)d days."
            ) % {"country": name, "days": days}
            unknown.append(Blocker(f"travel:{country}:unknown", why))
    return against + unknown
