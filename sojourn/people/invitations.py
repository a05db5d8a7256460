"""Invite people to work in the office: an account with roles, opened once by a link in a mail.

The link is signed and not kept. It names the account and its password of that moment, so it is
dead once the person has chosen one, or was invited again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sojourn.common.languages import page_language
from sojourn.common.urls import site_root, url_for
from sojourn.people import audit, outbox
from sojourn.people.mail import Readable
from sojourn.people.models import AuditEvent, User
from sojourn.people.names import NameForm
from sojourn.people.outbox import Letter, Link
from sojourn.people.permissions import may_look_after_colleagues
from sojourn.people.role_assignments import grant_role
from sojourn.people.roles import EVERY_PROGRAMME, Role
from sojourn.people.sessions import end_sessions

WORKS_FOR = dt.timedelta(days=7)
# Two clicks on one button, or a browser that sends a form again.
CLICKED_TWICE = dt.timedelta(minutes=2)
_SALT = "sojourn.people.invitations"


class InvitationError(Exception):
    """Somebody cannot be invited; the message says why."""


@dataclass(frozen=True)
class Invited:
    """Somebody who now has a role, and the link to open; none for who has an account already."""

    user: User
    link: str


# Where somebody of this role begins; the others on the first page of the office.
_BEGINS_WITH = {Role.REVIEWER: "office:reviews", Role.SAFETY: "office:away"}


def invite(
    email: str,
    role: Role,
    *,
    by: User | None,
    programmes: Sequence[str] = (EVERY_PROGRAMME,),
    until: dt.date | None = None,
    language: str | None = None,
) -> Invited:
    """Give somebody a role and write to them; make the account if there is none.

    Inviting again sends a new link, and the one before works no more. A closed account opens.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvitationError(_("%(email)s is no mail address.") % {"email": email}) from error
    with transaction.atomic():
        user = User.objects.select_for_update().filter(email__iexact=address).first()
        if user is None:
            user = User.objects.create_user(address, language=language or page_language())
        elif by is not None:
            _refuse_account(user, by)
        is_new = not _is_in_use(user)
        if is_new:
            _make_ready(user)
        for programme in programmes:
            grant_role(user, role, by=by, programme=programme, until=until)
        event = audit.record(
            "staff.invited", actor=by, about=user, on=user, details={"role": str(role)}
        )
        office = _BEGINS_WITH.get(role, "office:today")
        path = _path(user) if is_new else url_for(office, language=user.language)
        outbox.post(
            key=f"staff-invited:{event.pk}",
            to=user,
            write=lambda: _letter(role, path, is_new=is_new),
            readable=Readable.BY_NOBODY_ELSE,
        )
    return Invited(user, f"{site_root()}{path}" if is_new else "")


def _refuse_account(user: User, by: User) -> None:
    """Refuse the account of a student, one's own, and a closed one of somebody with more rights.

    The command line may invite them: whoever types there runs the installation.
    """
    if user.pk == by.pk:
        raise InvitationError(_("This is your own address."))
    if user.is_student:
        raise InvitationError(
            _("This is the address of a student's account. Ask for another address.")
        )
    # An invitation opens a closed account, with all the roles that it still has.
    if not user.is_active and not may_look_after_colleagues(by, user):
        raise InvitationError(_("This account is closed. Ask an operator to open it again."))


def invited_by_link(key: str) -> User | None:
    """Find whom a link invites; None when it was used, replaced or is too old."""
    number, seal = _said(key)
    user = User.objects.filter(pk=number, is_active=True).first()
    if user is None or user.has_usable_password() or not constant_time_compare(seal, _seal(user)):
        return None
    return user


def offered_roles(user: User) -> list[str]:
    """Name the roles that somebody is invited to, each once."""
    return list(dict.fromkeys(str(Role(held.role).label) for held in user.roles))


