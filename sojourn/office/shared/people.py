"""A person's name, as it stands everywhere in the office: a link to all about that student."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from sojourn.office.shared.lists import Cell
from sojourn.people.models import User


@dataclass(frozen=True)
class PersonLink:
    """A name, and the page about that person where there is one; `{% person %}` shows it."""

    name: str
    href: str = ""

    def __str__(self) -> str:
        return self.name


def address_of(person: User | None) -> str:
    """Return the page about a student; staff and people without an account have none."""
    if person is None or not person.is_student:
        return ""
    return reverse("office:student", kwargs={"student": person.uuid})


def link(person: User | None, otherwise: str = "") -> PersonLink:
    """Return a person's name with its link; `otherwise` where there is no account."""
    return PersonLink(str(person) if person else otherwise, address_of(person))


def cell(person: User | None, otherwise: str = "") -> Cell:
    """Return a person as a cell of a list."""
    return Cell(str(person) if person else otherwise, address_of(person))
