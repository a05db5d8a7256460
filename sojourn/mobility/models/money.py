"""The grants of a stay as ledgers: what was promised, paid, counted again, asked back, settled.

Entries are only ever added (a migration makes the triggers): a mistake is put right by an entry of
its own. No bank number is kept anywhere; the finance office has those.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sojourn.catalogue.models import Grant
from sojourn.mobility.models.agreements import WrittenOnce
from sojourn.mobility.models.stays import Stay
from sojourn.mobility.states import GrantState
from sojourn.people.models import User
from sojourn.people.roles import DECIDING
from sojourn.people.visibility import (
    PROGRAMME_OF_STUDENT,
    Casework,
    Circle,
    InUnit,
    Own,
    Through,
)


def _money(words: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(words, max_digits=10, decimal_places=2, default=0)


class StayGrant(Casework):
    """A grant that was promised for a stay, and where it stands: what is due, what is paid.

    `rule` is the grant's rule as it was when it was promised; a figure that the catalogue changes
    later changes nothing here. `due` and `paid` are those of the last entry.
    """

    visible = Own("stay__student") | Circle(
        InUnit("stay__programme", f"stay__student__{PROGRAMME_OF_STUDENT}"), DECIDING
    )

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    stay = models.ForeignKey(Stay, models.CASCADE, related_name="grants")
    grant = models.ForeignKey(Grant, models.SET_NULL, null=True, blank=True, related_name="+")
    slug = models.CharField(_("rule"), max_length=160)
    one_of = models.CharField(_("one of"), max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(_("year of the rule"))
    currency = models.CharField(
        _("currency"), max_length=3, default="EUR", validators=[RegexValidator(r"^[A-Z]{3}$")]
    )
    rule = models.JSONField(_("the rule as it was"))
    state = models.CharField(
        _("state"), max_length=12, choices=GrantState, default=GrantState.PROMISED
    )
    promised = _money(_("promised"))
    due = _money(_("due"))
    paid = _money(_("paid"))
    promised_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("grant of a stay")
        verbose_name_plural = _("grants of stays")
        ordering = ["promised_at", "pk"]
        indexes = [models.Index(fields=["state", "slug"], name="stay_grant_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=GrantState.values), name="stay_grant_state_known"
            ),
            models.CheckConstraint(
                condition=Q(promised__gt=0, due__gte=0, paid__gte=0),
                name="stay_grant_never_below_nothing",
            ),
            models.CheckConstraint(
                condition=~Q(state=GrantState.SETTLED) | Q(due=F("paid")),
                name="stay_grant_settled_when_even",
            ),
            models.CheckConstraint(
                condition=~Q(state=GrantState.TAKEN_BACK) | Q(due=0, paid=0),
                name="stay_grant_taken_back_unpaid",
            ),
            models.UniqueConstraint(
                fields=["stay", "slug"],
                condition=~Q(state=GrantState.TAKEN_BACK),
                name="stay_grant_once",
            ),
            models.UniqueConstraint(
                fields=["stay", "one_of"],
                condition=~Q(state=GrantState.TAKEN_BACK) & ~Q(one_of=""),
                name="stay_grant_one_of_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"grant {self.uuid}"


class GrantEntryKind(models.TextChoices):
    """What an entry of a ledger says."""

    PROMISED = "promised", pgettext_lazy("entry", "Promised")
    MET = "met", pgettext_lazy("entry", "Condition holds")
    NOT_MET = "not_met", pgettext_lazy("entry", "Condition does not hold")
    PAID = "paid", pgettext_lazy("entry", "Paid")
    RECALCULATED = "recalculated", pgettext_lazy("entry", "Counted again")
    ASKED_BACK = "asked_back", pgettext_lazy("entry", "Asked back")
    PAID_BACK = "paid_back", pgettext_lazy("entry", "Paid back")
    CORRECTED = "corrected", pgettext_lazy("entry", "Put right")
    SETTLED = "settled", pgettext_lazy("entry", "Settled")
    REOPENED = "reopened", pgettext_lazy("entry", "Opened again")
    TAKEN_BACK = "taken_back", pgettext_lazy("entry", "Taken back")


_K = GrantEntryKind
# What an entry of a kind may do to the two sums.
_SUMS = (
    Q(kind=_K.PROMISED, due_change__gt=0, paid_change=0, number=1)
    | Q(
        kind__in=[_K.MET, _K.NOT_MET, _K.ASKED_BACK, _K.SETTLED, _K.REOPENED],
        due_change=0,
        paid_change=0,
    )
    | Q(kind=_K.PAID, due_change=0, paid_change__gt=0)
    | Q(kind=_K.PAID_BACK, due_change=0, paid_change__lt=0)
    | Q(kind=_K.RECALCULATED, paid_change=0)
    | Q(kind=_K.TAKEN_BACK, due_change__lt=0, paid_change=0, due=0)
    | Q(kind=_K.CORRECTED, due_change=0)
    | Q(kind=_K.CORRECTED, paid_change=0)
)


class GrantEntry(WrittenOnce):
    """One entry of a grant's ledger; numbered, never changed, with both sums after it."""

    visible = Through("grant")

    # The database deletes the entries after the grant that they are of.
    grant = models.ForeignKey(StayGrant, models.DO_NOTHING, related_name="entries")
    number = models.PositiveIntegerField()
    kind = models.CharField(_("what"), max_length=12, choices=GrantEntryKind)
    due_change = _money(_("due, more or less"))
    paid_change = _money(_("paid, more or less"))
    due = _money(_("due then"))
    paid = _money(_("paid then"))
    on = models.DateField(_("day"))
    # First and last day, days that do not count, days, rate, what the rule says (`money_counting`).
    basis = models.JSONField(default=dict, blank=True)
    condition = models.CharField(max_length=10, blank=True)
    reference = models.CharField(_("reference of the finance office"), max_length=60, blank=True)
    reason = models.CharField(_("why"), max_length=500, blank=True)
    corrects = models.OneToOneField(
        "self", models.DO_NOTHING, null=True, blank=True, related_name="corrected_by"
    )
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # When the form was made that wrote it: sent twice, it writes one entry.
    sending = models.UUIDField(default=uuid4, editable=False)

    class Meta:
        verbose_name = _("entry of a grant")
        verbose_name_plural = _("entries of grants")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["grant", "number"], name="grant_entry_numbered"),
            models.UniqueConstraint(fields=["grant", "sending"], name="grant_entry_once_a_form"),
            models.CheckConstraint(
                condition=Q(kind__in=GrantEntryKind.values), name="grant_entry_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, due__gte=0, paid__gte=0),
                name="grant_entry_never_below_nothing",
            ),
            models.CheckConstraint(condition=_SUMS, name="grant_entry_moves_what_its_kind_moves"),
            models.CheckConstraint(
                condition=Q(number__gt=1) | Q(due=F("due_change"), paid=F("paid_change")),
                name="grant_entry_begins_from_nothing",
            ),
            models.CheckConstraint(
                condition=~Q(kind=_K.SETTLED) | Q(due=F("paid")),
                name="grant_entry_settled_when_even",
            ),
            models.CheckConstraint(
                condition=~Q(kind=_K.ASKED_BACK) | Q(paid__gt=F("due")),
                name="grant_entry_asked_back_too_much",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[_K.MET, _K.NOT_MET]) & ~Q(condition="")
                | ~Q(kind__in=[_K.MET, _K.NOT_MET]) & Q(condition=""),
                name="grant_entry_names_its_condition",
            ),
            models.CheckConstraint(
                condition=Q(kind=_K.CORRECTED, corrects__isnull=False)
                | ~Q(kind=_K.CORRECTED) & Q(corrects__isnull=True),
                name="grant_entry_says_what_it_corrects",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[_K.CORRECTED, _K.REOPENED, _K.TAKEN_BACK]) | ~Q(reason=""),
                name="grant_entry_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.number} of grant {self.grant_id}"
