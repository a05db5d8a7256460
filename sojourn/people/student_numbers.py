"""Student numbers: claimed by typing one, confirmed by single sign-on, a list, or the office.

A claim takes nothing from anybody: several accounts may claim one number, and go on. One of them at
most has it confirmed. Nothing that comes by number is shown to an account before.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.common.urls import url_for
from sojourn.people import audit, outbox
from sojourn.people.models import StudentNumber, User
from sojourn.people.outbox import Letter, Link

BY_LIST = "list"
BY_OFFICE = "office"
LONGEST_LIST = 500_000
_NUMBER = re.compile(r"[a-z]?([0-9]{5,12})")
_ADDRESS = re.compile(r"[^\s;,<>\"]+@[^\s;,<>\"]+")


@dataclass(frozen=True)
class Case:
    """A number that more than one account claims."""

    number: str
    claims: tuple[StudentNumber, ...]


@dataclass(frozen=True)
class ListResult:
    """What a list of numbers and addresses did."""

    confirmed: tuple[str, ...]
    unchanged: int
    not_found: tuple[str, ...]
    """Lines of the list with an address that no account has."""
    in_use: tuple[str, ...]
    """Numbers of the list that another account has confirmed."""
    unread: tuple[str, ...]


def normal_number(text: str) -> str:
    """Normalise a student number: 's 1234567' is 1234567. Empty when it is none."""
    found = _NUMBER.fullmatch("".join(text.split()).lower())
    return found[1] if found else ""


def number_of(user: User) -> StudentNumber | None:
    """Find the number that an account claims or has."""
    return StudentNumber.objects.filter(owner=user).first()


def claim(user: User, number: str) -> StudentNumber:
    """Write down that somebody says that this is their number; one that is confirmed stays."""
    wanted = normal_number(number)
    with transaction.atomic():
        row = StudentNumber.objects.select_for_update().filter(owner=user).first()
        if row is not None and (row.is_confirmed or row.number == wanted):
            return row
        row, _made = StudentNumber.objects.update_or_create(
            owner=user, defaults={"number": wanted, "claimed_at": timezone.now()}
        )
        audit.record("student_number.claimed", actor=user, about=user, on=row)
        return row


def confirm(user: User, number: str, *, by: str, actor: User | None = None) -> bool:
    """Confirm that this number is this person's. Return whether it is theirs now.

    `by` names who knows: "sso:" and the provider, "list" or "office". Where another account has the
    number confirmed, or it is no number at all, nothing is confirmed: it stays a claim, which the
    office sees as a case.
    """
    wanted = normal_number(number)
    if not wanted:
        return False
    try:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)
            row = StudentNumber.objects.filter(owner=user).first()
            if row is not None and row.is_confirmed and row.number == wanted:
                return True
            row = row or StudentNumber(owner=user)
            row.number = wanted
            row.confirmed_at, row.confirmed_by = timezone.now(), by[:60]
            row.save()
            audit.record(
                "student_number.confirmed", actor=actor, about=user, on=row, details={"by": by[:60]}
            )
            return True
    except IntegrityError:  # somebody has it confirmed
        if not StudentNumber.objects.filter(owner=user, confirmed_at__isnull=False).exists():
            claim(user, wanted)
        return False


def claims_beside(row: StudentNumber) -> list[StudentNumber]:
    """List the claims of others for the same number."""
    with transaction.atomic():
        return [each for each in _same_number(row) if each.pk != row.pk]


def decide(chosen: StudentNumber, *, actor: User) -> tuple[User, ...]:
    """Confirm one claim, and end those of others for the same number; they are told.

    Return whose claims ended. The claim of somebody who changed it meanwhile is left alone.
    """
    with transaction.atomic():
        rivals = [each for each in _same_number(chosen) if each.pk != chosen.pk]
        for rival in rivals:
            event = audit.record("student_number.refused", actor=actor, about=rival.owner, on=rival)
            outbox.post(
                key=f"student-number-refused:{event.pk}", to=rival.owner, write=_refused_letter
            )
            rival.delete()
        confirm(chosen.owner, chosen.number, by=BY_OFFICE, actor=actor)
    return tuple(rival.owner for rival in rivals)


def cases() -> list[Case]:
    """List the numbers that more than one account claims, leading zeros left aside."""
    # Only the number of every row: of thousands of claims, few are beside another.
    claims: defaultdict[str, list[int]] = defaultdict(list)
    for pk, number in StudentNumber.objects.values_list("pk", "number"):
        claims[bare(number)].append(pk)
    several = {number: pks for number, pks in claims.items() if len(pks) > 1}
    wanted = [pk for pks in several.values() for pk in pks]
    rows = StudentNumber.objects.filter(pk__in=wanted).select_related("owner")
    by_number: defaultdict[str, list[StudentNumber]] = defaultdict(list)
    for row in rows.order_by("claimed_at", "pk"):
        by_number[bare(row.number)].append(row)
    return [Case(found[0].number, tuple(found)) for _number, found in sorted(by_number.items())]


def contested(rows: Iterable[StudentNumber]) -> set[int]:
    """Name the accounts whose claim may be about somebody else's number.

    Nothing that comes by number is taken in for them: an unconfirmed claim beside any other one.
    """
    numbers = StudentNumber.objects.values_list("number", flat=True)
    times: defaultdict[str, int] = defaultdict(int)
    for number in numbers:
        times[bare(number)] += 1
    return {
        each.owner_id for each in rows if not each.is_confirmed and times[bare(each.number)] > 1
    }


def confirm_by_list(
    text: str, *, actor: User | None, among: QuerySet[User] | None = None
) -> ListResult:
    """Confirm numbers by the office's own list: in each line a number and a mail address.

    What the office exports from the student system says whose number it is; it counts for the
    account with that address, if its owner confirmed the address.
    """
    lines = [" ".join(line.split()) for line in text[:LONGEST_LIST].splitlines() if line.strip()]
    confirmed, not_found, in_use, unread = [], [], [], []
    people = (User.objects.all() if among is None else among).filter(is_staff=False)
    unchanged = 0
    with transaction.atomic():
        for line in lines:
            said = _line(line)
            if said is None:
                unread.append(line)
                continue
            number, address = said
            owner = people.filter(
                pk__in=EmailAddress.objects.filter(email__iexact=address, verified=True).values(
                    "user"
                ),
                email__iexact=address,
            ).first()
            if owner is None:
                not_found.append(line)
                continue
            had = number_of(owner)
            if had is not None and had.is_confirmed and had.number == number:
                unchanged += 1
            elif confirm(owner, number, by=BY_LIST, actor=actor):
                confirmed.append(number)
            else:
                in_use.append(number)
    return ListResult(tuple(confirmed), unchanged, tuple(not_found), tuple(in_use), tuple(unread))


def bare(number: str) -> str:
    """Return a number without leading zeros, which spreadsheets lose."""
    return number.lstrip("0")


def _line(line: str) -> tuple[str, str] | None:
    address = _ADDRESS.search(line)
    if address is None:
        return None
    rest = line[: address.start()] + " " + line[address.end() :]
    numbers = [each for part in re.split(r"[\s;,\"<>]+", rest) if (each := normal_number(part))]
    return (numbers[0], address[0].lower()) if len(numbers) == 1 else None


def _same_number(row: StudentNumber) -> list[StudentNumber]:
    """Lock and return every claim of a number."""
    held = StudentNumber.objects.select_for_update(of=("self",)).select_related("owner")
    rows = held.filter(number__endswith=bare(row.number)).order_by("pk")
    return [each for each in rows if bare(each.number) == bare(row.number)]


def _refused_letter() -> Letter:
    return Letter(
        subject=_("Your student number could not be confirmed"),
        paragraphs=(
            _(
                "The student number in your account belongs to somebody else, as far as the "
                "office can see. It was removed from your account."
            ),
            _(
                "Your applications stay as they are. Check the number on your student card, and "
                "write to the office if this is wrong."
            ),
        ),
        link=Link(_("Ask the office"), url_for("questions:ask")),
    )
