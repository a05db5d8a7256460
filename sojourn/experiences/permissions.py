"""Who may do what with experience reports; `people.permissions` says how rules are asked."""

from __future__ import annotations

from sojourn.experiences.models import Report
from sojourn.people.permissions import Person, holds
from sojourn.people.roles import ADVISING, DECIDING


def may_moderate(user: Person, report: Report | None = None) -> bool:
    """Tell whether somebody may edit, publish, decline or send back a report."""
    return holds(user, DECIDING, report)


def may_invite_writers(user: Person) -> bool:
    """Tell whether somebody may ask for reports, and whom students may write to."""
    return holds(user, ADVISING)


def may_change_catalogue(user: Person) -> bool:
    """Tell whether somebody may take over into the catalogue what reports say."""
    return holds(user, DECIDING)
