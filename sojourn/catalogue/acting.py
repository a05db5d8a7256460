"""Who may act on people and seats: whoever confirmed an address and is one of our students.

Everybody with an account has a plan, costs and a top five. Whoever confirmed the address may ask
the office too. For the rest it is known who it is: by the domain of the address, as the edition
names them, by a confirmed student number, or because the office let them in.
"""

from __future__ import annotations

from enum import Enum

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q, QuerySet

from sojourn.catalogue.models import Edition
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.people.access import has_confirmed_address
from sojourn.people.models import AccessDecision, User


class Hurdle(Enum):
    """What somebody has to do, or to wait for, before they may act."""

    ADDRESS = "address"
    """Confirm the mail address."""
    OFFICE = "office"
    """Be let in by the office."""
    REFUSED = "refused"
    """The office looked, and did not let them in."""


def may_ask(user: User) -> bool:
    """Tell whether somebody may write to the office: their address is confirmed."""
    return has_confirmed_address(user)


def may_act(user: User) -> bool:
    """Tell whether somebody may act on people or seats: book, apply, write to people, report."""
    return hurdle(user) is None


def hurdle(user: User) -> Hurdle | None:
    """Say what keeps somebody from acting on people and seats; None when nothing does."""
    if not has_confirmed_address(user):
        return Hurdle.ADDRESS
    if _has_our_address(user) or not _outside(User.objects.filter(pk=user.pk)).exists():
        return None
    decision = AccessDecision.objects.filter(person=user).first()
    if decision is None:
        return Hurdle.OFFICE
    return None if decision.is_let_in else Hurdle.REFUSED


def waiting() -> QuerySet[User]:
    """List who confirmed an address elsewhere and waits for the office, the first one first."""
    confirmed = EmailAddress.objects.filter(
        user=OuterRef("pk"), email__iexact=OuterRef("email"), verified=True
    )
    people = User.objects.filter(Exists(confirmed), is_active=True, access_decision=None)
    return _outside(people).order_by("date_joined", "pk")


def refused() -> QuerySet[User]:
    """List who was not let in, the last one first."""
    people = User.objects.filter(access_decision__is_let_in=False)
    return (
        _outside(people).select_related("access_decision").order_by("-access_decision__at", "-pk")
    )


def let_everybody_in() -> None:
    """Name no domains in the edition, as a demonstration does."""
    if Edition.objects.exclude(student_domains=[]).update(student_domains=[]):
        publish_change()


def _has_our_address(user: User) -> bool:
    """Tell by the address alone, as most of our students are known."""
    domains = current_snapshot().records.edition.student_domains
    return user.email.lower().endswith(tuple(f"@{domain.lower()}" for domain in domains))


def _outside(people: QuerySet[User]) -> QuerySet[User]:
    """Keep students by whose address nobody can tell that they are ours."""
    domains = current_snapshot().records.edition.student_domains
    if not domains:
        return people.none()
    ours = Q()
    for domain in domains:
        ours |= Q(email__iendswith=f"@{domain}")
    return people.filter(is_staff=False, is_demo=False).exclude(
        ours | Q(student_number__confirmed_at__isnull=False)
    )
