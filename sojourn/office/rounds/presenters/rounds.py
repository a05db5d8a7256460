"""Rounds as the office sees them: the state of each and what is to be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.common.folding import by_name, with_words
from sojourn.common.languages import joined
from sojourn.office.rounds import forms
from sojourn.office.shared import formatting, people
from sojourn.office.shared.lists import (
    WRITE,
    WRITE_PAGE,
    Cell,
    Column,
    Filter,
    Kind,
    Ranked,
    Row,
)
from sojourn.people.models import User
from sojourn.selection import reviews, rules, scoring
from sojourn.selection.calendar import last_moment
from sojourn.selection.models import Application, Round
from sojourn.selection.offers import place_name
from sojourn.selection.permissions import may_manage, may_see_all_applicants
from sojourn.selection.score_lines import Points, points_of
from sojourn.selection.states import AFTER_CLOSING, ApplicationState, RoundState


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True)
class Way:
    title: str
    href: str


@dataclass(frozen=True)
class RoundsPage:
    slug: str
    title: str
    state: str
    is_draft: bool
    manages: bool
    """Whether the reader may change the round."""
    can_unpublish: bool
    is_review_time: bool
    public_href: str
    problems: tuple[str, ...]
    facts: tuple[Fact, ...]
    parts: tuple[Way, ...]
    missing: int
    disagreements: int
    clock: str
    allocation_href: str
    """Empty while the round can still take applications."""
    next: Way | None
    """What to do now; nothing while students apply."""


def _row(round_: Round) -> Row:
    return Row(
        round_.slug,
        (
            Cell(round_.title, reverse("office:round", args=[round_.slug])),
            Cell(round_.get_state_display()),
            Cell(round_.academic_year),
            Cell(formatting.moment(round_.closes_at) if round_.closes_at else "–"),
            Cell(str(round_.applications.filter(state=ApplicationState.SUBMITTED).count())),
        ),
    )


ROUNDS: Kind[Round] = Kind(
    caption=gettext_lazy("Rounds"),
    columns=(
        Column("title", gettext_lazy("Round"), ("title__folded",)),
        Column("state", gettext_lazy("State"), ("state",)),
        Column("year", gettext_lazy("Year"), ("academic_year",)),
        Column("closes", gettext_lazy("Closes"), ("closes_at",)),
        Column("applications", gettext_lazy("Submitted"), numeric=True),
    ),
    row=_row,
    empty=gettext_lazy("No round yet"),
    first_order="-closes",
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            tuple(RoundState.choices),
            lambda rows, value: rows.filter(state=value),
        ),
    ),
)


def applications(round_: Round, place: str) -> Kind[Application]:
    """Return the list of a round's applications; the choices of `place` are marked in it."""
    is_scored = round_.state in AFTER_CLOSING
    places = [
        (each.key, place_name(each)) for each in round_.opportunities.select_related("opportunity")
    ]
    points: dict[int, Points] = {}

    def prepare(found: Sequence[Application]) -> None:
        if is_scored:
            points.update(
                points_of([each for each in found if each.state == ApplicationState.SUBMITTED])
            )

    def total(application: Application) -> Fraction:
        known = points.get(application.pk)
        return known.total if known else Fraction(-1)

    def row(application: Application) -> Row:
        known = points.get(application.pk)
        missing = joined(", ", (each.name for each in known.missing)) if known else ""
        return Row(
            str(application.uuid),
            (
                people.cell(application.owner),
                Cell(
                    application.code,
                    reverse("office:application", args=[round_.slug, application.uuid]),
                ),
                Cell(str(application.programme.short_name) if application.programme else "–"),
                Cell("", ranks=_choices(application, place)),
                Cell(
                    number_format(float(known.total), 2) if known else "–",
                    tone="quiet" if known and not known.is_final else "",
                ),
                Cell(missing, tone="warn" if missing else ""),
                Cell(application.get_state_display()),
                Cell(
                    formatting.moment(application.submitted_at) if application.submitted_at else "–"
                ),
                Cell(application.owner.email),
            ),
        )

    return Kind(
        caption=_("Applications"),
        columns=(
            Column("name", gettext_lazy("Student"), by_name("owner")),
            Column("code", gettext_lazy("Application"), ("code",)),
            Column("programme", gettext_lazy("Programme"), ("programme__slug",)),
            Column("choices", gettext_lazy("Choices")),
            Column(
                "points",
                gettext_lazy("Points"),
                numeric=True,
                value=total if is_scored else None,
                is_extra=not is_scored,
            ),
            Column("missing", gettext_lazy("Missing"), is_extra=not is_scored),
            Column("state", gettext_lazy("State"), ("state",)),
            Column("handed-in", gettext_lazy("Submitted"), ("submitted_at",), is_extra=is_scored),
            Column("mail", gettext_lazy("Mail address"), ("owner__email",), is_extra=True),
        ),
        row=row,
        empty=_("Nobody has applied yet"),
        first_order="name",
        actions=(WRITE,),
        action_page=WRITE_PAGE,
        about=f"round:{round_.slug}",
        filters=(
            Filter(
                "state",
                gettext_lazy("State"),
                tuple(ApplicationState.choices),
                lambda rows, value: rows.filter(state=value),
            ),
            Filter(
                "place",
                gettext_lazy("Choice"),
                tuple(places),
                lambda rows, value: rows.filter(choices__opportunity__key=value),
            ),
        ),
        search=lambda rows, text: with_words(
            rows,
            text,
            "owner__first_name",
            "owner__last_name",
            "owner__preferred_name",
            "owner__email",
            "code",
            "owner__student_number__number",
        ),
        name="applications",
        prepare=prepare,
    )