def accept(key: str, name: NameForm, password: str) -> User | None:
    """Open the account that a link invites to; None when the link works no more.

    Whoever has the link has read the mail, so the address is confirmed.
    """
    with transaction.atomic():
        user = _locked(key)
        if user is None:
            return None
        name.put_name_on(user)
        user.language = page_language()
        user.set_password(password)
        user.save()
        _confirm(user)
        return user


def accepted_just_now(key: str, password: str) -> User | None:
    """Find who opened their account with this link and password a moment ago: two clicks are one.

    The browser of somebody who clicks twice shows the answer to the second, and may not have got
    the session that the first one began.
    """
    number, _seal_of_then = _said(key)
    user = User.objects.filter(pk=number, is_active=True).first()
    if user is None:
        return None
    accepted = AuditEvent.objects.filter(
        about=user, action="staff.accepted", at__gt=timezone.now() - CLICKED_TWICE
    )
    return user if accepted.exists() and user.check_password(password) else None


def accept_without_password(key: str) -> User | None:
    """Open the account for somebody who comes by single sign-on; None when the link is over.

    The link is dead from now on: it names the password of before, and this one is another that
    nobody knows either.
    """
    with transaction.atomic():
        user = _locked(key)
        if user is None:
            return None
        user.language = page_language()
        user.set_unusable_password()
        user.save()
        _confirm(user)
        return user


def _said(key: str) -> tuple[int, str]:
    """Read a link: the key of an account, 0 where it was not made here or is too old; its seal."""
    try:
        said = signing.loads(key, salt=_SALT, max_age=WORKS_FOR)
        return int(said[0]), str(said[1])
    except (signing.BadSignature, ValueError, TypeError, LookupError):
        return 0, ""


def _locked(key: str) -> User | None:
    """Lock whom a link invites. Two clicks at once: the second waits, and finds the link used."""
    found = invited_by_link(key)
    if found is None:
        return None
    user = User.objects.select_for_update().get(pk=found.pk)
    return user if invited_by_link(key) else None


def _confirm(user: User) -> None:
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    audit.record("staff.accepted", actor=user, about=user, on=user)


def _path(user: User) -> str:
    key = signing.dumps([user.pk, _seal(user)], salt=_SALT)
    return url_for("account:invitation", key, language=user.language)


def _is_in_use(user: User) -> bool:
    """Tell whether the owner of the address has been in: only then is the account theirs."""
    confirmed = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True)
    has_a_way_in = user.has_usable_password() or SocialAccount.objects.filter(user=user).exists()
    return user.is_active and has_a_way_in and confirmed.exists()


def _make_ready(user: User) -> None:
    """Leave nothing with which somebody else could be in the account before its owner."""
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).delete()
    end_sessions(user)
    user.set_unusable_password()
    user.is_active = True
    user.save(update_fields=["password", "is_active"])


def _seal(user: User) -> str:
    # An unusable password holds 40 letters drawn by chance.
    said = f"{user.pk}:{user.email}:{user.password}"
    return salted_hmac(_SALT, said, algorithm="sha256").hexdigest()[:32]


def _letter(role: Role, path: str, *, is_new: bool) -> Letter:
    said = _("You are invited to work in the study-abroad office, in Sojourn. Your role: %(role)s.")
    begin = said % {"role": role.label}
    if not is_new:
        return Letter(
            subject=_("You work in the study-abroad office now"),
            paragraphs=(begin, _("You have an account here already. Sign in with it.")),
            link=Link(_("Go to the office"), path),
        )
    until = date_format(timezone.localdate() + WORKS_FOR, "j F Y")
    return Letter(
        subject=_("Your account in the study-abroad office"),
        paragraphs=(
            begin,
            _("Open the link, give your name, choose a password, and set up a second step."),
            _("The link works once, until %(day)s. Do not pass it on: it is the key.")
            % {"day": until},
        ),
        link=Link(_("Open my account"), path),
    )
