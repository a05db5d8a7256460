"""Who may do what with a stay; `people.permissions` says how rules are asked."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from sojourn.catalogue.choices import Signer
from sojourn.catalogue.models import Road
from sojourn.experiences.models import Report, ReportState
from sojourn.mobility.models import Stay
from sojourn.people.models import User
from sojourn.people.permissions import Person, holds
from sojourn.people.roles import ADVISING, CIRCLE, DECIDING, Role
from sojourn.selection.models import Application


def may_work_on(user: Person, stay: Stay | None = None) -> bool:
    """Tell whether somebody looks after a stay: its days, its steps, its reminders."""
    return not _is_own(user, stay) and holds(user, ADVISING, stay)


def may_decide_on_stay(user: Person, stay: Stay | None = None) -> bool:
    """Tell whether somebody decides about a stay: its road, its end, what is not needed."""
    return not _is_own(user, stay) and holds(user, DECIDING, stay)


def may_keep_money(user: Person, stay: Stay | None = None) -> bool:
    """Tell whether somebody keeps the ledger of a stay's grants; nobody else reads it."""
    return not _is_own(user, stay) and holds(user, DECIDING, stay)


def may_answer_for(user: Person, student: User | None = None) -> bool:
    """Tell whether somebody hands out or erases what is kept about a student.

    Only where all of it is of their programmes: nobody erases the casework of another desk.
    """
    if student is None:
        return holds(user, DECIDING)
    return (
        student.is_student
        and student.pk != user.pk
        and holds(user, DECIDING, student)
        and all(
            model.objects.in_units_of(user, DECIDING).filter(theirs).count()
            == model.objects.filter(theirs).count()
            for model, theirs in (
                (Application, Q(owner=student)),
                # A draft is its writer's alone, and nobody's casework.
                (Report, Q(writer=student) & ~Q(state=ReportState.DRAFT)),
                (Stay, Q(student=student)),
            )
        )
    )


def speaks_for_board(user: Person, stay: Stay) -> bool:
    """Tell whether somebody sits on the Board of Examiners that decides about a stay."""
    return not _is_own(user, stay) and holds(user, {Role.BOARD}, stay)


def may_record_decision(user: Person, stay: Stay) -> bool:
    """Tell whether somebody decides about credits for the Board, or writes down that it did."""
    return isinstance(user, User) and (speaks_for_board(user, stay) or may_work_on(user, stay))


def may_override(user: Person, stay: Stay, gate: str) -> bool:
    """Tell whether somebody may answer for an exception at a gate, as the road says."""
    roles = overriding(stay.road, gate)
    return bool(roles) and not _is_own(user, stay) and holds(user, roles, stay)


def overriding(road: Road, gate: str) -> frozenset[Role]:
    """Return the roles that may answer for an exception at a gate of a road."""
    found = next((one for one in road.gates if one["gate"] == gate), None)
    return frozenset(Role(role) for role in found["override"]) if found else frozenset()


def may_sign_for_home(user: Person, stay: Stay) -> bool:
    """Tell whether somebody signs agreements for home, as the road says; never one's own."""
    roles = signing_for_home(stay.road)
    return bool(roles) and not _is_own(user, stay) and holds(user, roles, stay)


def signing_for_home(road: Road) -> frozenset[Role]:
    """Return the roles of which one person signs for home on a road."""
    signers = road.agreement.get("signers", ())
    found = next((one for one in signers if one["role"] == Signer.HOME), None)
    return frozenset(Role(role) for role in found["who"]) if found else frozenset()


def home_signers(stay: Stay) -> list[User]:
    """Find everybody who may sign the agreement of a stay for home."""
    return _people(stay, signing_for_home(stay.road))


def looking_after(stay: Stay) -> list[User]:
    """Find the coordinators of a stay."""
    return _people(stay, frozenset({Role.COORDINATOR}))


def _people(stay: Stay, roles: frozenset[Role]) -> list[User]:
    found = User.objects.holding(*roles) if roles else ()
    return [each for each in found if not _is_own(each, stay) and holds(each, roles, stay)]


def in_safety_team(user: Person) -> bool:
    """Tell whether somebody is of the closed circle that reads where students are."""
    return holds(user, CIRCLE)


def safety_team() -> list[User]:
    """Name the closed circle."""
    return list(User.objects.holding(*CIRCLE))


def in_circle(reader: User | None) -> QuerySet[Stay]:
    """Return the stays that somebody looks after in the closed circle; without a reader all."""
    return Stay.objects.all() if reader is None else Stay.objects.in_units_of(reader, CIRCLE)


def _is_own(user: Person, stay: Stay | None) -> bool:
    return stay is not None and stay.student_id == user.pk
