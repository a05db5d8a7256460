"""Who may do what with a stay; `people.permissions` says how rules are asked."""

from __future__ import annotations

from sojourn.catalogue.models import Road
from sojourn.mobility.models import Stay
from sojourn.people.permissions import Person, holds
from sojourn.people.roles import ADVISING, DECIDING, Role


def may_work_on(user: Person, stay: Stay | None = None) -> bool:
    """Tell whether somebody looks after a stay: its days, its steps, its reminders."""
    return not _is_own(user, stay) and holds(user, ADVISING, stay)


def may_decide_on_stay(user: Person, stay: Stay | None = None) -> bool:
    """Tell whether somebody decides about a stay: its road, its end, what is not needed."""
    return not _is_own(user, stay) and holds(user, DECIDING, stay)


def speaks_for_board(user: Person, stay: Stay) -> bool:
    """Tell whether somebody sits on the Board of Examiners that decides about a stay."""
    return not _is_own(user, stay) and holds(user, {Role.BOARD}, stay)


def may_override(user: Person, stay: Stay, gate: str) -> bool:
    """Tell whether somebody may answer for an exception at a gate, as the road says."""
    roles = overriding(stay.road, gate)
    return bool(roles) and not _is_own(user, stay) and holds(user, roles, stay)


def overriding(road: Road, gate: str) -> frozenset[Role]:
    """Return the roles that may answer for an exception at a gate of a road."""
    found = next((one for one in road.gates if one["gate"] == gate), None)
    return frozenset(Role(role) for role in found["override"]) if found else frozenset()


def _is_own(user: Person, stay: Stay | None) -> bool:
    return stay is not None and stay.student_id == user.pk
