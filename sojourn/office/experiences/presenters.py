"""Experiences as the office sees them: reports, invitations, suggestions, people, the log."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sojourn.catalogue.choices import RatingCriterion
from sojourn.catalogue.models import (
    Contact,
    CostItem,
    LanguageNeed,
    LanguageUse,
    Level,
    Opportunity,
)
from sojourn.common.folding import with_words
from sojourn.common.languages import FIRST, LANGUAGES, language_name, page_language
from sojourn.common.translated_fields import column, columns
from sojourn.common.urls import url_for
from sojourn.design.components import Fact
from sojourn.engines.language import CEFR_LEVELS
from sojourn.experiences import precedents, writing
from sojourn.experiences.correspondents import contacts_to_ask
from sojourn.experiences.models import (
    ConsentMethod,
    ConsentState,
    Correspondent,
    Decision,
    FollowedCourse,
    Message,
    Recognition,
    Report,
    ReportInvitation,
    ReportState,
    Suggestion,
    SuggestionKind,
)
from sojourn.experiences.moderation import EDITABLE, TextPiece, word_difference
from sojourn.office.shared import lists
from sojourn.office.shared.people import address_of, cell
from sojourn.people.models import User

_TONES = {
    ReportState.DRAFT.value: "quiet",
    ReportState.SUBMITTED.value: "warn",
    ReportState.PUBLISHED.value: "good",
    ReportState.DECLINED.value: "quiet",
}


def title_of(place: Opportunity | None) -> str:
    if place is None:
        return _("no place")
    return str(place.title)


def day(moment: dt.datetime | None) -> str:
    """'26 November 2026'; nothing where it has not happened."""
    return full_day(timezone.localtime(moment).date()) if moment else ""


def full_day(value: dt.date) -> str:
    return date_format(value, "j F Y")


# --- Reports --------------------------------------------------------------------------------------


def reports(reader: User) -> QuerySet[Report]:
    """List the reports that left their writer's desk and somebody of the office may see."""
    found = Report.objects.visible_to(reader).exclude(state=ReportState.DRAFT)
    return found.select_related("opportunity", "programme", "writer", "invitation")


def _report_row(report: Report) -> lists.Row:
    return lists.Row(
        str(report.pk),
        (
            lists.Cell(
                report.title or _("Without a title"),
                reverse("office:experience", kwargs={"number": report.pk}),
            ),
            lists.Cell(title_of(report.opportunity)),
            lists.Cell(str(report.starts_on.year) if report.starts_on else ""),
            lists.Cell(ReportState(report.state).label, tone=_TONES[report.state]),
            lists.Cell(day(report.submitted_at)),
        ),
    )


REPORTS: lists.Kind[Report] = lists.Kind(
    caption=gettext_lazy("Experience reports"),
    columns=(
        lists.Column("title", gettext_lazy("Report"), ("title__folded",)),
        lists.Column("place", gettext_lazy("Place"), (column("opportunity__title", FIRST),)),
        lists.Column("year", gettext_lazy("Year"), ("starts_on",), numeric=True),
        lists.Column("state", gettext_lazy("State"), ("state",)),
        lists.Column("sent", gettext_lazy("Sent in"), ("submitted_at",)),
    ),
    row=_report_row,
    empty=gettext_lazy("No report has been submitted yet"),
    first_order="-sent",
    filters=(
        lists.Filter(
            "state",
            gettext_lazy("State"),
            tuple((value, title) for value, title in ReportState.choices if value != "draft"),
            lambda rows, state: rows.filter(state=state),
        ),
    ),
    search=lambda rows, text: with_words(
        rows,
        text,
        "title",
        *columns("opportunity__title"),
        "writer__first_name",
        "writer__last_name",
        "writer__email",
    ),
    name="reports",
)


@dataclass(frozen=True)
class Field:
    """One text that the office may change, with what was changed so far."""

    name: str
    label: str
    text: str
    long: bool


@dataclass(frozen=True)
class Course:
    number: int
    summary: str
    decided: str
    may_approve: bool
    is_open: bool


@dataclass(frozen=True)
class Edit:
    when: str
    by: str
    note: str
    parts: tuple[tuple[str, tuple[TextPiece, ...]], ...]


