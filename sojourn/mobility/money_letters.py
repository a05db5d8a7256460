"""What is written to students about the money of a stay.

A mail names no grant and no amount: the name alone may say something about health or family, and
others of the office may read mail. The page says it.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from sojourn.common.urls import url_for
from sojourn.mobility.models import GrantEntry, StayGrant
from sojourn.mobility.naming import place_of
from sojourn.people import outbox
from sojourn.people.outbox import Letter, Link


def promised(row: StayGrant) -> None:
    """Tell the student that a grant is promised."""
    _post(
        row,
        1,
        lambda: _("A grant for your stay: %(place)s"),
        lambda: (
            _(
                "A grant was promised to you. The page of your stay says how much it is, how we "
                "counted it, and what must be true before it is paid."
            ),
        ),
    )


def paid(row: StayGrant, entry: GrantEntry) -> None:
    """Tell the student that something was paid."""
    _post(
        row,
        entry.number,
        lambda: _("A payment for your stay: %(place)s"),
        lambda: (
            _(
                "The finance office paid something towards your stay. "
                "The page of your stay says how much, and what is still to come."
            ),
        ),
    )


def counted_again(row: StayGrant, entry: GrantEntry) -> None:
    """Tell the student what the confirmed days make of a grant."""
    _post(
        row,
        entry.number,
        lambda: _("Your grant was counted again: %(place)s"),
        lambda: (
            _(
                "We counted a grant again on the days of your stay. "
                "The page of your stay says what changes, and why."
            ),
        ),
    )


def asked_back(row: StayGrant, entry: GrantEntry) -> None:
    """Tell the student that something has to be paid back."""
    _post(
        row,
        entry.number,
        lambda: _("You have to pay something back: %(place)s"),
        lambda: (
            _(
                "More was paid to you than your stay comes to. "
                "The page of your stay says how much you pay back, and why."
            ),
            _("Do you think that this is wrong? Write to the office before you pay."),
        ),
    )


def taken_back(row: StayGrant, entry: GrantEntry) -> None:
    """Tell the student that a promise does not hold any more."""
    _post(
        row,
        entry.number,
        lambda: _("A grant for your stay does not hold any more: %(place)s"),
        lambda: (_("A grant that was promised is taken back. The page of your stay says why."),),
    )


def _post(
    row: StayGrant,
    number: int,
    subject: Callable[[], str],
    paragraphs: Callable[[], tuple[str, ...]],
) -> None:
    stay = row.stay

    def write() -> Letter:
        return Letter(
            subject=subject() % {"place": place_of(stay)},
            paragraphs=paragraphs(),
            link=Link(_("Your grants"), url_for("stays:stay", stay.uuid) + "#grants"),
        )

    outbox.post(key=f"stay-grant:{row.uuid}:{number}", to=stay.student, write=write)
