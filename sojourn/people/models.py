"""Accounts: a person signs in with a mail address; roles are held per degree programme."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from sojourn.common.languages import CODE_LENGTH, first_language, language_choices
from sojourn.people.roles import CIRCLE, DECIDING, EVERY_PROGRAMME, SEEING, Role, Units
from sojourn.people.visibility import (
    PROGRAMME_OF_STUDENT,
    Casework,
    CaseworkManager,
    InUnit,
    Office,
    OfStudent,
    Only,
    Own,
)

# What a role may edit in the admin, by app; an operator may edit everything.
APPS_OF_ROLE: dict[str, frozenset[str]] = {
    Role.COORDINATOR: frozenset({"catalogue"}),
}


class UserManager(CaseworkManager["User"], BaseUserManager["User"]):
    """Makes accounts; mail addresses are kept in lower case so that each is one person."""

    def create_user(
        self,
        email: str,
        password: str | None = None,
        *,
        role: str = "",
        programme: str = EVERY_PROGRAMME,
        **fields: Any,
    ) -> User:
        """Make an account, a student's unless a role is given.

        Whoever gives a password vouches for the address: it counts as confirmed.
        """
        user = self.model(email=email.strip().lower(), **fields)
        user.is_staff = user.is_staff or bool(role)
        user.set_password(password)
        user.save(using=self._db)
        if role:
            user.role_assignments.create(role=role, programme=programme)
        if password is not None:
            from allauth.account.models import EmailAddress  # its models stand on this one

            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, role=Role.OPERATOR, is_superuser=True, **fields)

    def holding(self, *roles: str) -> models.QuerySet[User]:
        """Find everybody who holds one of these roles today, in the order of their names."""
        held = RoleAssignment.objects.filter(_not_ended(), role__in=roles)
        found = self.filter(is_staff=True, is_active=True, pk__in=held.values("user"))
        return found.order_by("first_name__as_name", "last_name__as_name", "email")

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser, PermissionsMixin, Casework):
    """An account: a student's, or one of staff. What staff may do follows from their roles."""

    visible = Own("pk") | InUnit(PROGRAMME_OF_STUDENT)

    # What the office's addresses name: it says nothing, and nobody guesses it.
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("mail address"), unique=True)
    # As in the passport. Some people have one name alone, in either field.
    first_name = models.CharField(_("given names"), max_length=100, blank=True)
    last_name = models.CharField(_("family name"), max_length=100, blank=True)
    preferred_name = models.CharField(_("what to call you"), max_length=100, blank=True)
    language = models.CharField(
        _("language of mail"),
        max_length=CODE_LENGTH,
        choices=language_choices,
        default=first_language,
    )
    # Not a student's. Stays when the last role ends.
    is_staff = models.BooleanField(_("account of staff"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_demo = models.BooleanField(_("demonstration account"), default=False)
    # The European Student Identifier, in small letters; from single sign-on.
    student_identifier = models.CharField(
        _("European Student Identifier"), max_length=255, blank=True, editable=False
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="people_user_email_any_case_unique"),
            models.UniqueConstraint(
                fields=["student_identifier"],
                condition=~models.Q(student_identifier=""),
                name="people_user_student_identifier_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(student_identifier=Lower("student_identifier")),
                name="people_user_student_identifier_lower",
            ),
        ]

    def __str__(self) -> str:
        name = self.get_full_name()
        called = self.preferred_name
        if name and called and called not in name.split():
            return f"{name} ({called})"
        return name or self.email

    @cached_property
    def roles(self) -> tuple[RoleAssignment, ...]:
        """Return the roles that this person holds today."""
        if not (self.is_active and self.is_staff):
            return ()
        return tuple(self.role_assignments.filter(_not_ended()))

    def units(self, *roles: str) -> Units:
        """Name the degree programmes for which this person holds one of these roles."""
        return Units.of(held.programme for held in self.roles if held.role in roles)

    def forget_roles(self) -> None:
        """Read the roles again when they are next asked for."""
        self.__dict__.pop("roles", None)

    @property
    def is_student(self) -> bool:
        """Tell a student's account from one of staff."""
        return not self.is_staff

    @property
    def works_in_office(self) -> bool:
        """Tell templates whether to show what is of the whole office, such as its search."""
        return bool(self.units(*SEEING))

    @property
    def office_page(self) -> str:
        """Name the page with which this person begins in the office; nothing for others."""
        if self.works_in_office:
            return "office:today"
        return "office:away" if self.units(*CIRCLE) else ""

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Derive the rights in the admin from the roles alone; groups are not used."""
        return self.has_module_perms(perm.partition(".")[0])

    def has_module_perms(self, app_label: str) -> bool:
        return any(
            held.role == Role.OPERATOR or app_label in APPS_OF_ROLE.get(held.role, ())
            for held in self.roles
        )

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.preferred_name or self.get_full_name() or self.email.split("@")[0]


def _not_ended() -> models.Q:
    return models.Q(until__isnull=True) | models.Q(until__gte=timezone.localdate())


class RoleAssignment(Casework):
    """A role of a person, for one degree programme or for all (`EVERY_PROGRAMME`)."""

    visible = Own("user") | Office(DECIDING)

    user = models.ForeignKey(
        User, models.CASCADE, related_name="role_assignments", verbose_name=_("account")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    programme = models.CharField(
        _("degree programme"), max_length=100, blank=True, default=EVERY_PROGRAMME
    )
    until = models.DateField(_("last day"), null=True, blank=True)
    granted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("given by")
    )
    granted_at = models.DateTimeField(_("given on"), default=timezone.now)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["user", "role", "programme"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "programme"], name="role_assignment_once"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="role_assignment_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} ({self.programme or '*'})"


class StudentNumber(Casework):
    """A student's number: claimed by whoever types it, confirmed by somebody who knows.

    Several may claim one number; one of them has it. `people.student_numbers` moves it.
    """

    visible = OfStudent("owner")

    owner = models.OneToOneField(User, models.CASCADE, related_name="student_number")
    number = models.CharField(max_length=20, db_index=True)
    claimed_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # "sso:" and the provider, "list" or "office".
    confirmed_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=models.Q(confirmed_at__isnull=False),
                name="student_number_confirmed_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(number=""), name="student_number_says_something"
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True, confirmed_by="")
                | (models.Q(confirmed_at__isnull=False) & ~models.Q(confirmed_by="")),
                name="student_number_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"student number of account {self.owner_id}"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None


class AccessDecision(Casework):
    """Whether the office lets in somebody whose address is not one of our students'."""

    visible = OfStudent("person")

    person = models.OneToOneField(User, models.CASCADE, related_name="access_decision")
    is_let_in = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"access of account {self.person_id}"


class AuditEvent(Casework):
    """One change of state in somebody's casework. Events are only ever added."""

    visible = OfStudent("about")

    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="events_done",
        verbose_name=_("by"),
    )
    about = models.ForeignKey(
        User,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="events_about",
        verbose_name=_("about"),
    )
    action = models.CharField(_("action"), max_length=60)
    object_type = models.CharField(_("kind of record"), max_length=60)
    object_id = models.CharField(_("record"), max_length=60)
    details = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit trail")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="people_audit_object")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"


