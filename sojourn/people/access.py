"""Let somebody in, or not: people whose mail address is not one of our students'."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.common.urls import url_for
from sojourn.people import audit, outbox
from sojourn.people.models import AccessDecision, User
from sojourn.people.outbox import Letter, Link


def has_confirmed_address(user: User) -> bool:
    """Tell whether somebody proved that the mail of this account's address reaches them."""
    found = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True)
    return bool(found.exists())


def let_in(person: User, *, by: User | None) -> None:
    """Let somebody act as our students do, and tell them. Doing so twice changes nothing."""
    _decide(person, is_let_in=True, by=by)


def refuse(person: User, *, by: User | None) -> None:
    """Keep somebody to what concerns nobody else: their plan and questions to the office."""
    _decide(person, is_let_in=False, by=by)


def _decide(person: User, *, is_let_in: bool, by: User | None) -> None:
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        known = AccessDecision.objects.filter(person=person).first()
        if known is not None and known.is_let_in == is_let_in:
            return
        AccessDecision.objects.update_or_create(
            person=person, defaults={"is_let_in": is_let_in, "at": timezone.now(), "by": by}
        )
        event = audit.record(
            "access.let_in" if is_let_in else "access.refused", actor=by, about=person, on=person
        )
        outbox.post(
            key=f"access:{event.pk}",
            to=person,
            write=_let_in_letter if is_let_in else _refused_letter,
        )


def _let_in_letter() -> Letter:
    return Letter(
        subject=_("You can now do everything on Sojourn"),
        paragraphs=(
            _(
                "The office has checked your account. From now on you can book appointments, "
                "apply, and write to students who went before."
            ),
        ),
        link=Link(_("To your plan"), url_for("plan:overview")),
    )


def _refused_letter() -> Letter:
    return Letter(
        subject=_("Your account on Sojourn"),
        paragraphs=(
            _(
                "The office could not see that you study here. You can keep your plan and look at "
                "everything; applying and booking appointments are for our students."
            ),
            _("Do you study here? Sign in with your student address, or ask the office."),
        ),
        link=Link(_("Ask the office"), url_for("questions:ask")),
    )
