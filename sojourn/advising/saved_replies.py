"""Replies that the office uses again: written, changed, deleted."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import SavedReply
from sojourn.common.languages import Text
from sojourn.common.translated_fields import write
from sojourn.people import audit
from sojourn.people.models import User


def save_reply(name: str, text: Text, *, by: User, reply: SavedReply | None = None) -> SavedReply:
    """Write a saved reply, or change `reply`. Raises AdvisingError when the name is taken."""
    name = " ".join(name.split())
    with transaction.atomic():
        same = SavedReply.objects.filter(name__iexact=name)
        if reply is not None:
            same = same.exclude(pk=reply.pk)
        if same.exists():
            raise AdvisingError(_("There is already a saved reply with that name."))
        kept = reply or SavedReply()
        kept.name, kept.changed_by = name, by
        write(kept, "text", text.stripped())
        kept.save()
        audit.record("saved_reply.saved", actor=by, about=None, on=kept)
    return kept


def delete_reply(reply: SavedReply, *, by: User) -> None:
    with transaction.atomic():
        audit.record("saved_reply.deleted", actor=by, about=None, on=reply)
        reply.delete()