class SignInFailures(Casework):
    """How many wrong passwords were tried, for a key that names nobody; `people.sign_in_limits`."""

    visible = Office(frozenset({Role.OPERATOR}))

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now, db_index=True)
    waits_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("wrong passwords")
        verbose_name_plural = _("wrong passwords")

    def __str__(self) -> str:
        return f"{self.count} wrong"


class RequestCount(Casework):
    """How often something was asked in a window of time; `people.shared_counts` counts."""

    visible = Office(frozenset({Role.OPERATOR}))

    key = models.CharField(max_length=64, unique=True)
    window = models.BigIntegerField(default=0)
    count = models.PositiveIntegerField(default=0)
    previous = models.PositiveIntegerField(default=0)
    # When, in seconds of the clock, newest first; where few are counted one by one.
    moments = models.JSONField(default=list)
    until = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("counted requests")
        verbose_name_plural = _("counted requests")

    def __str__(self) -> str:
        return f"{self.count} requests"


class MailState(models.TextChoices):
    """Where a mail is on its way; `sojourn.people.delivery` moves it."""

    WAITING = "waiting", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Delivered to the mail server")
    FILED = "filed", _("Written to a file: no mail server is set")
    FAILED = "failed", _("Not delivered")


class OutboxMail(Casework):
    """One mail, written in the transaction of the change that it is about.

    `key` says what it is about: the same thing is never written twice.
    """

    # Besides the operator's: what a student was sent, for those who see the student.
    visible = Office(frozenset({Role.OPERATOR})) | Only(
        InUnit(f"receiver__{PROGRAMME_OF_STUDENT}"), models.Q(receiver__is_staff=False)
    )

    key = models.CharField(max_length=200, unique=True)
    # The account that it is for; the address below is not kept as long.
    receiver = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="mails", editable=False
    )
    to = models.JSONField(default=list)
    language = models.CharField(
        max_length=CODE_LENGTH, choices=language_choices, default=first_language
    )
    subject = models.CharField(max_length=300)
    # What `as_task` of sojourn.people.mail makes of a message; emptied once it need not be kept.
    content = models.JSONField(default=dict)
    # Holds a link that lets somebody in: nobody in the office may read it.
    is_secret = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=MailState, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    next_try_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["state", "next_try_at"], name="people_mail_due")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "sending", "sent", "filed", "failed"]),
                name="people_mail_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["sent", "filed"]) | models.Q(sent_at__isnull=False),
                name="people_mail_sent_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"


