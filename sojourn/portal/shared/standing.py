"""Where somebody stands on the road: the next action, what else goes on, which steps are done.

The plan and the home page of whoever has a plan both begin with it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import User
from sojourn.planning.models import TOP_FIVE_SIZE
from sojourn.planning.profile import Profile
from sojourn.planning.top_five import TopFive
from sojourn.portal.shared import matters
from sojourn.portal.shared.matters import Matter, Standing
from sojourn.selection import applications
from sojourn.selection.eligibility import why_not_at_all

ROAD = ("find", "top-five", "appointment", "apply", "go", "return")


@dataclass(frozen=True)
class Stand:
    """Where somebody stands: what to do now, and what else goes on."""

    step: Matter
    also: tuple[Matter, ...]
    done: tuple[str, ...]
    current: str
    has_applied: bool

    @property
    def number(self) -> int:
        """Return which step of the road one is at, from 1."""
        return ROAD.index(self.current) + 1


def of_request(
    request: HttpRequest, snapshot: Snapshot, profile: Profile, entries: TopFive, now: dt.datetime
) -> Stand:
    """Collect it for the student or visitor of this request, whose plan says this."""
    standing = Standing(done=_done(entries))
    if isinstance(request.user, User) and request.user.is_student:
        standing = matters.of_student(
            request.user,
            [entry.key for entry in entries if not entry.is_country],
            lambda round_: why_not_at_all(round_, profile.programme, profile.year),
            lambda application: matters.still_missing(
                applications.gaps_of(
                    application, applications.read_draft(application), snapshot, profile
                )
            ),
            now,
        )
    step = _first(standing, len(entries)) or _step(profile, entries)
    return Stand(
        step=step,
        also=tuple(each for each in standing.matters if each is not step),
        done=standing.done,
        current=step.step or _current(standing.done),
        has_applied=standing.has_applied,
    )


def _done(entries: TopFive) -> tuple[str, ...]:
    if len(entries) >= TOP_FIVE_SIZE:
        return ("find", "top-five")
    return ("find",) if entries else ()


def _current(done: tuple[str, ...]) -> str:
    """Return the first step that is still ahead."""
    return next((each for each in ROAD if each not in done), ROAD[-1])


def _first(standing: Standing, count: int) -> Matter | None:
    """Return the matter that the page begins with; a talk ahead does not fill a list."""
    quiet = {"answered"}
    if count < TOP_FIVE_SIZE and not standing.has_applied:
        quiet.add("appointment")
    return next((each for each in standing.matters if each.kind not in quiet), None)


def _step(profile: Profile, entries: TopFive) -> Matter:
    """Return the next step of who has nothing going on: the profile, the list, the talk."""
    if profile.is_empty:
        return Matter(
            "step",
            _("Say what you study"),
            _("It takes a minute. Then you see at each place whether it is possible for you."),
            _("Fill in your profile"),
            reverse("plan:profile"),
            "top-five" if entries else "find",
        )
    if not entries:
        return Matter(
            "step",
            _("See what fits"),
            _("Every place, in the order of what matters to you, with the reasons."),
            _("See what fits"),
            reverse("plan:fit"),
            "find",
        )
    free = TOP_FIVE_SIZE - len(entries)
    if free:
        return Matter(
            "step",
            ngettext("%(count)d place is free", "%(count)d places are free", free)
            % {"count": free},
            _("A list of five keeps your chances open. You can put them in order later."),
            _("Find another one"),
            reverse("plan:fit"),
            "top-five",
        )
    return matters.book_a_talk()
