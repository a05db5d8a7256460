"""Who may change the catalogue on the office's pages; `people.permissions` says how one asks."""

from __future__ import annotations

from django.db.models import QuerySet

from sojourn.catalogue.models import Agreement, DegreeProgramme
from sojourn.people.models import User
from sojourn.people.permissions import Person, holds, may_edit_catalogue
from sojourn.people.roles import DECIDING


def may_edit_partners(user: Person) -> bool:
    """Tell whether somebody may change partners, their units, contacts and figures."""
    return holds(user, DECIDING)


def may_prepare_year(user: Person) -> bool:
    """Tell whether somebody takes their programmes into the next academic year."""
    return holds(user, DECIDING)


def may_change_in_excel(user: Person) -> bool:
    """Tell whether somebody may change some list of the catalogue as a file."""
    return may_edit_partners(user) or may_edit_catalogue(user)


def programmes_of(user: User) -> QuerySet[DegreeProgramme]:
    """Find the degree programmes about which somebody decides."""
    units = user.units(*DECIDING)
    found = DegreeProgramme.objects.all()
    return found if units.of_all else found.filter(slug__in=units.programmes)


def may_edit_agreement(user: Person, agreement: Agreement | None = None) -> bool:
    """Tell whether somebody may change an agreement: it is for one of their programmes, or any."""
    if not may_edit_partners(user) or agreement is None:
        return may_edit_partners(user)
    units = user.units(*DECIDING) if isinstance(user, User) else None
    if units is None or units.of_all:
        return units is not None
    named = set(agreement.programmes.values_list("slug", flat=True))
    return not named or bool(named & units.programmes)
