"""What was done to a thing, by whom and when, newest first: the audit trail in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.office import wording
from sojourn.people.models import AuditEvent

# A thread of years stays readable; the audit trail keeps the rest.
MOST = 50


@dataclass(frozen=True)
class Event:
    when: str
    who: str
    what: str


def of(record: Model) -> tuple[Event, ...]:
    """The history of one record."""
    events = AuditEvent.objects.filter(
        object_type=record._meta.label_lower, object_id=str(record.pk)
    ).select_related("actor")
    return tuple(
        Event(
            wording.moment(event.at),
            str(event.actor) if event.actor else _("by itself"),
            str(WORDS.get(event.action, event.action)),
        )
        for event in events[:MOST]
    )


WORDS: dict[str, str | Promise] = {
    "appointment.booked": gettext_lazy("booked"),
    "appointment.moved": gettext_lazy("moved"),
    "appointment.reworded": gettext_lazy("said otherwise what it is about"),
    "appointment.cancelled": gettext_lazy("cancelled"),
    "appointment.offered": gettext_lazy("offered from the waiting list"),
    "appointment.accepted": gettext_lazy("said yes to the offer"),
    "appointment.declined": gettext_lazy("said no to the offer"),
    "appointment.offer_lapsed": gettext_lazy("the offer ended"),
    "appointment.held": gettext_lazy("talk held"),
    "appointment.no_show": gettext_lazy("nobody came"),
    "question.asked": gettext_lazy("asked"),
    "question.written_on": gettext_lazy("wrote on"),
    "question.replied": gettext_lazy("replied"),
    "question.assigned": gettext_lazy("said who answers"),
    "question.settled": gettext_lazy("settled it"),
    "question.taken_up_again": gettext_lazy("took it up again"),
    "own_place.proposed": gettext_lazy("told about the place"),
    "own_place.changed": gettext_lazy("changed what was told"),
    "own_place.written_on": gettext_lazy("wrote on"),
    "own_place.asked_back": gettext_lazy("asked back"),
    "own_place.approved": gettext_lazy("approved it"),
    "own_place.declined": gettext_lazy("declined it"),
    "own_place.withdrawn": gettext_lazy("took it back"),
    "own_place.published": gettext_lazy("published it for everybody"),
    "report.begun": gettext_lazy("began to write"),
    "report.claimed": gettext_lazy("opened the invitation"),
    "report.saved": gettext_lazy("saved it"),
    "report.consent": gettext_lazy("said what may be shown"),
    "report.photo_added": gettext_lazy("added a photo"),
    "report.photo_removed": gettext_lazy("removed the photo"),
    "report.submitted": gettext_lazy("sent it in"),
    "report.edited": gettext_lazy("edited it"),
    "report.sent_back": gettext_lazy("gave it back to the writer"),
    "report.declined": gettext_lazy("declined it"),
    "report.published": gettext_lazy("published it"),
    "report.taken_back": gettext_lazy("took it back"),
    "round.drafted": gettext_lazy("drafted it"),
    "round.copied": gettext_lazy("copied it from an earlier round"),
    "round.continued": gettext_lazy("made it for the seats that were left"),
    "round.edited": gettext_lazy("edited the draft"),
    "round.rules_changed": gettext_lazy("changed the rules, with a public note"),
    "round.reviews_assigned": gettext_lazy("gave applications to reviewers"),
    "round.values_imported": gettext_lazy("imported grades or credits"),
    "round.publish": gettext_lazy("published it"),
    "round.unpublish": gettext_lazy("made it a draft again"),
    "round.open": gettext_lazy("opened"),
    "round.close": gettext_lazy("closed"),
    "round.reopen": gettext_lazy("opened it again"),
    "round.allocate": gettext_lazy("allocated the seats"),
    "round.set_aside": gettext_lazy("set the allocation aside"),
    "round.publish_results": gettext_lazy("published the results"),
    "round.finish": gettext_lazy("finished it"),
}
