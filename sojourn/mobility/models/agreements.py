"""The agreement of a stay: its versions, what stands in their tables, who signs, and the proof."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sojourn.catalogue.choices import OfficialRecord, Signer
from sojourn.catalogue.models import Opportunity, Road
from sojourn.mobility.models.stays import Stay
from sojourn.mobility.states import OPEN_VERSIONS, SigningState, VersionState
from sojourn.people.models import User
from sojourn.people.visibility import Casework, Office, Through

MOST_CREDITS = 240


class NeverChangedError(Exception):
    """Somebody tried to change bytes that were signed."""


class WrittenOnce(Casework):
    """A row that is written once. A second round of anything is a new row."""

    class Meta:
        abstract = True

    def save(self, *arguments: Any, **named: Any) -> None:
        if not self._state.adding:
            raise NeverChangedError(f"{self._meta.label} {self.pk}")
        super().save(*arguments, **named)


class AgreementPackage(Casework):
    """What a whole group does at one place: approved once, then given to each student.

    Its courses are kept as plain data, as they were approved: [{table, title, code, credits, …}].
    """

    # A package names no student.
    visible = Office()

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    road = models.ForeignKey(Road, models.PROTECT, related_name="+")
    opportunity = models.ForeignKey(
        Opportunity, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    title = models.CharField(_("name of the package"), max_length=200)
    components = models.JSONField(_("courses"), default=list)
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    approved_name = models.CharField(max_length=200, blank=True)
    approved_function = models.CharField(max_length=200, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("package agreement")
        verbose_name_plural = _("package agreements")
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_name="")
                | (Q(approved_at__isnull=False) & ~Q(approved_name="")),
                name="package_approved_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class StayAgreement(Casework):
    """The one agreement of a stay. What both sides agreed to stands in its versions.

    Contacts are no substance: changing a telephone number touches no signature.
    """

    visible = Through("stay")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    stay = models.OneToOneField(Stay, models.CASCADE, related_name="agreement")
    package = models.ForeignKey(
        AgreementPackage, models.PROTECT, null=True, blank=True, related_name="agreements"
    )
    home_contact = models.CharField(_("contact at home"), max_length=200, blank=True)
    home_email = models.EmailField(_("their mail address"), blank=True)
    home_phone = models.CharField(_("their telephone"), max_length=40, blank=True)
    host_phone = models.CharField(_("telephone of the host"), max_length=40, blank=True)
    official = models.CharField(
        _("the record that counts is"),
        max_length=10,
        choices=OfficialRecord,
        default=OfficialRecord.HERE,
    )
    official_system = models.CharField(_("other system"), max_length=100, blank=True)
    official_id = models.CharField(_("its number there"), max_length=100, blank=True)
    official_seen_on = models.DateField(_("seen there on"), null=True, blank=True)
    official_seen_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    begun_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            models.CheckConstraint(
                condition=Q(official=OfficialRecord.HERE, official_system="")
                | (Q(official=OfficialRecord.ELSEWHERE) & ~Q(official_system="")),
                name="agreement_official_where",
            ),
            models.CheckConstraint(
                condition=Q(official_seen_on__isnull=True) | Q(official=OfficialRecord.ELSEWHERE),
                name="agreement_seen_elsewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"agreement {self.uuid}"


class AgreementVersion(Casework):
    """One text of an agreement. Once sent it never changes: `content` and `digest` are signed.

    The first one that is agreed stays; a later one is a change of the one in force (`before`).
    """

    visible = Through("agreement")

    agreement = models.ForeignKey(StayAgreement, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    before = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="followers"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT
    )
    # What is not in a table: who, when, where, language, work (`agreements.substance`).
    facts = models.JSONField(default=dict)
    content = models.JSONField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(_("agreed, refused or taken back"), null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("version of an agreement")
        verbose_name_plural = _("versions of agreements")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"], name="agreement_version_number_once"
            ),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(state__in=OPEN_VERSIONS),
                name="agreement_one_open_version",
            ),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(state=VersionState.AGREED),
                name="agreement_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(state__in=VersionState.values), name="agreement_version_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[VersionState.DRAFT, VersionState.RECALLED])
                | (Q(sent_at__isnull=False, content__isnull=False) & ~Q(digest="")),
                name="agreement_version_frozen",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_VERSIONS, ended_at__isnull=True)
                | (~Q(state__in=OPEN_VERSIONS) & Q(ended_at__isnull=False)),
                name="agreement_version_ended_when",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class ComponentTable(models.TextChoices):
    """The tables of an agreement: three sets beside each other, never row against row."""

    ABROAD = "abroad", pgettext_lazy("table", "Abroad (A)")
    HOME = "home", pgettext_lazy("table", "At home (B)")
    VIRTUAL = "virtual", pgettext_lazy("table", "Online (C)")


class Standing(models.TextChoices):
    """What a change does with a component."""

    KEPT = "kept", pgettext_lazy("component", "stays")
    ADDED = "added", pgettext_lazy("component", "is added")
    REMOVED = "removed", pgettext_lazy("component", "is removed")


class Reason(models.TextChoices):
    """The official reason codes; each fits one direction alone."""

    NOT_AVAILABLE = "not-available", _("The course is not given")
    LANGUAGE_MISMATCH = "language-mismatch", _("It is taught in another language than announced")
    TIMETABLE_CONFLICT = "timetable-conflict", _("It clashes with another course")
    SUBSTITUTING = "substituting-deleted", _("It takes the place of a course that is out")
    EXTENDING = "extending-mobility", _("The stay becomes longer")
    ADDING_VIRTUAL = "adding-virtual-component", _("An online part is added")


REMOVED_BECAUSE = [Reason.NOT_AVAILABLE, Reason.LANGUAGE_MISMATCH, Reason.TIMETABLE_CONFLICT]
ADDED_BECAUSE = [Reason.SUBSTITUTING, Reason.EXTENDING, Reason.ADDING_VIRTUAL]


class AgreementComponent(Casework):
    """One line of a table of a version; `key` is the same in every version that has it."""

    visible = Through("version")

    version = models.ForeignKey(AgreementVersion, models.CASCADE, related_name="components")
    key = models.UUIDField(default=uuid4)
    table = models.CharField(_("table"), max_length=10, choices=ComponentTable)
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("title"), max_length=250)
    code = models.CharField(_("code"), max_length=40, blank=True)
    credits = models.DecimalField(
        _("credits"), max_digits=6, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    scheme = models.CharField(_("kind of credits"), max_length=40, blank=True, default="ects")
    term = models.CharField(_("term"), max_length=40, blank=True)
    conditions = models.CharField(
        _("on which condition it counts at home"), max_length=500, blank=True
    )
    description = models.CharField(_("short description"), max_length=500, blank=True)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.KEPT)
    reason = models.CharField(_("reason"), max_length=40, choices=Reason, blank=True)
    reason_text = models.CharField(_("reason in words"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("line of an agreement")
        verbose_name_plural = _("lines of agreements")
        ordering = ["table", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="agreement_line_once"),
            models.CheckConstraint(
                condition=Q(table__in=ComponentTable.values), name="component_table_known"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="component_has_a_title"),
            models.CheckConstraint(
                condition=Q(credits__isnull=True, scheme="")
                # A comparison with nothing is neither true nor false, and would be let through.
                | (
                    Q(credits__isnull=False, credits__gte=0, credits__lte=MOST_CREDITS)
                    & ~Q(scheme="")
                ),
                name="component_credits_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(table=ComponentTable.HOME) | Q(conditions=""),
                name="component_conditions_at_home_alone",
            ),
            models.CheckConstraint(
                condition=~Q(table=ComponentTable.VIRTUAL) | ~Q(description=""),
                name="component_online_is_described",
            ),
            models.CheckConstraint(
                condition=Q(standing=Standing.KEPT, reason="", reason_text="")
                | Q(standing=Standing.REMOVED, reason__in=REMOVED_BECAUSE)
                | Q(standing=Standing.ADDED, reason__in=ADDED_BECAUSE)
                | (
                    Q(standing__in=[Standing.REMOVED, Standing.ADDED], reason="")
                    & ~Q(reason_text="")
                ),
                name="component_reason_of_its_direction",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.pk}"


class SigningMethod(models.TextChoices):
    """How somebody signed."""

    ACCOUNT = "account", pgettext_lazy("signed", "signed in with their account")
    LINK = "link", pgettext_lazy("signed", "with the link that was mailed to them")
    PAPER = "paper", pgettext_lazy("signed", "on paper; the office checked it")
    SYSTEM = "system", pgettext_lazy("signed", "in their own system; the office checked it")
    PACKAGE = "package", pgettext_lazy("signed", "by approving the package of the group")


class SigningRequest(Casework):
    """One person who is asked to sign one version, for one side.

    Name, function and address are copies: a card that is changed later changes no signature.
    `link` stays the same from version to version for the same person, so that an old mail leads to
    the newest text.
    """

    visible = Through("version")

    version = models.ForeignKey(AgreementVersion, models.CASCADE, related_name="requests")
    side = models.CharField(_("signs for"), max_length=10, choices=Signer)
    position = models.PositiveSmallIntegerField(default=0)
    link = models.UUIDField(default=uuid4)
    name = models.CharField(_("name"), max_length=200, blank=True)
    function = models.CharField(_("function"), max_length=200, blank=True)
    email = models.EmailField(_("mail address"), blank=True)
    named_by = models.CharField(_("who named them"), max_length=200, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=SigningState, default=SigningState.WAITING
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    # A mail scanner opens pages too, so nothing follows from this.
    opened_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    method = models.CharField(max_length=10, choices=SigningMethod, blank=True)
    signer = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    signed_name = models.CharField(max_length=200, blank=True)
    signed_function = models.CharField(max_length=200, blank=True)
    sentence = models.CharField(max_length=600, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    comment = models.CharField(_("why"), max_length=1000, blank=True)
    checked_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    reminders = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("request to sign")
        verbose_name_plural = _("requests to sign")
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["link"], name="signing_by_link")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SigningState.values), name="signing_state_known"
            ),
            models.UniqueConstraint(
                fields=["version", "side"],
                condition=~Q(state=SigningState.HANDED_ON),
                name="signing_one_a_side",
            ),
            models.UniqueConstraint(fields=["version", "link"], name="signing_link_once"),
            models.CheckConstraint(
                condition=(~Q(state=SigningState.SIGNED) & Q(digest="", method=""))
                | (
                    Q(state=SigningState.SIGNED, answered_at__isnull=False)
                    & ~Q(digest="")
                    & ~Q(method="")
                    & ~Q(signed_name="")
                    & ~Q(sentence="")
                ),
                name="signing_signed_what_and_how",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[SigningState.REFUSED, SigningState.HANDED_ON])
                | (~Q(comment="") & Q(answered_at__isnull=False)),
                name="signing_answered_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=SigningState.WAITING) | Q(sent_at__isnull=False),
                name="signing_asked_when",
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"


class AgreementPaper(WrittenOnce):
    """A file that shows a signature made elsewhere. It is no signature until the office says so."""

    visible = Through("request")

    request = models.ForeignKey(SigningRequest, models.CASCADE, related_name="papers")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    brought_by = models.CharField(max_length=10, choices=Signer)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("signed paper")
        verbose_name_plural = _("signed papers")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"paper {self.pk}"


class Evidence(WrittenOnce):
    """One link of the chain: what happened to an agreement, who did it, and the hash before it."""

    visible = Through("agreement")

    agreement = models.ForeignKey(StayAgreement, models.CASCADE, related_name="evidence")
    number = models.PositiveIntegerField()
    version = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    what = models.JSONField(default=dict)
    before = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("evidence of an agreement")
        verbose_name_plural = _("evidence of agreements")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"], name="agreement_evidence_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"evidence {self.number}"


class SignedDocument(WrittenOnce):
    """The bytes of a version that everybody signed: as data, and as a document."""

    visible = Through("version")

    version = models.OneToOneField(AgreementVersion, models.CASCADE, related_name="document")
    data = models.BinaryField()
    data_sha256 = models.CharField(max_length=64, unique=True)
    pdf = models.BinaryField()
    pdf_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("signed agreement")
        verbose_name_plural = _("signed agreements")

    def __str__(self) -> str:
        return f"document {self.pk}"