def _choices(application: Application, place: str) -> tuple[Ranked, ...]:
    return tuple(
        Ranked(
            each.rank,
            place_name(each.opportunity),
            "out" if each.excluded_at else "hit" if each.opportunity.key == place else "",
        )
        for each in sorted(application.choices.all(), key=lambda choice: choice.rank)
    )


def page(reader: User, round_: Round, now: dt.datetime) -> RoundsPage:
    """Show how far a round is, and what its reader may do with it."""
    manages = may_manage(reader, round_)
    at = [round_.slug]
    progress = reviews.review_progress(round_)
    is_review_time = round_.state == RoundState.CLOSED
    drafts = round_.applications.filter(state=ApplicationState.DRAFT).count()
    facts = [
        Fact(_("Closes"), formatting.moment(round_.closes_at) if round_.closes_at else "–"),
        Fact(_("Submitted"), str(progress.applications)),
        Fact(_("Started, not submitted"), str(drafts)),
        Fact(
            _("Reviews done"),
            _("%(done)d of %(all)d") % {"done": progress.done, "all": progress.reviews},
        ),
        Fact(_("Applications without enough reviewers"), str(progress.without_enough)),
    ]
    last = last_moment(round_)
    return RoundsPage(
        slug=round_.slug,
        title=round_.title,
        state=str(round_.get_state_display()),
        is_draft=round_.state == RoundState.DRAFT,
        manages=manages,
        can_unpublish=round_.state == RoundState.PUBLISHED and not round_.applications.exists(),
        is_review_time=is_review_time,
        public_href=reverse("apply:round", args=at),
        problems=tuple(rules.problems_of(round_)),
        facts=tuple(facts),
        parts=_parts(round_) if manages else (),
        missing=len(scoring.score_sheet(round_).missing) if is_review_time else 0,
        disagreements=len(reviews.disagreements(round_)) if is_review_time else 0,
        clock=formatting.moment(last) if last and now <= last else "",
        allocation_href=reverse("office:allocation", args=at)
        if round_.state in AFTER_CLOSING and may_see_all_applicants(reader, round_)
        else "",
        next=_next(round_, progress) if manages else None,
    )


def _parts(round_: Round) -> tuple[Way, ...]:
    return (
        *(
            Way(str(part.title), reverse("office:round-edit", args=[round_.slug, part.name]))
            for part in forms.PARTS
        ),
        Way(_("Seats and agreements"), reverse("office:round-agreements", args=[round_.slug])),
    )


def _next(round_: Round, progress: reviews.ReviewProgress) -> Way | None:
    at = [round_.slug]
    if round_.state == RoundState.CLOSED:
        if progress.without_enough:
            return Way(_("Assign the reviews"), reverse("office:reviewers", args=at))
        if scoring.score_sheet(round_).missing:
            return Way(_("Fill in what is missing"), reverse("office:values", args=at))
        return Way(_("To the allocation"), reverse("office:allocation", args=at))
    return None
