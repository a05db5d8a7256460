"""Coming home: whom the host is asked through, the days that were spent there, the results."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sojourn.mobility.models.agreements import WrittenOnce
from sojourn.mobility.models.stays import Stay
from sojourn.mobility.states import TranscriptState
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
