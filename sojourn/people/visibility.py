"""Which rows of casework a person may see: each model says it once, in `visible`.

    class Appointment(Casework):
        visible = OfStudent("student") | ...

    Appointment.objects.visible_to(request.user)

Pages begin with `visible_to` (the office) or `owned_by` (a student's own pages). A row that a
secret link names is found with `named_by_link`: then the link is the right to see it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Protocol, Self, TypeVar, cast

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from sojourn.people.roles import SEEING, Role, Units

M = TypeVar("M", bound=models.Model)
Roles = Iterable[Role]
Rows = Q | bool
"""Some rows of a model, or all (True) or none (False) of them."""

# From an account to the degree programme that its owner studies (kept by planning).
PROGRAMME_OF_STUDENT = "plan__programme"


class Account(Protocol):
    """What a rule asks of an account (`people.models.User`, which is built on this module)."""

    @property
    def pk(self) -> Any: ...
    @property
    def is_active(self) -> bool: ...
    def units(self, *roles: str) -> Units: ...


class Rule:
    """A way in which rows belong to a person or to the unit of a role."""

    def owned(self, model: type[models.Model], user: Account) -> Rows:
        """Find the person's own rows."""
        return False

    def in_units(self, model: type[models.Model], user: Account, roles: Roles) -> Rows:
        """Find the rows in the units for which the person holds one of the roles."""
        return False

    def __or__(self, other: Rule) -> Rule:
        return AnyOf((self, other))


@dataclass(frozen=True)
class AnyOf(Rule):
    """One of several rules is enough."""

    rules: tuple[Rule, ...]

    def owned(self, model: type[models.Model], user: Account) -> Rows:
        return any_of(rule.owned(model, user) for rule in self.rules)

    def in_units(self, model: type[models.Model], user: Account, roles: Roles) -> Rows:
        return any_of(rule.in_units(model, user, roles) for rule in self.rules)


@dataclass(frozen=True)
class Own(Rule):
    """Rows of the account at the end of this lookup."""

    lookup: str

    def owned(self, model: type[models.Model], user: Account) -> Rows:
        return Q(**{self.lookup: user.pk})


@dataclass(frozen=True)
class Office(Rule):
    """Rows that concern no degree programme: those with a role in the office see them."""

    roles: frozenset[Role] = SEEING

    def in_units(self, model: type[models.Model], user: Account, roles: Roles) -> Rows:
        return bool(user.units(*self.roles.intersection(roles)))


@dataclass(frozen=True)
class OwnWork(Rule):
    """Rows that a colleague looks after, of whatever unit: this lookup has their key."""

    lookup: str
    key: str = "pk"

    def in_units(self, model: type[models.Model], user: Account, roles: Roles) -> Rows:
        return bool(user.units(*roles)) and Q(**{self.lookup: getattr(user, self.key)})


class InUnit(Rule):
    """Rows of a degree programme: the first of these lookups that leads to one.

    Where none does, the row is everybody's of the office, so that nothing is lost between desks.
    """

    def __init__(self, *lookups: str) -> None:
        self.lookups = lookups

    def in_units(self, model: type[models.Model], user: Account, roles: Roles) -> Rows:
        units = user.units(*roles)
        if units.of_all or not units:
            return units.of_all
        found = Q()
        for lookup in reversed(self.lookups):
            known = Q(**{f"{lookup}__slug__in": units.programmes})
            unknown = Q(**{f"{lookup}__isnull": True})
            found = known | (unknown & found)
        return found


@dataclass(frozen=True)
class Only(Rule):
    """Of the rows in the units of a role, those that meet a condition."""

    rule: Rule
    condition: Q

    def in_units(self, model: type[models.Model], user: Account, roles: Roles) -> Rows:
        rows = self.rule.in_units(model, user, roles)
        if isinstance(rows, bool):
            return rows and self.condition
        return rows & self.condition


@dataclass(frozen=True)
class Circle(Rule):
    """Rows of a closed circle: these roles alone count, whatever roles are asked for."""

    rule: Rule
    roles: frozenset[Role]

    def in_units(self, model: type[models.Model], user: Account, roles: Roles) -> Rows:
        return self.rule.in_units(model, user, self.roles)


