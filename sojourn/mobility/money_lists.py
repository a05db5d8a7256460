"""Grants of many stays: what is to do about each, and sums by grant and year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, Count, DecimalField, F, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext_lazy as _

from sojourn.common.folding import with_words
from sojourn.mobility.models import Stay, StayGrant
from sojourn.mobility.money_counting import CENT
from sojourn.mobility.states import OPEN_GRANTS, GrantState, StayState
from sojourn.people.models import User


class ToDo(models.TextChoices):
    """What the office has to do about a grant."""

    COUNT = "count", _("To count again")
    PAY = "pay", _("To pay")
    RECLAIM = "reclaim", _("To ask back")
    COMES_BACK = "comes_back", _("Waits for the student")
    SETTLE = "settle", _("To settle")


# A stay that is over, back, or in fact over before it began: the promise has to be counted again.
_ENDED = [StayState.BACK, StayState.FINISHED, StayState.WITHDRAWN]
_OPEN = Q(state__in=[GrantState.PROMISED, GrantState.RECALCULATED])
TO_DO: Mapping[str, Q] = {
    ToDo.COUNT: Q(state=GrantState.PROMISED, stay__state__in=_ENDED),
    ToDo.PAY: Q(state=GrantState.RECALCULATED, due__gt=F("paid"))
    | Q(state=GrantState.PROMISED, due__gt=F("paid")) & ~Q(stay__state__in=_ENDED),
    ToDo.RECLAIM: Q(state=GrantState.RECALCULATED, paid__gt=F("due")),
    ToDo.COMES_BACK: Q(state=GrantState.RECLAIMED, paid__gt=F("due")),
    ToDo.SETTLE: Q(state__in=[GrantState.RECALCULATED, GrantState.RECLAIMED], due=F("paid")),
}


@dataclass(frozen=True)
class Total:
    """What the grants of one rule and year come to."""

    slug: str
    year: int
    currency: str
    count: int
    promised: Decimal
    due: Decimal
    paid: Decimal
    to_pay: Decimal
    to_come_back: Decimal


def to_do_of(row: StayGrant) -> ToDo | None:
    """Say what has to be done about a grant, as the filter of the list says it."""
    ended = row.stay.state in _ENDED
    if row.state == GrantState.PROMISED:
        if ended:
            return ToDo.COUNT
        return ToDo.PAY if row.due > row.paid else None
    if row.state == GrantState.RECALCULATED:
        if row.due > row.paid:
            return ToDo.PAY
        return ToDo.RECLAIM if row.paid > row.due else ToDo.SETTLE
    if row.state == GrantState.RECLAIMED:
        return ToDo.COMES_BACK if row.paid > row.due else ToDo.SETTLE
    return None


def to_do(found: QuerySet[StayGrant], what: str) -> QuerySet[StayGrant]:
    """Keep the grants about which this has to be done."""
    return found.filter(TO_DO[what])


def matching(found: QuerySet[StayGrant], words: str) -> QuerySet[StayGrant]:
    """Keep the grants of students or places in whose names all of these words are."""
    stays = with_words(
        Stay.objects.filter(pk__in=found.order_by().values("stay")), words,
        "hosts__name", "hosts__city", "title", "student__email", "student__first_name",
        "student__last_name",
    )  # fmt: skip
    return found.filter(stay__in=stays.order_by().values("pk"))


def due_at(user: User | AnonymousUser, place: str) -> dict[str, Decimal]:
    """Return what is due of a student's grants for stays at a place that stand, by their slug."""
    found = StayGrant.objects.owned_by(user).filter(stay__opportunity__slug=place)
    rows = found.exclude(state=GrantState.TAKEN_BACK).exclude(stay__state=StayState.WITHDRAWN)
    return dict(rows.order_by("pk").values_list("slug", "due"))


def totals(found: QuerySet[StayGrant]) -> list[Total]:
    """Add up by grant and year; what was taken back is in no sum."""
    rows = (
        found.exclude(state=GrantState.TAKEN_BACK)
        .order_by()
        .values("slug", "year", "currency")
        .annotate(
            count=Count("pk"),
            all_promised=Sum("promised"),
            all_due=Sum("due"),
            all_paid=Sum("paid"),
            to_pay=_sum(F("due") - F("paid"), Q(state__in=OPEN_GRANTS, due__gt=F("paid"))),
            to_come_back=_sum(F("paid") - F("due"), Q(paid__gt=F("due"))),
        )
        .order_by("-year", "slug")
    )
    return [
        Total(
            row["slug"], row["year"], row["currency"], row["count"],
            *(
                Decimal(row[name]).quantize(CENT)
                for name in ("all_promised", "all_due", "all_paid", "to_pay", "to_come_back")
            ),
        )
        for row in rows
    ]  # fmt: skip


def _sum(what: models.expressions.Combinable, where: Q) -> Sum:
    kept = DecimalField(max_digits=14, decimal_places=2)
    return Sum(Case(When(where, then=what), default=Value(Decimal(0)), output_field=kept))
