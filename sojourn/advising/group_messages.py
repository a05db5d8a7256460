"""Write to a selection of students: one thread each, in the student's language.

A text may hold fields, such as `{name}`; what they are called and what they say of each student is
the caller's. The answers come into each student's own thread.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.advising import questions
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import GroupMessage, Question
from sojourn.advising.threads import NewMessage
from sojourn.common import row_state
from sojourn.common.languages import LANGUAGES, Text, known_language, language_title
from sojourn.people import outbox
from sojourn.people.mail import Readable
from sojourn.people.models import User
from sojourn.people.outbox import Letter

MOST_RECIPIENTS = 500
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Receiver:
    """A student to write to, and what the fields of the text say of them."""

    student: User
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Draft:
    """What to write, in every language that a receiver reads."""

    subject: Text
    text: Text
    becomes: str
    """Whether the office waits for an answer: a state of a question."""

    @property
    def mark(self) -> str:
        """What tells this text from any other: for a form, whether it was looked at."""
        return row_state.mark([dict(self.subject), dict(self.text), self.becomes])

    def filled(self, receiver: Receiver) -> tuple[str, str]:
        """Return subject and text for one student, in their language."""
        language = known_language(receiver.student.language)
        said = receiver.fields
        return tuple(  # type: ignore[return-value]
            _FIELD.sub(lambda found: said.get(found[1], found[0]), text[language])
            for text in (self.subject, self.text)
        )


def problems_of(draft: Draft, receivers: Iterable[Receiver], known: Iterable[str]) -> list[str]:
    """Say what has to be mended before this can go out: fields, languages, receivers."""
    known = sorted(known)
    found = [
        _("There is no field {%(name)s}. You can use: %(known)s.")
        % {"name": name, "known": ", ".join(f"{{{one}}}" for one in known)}
        for name in sorted(_fields_of(draft) - set(known))
    ]
    read = {known_language(one.student.language) for one in receivers}
    found += [
        _("Some of them read this language: %(language)s. Write subject and text in it too.")
        % {"language": language_title(language)}
        for language in LANGUAGES
        if language in read and not (draft.subject[language] and draft.text[language])
    ]
    if not read:
        found.append(_("There is nobody to write to."))
    return found


def gaps_of(draft: Draft, receivers: Sequence[Receiver]) -> list[str]:
    """Say which fields of the text are empty for some: that reads badly, and may be meant so."""
    counts = {
        name: sum(1 for one in receivers if not one.fields.get(name, ""))
        for name in sorted(_fields_of(draft))
    }
    return [
        ngettext(
            "{%(name)s} is empty for %(count)d student.",
            "{%(name)s} is empty for %(count)d students.",
            count,
        )
        % {"name": name, "count": count}
        for name, count in counts.items()
        if count
    ]


def refuse_too_many(receivers: Sequence[Receiver]) -> None:
    """Raise AdvisingError when there are more than one can write to at once."""
    if len(receivers) > MOST_RECIPIENTS:
        raise AdvisingError(
            _("You can write to at most %(count)d students at once.") % {"count": MOST_RECIPIENTS}
        )


def send(draft: Draft, receivers: list[Receiver], sending: uuid.UUID, *, by: User) -> GroupMessage:
    """Begin a thread with each of them; they get a mail. Whoever erased the account is left out.

    The same form sent twice sends once; with another text it is another message. Raises
    AdvisingError when there are too many, nobody is left or a text is missing.
    """
    refuse_too_many(receivers)
    with transaction.atomic():
        message, is_new = GroupMessage.objects.get_or_create(
            uuid=uuid.uuid5(sending, draft.mark),
            defaults={
                "sent_by": by,
                "subjects": dict(draft.subject),
                "texts": dict(draft.text),
            },
        )
        if is_new:
            there = _held(receivers)
            for receiver in receivers:
                if receiver.student.pk in there:
                    _begin(message, draft, receiver, by)
            if not there:
                raise AdvisingError(_("There is nobody to write to."))
    return message


def send_test(draft: Draft, receiver: Receiver, sending: uuid.UUID, *, by: User) -> None:
    """Mail the message to the colleague who writes it, as this student would read it."""
    subject, text = draft.filled(receiver)
    outbox.post(
        key=f"group-message-test:{sending}:{uuid.uuid4()}",
        to=by,
        write=lambda: Letter(
            subject=_("Test: %(subject)s") % {"subject": subject},
            paragraphs=tuple(part for part in text.split("\n") if part.strip()),
        ),
        readable=Readable.BY_NOBODY_ELSE,
    )


def _fields_of(draft: Draft) -> set[str]:
    texts = [*draft.subject.values(), *draft.text.values()]
    return {name for text in texts for name in _FIELD.findall(text)}


def _held(receivers: Sequence[Receiver]) -> set[int]:
    """Lock the accounts that still are there, so that none is erased while it is written to."""
    keys = [one.student.pk for one in receivers]
    found = User.objects.select_for_update().filter(pk__in=keys, is_active=True).order_by("pk")
    return set(found.values_list("pk", flat=True))


def _begin(message: GroupMessage, draft: Draft, receiver: Receiver, by: User) -> None:
    subject, text = draft.filled(receiver)
    # The key of each thread follows from that of the message and the student.
    key = uuid.uuid5(message.uuid, str(receiver.student.uuid))
    thread = questions.begin_for_office(
        receiver.student, subject, NewMessage(text, key), by=by, becomes=draft.becomes
    )
    Question.objects.filter(pk=thread.pk).update(group_message=message)
