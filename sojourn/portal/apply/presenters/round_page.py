"""The public page of a round: its rules, weights, calendar and lottery, for everybody to read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.portal.shared import formatting, urls
from sojourn.portal.shared.links import Link
from sojourn.portal.shared.round_cards import moment, status
from sojourn.selection import calendar, queries
from sojourn.selection.models import (
    Application,
    Criterion,
    PublicNote,
    Quota,
    Round,
    RoundOpportunity,
)
from sojourn.selection.results import round_with_results
from sojourn.selection.rule_names import rule_name
from sojourn.selection.states import ApplicationState


@dataclass(frozen=True)
class Day:
    iso: str
    moment: str
    label: str
    detail: str = ""


@dataclass(frozen=True)
class Place:
    title: str
    href: str
    seats: str
    details: tuple[str, ...]


@dataclass(frozen=True)
class Level:
    points: int
    text: str


@dataclass(frozen=True)
class Counts:
    """A criterion; `share` is its weight as a percentage of all weights."""

    name: str
    about: str
    share: str
    how: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Change:
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class NoteShown:
    iso: str
    moment: str
    text: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Own:
    """What somebody did in the round, and the way to it."""

    text: str
    way: Link


@dataclass(frozen=True)
class RoundPage:
    slug: str
    title: str
    intro: str
    year: str
    is_example: bool
    status: str
    can_apply: bool
    begin_href: str
    days: tuple[Day, ...]
    grace: str
    reminder: str
    """Empty where nobody is reminded."""
    places: tuple[Place, ...]
    who: tuple[str, ...]
    asked: tuple[str, ...]
    counts: tuple[Counts, ...]
    scale: str
    truth: str
    commitment: str
    certificate_href: str
    """Empty while there are no results."""
    review: tuple[str, ...]
    after: tuple[str, ...]
    notes: tuple[NoteShown, ...]
    own: Own | None = None


def page_of_applicant(round_: Round, application: Application, now: dt.datetime) -> RoundPage:
    """Return the page with what its reader did; with results their own has a page."""
    found = page(round_, now)
    return found if found.certificate_href else replace(found, own=_own(round_, application, now))


def _own(round_: Round, application: Application, now: dt.datetime) -> Own | None:
    is_open = calendar.takes_applications(round_, now)
    if application.state == ApplicationState.SUBMITTED:
        text = _("We have your application. You need to do nothing now.")
        if is_open and round_.closes_at is not None:
            text = _("We have your application. You can change it until %(moment)s.") % {
                "moment": moment(round_.closes_at)
            }
        href = reverse("apply:receipt", args=[round_.slug])
        return Own(text, Link(_("See what you submitted"), href))
    if not is_open:
        return None
    href = reverse("apply:form", args=[round_.slug])
    return Own(
        _("You started an application. It does not count before you submit it."),
        Link(_("Go on with your application"), href),
    )


def page(round_: Round, now: dt.datetime) -> RoundPage:
    criteria = list(round_.criteria.prefetch_related("levels"))
    total = sum(each.weight for each in criteria) or 1
    return RoundPage(
        slug=round_.slug,
        title=round_.title,
        intro=round_.intro,
        year=round_.academic_year,
        is_example=round_.is_example,
        status=status(round_, now),
        can_apply=calendar.takes_applications(round_, now),
        begin_href=reverse("apply:begin", args=[round_.slug]),
        days=_days(round_),
        grace=grace(round_),
        reminder=_reminder(round_),
        places=tuple(
            _place(each)
            for each in round_.opportunities.select_related("opportunity").prefetch_related(
                "quotas"
            )
        ),
        who=tuple(_who(round_)),
        asked=tuple(asked(round_)),
        counts=tuple(_counts(each, total) for each in criteria),
        scale=_("A score runs from 0 to %(highest)d and has %(digits)d decimals.")
        % {"highest": round_.score_highest, "digits": round_.score_digits},
        truth=truth(round_),
        commitment=queries.commitment_of(round_),
        certificate_href=(
            reverse("results:certificate", args=[round_.slug])
            if round_with_results(round_.slug)
            else ""
        ),
        review=tuple(_review(round_, criteria)),
        after=tuple(_after(round_)),
        notes=tuple(_note(round_, each) for each in round_.notes.all()),
    )


def grace(round_: Round) -> str:
    """Return the rule of grace, as the round states it."""
    if not round_.grace_minutes:
        return _("The clock of the server decides. Anything later does not count.")
    return ngettext(
        "The clock of the server decides. What arrives up to %(count)d minute "
        "later still counts; that is for a slow connection, so do not rely on "
        "it.",
        "The clock of the server decides. What arrives up to %(count)d minutes "
        "later still counts; that is for a slow connection, so do not rely on "
        "it.",
        round_.grace_minutes,
    ) % {"count": round_.grace_minutes}


def truth(round_: Round) -> str:
    """Why honesty is safe, and what the limit of the list changes, in one sentence."""
    if round_.most_choices >= round_.opportunities.count():
        return _(
            "Put your choices in the order in which you really want them: that can never cost you "
            "a place, and your list is long enough for all of them."
        )
    return ngettext(
        "Put your choices in the order in which you really want them; that can "
        "never cost you a place. As your list has room for only %(count)d, "
        "choose one where you have a good chance.",
        "Put your choices in the order in which you really want them; that can "
        "never cost you a place. As your list has room for only %(count)d, "
        "include at least one place where you have a good chance.",
        round_.most_choices,
    ) % {"count": round_.most_choices}


def asked(round_: Round) -> list[str]:
    """Return what an applicant hands in."""
    parts = [
        ngettext(
            "A list of at most %(count)d choice, in your order.",
            "A list of at most %(count)d choices, in your order.",
            round_.most_choices,
        )
        % {"count": round_.most_choices}
    ]
    if round_.motivation_words_max:
        parts.append(motivation_words(round_))
    if round_.asks_cv:
        parts.append(_("Your CV, as a PDF."))
    if round_.asks_transcript:
        parts.append(_("Your transcript of records, as a PDF."))
    if round_.referees_asked:
        parts.append(
            ngettext(
                "The name and mail address of %(count)d person who knows your work.",
                "The names and mail addresses of %(count)d people who know your work.",
                round_.referees_asked,
            )
            % {"count": round_.referees_asked}
        )
    return [*parts, *(question.text for question in round_.questions.all())]


def _reminder(round_: Round) -> str:
    if not round_.remind_days_before:
        return ""
    return ngettext(
        "%(count)d day before it closes, we remind you by mail if you have started "
        "but not submitted.",
        "%(count)d days before it closes, we remind you by mail if you have started "
        "but not submitted.",
        round_.remind_days_before,
    ) % {"count": round_.remind_days_before}


def motivation_words(round_: Round) -> str:
    if round_.motivation_words_min:
        return _("For each choice, why: %(low)d to %(high)d words.") % {
            "low": round_.motivation_words_min,
            "high": round_.motivation_words_max,
        }
    return _("For each choice, why: at most %(high)d words.") % {
        "high": round_.motivation_words_max
    }


def _days(round_: Round) -> tuple[Day, ...]:
    found = (
        (round_.opens_at, _("The round opens")),
        (round_.closes_at, _("The round closes")),
        (round_.results_at, _("You hear the result by")),
        (round_.answer_by, _("Last day to answer an offer")),
    )
    return tuple(
        Day(value.isoformat(), moment(value), label) for value, label in found if value is not None
    )


def _place(row: RoundOpportunity) -> Place:
    details = []
    if row.held_back:
        details.append(
            ngettext(
                "%(count)d seat is held back and not allocated in this round.",
                "%(count)d seats are held back and not allocated in this round.",
                row.held_back,
            )
            % {"count": row.held_back}
        )
    details += [_quota(row.round, quota) for quota in row.quotas.all()]
    if row.minimum_score is not None:
        details.append(
            _("Only scores of %(score)s and higher are admitted.")
            % {"score": formatting.number(row.minimum_score, row.round.score_digits)}
        )
    if row.nomination_deadline is not None:
        details.append(
            _("We nominate you to the host by %(day)s.")
            % {"day": formatting.day(row.nomination_deadline)}
        )
    seats = ngettext(
        "%(count)d seat in this round", "%(count)d seats in this round", row.seats_to_give
    )
    return Place(
        title=str(row.opportunity.title),
        href=urls.opportunity(row.opportunity.slug),
        seats=seats % {"count": row.seats_to_give},
        details=tuple(details),
    )


def _quota(round_: Round, quota: Quota) -> str:
    who = category(round_, quota.category)
    if quota.maximum is None:
        return _("%(who)s: priority for %(low)d of the seats.") % {
            "who": who,
            "low": quota.minimum,
        }
    if not quota.minimum:
        return _("%(who)s: at most %(high)d.") % {"who": who, "high": quota.maximum}
    return _("%(who)s: priority for %(low)d of the seats, at most %(high)d in total.") % {
        "who": who,
        "low": quota.minimum,
        "high": quota.maximum,
    }


def category(round_: Round, code: str) -> str:
    """Return a category in words: the programmes that make it up."""
    rows = round_.programmes.filter(category=code).select_related("programme")
    return formatting.listed([str(row.programme.name) for row in rows]) or code


def _who(round_: Round) -> list[str]:
    parts = []
    for row in round_.programmes.select_related("programme"):
        name = str(row.programme.name)
        if row.year_min and row.year_max and row.year_min != row.year_max:
            name = _("%(name)s, year %(low)d to %(high)d") % {
                "name": name,
                "low": row.year_min,
                "high": row.year_max,
            }
        elif row.year_min and row.year_max:
            name = _("%(name)s, year %(year)d") % {"name": name, "year": row.year_min}
        elif row.year_min:
            name = _("%(name)s, from year %(year)d on") % {"name": name, "year": row.year_min}
        elif row.year_max:
            name = _("%(name)s, up to year %(year)d") % {"name": name, "year": row.year_max}
        parts.append(name)
    return parts


def _counts(criterion: Criterion, total: int) -> Counts:
    how = criterion.behaviour.explanation(criterion)
    span = _("from %(low)s to %(high)s") % {
        "low": _figure(criterion.lowest),
        "high": _figure(criterion.highest),
    }
    return Counts(
        name=criterion.name,
        about=criterion.about,
        share=f"{round(100 * criterion.weight / total)}%",
        how=f"{how}; {span}",
        levels=tuple(Level(each.points, each.text) for each in criterion.levels.all()),
    )


def _figure(value: object) -> str:
    return f"{float(str(value)):g}"


def _review(round_: Round, criteria: list[Criterion]) -> list[str]:
    if not any(each.behaviour.has_rubric for each in criteria):
        return []
    parts = [
        ngettext(
            "%(count)d reviewer reads each application.",
            "%(count)d reviewers read each application, each without the other's scores.",
            round_.reviews_each,
        )
        % {"count": round_.reviews_each},
        _("Where two are more than %(limit)s points apart, a third one reads it too.")
        % {"limit": _figure(round_.disagreement_limit)},
        _(
            "The average of their scores counts. Nobody who knows you personally "
            "reviews your application."
        ),
    ]
    if round_.is_anonymous:
        parts.append(
            _("Reviewers do not see your name, so leave it out of your motivation and documents.")
        )
    return parts


def _after(round_: Round) -> list[str]:
    parts = [
        ngettext(
            "%(count)d person checks and approves the result before anybody sees it.",
            "%(count)d people check and approve the result before anybody sees it.",
            round_.approvals_needed,
        )
        % {"count": round_.approvals_needed}
    ]
    if round_.may_accept_and_wait:
        parts.append(
            _(
                "You can accept an offer and stay on the waiting list for a choice "
                "that you like better."
            )
        )
    if round_.objection_days:
        parts.append(
            ngettext(
                "You can object within %(count)d day after the results.",
                "You can object within %(count)d days after the results.",
                round_.objection_days,
            )
            % {"count": round_.objection_days}
        )
    return parts


def _note(round_: Round, note: PublicNote) -> NoteShown:
    return NoteShown(
        iso=note.at.isoformat(),
        moment=moment(note.at),
        text=note.text,
        changes=tuple(
            Change(
                rule_name(round_, each["what"]), _readable(each["before"]), _readable(each["after"])
            )
            for each in note.changes
        ),
    )


def _readable(text: str) -> str:
    """Moments as people write them; what was not there as a dash."""
    if not text:
        return "–"
    if text in ("True", "False"):
        return _("yes") if text == "True" else _("no")
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment(found) if found.tzinfo else text
