"""Words for the codes that one's own data is kept in: places, programmes, states, what was done."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising.models import QuestionState, SelfArrangedState
from sojourn.catalogue import names
from sojourn.catalogue.choices import CitizenshipGroup
from sojourn.catalogue.models import OpportunityKind
from sojourn.catalogue.snapshot.types import Records
from sojourn.common.languages import language_title, page_language
from sojourn.people.roles import Role
from sojourn.planning.models import CoverWish
from sojourn.portal.plan.presenters import top_five
from sojourn.portal.shared import formatting

_CHOICES = (
    Role, QuestionState, SelfArrangedState, OpportunityKind, CitizenshipGroup, CoverWish.Kind,
)  # fmt: skip

# The first half of an action in the audit trail is what it was done to, the second what was done.
_THINGS: dict[str, str | Promise] = {
    "plan": gettext_lazy("Your plan"),
    "top_five": gettext_lazy("Your top five"),
    "appointment": gettext_lazy("Appointment"),
    "week_waiting": gettext_lazy("Waiting list"),
    "appointment_note": gettext_lazy("Note after an appointment"),
    "next_step": gettext_lazy("Agreed step"),
    "ticket": gettext_lazy("Walk-in number"),
    "question": gettext_lazy("Question"),
    "self_arranged_place": gettext_lazy("Self-arranged place"),
    "report": gettext_lazy("Report"),
    "message": gettext_lazy("Message"),
    "correspondent": gettext_lazy("Who may write to you"),
    "application": gettext_lazy("Application"),
    "choice": gettext_lazy("Choice in an application"),
    "offer": gettext_lazy("Offer"),
    "objection": gettext_lazy("Objection"),
    "account": gettext_lazy("Your account"),
    "sso": gettext_lazy("Single sign-on"),
    "student_identifier": gettext_lazy("European Student Identifier"),
    "student_number": gettext_lazy("Student number"),
}
_DEEDS: dict[str, str | Promise] = {
    "accept": gettext_lazy("accepted"),
    "accepted": gettext_lazy("accepted"),
    "added": gettext_lazy("added"),
    "agreed": gettext_lazy("agreed"),
    "answered": gettext_lazy("answered"),
    "approved": gettext_lazy("approved"),
    "asked": gettext_lazy("asked the question"),
    "asked_back": gettext_lazy("the office asked something"),
    "assigned": gettext_lazy("assigned"),
    "begun": gettext_lazy("started"),
    "booked": gettext_lazy("booked"),
    "called": gettext_lazy("called"),
    "cancelled": gettext_lazy("cancelled"),
    "changed": gettext_lazy("changed"),
    "closed": gettext_lazy("closed"),
    "claimed": gettext_lazy("invitation opened"),
    "confirmed": gettext_lazy("confirmed"),
    "connected": gettext_lazy("connected"),
    "consent": gettext_lazy("chose what may be shown"),
    "dates_feed_made": gettext_lazy("address for a calendar made"),
    "dates_feed_withdrawn": gettext_lazy("address for a calendar withdrawn"),
    "decline": gettext_lazy("declined"),
    "declined": gettext_lazy("declined"),
    "deleted": gettext_lazy("deleted"),
    "disconnected": gettext_lazy("disconnected"),
    "document_added": gettext_lazy("document added"),
    "done": gettext_lazy("done"),
    "dropped": gettext_lazy("deleted"),
    "edited": gettext_lazy("edited by the office"),
    "held": gettext_lazy("appointment took place"),
    "kept": gettext_lazy("kept when you signed in"),
    "left": gettext_lazy("left"),
    "made": gettext_lazy("made"),
    "make": gettext_lazy("made"),
    "merged": gettext_lazy("merged with an earlier plan"),
    "message": gettext_lazy("written again"),
    "moved": gettext_lazy("moved"),
    "no_show": gettext_lazy("student did not come"),
    "noted": gettext_lazy("note written"),
    "offer_lapsed": gettext_lazy("the offer lapsed"),
    "offered": gettext_lazy("offered"),
    "ordered": gettext_lazy("reordered"),
    "own_costs_saved": gettext_lazy("own costs saved"),
    "photo_added": gettext_lazy("photo added"),
    "photo_removed": gettext_lazy("photo removed"),
    "private": gettext_lazy("for the office only"),
    "profile_saved": gettext_lazy("profile saved"),
    "proposed": gettext_lazy("reported"),
    "published": gettext_lazy("published"),
    "removed": gettext_lazy("removed"),
    "reopened": gettext_lazy("open again"),
    "replaced": gettext_lazy("replaced"),
    "replied": gettext_lazy("the office replied"),
    "reworded": gettext_lazy("changed"),
    "saved": gettext_lazy("saved"),
    "sent": gettext_lazy("sent"),
    "sent_back": gettext_lazy("the office asked something"),
    "share_withdrawn": gettext_lazy("link withdrawn"),
    "shared": gettext_lazy("shared"),
    "statements_saved": gettext_lazy("statements for grants saved"),
    "submit": gettext_lazy("submitted"),
    "submitted": gettext_lazy("sent in"),
    "taken": gettext_lazy("taken"),
    "taken_over": gettext_lazy("taken over from single sign-on"),
    "unconfirmed": gettext_lazy("not confirmed any more"),
    "undone": gettext_lazy("change undone"),
    "value_set": gettext_lazy("grade or credits filled in"),
    "weights_saved": gettext_lazy("saved what matters to you"),
    "withdraw": gettext_lazy("withdrawn"),
    "withdrawn": gettext_lazy("withdrawn"),
    "written_on": gettext_lazy("written again"),
}


def deed(action: str) -> str:
    """Return what was done, from an action of the audit trail: 'Your top five: added'."""
    thing, _dot, what = action.partition(".")
    label = _THINGS.get(thing, gettext_lazy("Something else"))
    if action == "student_number.claimed":  # of a report, the same word is about an invitation
        filled_in = _("filled in")
        return f"{label}: {filled_in}"
    if what not in _DEEDS:
        return str(label)
    return f"{label}: {_DEEDS[what]}"


def place(records: Records, key: str) -> str:
    """Return a place to go by its name, a country by its own."""
    return top_five.named(records, key).title


def value(records: Records, key: str, kept: Any) -> str:
    """One value in words; `key` says what it is about."""
    if key == "statements":
        return ", ".join(
            f"{name.replace('_', ' ')}: {_yes(answer)}" for name, answer in kept.items()
        )
    if isinstance(kept, dict):
        return ", ".join(f"{_language(code)} {level}" for code, level in kept.items())
    if isinstance(kept, list):
        return ", ".join(value(records, key, each) for each in kept)
    text = str(kept)
    if key in ("country", "wished_countries"):
        return names.country_name(text, page_language())
    if key == "language_of_mail":
        return _language(text)
    if key == "programme" and text in records.programmes:
        return str(records.programmes[text].name)
    if key == "institution" and text in records.institutions:
        return str(records.institutions[text].name)
    if key == "wished_subjects" and text in records.subjects:
        return str(records.subjects[text].name)
    if key in ("role", "state", "kind", "citizenship_group", "wished_kinds", "wish"):
        return _choice(text)
    if key in ("first_day", "last_day"):
        return formatting.day(dt.date.fromisoformat(text))
    return text


def _choice(text: str) -> str:
    if text == "student":
        return _("Student")
    for choices in _CHOICES:
        if text in choices.values:
            return str(choices(text).label)
    return text


def _language(code: str) -> str:
    return language_title(code)


def _yes(answer: object) -> str:
    return _("yes") if answer else _("no")