@dataclass(frozen=True)
class ExperiencesPage:
    """One report, to read and decide about."""

    title: str
    place: str
    state: str
    tone: str
    is_open: bool
    is_published: bool
    revision: int
    language: str
    fields: tuple[Field, ...]
    facts: tuple[Fact, ...]
    ratings: tuple[Fact, ...]
    paid: tuple[Fact, ...]
    courses: tuple[Course, ...]
    consents: tuple[str, ...]
    edits: tuple[Edit, ...]
    photo_words: str
    has_photo: bool
    answer: str
    example: bool


def page(report: Report) -> ExperiencesPage:
    photo = getattr(report, "photo", None)
    ratings = dict(RatingCriterion.choices)
    return ExperiencesPage(
        title=report.title,
        place=title_of(report.opportunity),
        state=str(ReportState(report.state).label),
        tone=_TONES[report.state],
        is_open=report.state == ReportState.SUBMITTED,
        is_published=report.state == ReportState.PUBLISHED,
        revision=report.revision,
        language=report.language,
        fields=tuple(
            Field(name, writing.part_label(name), getattr(report, name), long=name != "title")
            for name in EDITABLE
        ),
        facts=_facts(report),
        ratings=tuple(
            Fact(str(ratings.get(name, name)), f"{mark}/5") for name, mark in report.ratings.items()
        ),
        paid=tuple(
            Fact(str(CostItem(one.item).label), f"€ {one.amount:.0f}") for one in report.paid.all()
        ),
        courses=tuple(
            _course(one) for one in report.courses.select_related("host_course", "home_course")
        ),
        consents=tuple(_consents(report)),
        edits=tuple(
            Edit(
                day(edit.at),
                str(edit.by) if edit.by else "",
                edit.note,
                tuple(
                    (writing.part_label(name), word_difference(edit.before.get(name, ""), after))
                    for name, after in edit.after.items()
                ),
            )
            for edit in report.edits.select_related("by")
        ),
        photo_words=photo.words if photo else "",
        has_photo=photo is not None,
        answer=report.answer,
        example=report.is_example,
    )


def _facts(report: Report) -> tuple[Fact, ...]:
    writer = str(report.writer) if report.writer else ""
    invited = report.invitation.email if report.invitation and not writer else ""
    programme = report.programme
    known = (
        Fact(_("From"), full_day(report.starts_on) if report.starts_on else ""),
        Fact(_("Until"), full_day(report.ends_on) if report.ends_on else ""),
        Fact(
            _("Programme"),
            str(programme.name) if programme else "",
        ),
        Fact(_("Written in"), dict(settings.LANGUAGES).get(report.language, "")),
        Fact(_("Writer"), writer or invited, address_of(report.writer)),
        Fact(_("Sent in"), day(report.submitted_at)),
        Fact(_("Languages needed"), "; ".join(_spoken(report))),
    )
    return tuple(fact for fact in known if fact.value)


def _spoken(report: Report) -> list[str]:
    language = page_language()
    return [
        f"{LanguageUse(one.use).label}: {language_name(one.language, language)} {one.level}"
        for one in report.languages.all()
    ]


def _consents(report: Report) -> list[str]:
    summary = []
    if report.shows_name:
        summary.append(_("first name shown: %(name)s") % {"name": report.first_name})
    else:
        summary.append(_("without a name"))
    summary.append(_("costs shown and counted") if report.shows_costs else _("costs not shown"))
    if hasattr(report, "photo"):
        summary.append(_("photo shown") if report.shows_photo else _("photo not shown"))
    summary.append(
        _("students may write") if report.is_contactable else _("students may not write")
    )
    return summary


def _course(one: FollowedCourse) -> Course:
    there = (
        one.title
        if one.host_course
        else _("%(title)s (not in the catalogue)") % {"title": one.title}
    )
    if one.recognised == Recognition.YES:
        home = one.home_title
        if home and not one.home_course:
            home = _("%(title)s (not in the catalogue)") % {"title": home}
        summary = (
            _("%(there)s, recognised for %(home)s") % {"there": there, "home": home}
            if home
            else _("%(there)s, recognised, but not known for which course") % {"there": there}
        )
    else:
        summary = f"{there}, {Recognition(one.recognised).label}"
    decided = (
        ""
        if one.precedent_decision == Decision.OPEN
        else str(Decision(one.precedent_decision).label)
    )
    return Course(
        number=one.pk,
        summary=summary,
        decided=decided,
        may_approve=precedents.may_become_precedent(one) and not decided,
        is_open=one.recognised == Recognition.YES and not decided,
    )


# --- Invitations ----------------------------------------------------------------------------------


