"""Coming home: whom the host is asked through, the days that were spent there, the results."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sojourn.mobility.models.agreements import WrittenOnce
from sojourn.mobility.models.board import BoardDecision
from sojourn.mobility.models.stays import Stay
from sojourn.mobility.states import CreditState, TranscriptState
from sojourn.people.models import User
from sojourn.people.visibility import Casework, Through


class PapersRequest(Casework):
    """One person of the host who is asked for the papers of the end, by one link.

    Name and address are copies. Handed on to somebody else it ends, and its link opens nothing.
    """

    visible = Through("stay")

    stay = models.ForeignKey(Stay, models.CASCADE, related_name="papers_requests")
    link = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("mail address"))
    named_by = models.CharField(_("who named them"), max_length=200, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    # A mail scanner opens pages too, so nothing follows from this.
    opened_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    why_ended = models.CharField(_("why"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("request for papers")
        verbose_name_plural = _("requests for papers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stay"], condition=Q(ended_at__isnull=True), name="papers_asked_of_one"
            ),
            models.CheckConstraint(condition=~Q(email=""), name="papers_asked_somewhere"),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"


class CertifiedBy(models.TextChoices):
    """How the host said which days it were."""

    LINK = "link", pgettext_lazy("certified", "with the link that was mailed to them")
    PAPER = "paper", pgettext_lazy("certified", "on paper; the office checked it")


class CertifiedDays(WrittenOnce):
    """The first and last day at the host, as the host certifies them. The newest one counts.

    Who says so is a copy. A correction is a new row; what was said before stays.
    """

    visible = Through("stay")

    stay = models.ForeignKey(Stay, models.CASCADE, related_name="certified_days")
    number = models.PositiveSmallIntegerField(default=1)
    starts_on = models.DateField(_("first day at the host"))
    ends_on = models.DateField(_("last day at the host"))
    # What the stay said until then.
    planned_first = models.DateField(null=True, blank=True)
    planned_last = models.DateField(null=True, blank=True)
    way = models.CharField(_("how"), max_length=10, choices=CertifiedBy)
    name = models.CharField(_("name"), max_length=200)
    function = models.CharField(_("function"), max_length=200)
    request = models.ForeignKey(
        PapersRequest, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    checked_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    checked_name = models.CharField(_("who checked the paper"), max_length=200, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    content = models.BinaryField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("certificate of days")
        verbose_name_plural = _("certificates of days")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["stay", "number"], name="certified_days_in_order"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="certified_days_first_to_last"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(function=""), name="certified_days_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(way=CertifiedBy.LINK, content__isnull=True, sha256="", checked_name="")
                | (
                    Q(way=CertifiedBy.PAPER, content__isnull=False)
                    & ~Q(sha256="")
                    & ~Q(checked_name="")
                ),
                name="certified_days_paper_is_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"certificate {self.pk}"


class TranscriptFrom(models.TextChoices):
    """Who brought a transcript."""

    STUDENT = "student", pgettext_lazy("transcript", "the student")
    HOST = "host", pgettext_lazy("transcript", "the host, by the link that was mailed")
    OFFICE = "office", pgettext_lazy("transcript", "the office")


class TranscriptKind(models.TextChoices):
    """What kind of file it is."""

    PDF = "pdf", "PDF"
    ELMO = "elmo", "ELMO"


class CheckedHow(models.TextChoices):
    """How somebody of the office knows that it comes from the host."""

    DIRECT = "direct", _("It came from the host itself")
    ONLINE = "online", _("Looked up at the host, by its page or code")
    SEALED = "sealed", _("Its electronic seal or signature is valid")
    ORIGINAL = "original", _("The original was seen")


class Transcript(Casework):
    """A transcript of records or an assessment, as it was brought. The file never changes.

    It counts once somebody of the office said how they know that it comes from the host.
    """

    visible = Through("stay")

    stay = models.ForeignKey(Stay, models.CASCADE, related_name="transcripts")
    number = models.PositiveSmallIntegerField(default=1)
    origin = models.CharField(_("brought by"), max_length=10, choices=TranscriptFrom)
    brought_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    brought_name = models.CharField(max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=TranscriptKind)
    file_name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    # What stands in it, where it is data: `engines.files.elmo`.
    read = models.JSONField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(
        _("state"), max_length=10, choices=TranscriptState, default=TranscriptState.WAITING
    )
    how = models.CharField(_("how it was checked"), max_length=10, choices=CheckedHow, blank=True)
    checked_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    checked_name = models.CharField(max_length=200, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("why not"), max_length=500, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("transcript")
        verbose_name_plural = _("transcripts")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["stay", "number"], name="transcript_in_order"),
            models.UniqueConstraint(
                fields=["stay", "sha256"],
                condition=~Q(state=TranscriptState.REFUSED),
                name="transcript_once_a_file",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=TranscriptState.WAITING,
                    how="",
                    checked_name="",
                    checked_at__isnull=True,
                    reason="",
                )
                | (
                    Q(state=TranscriptState.CHECKED, checked_at__isnull=False, reason="")
                    & ~Q(how="")
                    & ~Q(checked_name="")
                )
                | (
                    Q(state=TranscriptState.REFUSED, checked_at__isnull=False, how="")
                    & ~Q(reason="")
                    & ~Q(checked_name="")
                ),
                name="transcript_checked_how",
            ),
            models.CheckConstraint(
                condition=Q(kind=TranscriptKind.PDF, read__isnull=True)
                | Q(kind=TranscriptKind.ELMO, read__isnull=False),
                name="transcript_data_is_read",
            ),
        ]

    def __str__(self) -> str:
        return f"transcript {self.pk}"


class CourseOutcome(models.TextChoices):
    """What became of a course abroad."""

    PASSED = "passed", pgettext_lazy("course", "Passed")
    FAILED = "failed", pgettext_lazy("course", "Not passed")
    NOT_TAKEN = "not_taken", pgettext_lazy("course", "Not taken")


class Loss(models.TextChoices):
    """Why credits that were agreed do not count; an edition may name reasons of its own."""

    NOT_PASSED = "not_passed", _("The course was not passed")
    NOT_TAKEN = "not_taken", _("The course was not taken")
    FEWER = "fewer", _("The host gave fewer credits than agreed")
    OVERLAP = "overlap", _("It overlaps with what was done before")
    LEVEL = "level", _("It is below the level that was agreed")
    CONDITION = "condition", _("A condition of the agreement was not met")
    NOT_AGREED = "not_agreed", _("It was not agreed beforehand")
    OTHER = "other", pgettext_lazy("credits", "Another reason")


class CreditLine(Casework):
    """A course abroad, from the plan to what counts at home.

    `key` is that of the line of the agreement. What the host wrote stays as it was written: title,
    grade and credits of the result are never replaced by what home makes of them.
    """

    visible = Through("stay")

    stay = models.ForeignKey(Stay, models.CASCADE, related_name="credit_lines")
    key = models.UUIDField(default=uuid4)
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("title"), max_length=250)
    code = models.CharField(_("code"), max_length=40, blank=True)
    scheme = models.CharField(_("kind of credits"), max_length=40, blank=True)
    planned = models.DecimalField(
        _("planned"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    agreed = models.DecimalField(_("agreed"), max_digits=6, decimal_places=2, null=True, blank=True)
    # Whether the version in force has it, also without credits.
    is_agreed = models.BooleanField(default=False)
    was_planned = models.BooleanField(default=False)
    why_changed = models.CharField(_("why changed"), max_length=300, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=CreditState, default=CreditState.EXPECTED
    )
    # In the host's words.
    outcome = models.CharField(_("result"), max_length=10, choices=CourseOutcome, blank=True)
    result_title = models.CharField(_("title at the host"), max_length=250, blank=True)
    grade = models.CharField(_("grade as written"), max_length=60, blank=True)
    taken = models.DecimalField(
        _("credits of the host"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    # Hosts count in credits of their own; other kinds are never compared as numbers.
    taken_scheme = models.CharField(max_length=40, blank=True)
    transcript = models.ForeignKey(
        Transcript, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # What is proposed to whoever decides.
    recognised = models.DecimalField(
        _("recognised"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    loss = models.CharField(_("why lost"), max_length=60, blank=True)
    loss_text = models.CharField(_("why lost, in words"), max_length=300, blank=True)
    home_grade = models.CharField(_("grade at home"), max_length=60, blank=True)
    # The table by which that grade is proposed, as it was then.
    grade_table = models.JSONField(null=True, blank=True)
    home_code = models.CharField(_("code at home"), max_length=60, blank=True)
    entered_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("course to recognise")
        verbose_name_plural = _("courses to recognise")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["stay", "key"], name="credit_line_once"),
            models.CheckConstraint(
                condition=Q(state__in=CreditState.values), name="credit_state_known"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="credit_has_a_title"),
            models.CheckConstraint(
                condition=Q(state__in=[CreditState.EXPECTED, CreditState.DROPPED], outcome="")
                | ~Q(outcome=""),
                name="credit_result_is_said",
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=[CreditState.PROPOSED, CreditState.DECIDED, CreditState.ENTERED]
                )
                | Q(recognised__isnull=False, recognised__gte=0),
                name="credit_proposed_how_many",
            ),
            models.CheckConstraint(
                condition=Q(state=CreditState.ENTERED, entered_at__isnull=False)
                | (~Q(state=CreditState.ENTERED) & Q(entered_at__isnull=True)),
                name="credit_entered_when",
            ),
            models.CheckConstraint(
                condition=~Q(loss=Loss.OTHER) | ~Q(loss_text=""), name="credit_loss_in_words"
            ),
        ]

    def __str__(self) -> str:
        return f"course {self.pk}"

    @property
    def at_stake(self) -> Decimal:
        """Return what can be recognised or lost: what was agreed, or was passed besides it."""
        if self.state == CreditState.DROPPED:
            return Decimal(0)
        passed = self.taken if self.outcome == CourseOutcome.PASSED else None
        return (self.agreed if self.is_agreed else passed) or Decimal(0)


class CreditDecision(WrittenOnce):
    """A decision about one course: what counts, what is lost and why, who decided on what basis.

    It is never changed. Somebody who decides otherwise later makes a new one, and the newest holds.
    """

    visible = Through("line")

    line = models.ForeignKey(CreditLine, models.CASCADE, related_name="decisions")
    number = models.PositiveSmallIntegerField(default=1)
    at_stake = models.DecimalField(max_digits=6, decimal_places=2)
    recognised = models.DecimalField(_("recognised"), max_digits=6, decimal_places=2)
    lost = models.DecimalField(_("lost"), max_digits=6, decimal_places=2)
    scheme = models.CharField(max_length=40, blank=True)
    loss = models.CharField(_("why lost"), max_length=60, blank=True)
    loss_text = models.CharField(_("why lost, in words"), max_length=300, blank=True)
    home_grade = models.CharField(_("grade at home"), max_length=60, blank=True)
    grade_table = models.JSONField(null=True, blank=True)
    # On what it rests: the agreement, or which decision of the Board.
    basis = models.CharField(_("on what basis"), max_length=500)
    # Where the Board was asked here after the return. It goes with the stay, never before this.
    board_decision = models.ForeignKey(
        BoardDecision, models.RESTRICT, null=True, blank=True, related_name="+"
    )
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_name = models.CharField(max_length=200)
    # A member of the Board decided it here; else it was written down by somebody of the office.
    by_board = models.BooleanField(default=False)
    decided_on = models.DateField(_("decided on"))
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("decision about credits")
        verbose_name_plural = _("decisions about credits")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["line", "number"], name="credit_decision_in_order"),
            models.CheckConstraint(
                condition=Q(recognised__gte=0, lost__gte=0), name="credit_decision_not_below_zero"
            ),
            # Each credit is accounted for. SQLite adds decimals as binary fractions, so it is
            # compared to less than the smallest part that is kept.
            models.CheckConstraint(
                condition=Q(
                    at_stake__gt=F("recognised") + F("lost") - Decimal("0.005"),
                    at_stake__lt=F("recognised") + F("lost") + Decimal("0.005"),
                ),
                name="credit_decision_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(lost=0, loss="") | (Q(lost__gt=0) & ~Q(loss="")),
                name="credit_decision_loss_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(loss=Loss.OTHER) | ~Q(loss_text=""),
                name="credit_decision_loss_in_words",
            ),
            models.CheckConstraint(
                condition=~Q(basis="") & ~Q(decided_name=""), name="credit_decision_by_whom"
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"
