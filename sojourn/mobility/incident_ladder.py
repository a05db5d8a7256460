"""What comes next for each person of an incident: the rungs of the edition's ladder, in turn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sojourn.catalogue.choices import ContactWay
from sojourn.mobility.away_rules import AwayRules
from sojourn.mobility.models import Answer, EntryKind, IncidentEntry, IncidentPerson

# After the last rung it begins again with the telephone.
AGAIN_AFTER = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class Next:
    """What to do next for a person, and from when on."""

    way: ContactWay
    at: dt.datetime
    is_again: bool = False

    def is_due(self, now: dt.datetime) -> bool:
        return self.at <= now


def next_for(person: IncidentPerson, log: Iterable[IncidentEntry], rules: AwayRules) -> Next | None:
    """Return what comes next for a person; None where they are safe or others look after them.

    `log` are the lines about this person. A rung for which there is nobody to call is left out.
    """
    if person.answer in (Answer.SAFE, Answer.HANDED_OVER):
        return None
    if person.answer == Answer.HELP:
        assert person.answered_at is not None  # noqa: S101 (a constraint)
        return Next(ContactWay.PHONE, person.answered_at)
    incident = person.incident
    tried = [each for each in log if each.kind in (EntryKind.ASKED, EntryKind.TRIED)]
    ways = {each.way for each in tried}
    began = min((each.at for each in tried), default=incident.opened_at)
    for rung in rules.ladder:
        if rung.way in ways or (incident.is_drill and not rung.in_drill):
            continue
        if is_possible(person, rung.way):
            return Next(rung.way, began + dt.timedelta(minutes=rung.after_minutes))
    last = max((each.at for each in tried), default=incident.opened_at)
    return Next(ContactWay.PHONE, last + AGAIN_AFTER, is_again=True)


def is_possible(person: IncidentPerson, way: ContactWay) -> bool:
    """Tell whether there is somebody to reach in this way, and the student agreed to it."""
    if way == ContactWay.CONTACT:
        return any(each.may_locate for each in person.stay.emergency_contacts.all())
    return True