def invitation_state(invitation: ReportInvitation) -> tuple[str, str]:
    """In words, and the tone of them."""
    report = getattr(invitation, "report", None)
    if invitation.is_declined:
        return _("declined"), "quiet"
    if invitation.closed_at is not None:
        return _("withdrawn"), "quiet"
    if report is None and invitation.reminded_at is not None:
        return _("not started, reminded once"), "warn"
    if report is None:
        return _("not opened yet"), "warn"
    if report.state == ReportState.DRAFT:
        return _("being written"), "warn"
    return _("sent in"), "good"


def _invitation_row(invitation: ReportInvitation) -> lists.Row:
    words, tone = invitation_state(invitation)
    return lists.Row(
        str(invitation.pk),
        (
            lists.Cell(invitation.email),
            lists.Cell(title_of(invitation.opportunity)),
            lists.Cell(day(invitation.invited_at)),
            lists.Cell(words, tone=tone),
        ),
    )


CLOSE = lists.Action("close", gettext_lazy("withdraw"))
INVITATIONS: lists.Kind[ReportInvitation] = lists.Kind(
    caption=gettext_lazy("Invitations to report"),
    columns=(
        lists.Column("mail", gettext_lazy("Mail address"), ("email",)),
        lists.Column("place", gettext_lazy("Place"), (column("opportunity__title", FIRST),)),
        lists.Column("when", gettext_lazy("Invited"), ("invited_at",)),
        lists.Column("state", gettext_lazy("State")),
    ),
    row=_invitation_row,
    empty=gettext_lazy("Nobody has been invited yet"),
    first_order="-when",
    search=lambda rows, text: with_words(rows, text, "email", *columns("opportunity__title")),
    actions=(CLOSE,),
    action_page="office:experience-invitations",
)


def invitations(reader: User) -> QuerySet[ReportInvitation]:
    """List the invitations that somebody may see."""
    return ReportInvitation.objects.visible_to(reader).select_related("opportunity", "report")


def places() -> list[tuple[str, str]]:
    found = Opportunity.objects.filter(status="published")
    return sorted(((one.slug, title_of(one)) for one in found), key=lambda one: one[1])


# --- Suggestions ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Suggested:
    """One change that reports suggest."""

    number: str
    place: str
    place_href: str
    text: str
    now: str
    """What the catalogue says today."""
    summary: str
    """'3 reports, the last in January 2026'"""
    is_course: bool
    state: str
    is_open: bool


def suggestions(reader: User) -> list[Suggested]:
    """Open ones first, each with how many reports say it and when the last did."""
    rows = (
        Suggestion.objects.visible_to(reader)
        .select_related("opportunity")
        .annotate(count=Count("reports"))
        .order_by("state", "-last_said")
    )
    found = [_suggested(row) for row in rows[:200]]
    return sorted(found, key=lambda one: not one.is_open)


def _suggested(row: Any) -> Suggested:
    is_course = row.kind == SuggestionKind.COURSE
    if is_course:
        text = _("Students followed “%(title)s” there.") % {"title": row.title}
        now = _("The catalogue does not know this course.")
    else:
        text = _("%(use)s: you need %(language)s at level %(level)s.") % {
            "use": LanguageUse(row.use).label,
            "language": language_name(row.language, page_language()),
            "level": row.level,
        }
        need = LanguageNeed.objects.filter(
            opportunity=row.opportunity, use=row.use, language=row.language
        ).first()
        now = (
            _("The catalogue says %(level)s.") % {"level": need.level}
            if need and need.level
            else _("The catalogue says nothing about it.")
        )
    summary = ngettext(
        "%(count)d report, the last of %(day)s", "%(count)d reports, the last of %(day)s", row.count
    ) % {
        "count": row.count,
        "day": full_day(row.last_said),
    }
    return Suggested(
        number=str(row.pk),
        place=title_of(row.opportunity),
        place_href=url_for("portal:opportunity", row.opportunity.slug),
        text=text,
        now=now if row.state == Decision.OPEN else "",
        summary=summary,
        is_course=is_course,
        state=str(Decision(row.state).label),
        is_open=row.state == Decision.OPEN,
    )


def levels() -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in Level.choices]


def cefr() -> list[str]:
    return list(CEFR_LEVELS)


def languages() -> list[tuple[str, str]]:
    codes = set(LanguageNeed.objects.values_list("language", flat=True)) | set(LANGUAGES)
    return sorted(
        ((code, language_name(code, page_language())) for code in codes),
        key=lambda one: one[1],
    )