class OfStudent(AnyOf):
    """Rows about the student at the end of this lookup: their own, and of their programme."""

    def __init__(self, lookup: str) -> None:
        super().__init__((Own(lookup), InUnit(f"{lookup}__{PROGRAMME_OF_STUDENT}")))


@dataclass(frozen=True)
class Through(Rule):
    """Rows that are seen by those who see the row that this field names."""

    field: str

    def owned(self, model: type[models.Model], user: Account) -> Rows:
        parent = self._parent(model)
        return self._following(parent, parent.visible.owned(parent, user))

    def in_units(self, model: type[models.Model], user: Account, roles: Roles) -> Rows:
        parent = self._parent(model)
        return self._following(parent, parent.visible.in_units(parent, user, roles))

    def _parent(self, model: type[models.Model]) -> type[Casework]:
        parent = model._meta.get_field(self.field).related_model
        if not (isinstance(parent, type) and issubclass(parent, Casework)):
            raise TypeError(f"{model.__name__}.{self.field} leads to no casework")
        return parent

    def _following(self, parent: type[Casework], rows: Rows) -> Rows:
        if rows is True:
            return Q(**{f"{self.field}__isnull": False})
        if rows is False:
            return False
        return Q(**{f"{self.field}__in": parent.objects.filter(rows).values("pk")})


def any_of(found: Iterable[Rows]) -> Rows:
    """Join rows; all of them stay all, none adds nothing."""
    some: list[Q] = []
    for rows in found:
        if rows is True:
            return True
        if rows is not False:
            some.append(rows)
    return reduce(or_, some) if some else False


class CaseworkQuerySet(models.QuerySet[M]):
    """Rows of casework, narrowed to what somebody may see."""

    def visible_to(self, user: Account | AnonymousUser) -> Self:
        """Keep what this person may see: their own, and that of the units they work for."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        rule = self._rule
        return self._kept(
            any_of((rule.owned(self.model, user), rule.in_units(self.model, user, SEEING)))
        )

    def in_units_of(
        self, user: Account | AnonymousUser, roles: Roles, rule: Rule | None = None
    ) -> Self:
        """Keep the rows in the units for which this person holds one of the roles.

        By the rule of the model, unless another is given.
        """
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self._kept((rule or self._rule).in_units(self.model, user, roles))

    def owned_by(self, user: Account | AnonymousUser) -> Self:
        """Keep this person's own rows."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self._kept(self._rule.owned(self.model, user))

    def named_by_link(self, **key: object) -> Self:
        """Keep the one row that a secret link names; the link is the right to see it."""
        return self.filter(**key)

    @property
    def _rule(self) -> Rule:
        rule: Rule = cast("type[Casework]", self.model).visible
        return rule

    def _kept(self, rows: Rows) -> Self:
        if rows is True:
            return self.all()
        return self.filter(rows) if rows else self.none()


class CaseworkManager(models.Manager[M]):
    """Where every read of casework begins."""

    def get_queryset(self) -> CaseworkQuerySet[M]:
        return CaseworkQuerySet(self.model, using=self._db)

    def visible_to(self, user: Account | AnonymousUser) -> CaseworkQuerySet[M]:
        return self.get_queryset().visible_to(user)

    def in_units_of(
        self, user: Account | AnonymousUser, roles: Roles, rule: Rule | None = None
    ) -> CaseworkQuerySet[M]:
        return self.get_queryset().in_units_of(user, roles, rule)

    def owned_by(self, user: Account | AnonymousUser) -> CaseworkQuerySet[M]:
        return self.get_queryset().owned_by(user)

    def named_by_link(self, **key: object) -> CaseworkQuerySet[M]:
        return self.get_queryset().named_by_link(**key)


class Casework(models.Model):
    """Rows that only some people may see; each model says who in `visible`."""

    visible: ClassVar[Rule]

    objects: ClassVar[CaseworkManager[Self]] = CaseworkManager()

    class Meta:
        abstract = True