class SavedView(Casework):
    """A state of one of the office's lists under a name: its filters, order and columns."""

    visible = Own("owner") | Only(Office(), models.Q(is_shared=True))

    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    list = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=60)
    # As in the address; never what was searched for, which may be somebody's name.
    query = models.CharField(max_length=1000, blank=True)
    is_shared = models.BooleanField(_("for everybody in the office"), default=False)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "list", "name"], name="saved_view_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="saved_view_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class WorkerBeat(Casework):
    """The last sign of life of one worker (`sojourn.people.workers`)."""

    visible = Office(frozenset({Role.OPERATOR}))

    worker = models.CharField(max_length=64, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"worker {self.worker}"


class SecurityEventKind(models.TextChoices):
    SIGNED_IN = "signed-in", _("Signed in")
    SIGNED_OUT = "signed-out", _("Signed out")
    NOT_LET_IN = "not-let-in", _("Not let in")
    REFUSED = "refused", _("Refused a page")
    FILE_READ = "file-read", _("Downloaded a file")
    ACCOUNT_READ = "account-read", _("Read an account")  # of events of before; now PERSON_READ
    PERSON_READ = "person-read", _("Read about a person")
    LIST_READ = "list-read", _("Read a list of people")
    RIGHTS_CHANGED = "rights-changed", _("Changed rights")


class SecurityEvent(Casework):
    """Something that whoever watches over the installation may have to look into.

    Accounts are numbers, not relations: the event stays when the account is deleted, and names
    nobody.
    """

    visible = Office(frozenset({Role.OPERATOR}))

    at = models.DateTimeField(default=timezone.now, db_index=True)
    kind = models.CharField(max_length=20, choices=SecurityEventKind)
    actor = models.BigIntegerField(null=True, blank=True, db_index=True)
    about = models.BigIntegerField(null=True, blank=True)
    detail = models.CharField(max_length=120, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"security event {self.pk}"
