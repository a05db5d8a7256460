"""What a reviewer reads and scores, and how far the reviewers of a round are."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.common.folding import by_name
from sojourn.office.shared import formatting, people
from sojourn.people.models import User
from sojourn.selection import reviews, scoring
from sojourn.selection.models import (
    Application,
    QuestionKind,
    ReviewAssignment,
    Round,
)
from sojourn.selection.offers import place_name
from sojourn.selection.permissions import may_decide
from sojourn.selection.reviews import ScoreItem
from sojourn.selection.states import ReviewState, RoundState

MOST_LACKING = 100


@dataclass(frozen=True)
class LackingLine:
    """An applicant without a score: what is missing."""

    student: people.PersonLink
    href: str
    what: str


@dataclass(frozen=True)
class Lacking:
    lines: tuple[LackingLine, ...]
    more: str
    """How many are not listed, in words; empty when all are."""


@dataclass(frozen=True)
class Level:
    id: str
    points: int
    text: str
    chosen: bool


@dataclass(frozen=True)
class ScoreField:
    """One thing to score: the radio buttons and the comment."""

    name: str
    title: str
    about: str
    levels: tuple[Level, ...]
    comment: str
    motivation: str


@dataclass(frozen=True)
class Text:
    label: str
    text: str


@dataclass(frozen=True)
class Paper:
    title: str
    href: str
    detail: str


@dataclass(frozen=True)
class Review:
    uuid: str
    title: str
    round_title: str
    is_done: bool
    is_open: bool
    is_anonymous: bool
    about: tuple[Text, ...]
    choices: tuple[str, ...]
    answers: tuple[Text, ...]
    papers: tuple[Paper, ...]
    fields: tuple[ScoreField, ...]
    next_href: str


@dataclass(frozen=True)
class Waiting:
    """One review in a reviewer's list."""

    title: str
    href: str
    round_title: str
    state: str
    tone: str


@dataclass(frozen=True)
class ReviewerLine:
    pk: int
    name: str
    email: str
    done: int
    all: int
    conflicts: int
    can_go: bool


@dataclass(frozen=True)
class Apart:
    application: str
    href: str
    what: str
    points: str
    asks: bool
    """Whether to show the button: once for each application."""


@dataclass(frozen=True)
class Invited:
    """Somebody who was asked to review and has not answered."""

    pk: int
    email: str
    since: str


@dataclass(frozen=True)
class Overview:
    slug: str
    title: str
    is_review_time: bool
    summary: str
    lacking: int
    lines: tuple[ReviewerLine, ...]
    apart: tuple[Apart, ...]
    invited: tuple[Invited, ...]


@dataclass(frozen=True)
class ValueLine:
    code: str
    name: str
    value: str
    is_missing: bool


@dataclass(frozen=True)
class ChoiceLine:
    pk: int
    rank: int
    title: str
    motivation: str
    ruled_out: str


@dataclass(frozen=True)
class ReviewLine:
    reviewer: str
    state: str
    conflict: str
    scores: tuple[Text, ...]


@dataclass(frozen=True)
class Whole:
    """An application as the office reads it."""

    uuid: str
    slug: str
    round_title: str
    name: people.PersonLink
    state: str
    may_decide: bool
    facts: tuple[Text, ...]
    choices: tuple[ChoiceLine, ...]
    answers: tuple[Text, ...]
    papers: tuple[Paper, ...]
    referees: tuple[Text, ...]
    values: tuple[ValueLine, ...]
    reviews: tuple[ReviewLine, ...]


def waiting(user: User) -> list[Waiting]:
    """Return what someone has to review, the undone first."""
    rows = sorted(reviews.reviews_of(user), key=lambda each: (each.state, each.pk))
    return [
        Waiting(
            title=title_of(row),
            href=reverse("office:review", args=[row.uuid]),
            round_title=row.application.round.title,
            state=str(row.get_state_display()),
            tone="good" if row.state == ReviewState.DONE else "warn",
        )
        for row in rows
    ]


def title_of(row: ReviewAssignment) -> str:
    """Return the applicant's name, or the reviewers' code where they see no names."""
    if row.application.round.is_anonymous:
        return _("Application %(code)s") % {"code": row.application.review_code}
    return str(row.application.owner)


