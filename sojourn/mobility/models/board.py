"""What waits for the Board of Examiners, what it decided, and who decides for it until when."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sojourn.catalogue.models import DegreeProgramme, Institution
from sojourn.mobility.models.agreements import AgreementPackage, AgreementVersion, WrittenOnce
from sojourn.mobility.models.stays import Stay
from sojourn.mobility.states import UNDECIDED, BoardState
from sojourn.people.models import User
from sojourn.people.visibility import PROGRAMME_OF_STUDENT, Casework, InUnit, Own, Through

MOST_WORDS = 4000


class RequestKind(models.TextChoices):
    """What the Board is asked about."""

    PACKAGE = "package", pgettext_lazy("request", "Package of a group")
    AGREEMENT = "agreement", pgettext_lazy("request", "Agreement")
    CHANGE = "change", pgettext_lazy("request", "Change of an agreement")
    RECOGNITION = "recognition", pgettext_lazy("request", "Recognition after return")


OF_A_VERSION = [RequestKind.AGREEMENT, RequestKind.CHANGE]


class Outcome(models.TextChoices):
    """What the Board decided."""

    APPROVED = "approved", pgettext_lazy("decision", "Approved")
    CONDITIONAL = "conditional", pgettext_lazy("decision", "Approved under a condition")
    REFUSED = "refused", pgettext_lazy("decision", "Refused")


PROMISES = [Outcome.APPROVED, Outcome.CONDITIONAL]


class Basis(models.TextChoices):
    """By which right somebody decided for the Board."""

    MEMBER = "member", pgettext_lazy("decided", "as a member of the Board")
    MANDATE = "mandate", pgettext_lazy("decided", "under a mandate of the Board")
    SIGNATURE = "signature", pgettext_lazy("decided", "by signing the agreement for the Board")
    PACKAGE = "package", pgettext_lazy("decided", "by the decision about the group's package")


class BoardRequest(Casework):
    """Something that waits for the Board: courses before departure, or results after return.

    `components` are the lines as they were when it was asked; they never change. A version that is
    taken back takes its request along; the next one asks anew.
    """

    visible = Own("stay__student") | InUnit("programme", f"stay__student__{PROGRAMME_OF_STUDENT}")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=RequestKind)
    programme = models.ForeignKey(
        DegreeProgramme, models.PROTECT, null=True, blank=True, related_name="+"
    )
    stay = models.ForeignKey(
        Stay, models.CASCADE, null=True, blank=True, related_name="board_requests"
    )
    version = models.ForeignKey(
        AgreementVersion, models.CASCADE, null=True, blank=True, related_name="board_requests"
    )
    package = models.ForeignKey(
        AgreementPackage, models.CASCADE, null=True, blank=True, related_name="board_requests"
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="+"
    )
    host_name = models.CharField(_("host"), max_length=300, blank=True)
    title = models.CharField(_("what"), max_length=250)
    components = models.JSONField(_("courses"), default=list, blank=True)
    digest = models.CharField(max_length=64)
    asked = models.TextField(_("what is asked"), max_length=MOST_WORDS, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=BoardState, default=BoardState.WAITING
    )
    # Goes up with every question and answer: whoever decides has seen all of them.
    revision = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(_("why"), max_length=500, blank=True)
    # When the form was made that asks: sent twice, it asks once.
    sending = models.UUIDField(default=uuid4, unique=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("request to the Board")
        verbose_name_plural = _("requests to the Board")
        ordering = ["asked_at", "pk"]
        indexes = [models.Index(fields=["state", "asked_at"], name="board_request_waits")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=BoardState.values), name="board_request_state_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind=RequestKind.PACKAGE,
                    package__isnull=False,
                    stay__isnull=True,
                    version__isnull=True,
                )
                | Q(
                    kind__in=OF_A_VERSION,
                    package__isnull=True,
                    stay__isnull=False,
                    version__isnull=False,
                )
                | (
                    Q(kind=RequestKind.RECOGNITION, package__isnull=True, stay__isnull=False)
                    & ~Q(asked="")
                ),
                name="board_request_about_one_thing",
            ),
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(state__in=[*UNDECIDED, BoardState.DECIDED], version__isnull=False)
                & Q(kind__in=OF_A_VERSION),
                name="board_request_once_a_version",
            ),
            models.UniqueConstraint(
                fields=["package"],
                condition=Q(state__in=[*UNDECIDED, BoardState.DECIDED], package__isnull=False),
                name="board_request_once_a_package",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNDECIDED, ended_at__isnull=True)
                | Q(state=BoardState.DECIDED, ended_at__isnull=False)
                | (Q(state=BoardState.WITHDRAWN, ended_at__isnull=False) & ~Q(ended_why="")),
                name="board_request_ended_when",
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.uuid}"

    @property
    def is_undecided(self) -> bool:
        return self.state in UNDECIDED


class BoardMessage(WrittenOnce):
    """A question of the Board about a request, or the answer to it."""

    visible = Through("request")

    request = models.ForeignKey(BoardRequest, models.CASCADE, related_name="messages")
    number = models.PositiveSmallIntegerField()
    is_answer = models.BooleanField(default=False)
    text = models.TextField(max_length=MOST_WORDS)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("message about a request to the Board")
        verbose_name_plural = _("messages about requests to the Board")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="board_message_numbered"),
            models.CheckConstraint(condition=~Q(text=""), name="board_message_says_something"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class BoardMandate(Casework):
    """Somebody decides for the Board: for one degree programme or all, which kinds, until when."""

    visible = InUnit("programme")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    holder = models.ForeignKey(User, models.CASCADE, related_name="board_mandates")
    programme = models.ForeignKey(
        DegreeProgramme, models.PROTECT, null=True, blank=True, related_name="+"
    )
    kinds = models.JSONField(_("for"), default=list)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    rests_on = models.CharField(_("decision of the Board"), max_length=300)
    given_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("mandate of the Board")
        verbose_name_plural = _("mandates of the Board")
        ordering = ["ends_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")), name="board_mandate_days_in_order"
            ),
            models.CheckConstraint(condition=~Q(rests_on=""), name="board_mandate_rests_on"),
        ]

    def __str__(self) -> str:
        return f"mandate {self.uuid}"

    def holds_on(self, day: dt.date) -> bool:
        """Tell whether it is in force on that day."""
        return self.ended_at is None and self.starts_on <= day <= self.ends_on


class BoardDecision(WrittenOnce):
    """What the Board decided about a request: the promise that binds whoever comes after.

    The lines, the condition and the day of appeal are kept as they were told. A trigger refuses to
    change them.
    """

    visible = Through("request")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    request = models.OneToOneField(BoardRequest, models.CASCADE, related_name="decision")
    outcome = models.CharField(_("decision"), max_length=12, choices=Outcome)
    conditions = models.TextField(_("condition"), max_length=MOST_WORDS, blank=True)
    reason = models.TextField(_("reason"), max_length=MOST_WORDS, blank=True)
    components = models.JSONField(_("courses"), default=list, blank=True)
    digest = models.CharField(max_length=64)
    basis = models.CharField(max_length=10, choices=Basis)
    mandate = models.ForeignKey(
        BoardMandate, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    rests_on = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    by_name = models.CharField(_("name"), max_length=200)
    by_function = models.CharField(_("function"), max_length=200, blank=True)
    decided_at = models.DateTimeField(default=timezone.now)
    decided_on = models.DateField(_("decided on"))
    appeal_until = models.DateField(_("appeal until"), null=True, blank=True)
    # Where and how, in each language, as the edition said then: {"to": {…}, "how": {…}}.
    appeal = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("decision of the Board")
        verbose_name_plural = _("decisions of the Board")
        ordering = ["decided_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome=Outcome.APPROVED, conditions="")
                | (Q(outcome=Outcome.CONDITIONAL) & ~Q(conditions=""))
                | (Q(outcome=Outcome.REFUSED, conditions="") & ~Q(reason="")),
                name="board_decision_in_words",
            ),
            models.CheckConstraint(condition=~Q(by_name=""), name="board_decision_by_somebody"),
            models.CheckConstraint(
                condition=Q(appeal_until__isnull=True) | Q(appeal_until__gt=F("decided_on")),
                name="board_decision_appeal_after",
            ),
            models.CheckConstraint(
                condition=~Q(basis=Basis.MANDATE) | ~Q(rests_on=""),
                name="board_decision_by_which_mandate",
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.uuid}"

    @property
    def is_promise(self) -> bool:
        return self.outcome in PROMISES


class BoardLetter(WrittenOnce):
    """The letter that tells a decision, as it was sent."""

    visible = Through("decision")

    decision = models.OneToOneField(BoardDecision, models.CASCADE, related_name="letter")
    language = models.CharField(max_length=8)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("letter of the Board")
        verbose_name_plural = _("letters of the Board")

    def __str__(self) -> str:
        return f"letter {self.pk}"