# --- People and the log ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """Somebody of the catalogue, and whether students may write."""

    slug: str
    number: str
    name: str
    place: str
    email: str
    language: str
    state: str
    tone: str
    detail: str
    """When and how they agreed, were asked, or stopped."""
    may_ask: bool
    may_record: bool
    may_stop: bool
    example: bool


def people(reader: User) -> list[Person]:
    """Return the contacts of the catalogue whom students could ask, and writers who agreed."""
    found = [
        _contact(contact)
        for contact in contacts_to_ask().select_related("correspondent").order_by("slug")
    ]
    visible = Correspondent.objects.visible_to(reader).filter(report__isnull=False)
    writers = visible.select_related("report__opportunity", "recorded_by")
    return found + [_writer(person) for person in writers]


def _contact(contact: Contact) -> Person:
    person = getattr(contact, "correspondent", None)
    name = contact.name or str(contact.title)
    host = contact.institution
    place = str(host.name)
    known = _person(contact.slug, name, place, person, contact.is_example)
    # What the catalogue knows is put into the field, and stays a proposal until it is saved.
    return known if person else replace(known, email=contact.email)


def _writer(person: Correspondent) -> Person:
    report = person.report
    place = title_of(report.opportunity) if report else ""
    return _person("", _("the writer of a report"), place, person, person.is_example)


def _person(
    slug: str, name: str, place: str, person: Correspondent | None, example: bool
) -> Person:
    state = person.state if person else ConsentState.UNASKED.value
    of_catalogue = bool(slug) and person is not None
    return Person(
        slug=slug,
        number=str(person.pk) if person else "",
        name=name,
        place=place,
        email=person.email if person else "",
        language=person.language if person else page_language(),
        state=str(ConsentState(state).label),
        tone={"agreed": "good", "asked": "warn", "stopped": "bad"}.get(state, "quiet"),
        detail=_detail(person),
        may_ask=of_catalogue and state == ConsentState.UNASKED,
        may_record=of_catalogue and state in (ConsentState.UNASKED, ConsentState.ASKED),
        may_stop=person is not None and state != ConsentState.STOPPED,
        example=example,
    )


def _detail(person: Correspondent | None) -> str:
    if person is None:
        return _("no address known")
    if person.state == ConsentState.STOPPED:
        return day(person.stopped_at)
    if person.state == ConsentState.AGREED:
        how = str(ConsentMethod(person.agreed_how).label)
        by = f" ({person.recorded_by})" if person.recorded_by else ""
        return f"{day(person.agreed_at)}, {how}{by}"
    return day(person.asked_at)


def ways() -> list[tuple[str, str]]:
    return [(way.value, str(way.label)) for way in (ConsentMethod.MAIL, ConsentMethod.SPOKEN)]


def _message_row(message: Message) -> lists.Row:
    student = cell(message.student, _("someone who left"))
    person = message.correspondent
    other = _("someone who left")
    if person is not None and person.contact is not None:
        other = person.contact.name or str(person.contact.title)
    elif person is not None and person.report is not None:
        other = _("writer of “%(title)s”") % {"title": person.report.title}
    person_there = lists.Cell(other)
    sender, receiver = (person_there, student) if message.is_answer else (student, person_there)
    return lists.Row(
        str(message.pk),
        (
            lists.Cell(day(message.sent_at)),
            sender,
            receiver,
            lists.Cell(_("answer") if message.is_answer else _("question")),
        ),
    )


MESSAGES: lists.Kind[Message] = lists.Kind(
    caption=gettext_lazy("Who wrote to whom"),
    columns=(
        lists.Column("when", gettext_lazy("When"), ("sent_at",)),
        lists.Column("from", gettext_lazy("From"), ("student__email",)),
        lists.Column("to", gettext_lazy("To")),
        lists.Column("kind", gettext_lazy("Kind"), ("is_answer",)),
    ),
    row=_message_row,
    empty=gettext_lazy("Nobody has written yet"),
    first_order="-when",
    filters=(
        lists.Filter(
            "kind",
            gettext_lazy("Kind"),
            (("question", gettext_lazy("question")), ("answer", gettext_lazy("answer"))),
            lambda rows, kind: rows.filter(is_answer=kind == "answer"),
        ),
    ),
)


def messages(reader: User) -> QuerySet[Message]:
    """List the messages of students whom somebody may see, with those to whom they wrote."""
    return Message.objects.visible_to(reader).select_related(
        "student", "correspondent__contact", "correspondent__report"
    )