def review(row: ReviewAssignment, typed: dict[str, str] | None = None) -> Review:
    """One review; `typed` are the fields as they were sent, where something was wrong with them."""
    application = row.application
    round_ = application.round
    rows = list(reviews.reviews_of(row.reviewer.user)) if row.reviewer.user else []
    undone = [each for each in rows if each.state == ReviewState.ASSIGNED and each.pk != row.pk]
    after = next((each for each in undone if each.pk > row.pk), undone[0] if undone else None)
    return Review(
        uuid=str(row.uuid),
        title=title_of(row),
        round_title=round_.title,
        is_done=row.state == ReviewState.DONE,
        is_open=round_.state == RoundState.CLOSED,
        is_anonymous=round_.is_anonymous,
        about=(
            Text(
                _("Degree programme"),
                str(application.programme.name) if application.programme else "–",
            ),
            Text(_("Year of study"), str(application.year or "–")),
        ),
        choices=tuple(
            str(each.opportunity.opportunity.title)
            for each in application.choices.select_related("opportunity__opportunity")
        ),
        answers=tuple(_answers(application)),
        papers=tuple(
            Paper(
                str(each.get_kind_display()),
                reverse("office:review-document", args=[row.uuid, each.uuid]),
                ngettext("%(count)d page", "%(count)d pages", each.pages) % {"count": each.pages},
            )
            for each in application.documents.filter(is_submitted=True)
        ),
        fields=tuple(_field(row, part, typed) for part in reviews.score_items(row)),
        next_href=reverse("office:review", args=[after.uuid]) if after else "",
    )


def field_name(part: ScoreItem) -> str:
    return f"points-{part.criterion.pk}-{part.choice_pk or 0}"


def overview(round_: Round) -> Overview:
    progress = reviews.review_progress(round_)
    apart = reviews.disagreements(round_)
    counted = round_.reviewers.select_related("user").annotate(
        done=Count("assignments", filter=Q(assignments__state=ReviewState.DONE)),
        active=Count("assignments", filter=~Q(assignments__state=ReviewState.CONFLICT)),
        conflicts=Count("assignments", filter=Q(assignments__state=ReviewState.CONFLICT)),
    )
    return Overview(
        slug=round_.slug,
        title=round_.title,
        is_review_time=round_.state == RoundState.CLOSED,
        summary=_("%(done)d of %(all)d reviews done, for %(count)d applications.")
        % {"done": progress.done, "all": progress.reviews, "count": progress.applications},
        lacking=progress.without_enough,
        invited=tuple(
            Invited(each.pk, each.email, formatting.moment(each.invited_at))
            for each in round_.reviewer_invitations.all()
        ),
        lines=tuple(
            ReviewerLine(
                pk=each.pk,
                name=str(each.user) if each.user else _("account deleted"),
                email=each.user.email if each.user else "",
                done=each.done,
                all=each.active,
                conflicts=each.conflicts,
                can_go=not each.done,
            )
            for each in counted
        ),
        apart=tuple(
            Apart(
                application=each.application.code,
                href=reverse("office:application", args=[round_.slug, each.application.uuid]),
                what=each.criterion.name
                + (
                    f", {each.choice.opportunity.opportunity.title}"
                    if each.choice is not None
                    else ""
                ),
                points=f"{each.lowest}–{each.highest}",
                asks=not number or apart[number - 1].application != each.application,
            )
            for number, each in enumerate(apart)
        ),
    )


