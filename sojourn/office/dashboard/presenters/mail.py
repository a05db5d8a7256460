"""The outbox as a list, and one mail as somebody reads it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.common.folding import with_words
from sojourn.office.shared import formatting
from sojourn.office.shared.lists import Cell, Column, Filter, Kind, Row
from sojourn.people.models import MailState, OutboxMail

TONES = {MailState.SENT: "good", MailState.FAILED: "bad", MailState.WAITING: "quiet"}


@dataclass(frozen=True)
class Mail:
    """One mail. `text` is empty where nobody may read it or it is no longer kept."""

    number: int
    subject: str
    to: str
    state: str
    tone: str
    written: str
    sent: str
    next_try: str
    attempts: int
    error: str
    text: str
    why_no_text: str
    can_send_again: bool


def _narrow(rows: QuerySet[OutboxMail], state: str) -> QuerySet[OutboxMail]:
    return rows.filter(state=state)


def _search(rows: QuerySet[OutboxMail], words: str) -> QuerySet[OutboxMail]:
    found = rows.annotate(receivers=Cast("to", TextField()))
    return with_words(found, words, "subject", "receivers")


def _row(mail: OutboxMail) -> Row:
    state = MailState(mail.state)
    return Row(
        key=str(mail.pk),
        cells=(
            Cell(mail.subject, reverse("office:mail-one", args=[mail.pk])),
            Cell(_receiver(mail)),
            Cell(state.label, tone=TONES.get(state, "")),
            Cell(formatting.moment(mail.created_at)),
            Cell(str(mail.attempts)),
        ),
    )


MAILS: Kind[OutboxMail] = Kind(
    caption=gettext_lazy("Mail"),
    columns=(
        Column("subject", gettext_lazy("Subject line"), ("subject__folded",)),
        Column("to", gettext_lazy("Receiver")),
        Column("state", gettext_lazy("Progress"), ("state",)),
        Column("written", gettext_lazy("Written"), ("created_at",)),
        Column("attempts", gettext_lazy("Attempts"), ("attempts",), numeric=True),
    ),
    row=_row,
    empty=gettext_lazy("No mail has been written yet."),
    first_order="-written",
    filters=(
        Filter(
            "state",
            gettext_lazy("Progress"),
            tuple((value, label) for value, label in MailState.choices),
            _narrow,
        ),
    ),
    search=_search,
)


def one(mail: OutboxMail) -> Mail:
    state = MailState(mail.state)
    text = "" if mail.is_secret else str(mail.content.get("body", ""))
    return Mail(
        number=mail.pk,
        subject=mail.subject,
        to=_receiver(mail),
        state=str(state.label),
        tone=TONES.get(state, ""),
        written=formatting.moment(mail.created_at),
        sent=formatting.moment(mail.sent_at) if mail.sent_at else "",
        next_try=formatting.moment(mail.next_try_at) if state == MailState.WAITING else "",
        attempts=mail.attempts,
        error=mail.last_error,
        text=text.strip(),
        why_no_text="" if text else _why_no_text(mail),
        can_send_again=state == MailState.FAILED,
    )


def _why_no_text(mail: OutboxMail) -> str:
    if mail.is_secret:
        return _("It is about an account and may contain a link to sign in, so it is not shown.")
    return _("The text is deleted two weeks after delivery.")


def _receiver(mail: OutboxMail) -> str:
    return ", ".join(mail.to) or _("no longer kept")
