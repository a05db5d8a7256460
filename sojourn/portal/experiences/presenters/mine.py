"""One's own reports: a list, and one with what the office did to it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.snapshot.types import Records
from sojourn.experiences import writing
from sojourn.experiences.models import Message, Report, ReportEdit, ReportState
from sojourn.experiences.moderation import TextPiece, word_difference
from sojourn.people.models import User
from sojourn.portal.shared import formatting, urls


@dataclass(frozen=True)
class Line:
    """One report in the list."""

    title: str
    place: str
    state: str
    tone: str
    when: str
    href: str


@dataclass(frozen=True)
class Sent:
    """One message, as far as it is kept."""

    when: str
    text: str


@dataclass(frozen=True)
class ChangedPart:
    label: str
    pieces: tuple[TextPiece, ...]


@dataclass(frozen=True)
class Edit:
    """What the office changed at one time."""

    when: str
    note: str
    parts: tuple[ChangedPart, ...]


_TONES = {
    ReportState.DRAFT: "",
    ReportState.SUBMITTED: "warn",
    ReportState.PUBLISHED: "good",
    ReportState.DECLINED: "bad",
}


def state_words(report: Report) -> str:
    """How far a report is, as its writer reads it."""
    if report.state == ReportState.DRAFT and report.answer:
        return _("The office asks something")
    return {
        ReportState.DRAFT.value: _("Draft, only you see it"),
        ReportState.SUBMITTED.value: _("The office looks at it"),
        ReportState.PUBLISHED.value: _("Published"),
        ReportState.DECLINED.value: _("Not published"),
    }[report.state]


def place_of(records: Records, report: Report) -> str:
    place = records.opportunities.get(report.opportunity.slug) if report.opportunity else None
    return str(place.title) if place else _("place not chosen yet")


def lines(records: Records, user: User) -> list[Line]:
    mine = user.experience_reports.select_related("opportunity").order_by("-saved_at")
    return [
        Line(
            title=report.title or _("Without a title yet"),
            place=place_of(records, report),
            state=state_words(report),
            tone=_TONES[ReportState(report.state)],
            when=formatting.day(timezone.localtime(report.saved_at).date()),
            href=reverse("experiences:report", kwargs={"number": report.pk}),
        )
        for report in mine
    ]


def sent(user: User) -> list[Sent]:
    """To whom somebody wrote and when; what was said is not kept."""
    found = (
        Message.objects.owned_by(user)
        .select_related("correspondent__contact", "correspondent__report")
        .order_by("-sent_at")[:50]
    )
    return [
        Sent(
            formatting.day(timezone.localtime(message.sent_at).date()),
            (_("%(who)s answered you") if message.is_answer else _("You wrote to %(who)s"))
            % {"who": who(message)},
        )
        for message in found
    ]


def who(message: Message) -> str:
    """Return the other side of a message, by what they are and not by name."""
    person = message.correspondent
    if person is None:
        return _("someone who left Sojourn")
    if person.contact is not None:
        return str(person.contact.name or person.contact.title)
    return _("the writer of a report")


def edits(report: Report) -> tuple[Edit, ...]:
    """Return what the office changed, word by word."""
    return tuple(_edit(edit) for edit in report.edits.all())


def _edit(edit: ReportEdit) -> Edit:
    return Edit(
        when=formatting.day(timezone.localtime(edit.at).date()),
        note=edit.note,
        parts=tuple(
            ChangedPart(writing.part_label(name), word_difference(edit.before.get(name, ""), after))
            for name, after in edit.after.items()
        ),
    )


def seen_at(report: Report) -> str:
    """Where a published report is, for its writer to look at."""
    if report.published is None or report.opportunity is None:
        return ""
    return urls.opportunity(report.opportunity.slug) + "#reports"