def whole(reader: User, application: Application) -> Whole:
    """Show all of an application, and whether the reader may decide about it now."""
    round_ = application.round
    number = getattr(application.owner, "student_number", None)
    return Whole(
        uuid=str(application.uuid),
        slug=round_.slug,
        round_title=round_.title,
        name=people.link(application.owner),
        state=str(application.get_state_display()),
        may_decide=round_.state == RoundState.CLOSED and may_decide(reader, application),
        facts=(
            Text(_("Code"), application.code),
            Text(_("Mail address"), application.owner.email),
            Text(_("Student number"), number.number if number else "–"),
            Text(
                _("Degree programme"),
                str(application.programme.name) if application.programme else "–",
            ),
            Text(_("Year of study"), str(application.year or "–")),
        ),
        choices=tuple(
            ChoiceLine(
                each.pk,
                each.rank,
                str(each.opportunity.opportunity.title),
                each.motivation,
                each.exclusion_reason,
            )
            for each in application.choices.select_related("opportunity__opportunity")
        ),
        answers=tuple(_answers(application)),
        papers=tuple(
            Paper(
                str(each.get_kind_display()),
                reverse("office:application-document", args=[round_.slug, each.uuid]),
                each.name,
            )
            for each in application.documents.filter(is_submitted=True)
        ),
        referees=tuple(
            Text(each.name, f"{each.email} {each.relation}".strip())
            for each in application.referees.all()
        ),
        values=tuple(_values(application)),
        reviews=tuple(
            ReviewLine(
                reviewer=str(each.reviewer.user or _("account deleted")),
                state=str(each.get_state_display()),
                conflict=each.conflict_because,
                scores=tuple(
                    Text(
                        score.criterion.name
                        + (
                            f", {score.choice.opportunity.opportunity.title}"
                            if score.choice
                            else ""
                        ),
                        f"{score.points} {score.comment}".strip(),
                    )
                    for score in each.scores.select_related(
                        "criterion", "choice__opportunity__opportunity"
                    )
                ),
            )
            for each in application.reviews.select_related("reviewer__user")
        ),
    )


def lacking(reader: User, round_: Round) -> Lacking:
    """Every applicant of a closed round who cannot be scored yet, and what is missing of them."""
    if round_.state != RoundState.CLOSED:
        return Lacking((), "")
    missing: dict[int, list[scoring.MissingValue]] = {}
    for each in scoring.score_sheet(round_).missing:
        missing.setdefault(each.application.pk, []).append(each)
    found = Application.objects.visible_to(reader).filter(pk__in=missing).select_related("owner")
    rows = found.order_by(*by_name("owner"), "code")[:MOST_LACKING]
    titles = {
        each.pk: place_name(each) for each in round_.opportunities.select_related("opportunity")
    }
    more = len(missing) - len(rows)
    return Lacking(
        tuple(
            LackingLine(
                people.link(row.owner),
                reverse("office:application", args=[round_.slug, row.uuid]),
                ", ".join(_what(each, titles) for each in missing[row.pk]),
            )
            for row in rows
        ),
        _("And %(count)d more.") % {"count": more} if more else "",
    )


def _what(missing: scoring.MissingValue, titles: dict[int, str]) -> str:
    if missing.choice is None:
        return missing.criterion.name
    return f"{missing.criterion.name} ({titles[missing.choice.opportunity_id]})"


def _values(application: Application) -> list[ValueLine]:
    there = {each.criterion_id: each.value for each in application.values.all()}
    scheme = {
        each.criterion.pk
        for each in scoring.score_sheet(application.round).missing
        if each.application.pk == application.pk
    }
    return [
        ValueLine(
            code=each.code,
            name=each.name,
            value=f"{there[each.pk].normalize():f}" if each.pk in there else "",
            is_missing=each.pk in scheme,
        )
        for each in application.round.criteria.all()
        if not each.behaviour.has_rubric
    ]


def _answers(application: Application) -> list[Text]:
    found = []
    for answer in application.answers.select_related("question"):
        text = answer.text
        if answer.question.kind == QuestionKind.YES_NO:
            text = _("yes") if text == "yes" else _("no")
        found.append(Text(answer.question.text, text))
    return found


def _field(row: ReviewAssignment, part: ScoreItem, typed: dict[str, str] | None) -> ScoreField:
    name = field_name(part)
    score = row.scores.filter(criterion=part.criterion, choice=part.choice).first()
    points = str(score.points) if score else ""
    comment = score.comment if score else ""
    if typed is not None:
        points = typed.get(name, points)
        comment = typed.get(f"comment-{name}", comment)
    place = str(part.choice.opportunity.opportunity.title) if part.choice else ""
    return ScoreField(
        name=name,
        title=f"{part.criterion.name}: {place}" if place else part.criterion.name,
        about=part.criterion.about,
        levels=tuple(
            Level(f"{name}-{each.points}", each.points, each.text, str(each.points) == points)
            for each in part.criterion.levels.all()
        ),
        comment=comment,
        motivation=part.choice.motivation if part.choice else "",
    )
