"""Accounts: a person signs in with a mail address and has one role."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do; a role is never combined with another."""

    STUDENT = "student", _("Student")
    COORDINATOR = "coordinator", _("Coordinator")
    OPERATOR = "operator", _("Operator")


# What a role may edit in the admin, by app; an operator may edit everything.
APPS_OF_ROLE: dict[str, frozenset[str]] = {
    Role.STUDENT: frozenset(),
    Role.COORDINATOR: frozenset({"catalogue"}),
}


class UserManager(BaseUserManager["User"]):
    """Makes accounts; mail addresses are kept in lower case so that each is one person."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(
            email, password, role=Role.OPERATOR, is_staff=True, is_superuser=True, **fields
        )

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser, PermissionsMixin):
    """An account. Staff (coordinators and operators) may enter the office and the admin."""

    email = models.EmailField(_("mail address"), unique=True)
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.STUDENT)
    language = models.CharField(
        _("language of mail"), max_length=5, choices=settings.LANGUAGES, default="en"
    )
    is_staff = models.BooleanField(_("may enter the office"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_demo = models.BooleanField(_("demonstration account"), default=False)
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
            models.CheckConstraint(
                condition=models.Q(role__in=["student", "coordinator", "operator"]),
                name="people_user_role_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(role="student") | models.Q(is_staff=False),
                name="people_user_student_is_not_staff",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Rights follow from the role alone; nobody has to keep groups in order."""
        return self.has_module_perms(perm.partition(".")[0])

    def has_module_perms(self, app_label: str) -> bool:
        if not (self.is_active and self.is_staff):
            return False
        return self.role == Role.OPERATOR or app_label in APPS_OF_ROLE[self.role]

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.email.split("@")[0]


class AuditEvent(models.Model):
    """One change of state in somebody's casework. Events are only ever added."""

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


class MailState(models.TextChoices):
    """Where a mail is on its way; `sojourn.people.delivery` moves it."""

    WAITING = "waiting", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Delivered to the mail server")
    FAILED = "failed", _("Not delivered")


class OutboxMail(models.Model):
    """One mail, written in the transaction of the change that it is about.

    `key` says what it is about: the same thing is never written twice.
    """

    key = models.CharField(max_length=200, unique=True)
    to = models.JSONField(default=list)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
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
                condition=models.Q(state__in=["waiting", "sending", "sent", "failed"]),
                name="people_mail_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False),
                name="people_mail_sent_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"
