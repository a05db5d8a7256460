"""Accounts to try Sojourn with, on a computer of one's own; never made by plain `sojourn serve`."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from allauth.account.models import EmailAddress
from django.db import transaction

from sojourn.common.data_folder import data_folder
from sojourn.common.locks import one_at_a_time
from sojourn.people.models import RoleAssignment, User
from sojourn.people.roles import EVERY_PROGRAMME, Role

# Without letters and digits that are read for one another; 12 of them are 59 bits.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_DOMAIN = "example.org"


@dataclass(frozen=True)
class DemoProgramme:
    """A degree programme for which there is a demo student."""

    slug: str
    name: str


@dataclass(frozen=True)
class DemoAccount:
    """Somebody to sign in as."""

    email: str
    password: str
    who: str


def demo_accounts_file() -> Path:
    return data_folder() / "demo-accounts.txt"


def make_demo_accounts(programmes: Sequence[DemoProgramme]) -> list[DemoAccount]:
    """Make a student for each degree programme, and somebody for each role in the office.

    Passwords are drawn when an account is first made and kept in a file that only the owner of
    the installation can read. An account whose file was lost gets a new password.
    """
    wanted: list[tuple[str, str, Role | None]] = [
        (f"student-{programme.slug}@{_DOMAIN}", f"student, {programme.name}", None)
        for programme in programmes
    ]
    wanted += [
        (f"coordinator@{_DOMAIN}", "coordinator", Role.COORDINATOR),
        (f"secretary@{_DOMAIN}", "secretary", Role.SECRETARY),
        (f"board@{_DOMAIN}", "member of the Board of Examiners", Role.BOARD),
        (f"operator@{_DOMAIN}", "operator", Role.OPERATOR),
    ]
    with one_at_a_time("demo"), transaction.atomic():
        known = {account.email: account for account in read_demo_accounts()}
        accounts = [
            _demo_account(email, who, role, known.get(email)) for email, who, role in wanted
        ]
        if accounts != list(known.values()):
            _write(accounts)
    return accounts


def _demo_account(
    email: str, who: str, role: Role | None, known: DemoAccount | None
) -> DemoAccount:
    user = User.objects.filter(email=email).first()
    if user is not None and known is not None:
        _confirm(user)
        return DemoAccount(email, known.password, who)
    password = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
    if user is None:
        user = User(email=email, first_name="Demo", last_name=who.partition(",")[0])
    user.is_demo = True
    user.is_staff = role is not None
    user.is_superuser = role == Role.OPERATOR
    user.set_password(password)
    user.save()
    _confirm(user)
    if role is not None:
        RoleAssignment.objects.get_or_create(user=user, role=role, programme=EVERY_PROGRAMME)
        if role == Role.COORDINATOR:
            RoleAssignment.objects.get_or_create(
                user=user, role=Role.SAFETY, programme=EVERY_PROGRAMME
            )
    return DemoAccount(email, password, who)


def _confirm(user: User) -> None:
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


def read_demo_accounts() -> list[DemoAccount]:
    """Read the accounts of the file; none when there is no file."""
    path = demo_accounts_file()
    if not path.exists():
        return []
    lines = path.read_text().splitlines()
    return [DemoAccount(*line.split("\t")) for line in lines if line.count("\t") == 2]


def _write(accounts: Sequence[DemoAccount]) -> None:
    path = demo_accounts_file()
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{each.email}\t{each.password}\t{each.who}\n" for each in accounts)
    draft.replace(path)
