"""How anything in a selection changes its state: locked, looked up in the table, audited."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Manager
from django.utils.translation import gettext as _

from sojourn.people import audit
from sojourn.people.models import User
from sojourn.selection.errors import NotAllowedNowError, SelectionError
from sojourn.selection.models import (
    Application,
    Nomination,
    Objection,
    Offer,
    ReviewAssignment,
    Round,
)
from sojourn.selection.states import find_transition

Stateful = TypeVar("Stateful", Round, Application, ReviewAssignment, Offer, Nomination, Objection)

_OF: dict[type[Any], str] = {
    Round: "round",
    Application: "application",
    ReviewAssignment: "review",
    Offer: "offer",
    Nomination: "nomination",
    Objection: "objection",
}


def locked(row: Stateful) -> Stateful:
    """Lock the row until the transaction ends, and read it as it is now.

    Changes of a round and its applications lock the round first, so that two can never wait
    for each other. SQLite has locked everything at BEGIN IMMEDIATE already.
    """
    rows: Manager[Stateful] = type(row).objects
    found = rows.select_for_update().filter(pk=row.pk).first()
    if found is None:
        raise SelectionError(_("This is no longer there. Perhaps somebody else deleted it."))
    return found


def move(
    row: Stateful, name: str, *, actor: User | None, about: User | None = None, **details: Any
) -> None:
    """Make the transition `name` on a locked row, and record it.

    Raises NotAllowedNowError when the table does not allow it from the state in which the row is.
    The caller saves what else changes and gives the other values that a constraint asks for.
    """
    of = _OF[type(row)]
    change = find_transition(of, name, row.state)
    if change is None:
        raise NotAllowedNowError(
            _("This cannot be done now: the state is “%(state)s”.")
            % {"state": row.get_state_display()}
        )
    row.state = change.after
    row.save()
    audit.record(
        f"{of}.{name}",
        actor=actor,
        about=about,
        on=row,
        details={"before": change.before, "after": change.after, **details},
    )
