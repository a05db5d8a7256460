"""What of the rounds waits for the office: which close this week, which reviews are not done."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.office.shared import formatting
from sojourn.office.shared.pending import LINES_A_SECTION, Hurt, Line, Section
from sojourn.people.models import User
from sojourn.selection import reviews
from sojourn.selection.calendar import last_moment
from sojourn.selection.models import Round
from sojourn.selection.states import ApplicationState, RoundState

# How long before its opening a draft is told.
AHEAD = dt.timedelta(days=14)


def rounds(reader: User, now: dt.datetime) -> Section:
    """Return the rounds that close before Monday, then those that are being reviewed."""
    lines = [*_closing(reader, now), *_to_open(reader, now), *_under_review(reader)]
    return Section(
        title=_("Rounds"),
        lines=tuple(lines[:LINES_A_SECTION]),
        all_title=_("All rounds"),
        all_href=reverse("office:rounds"),
        more=max(0, len(lines) - LINES_A_SECTION),
        hurt=Hurt.WEEK,
    )


def _to_open(reader: User, now: dt.datetime) -> list[Line]:
    """Return the rounds that open within two weeks, or should have, and are still a draft."""
    drafts = Round.objects.visible_to(reader).filter(
        state=RoundState.DRAFT, opens_at__lte=now + AHEAD
    )
    return [
        Line(
            round_.title,
            _page(round_),
            _("opens soon, and its rules are not published"),
            formatting.short_day(timezone.localtime(round_.opens_at).date()),
        )
        for round_ in drafts.order_by("opens_at", "slug")
        if round_.opens_at is not None
    ]


def _closing(reader: User, now: dt.datetime) -> list[Line]:
    today = timezone.localtime(now).date()
    monday = today + dt.timedelta(days=7 - today.weekday())
    found = (
        Round.objects.visible_to(reader)
        .filter(state__in=(RoundState.PUBLISHED, RoundState.OPEN))
        .annotate(
            begun=Count("applications", filter=Q(applications__state=ApplicationState.DRAFT)),
            handed_in=Count(
                "applications", filter=Q(applications__state=ApplicationState.SUBMITTED)
            ),
        )
        .order_by("closes_at", "slug")
    )
    lines = []
    for round_ in found:
        last = last_moment(round_)
        if round_.closes_at is None or last is None or last < now:
            continue
        day = timezone.localtime(round_.closes_at).date()
        if day < monday:
            detail = _("closes: %(handed_in)d submitted, %(begun)d started") % {
                "handed_in": round_.handed_in,
                "begun": round_.begun,
            }
            lines.append(Line(round_.title, _page(round_), detail, formatting.short_day(day)))
    return lines


def _under_review(reader: User) -> list[Line]:
    lines = []
    closed = Round.objects.visible_to(reader).filter(state=RoundState.CLOSED)
    for round_ in closed.order_by("closes_at", "slug"):
        progress = reviews.review_progress(round_)
        waiting = progress.reviews - progress.done
        if not (waiting or progress.without_enough):
            if progress.applications:
                href = reverse("office:allocation", args=[round_.slug])
                lines.append(Line(round_.title, href, _("reviewed: the seats can be allocated")))
            continue
        detail = []
        if waiting:
            detail.append(
                ngettext("%(count)d review to do", "%(count)d reviews to do", waiting)
                % {"count": waiting}
            )
        if progress.without_enough:
            detail.append(
                ngettext(
                    "%(count)d application lacks a reviewer",
                    "%(count)d applications lack a reviewer",
                    progress.without_enough,
                )
                % {"count": progress.without_enough}
            )
        href = reverse("office:reviewers", args=[round_.slug])
        lines.append(Line(round_.title, href, ", ".join(detail)))
    return lines


def _page(round_: Round) -> str:
    return reverse("office:round", args=[round_.slug])
