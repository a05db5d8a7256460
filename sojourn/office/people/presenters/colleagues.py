"""Who works in the office, and what they do there."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.folding import with_words
from sojourn.design import components
from sojourn.office.shared import formatting, history
from sojourn.office.shared.lists import Cell, Column, Filter, Kind, Row
from sojourn.people.models import RoleAssignment, User
from sojourn.people.permissions import (
    may_give_role,
    may_look_after_colleagues,
    may_run_installation,
)
from sojourn.people.role_assignments import roles_held
from sojourn.people.roles import EVERY_PROGRAMME, Role
from sojourn.selection.open_work import open_work_of

BY_NAME = ("last_name__as_name", "first_name__as_name", "email")
MOST_SHOWN = 20


@dataclass(frozen=True)
class Held:
    """One role of a colleague."""

    key: int
    title: str
    programme: str
    until: str
    is_over: bool
    may_take_away: bool


@dataclass(frozen=True)
class Waiting:
    """What is theirs to do, of one kind."""

    what: str
    count: int
    hrefs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ColleaguePage:
    key: str
    name: str
    mail: str
    facts: tuple[components.Fact, ...]
    roles: tuple[Held, ...]
    is_open: bool
    is_oneself: bool
    may_look_after: bool
    may_reset: bool
    waiting: tuple[Waiting, ...]
    history: tuple[history.Event, ...]


def rows(reader: User) -> QuerySet[User]:
    """List everybody of staff, with what the list says of each."""
    steps = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return (
        User.objects.visible_to(reader)
        .filter(is_staff=True)
        .annotate(
            has_second_step=Exists(steps.filter(user=OuterRef("pk"))),
            has_single_sign_on=Exists(SocialAccount.objects.filter(user=OuterRef("pk"))),
        )
        .prefetch_related("role_assignments")
    )


def programmes() -> list[tuple[str, str]]:
    """Return the degree programmes to choose from: slug and name."""
    records = current_snapshot().records
    return [(each.slug, str(each.name)) for each in records.programmes.values()]


def kind() -> Kind[User]:
    """Return the list of colleagues."""
    return Kind(
        caption=_("Colleagues"),
        columns=(
            Column("name", gettext_lazy("Colleague"), BY_NAME),
            Column("roles", gettext_lazy("Roles")),
            Column("state", gettext_lazy("Account"), ("is_active", "last_login")),
            Column("last", gettext_lazy("Last signed in"), ("last_login",)),
            Column("step", gettext_lazy("Second step"), ("has_second_step",)),
            Column("mail", gettext_lazy("Mail address"), ("email",)),
        ),
        row=_row,
        empty=_("Nobody works here yet."),
        first_order="name",
        filters=(
            Filter(
                "role",
                gettext_lazy("Role"),
                tuple((role.value, role.label) for role in Role),
                lambda found, value: found.filter(role_assignments__role=value).distinct(),
            ),
            Filter(
                "programme",
                gettext_lazy("Programme"),
                tuple(programmes()),
                lambda found, value: found.filter(
                    role_assignments__programme__in=[value, EVERY_PROGRAMME]
                ).distinct(),
            ),
            Filter(
                "state",
                gettext_lazy("Account"),
                (("open", gettext_lazy("open")), ("closed", gettext_lazy("closed"))),
                lambda found, value: found.filter(is_active=value == "open"),
            ),
        ),
        search=lambda found, text: with_words(
            found, text, "first_name", "last_name", "preferred_name", "email"
        ),
        name="colleagues",
    )


def page(reader: User, colleague: User) -> ColleaguePage:
    """Show one colleague: what they do, how they sign in, what waits for them."""
    may = may_look_after_colleagues(reader, colleague)
    return ColleaguePage(
        key=str(colleague.uuid),
        name=str(colleague),
        mail=colleague.email,
        facts=_facts(colleague),
        roles=tuple(_held(each, reader, colleague) for each in roles_held(colleague)),
        is_open=colleague.is_active,
        is_oneself=colleague.pk == reader.pk,
        may_look_after=may,
        may_reset=may_run_installation(reader)
        and colleague.pk != reader.pk
        and bool(getattr(colleague, "has_second_step", False)),
        waiting=waiting(reader, colleague),
        history=history.of_colleague(colleague, reader),
    )


def waiting(reader: User, colleague: User) -> tuple[Waiting, ...]:
    """List what is theirs to do and the reader may see."""
    office = reverse("office:today")
    return tuple(
        Waiting(
            work.what,
            len(work.paths),
            tuple(
                (f"{number}", office + path)
                for number, path in enumerate(work.paths[:MOST_SHOWN], start=1)
            ),
        )
        for work in open_work_of(colleague, reader)
    )


def role_in_words(held: RoleAssignment) -> str:
    """Return a role with its programme and its last day."""
    return history.role_in_words(held.role, held.programme, held.until)


def _row(colleague: User) -> Row:
    held = [each for each in roles_held(colleague) if not _is_over(each)]
    state, tone = _state(colleague)
    return Row(
        str(colleague.uuid),
        (
            Cell(str(colleague), reverse("office:colleague", args=[colleague.uuid])),
            Cell("; ".join(role_in_words(each) for each in held) or _("no role")),
            Cell(state, tone=tone),
            Cell(formatting.moment(colleague.last_login) if colleague.last_login else "–"),
            Cell(_second_step(colleague)),
            Cell(colleague.email),
        ),
    )


def _state(colleague: User) -> tuple[str, str]:
    if not colleague.is_active:
        return _("closed"), "quiet"
    if colleague.has_usable_password() or getattr(colleague, "has_single_sign_on", False):
        return _("open"), ""
    return _("invited, has not been in yet"), "warn"


def _second_step(colleague: User) -> str:
    return _("yes") if getattr(colleague, "has_second_step", False) else _("not yet")


def _facts(colleague: User) -> tuple[components.Fact, ...]:
    last = colleague.last_login
    return (
        components.Fact(_("Account"), _state(colleague)[0]),
        components.Fact(
            _("Last signed in"), formatting.moment(last) if last else "", unknown=_("never")
        ),
        components.Fact(_("Second step"), _second_step(colleague)),
    )


def _held(held: RoleAssignment, reader: User, colleague: User) -> Held:
    return Held(
        held.pk,
        str(Role(held.role).label),
        history.programme_name(held.programme),
        formatting.full_day(held.until) if held.until else "",
        _is_over(held),
        colleague.pk != reader.pk and may_give_role(reader, held.role, held.programme),
    )


def _is_over(held: RoleAssignment) -> bool:
    return held.until is not None and held.until < timezone.localdate()
