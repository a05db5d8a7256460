"""Roles, and the degree programmes that they are held for.

A student has no role. A degree programme is named by its slug: people know nothing of the
catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

EVERY_PROGRAMME = ""


class Role(models.TextChoices):
    """What a person does, for named degree programmes or for all of them."""

    COORDINATOR = "coordinator", _("Coordinator")
    SECRETARY = "secretary", _("Secretary")
    BOARD = "board", _("Member of the Board of Examiners")
    REVIEWER = "reviewer", _("Reviewer")
    OPERATOR = "operator", _("Operator")
    SAFETY = "safety", _("Emergency team")


# Who sees the casework of their degree programmes, who advises students in it, who decides.
SEEING = frozenset({Role.COORDINATOR, Role.SECRETARY, Role.BOARD, Role.OPERATOR})
ADVISING = frozenset({Role.COORDINATOR, Role.SECRETARY, Role.OPERATOR})
DECIDING = frozenset({Role.COORDINATOR, Role.OPERATOR})
# The closed circle that reads where students are and whom to call; no other role opens that.
CIRCLE = frozenset({Role.SAFETY})


@dataclass(frozen=True)
class Units:
    """The degree programmes, by slug, for which a person holds a role."""

    programmes: frozenset[str] = frozenset()
    of_all: bool = False

    @classmethod
    def of(cls, programmes: Iterable[str]) -> Units:
        """Collect them; `EVERY_PROGRAMME` among them means all."""
        found = frozenset(programmes)
        return cls(found - {EVERY_PROGRAMME}, EVERY_PROGRAMME in found)

    def __contains__(self, programme: str) -> bool:
        return self.of_all or programme in self.programmes

    def __bool__(self) -> bool:
        return self.of_all or bool(self.programmes)
