"""One student's application: the form, what is still missing, the receipt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.languages import language_title
from sojourn.engines.language import CEFR_LEVELS
from sojourn.planning.profile import Profile
from sojourn.portal.apply import forms
from sojourn.portal.apply.presenters import round_page
from sojourn.portal.apply.presenters.round_page import Day
from sojourn.portal.plan.presenters import fit_text as words
from sojourn.portal.shared import labels, round_cards, urls
from sojourn.selection import applications, drafts, files
from sojourn.selection.calendar import takes_applications
from sojourn.selection.drafts import Draft, Gap
from sojourn.selection.eligibility import Eligibility, eligibility, profile_with
from sojourn.selection.models import Application, Document, QuestionKind, Round
from sojourn.selection.results import round_with_results
from sojourn.selection.states import ApplicationState


@dataclass(frozen=True)
class Option:
    value: str
    title: str
    chosen: bool
    disabled: bool = False


@dataclass(frozen=True)
class Select:
    name: str
    label: str
    options: tuple[Option, ...]
    error: str
    """What is wrong with it, once somebody tried to hand in; also in what follows."""


@dataclass(frozen=True)
class Possible:
    """A place of the round, and whether this student may choose it."""

    title: str
    href: str
    may_choose: bool
    depends: bool
    """The student has not said their programme and year yet."""
    because: str
    reasons: tuple[words.Said, ...]


@dataclass(frozen=True)
class Slot:
    number: int
    options: tuple[Option, ...]
    motivation: str
    words: str
    is_first: bool
    is_last: bool
    is_filled: bool
    reasons: tuple[str, ...]
    error: str
    motivation_error: str


@dataclass(frozen=True)
class Question:
    name: str
    text: str
    kind: str
    answer: str
    is_required: bool
    words_max: int
    words: str
    error: str


@dataclass(frozen=True)
class RefereeSlot:
    number: int
    name: str
    email: str
    relation: str
    name_error: str
    email_error: str


@dataclass(frozen=True)
class Paper:
    """A document that is asked for; `href` is empty while there is none."""

    kind: str
    title: str
    href: str
    name: str
    detail: str
    is_new: bool
    error: str = ""


@dataclass(frozen=True)
class ApplicationFormPage:
    slug: str
    title: str
    is_example: bool
    deadline: str
    grace: str
    truth: str
    seen: int
    saved: str
    state: str
    is_submitted: bool
    differs: bool
    programmes: Select
    years: Select
    number: str
    number_error: str
    languages: tuple[Select, ...]
    places: tuple[Possible, ...]
    slots: tuple[Slot, ...]
    asks_motivation: bool
    motivation_words: str
    words_max: int
    questions: tuple[Question, ...]
    papers: tuple[Paper, ...]
    largest: str
    referees: tuple[RefereeSlot, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Line:
    label: str
    text: str


@dataclass(frozen=True)
class ChoiceLine:
    rank: int
    title: str
    href: str
    motivation: str
    ruled_out: str


@dataclass(frozen=True)
class Receipt:
    slug: str
    title: str
    code: str
    state: str
    is_withdrawn: bool
    is_submitted: bool
    moment: str
    can_change: bool
    deadline: str
    next: tuple[Day, ...]
    """What happens after submitting, and when; empty where it does not count."""
    choices: tuple[ChoiceLine, ...]
    about: tuple[Line, ...]
    answers: tuple[Line, ...]
    papers: tuple[Paper, ...]
    referees: tuple[Line, ...]


@dataclass(frozen=True)
class Mine:
    title: str
    href: str
    state: str
    detail: str


def page(
    snapshot: Snapshot,
    application: Application,
    draft: Draft,
    profile: Profile,
    problems: Sequence[Gap] | None = None,
) -> ApplicationFormPage:
    """Return the form with `draft` in it.

    `problems` are the gaps that somebody who handed in is told, each at its field as well; without
    them the gaps are found here and stand at the end alone.
    """
    round_ = application.round
    filled = profile_with(profile, draft.programme, draft.year, draft.languages)
    judged = eligibility(snapshot, round_, filled)
    gaps = (
        applications.gaps_of(application, draft, snapshot, profile)
        if problems is None
        else problems
    )
    wrong = {gap.field: gap.text for gap in reversed(problems or ())}
    return ApplicationFormPage(
        slug=round_.slug,
        title=round_.title,
        is_example=round_.is_example,
        deadline=round_cards.moment(round_.closes_at) if round_.closes_at else "",
        grace=round_page.grace(round_),
        truth=round_page.truth(round_),
        seen=application.draft_revision,
        saved=saved(application),
        state=str(application.get_state_display()),
        is_submitted=application.state == ApplicationState.SUBMITTED,
        differs=differs(application),
        programmes=_programmes(round_, draft, wrong),
        years=_years(round_, draft, wrong),
        number=draft.number,
        number_error=wrong.get("number", ""),
        languages=tuple(
            _language(code, draft.languages.get(code, "")) for code in drafts.language_codes(round_)
        ),
        places=tuple(_possible(snapshot, each, filled) for each in judged),
        slots=tuple(_slots(round_, draft, judged, wrong)),
        asks_motivation=bool(round_.motivation_words_max),
        motivation_words=round_page.motivation_words(round_),
        words_max=round_.motivation_words_max,
        questions=tuple(_questions(round_, draft, wrong)),
        papers=tuple(
            replace(paper, error=wrong.get(f"document-{paper.kind}", ""))
            for paper in papers(application)
        ),
        largest=f"{files.LARGEST // 1_000_000} MB",
        referees=tuple(
            RefereeSlot(
                number,
                each.name,
                each.email,
                each.relation,
                wrong.get(f"referee-{number}", ""),
                wrong.get(f"referee-{number}-email", ""),
            )
            for number, each in enumerate(forms.referees(round_, draft), start=1)
        ),
        gaps=tuple(gaps),
    )


def saved(application: Application) -> str:
    """Return 'Saved at 14:03:10'; nothing before the first time."""
    if application.draft_saved_at is None:
        return ""
    return _("Saved at %(moment)s") % {
        "moment": f"{timezone.localtime(application.draft_saved_at):%H:%M:%S}"
    }


def missing(gaps: Sequence[Gap]) -> str:
    if not gaps:
        return _("Nothing is missing: you can submit.")
    return ngettext(
        "%(count)d thing is still missing.", "%(count)d things are still missing.", len(gaps)
    ) % {"count": len(gaps)}


def differs(application: Application) -> bool:
    """Whether something was typed after handing in, so that it does not count yet."""
    return (
        application.state == ApplicationState.SUBMITTED
        and application.submitted_at is not None
        and (
            (application.draft_saved_at or application.submitted_at) > application.submitted_at
            or application.documents.filter(is_submitted=False).exists()
        )
    )


def receipt(application: Application, now: dt.datetime) -> Receipt:
    round_ = application.round
    return Receipt(
        slug=round_.slug,
        title=round_.title,
        code=application.code,
        state=str(application.get_state_display()),
        is_withdrawn=application.state == ApplicationState.WITHDRAWN,
        is_submitted=application.state == ApplicationState.SUBMITTED,
        moment=round_cards.moment(application.submitted_at) if application.submitted_at else "",
        can_change=takes_applications(round_, now),
        deadline=round_cards.moment(round_.closes_at) if round_.closes_at else "",
        next=_next(round_) if application.state == ApplicationState.SUBMITTED else (),
        choices=tuple(
            ChoiceLine(
                rank=each.rank,
                title=str(each.opportunity.opportunity.title),
                href=urls.opportunity(each.opportunity.opportunity.slug),
                motivation=each.motivation,
                ruled_out=each.exclusion_reason,
            )
            for each in application.choices.select_related("opportunity__opportunity")
        ),
        about=tuple(_about(application)),
        answers=tuple(
            Line(each.question.text, _answer(each.question.kind, each.text))
            for each in application.answers.select_related("question")
        ),
        papers=papers(application),
        referees=tuple(
            Line(each.name, f"{each.email} {each.relation}".strip())
            for each in application.referees.all()
        ),
    )


def _next(round_: Round) -> tuple[Day, ...]:
    """Return the days that come after submitting, with what one does or waits for."""
    has_reviewers = any(each.behaviour.has_rubric for each in round_.criteria.all())
    found = (
        (
            round_.closes_at,
            _("The round closes"),
            _("Until then you can change or withdraw what you submitted."),
        ),
        (
            round_.results_at,
            _("You hear the result by"),
            _("Reviewers score it, and the seats are given by the published rules. We mail you.")
            if has_reviewers
            else _("The seats are given by the published rules. We mail you."),
        ),
        (
            round_.answer_by,
            _("Last day to answer an offer"),
            _("You say whether you take the place. Without an answer it goes to the next student."),
        ),
    )
    return tuple(
        Day(at.isoformat(), round_cards.moment(at), label, detail)
        for at, label, detail in found
        if at is not None
    )


def mine(application: Application, now: dt.datetime) -> Mine:
    round_ = application.round
    is_draft = application.state == ApplicationState.DRAFT
    name = "apply:form" if is_draft and takes_applications(round_, now) else "apply:receipt"
    return Mine(
        title=round_.title,
        href=reverse(name, args=[round_.slug]),
        state=str(application.get_state_display()),
        detail=round_cards.status(round_, now),
    )


def papers(application: Application) -> tuple[Paper, ...]:
    there = applications.current_documents(application)
    return tuple(
        _paper(str(kind), str(kind.label), there.get(kind), application.round.slug)
        for kind in drafts.document_kinds(application.round)
    )


def _paper(kind: str, title: str, document: Document | None, slug: str) -> Paper:
    if document is None:
        return Paper(kind, title, "", "", "", False)
    return Paper(
        kind=kind,
        title=title,
        href=reverse("apply:document", args=[slug, document.uuid]),
        name=document.name,
        detail=ngettext("%(count)d page", "%(count)d pages", document.pages)
        % {"count": document.pages},
        is_new=not document.is_submitted,
    )


def _programmes(round_: Round, draft: Draft, wrong: Mapping[str, str]) -> Select:
    options = [Option("", _("Choose"), not draft.programme)]
    options += [
        Option(row.programme.slug, str(row.programme.name), row.programme.slug == draft.programme)
        for row in round_.programmes.select_related("programme")
    ]
    return Select("programme", _("Degree programme"), tuple(options), wrong.get("programme", ""))


def _years(round_: Round, draft: Draft, wrong: Mapping[str, str]) -> Select:
    longest = max(
        (row.programme.years for row in round_.programmes.select_related("programme")), default=3
    )
    options = [Option("", _("Choose"), draft.year is None)]
    options += [Option(str(year), str(year), year == draft.year) for year in range(1, longest + 1)]
    return Select("year", _("Year of study, now"), tuple(options), wrong.get("year", ""))


def _language(code: str, level: str) -> Select:
    name = language_title(code)
    options = [Option("", _("none, or not filled in"), not level)]
    options += [Option(each, f"{each}: {labels.cefr(each)}", each == level) for each in CEFR_LEVELS]
    return Select(f"language-{code}", name, tuple(options), "")


def _possible(snapshot: Snapshot, judged: Eligibility, profile: Profile) -> Possible:
    opportunity = judged.row.opportunity
    reasons = words.reasons(snapshot.records, judged.fit, profile) if judged.fit else ()
    return Possible(
        title=str(opportunity.title),
        href=urls.opportunity(opportunity.slug),
        may_choose=judged.may_choose,
        depends=judged.may_choose and not (profile.programme and profile.year),
        because=judged.because,
        reasons=reasons if judged.may_choose else (),
    )


def _slots(
    round_: Round, draft: Draft, judged: Sequence[Eligibility], wrong: Mapping[str, str]
) -> list[Slot]:
    shown = []
    choices = forms.slots(round_, draft)
    for number, choice in enumerate(choices, start=1):
        options = [Option("", _("No choice"), not choice.key)]
        options += [
            Option(
                each.row.key,
                str(each.row.opportunity.title)
                if each.may_choose
                else _("%(title)s (not for you)") % {"title": each.row.opportunity.title},
                each.row.key == choice.key,
                disabled=not each.may_choose and each.row.key != choice.key,
            )
            for each in judged
        ]
        chosen = next((each for each in judged if each.row.key == choice.key), None)
        reasons = () if chosen is None or chosen.may_choose else (chosen.because,)
        shown.append(
            Slot(
                number=number,
                options=tuple(options),
                motivation=choice.motivation,
                words=word_count(choice.motivation, round_.motivation_words_max),
                is_first=number == 1,
                is_last=number >= len(draft.choices),
                is_filled=not choice.is_empty,
                reasons=reasons,
                # Said once: that a place is not for this student is there already.
                error="" if reasons else wrong.get(f"choice-{number}", ""),
                motivation_error=wrong.get(f"motivation-{number}", ""),
            )
        )
    return shown


def word_count(text: str, most: int) -> str:
    count = drafts.words(text)
    if not most:
        return ngettext("%(count)d word", "%(count)d words", count) % {"count": count}
    return _("%(count)d of %(most)d words") % {"count": count, "most": most}


def _questions(round_: Round, draft: Draft, wrong: Mapping[str, str]) -> list[Question]:
    shown = []
    for question in round_.questions.all():
        answer = draft.answers.get(str(question.pk), "")
        shown.append(
            Question(
                name=f"question-{question.pk}",
                text=question.text,
                kind=question.kind,
                answer=answer,
                is_required=question.is_required,
                words_max=question.words_max,
                words=word_count(answer, question.words_max) if question.words_max else "",
                error=wrong.get(f"question-{question.pk}", ""),
            )
        )
    return shown


def _about(application: Application) -> list[Line]:
    parts = []
    if application.programme is not None:
        parts.append(Line(_("Degree programme"), str(application.programme.name)))
    if application.year is not None:
        parts.append(Line(_("Year of study"), str(application.year)))
    for code, level in sorted(application.languages.items()):
        name = language_title(code)
        parts.append(Line(name, level))
    return parts


def _answer(kind: str, text: str) -> str:
    if kind == QuestionKind.YES_NO:
        return _("yes") if text == "yes" else _("no")
    return text


def result_href(application: Application) -> str:
    """Return the way to the application's result; empty while its round has none."""
    if application.submitted_at is None or not round_with_results(application.round.slug):
        return ""
    return reverse("results:result", args=[application.uuid])
