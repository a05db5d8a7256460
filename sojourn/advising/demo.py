"""Times to book when Sojourn is tried out. Never made by plain `sojourn serve`.

Made once, and only where nobody ever made a rule for slots: what the office has, changes or
deletes stays so.
"""

from __future__ import annotations

import datetime as dt

from sojourn.advising import desk_history
from sojourn.advising.diaries import diary_of, locked
from sojourn.advising.models import SlotRule
from sojourn.catalogue.models import Contact, ContactRole, Visibility, Weekday
from sojourn.common.locks import one_at_a_time

_DAYS = (Weekday.TUESDAY, Weekday.THURSDAY)


def make_demo_slots() -> None:
    """Make slots of 20 minutes on two mornings a week with home's first coordinator."""
    with one_at_a_time("demo-slots"):
        if SlotRule.objects.exists() or desk_history.has_events(SlotRule):
            return
        contact = (
            Contact.objects.filter(
                institution__is_home=True,
                role=ContactRole.COORDINATOR,
                visibility=Visibility.PUBLIC,
            )
            .order_by("pk")
            .first()
        )
        if contact is None:
            return
        with locked(diary_of(contact)) as diary:
            for day in _DAYS:
                rule = SlotRule.objects.create(
                    diary=diary, weekday=day, starts=dt.time(10), ends=dt.time(12), length=20,
                    gap=10, room=contact.room,
                )  # fmt: skip
                desk_history.record(
                    "slot_rule.added", rule, contact=contact.pk, actor=None,
                    now=desk_history.of_hour(rule),
                )  # fmt: skip
