"""What of the results waits for the office: runs, objections, nominations, offers that end."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.office.shared import formatting
from sojourn.office.shared.pending import LINES_A_SECTION, Hurt, Line, Section
from sojourn.people.models import User
from sojourn.selection.models import AllocationRun, Objection, Offer, RoundOpportunity
from sojourn.selection.nominations import nomination_list
from sojourn.selection.offers import place_name
from sojourn.selection.runs import approvals_needed
from sojourn.selection.states import AWAITS_ANSWER, ObjectionState, OfferState, RoundState

# How long before a nomination day, or before offers end, it is said.
AHEAD = dt.timedelta(days=14)
SOON = dt.timedelta(days=2)


def sections(reader: User, now: dt.datetime) -> tuple[Section, ...]:
    """Return what of the results waits, one section a kind of work."""
    today = timezone.localtime(now).date()
    nominations = _nominations(reader, now)
    first = min((day for day, _line in nominations), default=None)
    soon = first is not None and first <= today + SOON
    return (
        _section(_("Offers without an answer"), _offers(reader, now), Hurt.FIRST),
        _section(
            _("Nominations due"),
            [line for _day, line in nominations],
            Hurt.FIRST if soon else Hurt.WEEK,
        ),
        _section(_("Objections to decide"), _objections(reader, now), Hurt.FIRST),
        _section(_("Results to approve and publish"), _runs(reader, now), Hurt.WEEK),
    )


def _section(title: str, lines: list[Line], hurt: Hurt) -> Section:
    return Section(
        title=title,
        lines=tuple(lines[:LINES_A_SECTION]),
        all_title=_("All results"),
        all_href=reverse("office:results"),
        more=max(0, len(lines) - LINES_A_SECTION),
        hurt=hurt,
    )


def _runs(reader: User, now: dt.datetime) -> list[Line]:
    found = (
        AllocationRun.objects.visible_to(reader)
        .filter(round__state=RoundState.ALLOCATED)
        .order_by("made_at")
    )
    newest = {each.round_id: each for each in found.select_related("round")}
    return [
        Line(
            each.round.title,
            reverse("office:allocation", args=[each.round.slug]),
            _run_standing(each),
            formatting.age(each.made_at, now),
        )
        for each in newest.values()
    ]


def _run_standing(run: AllocationRun) -> str:
    given, needed = run.approvals.count(), approvals_needed(run.round)
    if given >= needed:
        return _("a run that is approved, to publish")
    if given:
        return _("a run waits for another approval: %(given)d of %(needed)d") % {
            "given": given,
            "needed": needed,
        }
    return _("a run to approve and publish")


def _objections(reader: User, now: dt.datetime) -> list[Line]:
    found = (
        Objection.objects.visible_to(reader).filter(state=ObjectionState.OPEN).order_by("made_at")
    )
    return [
        Line(
            str(each.application.owner),
            reverse("office:objection", args=[each.application.round.slug, each.uuid]),
            _("an objection to decide"),
            formatting.age(each.made_at, now),
        )
        for each in found.select_related("application__owner", "application__round")
    ]


def _nominations(reader: User, now: dt.datetime) -> list[tuple[dt.date, Line]]:
    today = timezone.localtime(now).date()
    due = (
        RoundOpportunity.objects.visible_to(reader)
        .filter(round__state=RoundState.RESULTS, nomination_deadline__lte=today + AHEAD)
        .select_related("round", "opportunity")
        .order_by("nomination_deadline")
    )
    lines = []
    for place in due:
        to_send = len(nomination_list(place, reader).to_send)
        if to_send and place.nomination_deadline is not None:
            lines.append(
                (
                    place.nomination_deadline,
                    Line(
                        place_name(place),
                        reverse("office:nominations", args=[place.round.slug]),
                        ngettext(
                            "%(count)d student to nominate",
                            "%(count)d students to nominate",
                            to_send,
                        )
                        % {"count": to_send},
                        formatting.short_day(place.nomination_deadline),
                    ),
                )
            )
    return lines


def _offers(reader: User, now: dt.datetime) -> list[Line]:
    """Return rounds in which offers end soon without an answer."""
    soon = (
        Offer.objects.visible_to(reader)
        .filter(
            state__in=AWAITS_ANSWER,
            answer_by__lte=now + SOON,
            application__round__state=RoundState.RESULTS,
        )
        .select_related("application__round")
    )
    counts: dict[str, tuple[str, int]] = {}
    for each in soon:
        slug = each.application.round.slug
        counts[slug] = (each.application.round.title, counts.get(slug, ("", 0))[1] + 1)
    return [
        Line(
            title,
            f"{reverse('office:offers', args=[slug])}?state={OfferState.OPEN}",
            ngettext(
                "%(count)d offer ends soon without an answer",
                "%(count)d offers end soon without an answer",
                count,
            )
            % {"count": count},
        )
        for slug, (title, count) in sorted(counts.items())
    ]
