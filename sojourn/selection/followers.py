"""Tells those who come after a selection of a nomination, and of a place that is given up.

An app that is built on selection gives its functions when it starts; they are called in the
transaction of the change. Selection itself knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable

from sojourn.people.models import User
from sojourn.selection.models import Offer

Follower = Callable[[Offer, User | None], None]

_of_nominations: list[Follower] = []
_of_given_up_places: list[Follower] = []


def tell_of_nominations(follower: Follower) -> None:
    """Call this function with each offer whose student was nominated."""
    if follower not in _of_nominations:
        _of_nominations.append(follower)


def tell_of_given_up_places(follower: Follower) -> None:
    """Call this function with each accepted offer from which its student withdrew."""
    if follower not in _of_given_up_places:
        _of_given_up_places.append(follower)


def nominated(offer: Offer, actor: User | None) -> None:
    """Tell that the student was nominated to the host."""
    for follower in _of_nominations:
        follower(offer, actor)


def given_up(offer: Offer, actor: User | None) -> None:
    """Tell that the accepted place was given up."""
    for follower in _of_given_up_places:
        follower(offer, actor)
