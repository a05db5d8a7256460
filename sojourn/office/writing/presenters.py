"""Messages to several students: what was sent, to whom, and whether it arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising.group_messages import Draft, Receiver
from sojourn.advising.letters import mail_key
from sojourn.advising.models import GroupMessage, Question, Side
from sojourn.common.languages import Text, known_language, language_title
from sojourn.office.shared import formatting, people
from sojourn.office.shared.lists import Cell, Column, Kind, Row
from sojourn.people.models import MailState, OutboxMail, User

SAMPLES = 3


@dataclass(frozen=True)
class Sample:
    """The message as one student reads it."""

    student: people.PersonLink
    language: str
    code: str
    subject: str
    text: str


@dataclass(frozen=True)
class MessagePage:
    subject: str
    text: str
    by: str
    when: str


def samples(draft: Draft, receivers: Sequence[Receiver]) -> list[Sample]:
    """Return the message as three of them read it, in as many languages as there are."""
    found: dict[str, list[Receiver]] = {}
    for receiver in receivers:
        found.setdefault(known_language(receiver.student.language), []).append(receiver)
    # One of each language first.
    ordered = [each[0] for each in found.values()]
    ordered += [each for group in found.values() for each in group[1:]]
    return [
        Sample(
            people.link(each.student),
            language_title(known_language(each.student.language)),
            known_language(each.student.language),
            *draft.filled(each),
        )
        for each in ordered[:SAMPLES]
    ]


def sent_rows(reader: User) -> QuerySet[GroupMessage]:
    """Return the messages, with the number of threads that the reader may see."""
    seen = Question.objects.visible_to(reader)
    return (
        GroupMessage.objects.visible_to(reader)
        .select_related("sent_by")
        .annotate(
            # Distinct: each message of a thread that is joined for the next one is a row.
            receivers=Count("threads", filter=Q(threads__in=seen), distinct=True),
            answered=Count(
                "threads",
                filter=Q(threads__in=seen, threads__messages__side=Side.ASKER),
                distinct=True,
            ),
        )
    )


def sent() -> Kind[GroupMessage]:
    """Return the list of messages that were sent."""
    return Kind(
        caption=_("Messages to several students"),
        columns=(
            Column("subject", gettext_lazy("In short")),
            Column("at", gettext_lazy("Sent"), ("sent_at",)),
            Column("by", gettext_lazy("Sent by")),
            Column("receivers", gettext_lazy("To"), ("receivers",), numeric=True),
            Column("answered", gettext_lazy("Wrote back"), ("answered",), numeric=True),
        ),
        row=_sent_row,
        empty=_("Nothing was sent yet. Pick rows in a list of students, applications or stays."),
        first_order="-at",
    )


def threads(reader: User, message: GroupMessage) -> QuerySet[Question]:
    """Return the thread of each receiver whom the reader may see."""
    return (
        Question.objects.visible_to(reader)
        .filter(group_message=message)
        .select_related("asker")
        .annotate(answers=Count("messages", filter=Q(messages__side=Side.ASKER)))
    )


def receivers() -> Kind[Question]:
    """Return the list of the receivers of one message, with the state of each one's mail."""
    states: dict[str, OutboxMail] = {}

    def prepare(found: Sequence[Question]) -> None:
        keys = [mail_key(each, 1) for each in found]
        states.update({each.key: each for each in OutboxMail.objects.named_by_link(key__in=keys)})

    def row(thread: Question) -> Row:
        mail = states.get(mail_key(thread, 1))
        state = MailState(mail.state).label if mail else ""
        tone = "bad" if mail and mail.state == MailState.FAILED else ""
        answers = getattr(thread, "answers", 0)
        return Row(
            str(thread.pk),
            (
                people.cell(thread.asker),
                Cell(state, tone=tone),
                Cell(
                    _("wrote back") if answers else _("open the conversation"),
                    reverse("office:question", args=[thread.pk]),
                ),
            ),
        )

    return Kind(
        caption=_("Receivers"),
        columns=(
            Column("name", gettext_lazy("Student"), ("asker__last_name__as_name",)),
            Column("mail", gettext_lazy("Mail")),
            Column("thread", gettext_lazy("Conversation"), ("answers",)),
        ),
        row=row,
        empty=_("You may not see any of the receivers."),
        first_order="name",
        prepare=prepare,
    )


def message_page(message: GroupMessage) -> MessagePage:
    return MessagePage(
        str(Text(message.subjects)),
        str(Text(message.texts)),
        str(message.sent_by) if message.sent_by else "",
        formatting.moment(message.sent_at),
    )


def _sent_row(message: GroupMessage) -> Row:
    return Row(
        str(message.uuid),
        (
            Cell(str(Text(message.subjects)), reverse("office:group-message", args=[message.uuid])),
            Cell(formatting.moment(message.sent_at)),
            Cell(str(message.sent_by) if message.sent_by else "–"),
            Cell(str(getattr(message, "receivers", ""))),
            Cell(str(getattr(message, "answered", "") or "")),
        ),
    )
