"""What was done to a thing, by whom and when, newest first: the audit trail in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising import desk_history
from sojourn.catalogue.models import Contact, Weekday
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.mobility.states import Actor
from sojourn.office.shared import formatting
from sojourn.people import audit
from sojourn.people.models import AuditEvent, User
from sojourn.people.roles import EVERY_PROGRAMME, Role

_ABOUT_COLLEAGUES = r"^(staff|role|account|second_step)\."
# A thread of years stays readable; the audit trail keeps the rest.
MOST = 50


@dataclass(frozen=True)
class Event:
    when: str
    who: str
    what: str
    detail: str = ""
    """Which hours or days, where the event says so."""


def of(*records: Model | None) -> tuple[Event, ...]:
    """Tell the history of one thing that the reader may see.

    It may be several records: a report and what is published of it, a partner with its agreements.
    """
    events = audit.events_of(record for record in records if record is not None)
    return tuple(_event(event, _fields_in_words(event)) for event in events[:MOST])


def of_colleague(colleague: User, reader: User) -> tuple[Event, ...]:
    """Return what was done to somebody's account and roles, as far as the reader may see it."""
    about = AuditEvent.objects.visible_to(reader).filter(about=colleague)
    events = about.filter(action__regex=_ABOUT_COLLEAGUES).select_related("actor")
    return tuple(_event(event, _role_in_words(event)) for event in events[:MOST])


def of_desk(contact: Contact) -> tuple[Event, ...]:
    """Return what was done to the hours, absences and rules of someone's desk."""
    return tuple(
        _event(event, _hours_in_words(event) or _fields_in_words(event))
        for event in desk_history.events(contact.pk)[:MOST]
    )


def told(event: AuditEvent) -> Event:
    """Tell any one event, with what it says of hours, fields or roles."""
    detail = _hours_in_words(event) or _fields_in_words(event) or _role_in_words(event)
    return _event(event, detail)


def done_by(event: AuditEvent) -> str:
    """Name who did it: a person, a host by the link of a mail, or the program itself."""
    if event.actor:
        return str(event.actor)
    return _("the host, by link") if event.details.get("by") == Actor.HOST else _("automatic")


def _event(event: AuditEvent, detail: str = "") -> Event:
    return Event(
        formatting.moment(event.at),
        done_by(event),
        str(WORDS.get(event.action, event.action)),
        detail,
    )


def _role_in_words(event: AuditEvent) -> str:
    """Return the role that an event is about; an invitation names no programme."""
    said = event.details
    if said.get("role", "") not in Role.values:
        return ""
    last = dt.date.fromisoformat(said["until"]) if said.get("until") else None
    return role_in_words(said["role"], said.get("programme"), last)


def role_in_words(role: str, programme: str | None, until: dt.date | None) -> str:
    """'Coordinator, all programmes, until 31 January 2027'."""
    words = [str(Role(role).label)]
    if programme is not None:
        words.append(programme_name(programme))
    if until is not None:
        words.append(_("until %(day)s") % {"day": formatting.full_day(until)})
    return ", ".join(words)


def programme_name(slug: str) -> str:
    """Name a degree programme of a role."""
    if slug == EVERY_PROGRAMME:
        return _("all programmes")
    known = current_snapshot().records.programmes.get(slug)
    return str(known.short_name) if known else slug


def _hours_in_words(event: AuditEvent) -> str:
    now, was = _time(event.details.get("now", {})), _time(event.details.get("was", {}))
    if now and was and now != was:
        return _("%(now)s (before: %(was)s)") % {"now": now, "was": was}
    return now or was


def _fields_in_words(event: AuditEvent) -> str:
    """'Room, walk-in hour: from' of what somebody changed in the admin."""
    if event.action.startswith("catalogue."):
        return _changes_in_words(event)
    fields = event.details.get("fields", ()) if event.action.startswith("admin.") else ()
    return ", ".join(_field(event.object_type, str(name)) for name in fields)


def _changes_in_words(event: AuditEvent) -> str:
    """'Seats out: 4 (before: 6)' of each field that changed; of a contact its name alone."""
    found = []
    for name, values in event.details.get("changes", {}).items():
        title = _field(event.object_type, str(name))
        if len(values) != 2:
            found.append(title)
        elif not values[0]:
            found.append(_("%(field)s: %(now)s") % {"field": title, "now": values[1]})
        else:
            found.append(
                _("%(field)s: %(now)s (before: %(was)s)")
                % {"field": title, "now": values[1] or _("empty"), "was": values[0]}
            )
    if other := event.details.get("from") or event.details.get("into"):
        found.insert(0, str(other))
    return "; ".join(found)


def _field(kind: str, name: str) -> str:
    """Return the words of a field's name.

    The name itself when the program has no such field any more.
    """
    inner, _dot, field = name.rpartition(".")
    try:
        model = apps.get_model(f"{kind.partition('.')[0]}.{inner}" if inner else kind)
        words = [str(model._meta.verbose_name)] if inner else []
        if field != audit.ALL_FIELDS:
            words.append(str(getattr(model._meta.get_field(field), "verbose_name", field)))
    except (LookupError, FieldDoesNotExist):
        return name
    return ": ".join(words)


def _time(facts: desk_history.Facts) -> str:
    """'Monday, 14:00–15:00, from 1 March' of the values that an event holds."""
    parts = []
    if "weekday" in facts:
        parts.append(str(Weekday(int(facts["weekday"])).label))
    if days := _days(facts.get("first_day"), facts.get("last_day")):
        parts.append(days)
    if "starts" in facts:
        parts.append(f"{facts['starts']}–{facts['ends']}")
    if first := facts.get("valid_from"):
        parts.append(_("from %(day)s") % {"day": _day(first)})
    if last := facts.get("valid_until"):
        parts.append(_("until %(day)s") % {"day": _day(last)})
    return ", ".join(parts)


def _days(first: object, last: object) -> str:
    if not first:
        return ""
    return _day(first) if last in (None, first) else f"{_day(first)} – {_day(last)}"


def _day(value: object) -> str:
    return formatting.full_day(dt.date.fromisoformat(str(value)))


WORDS: dict[str, str | Promise] = {
    "figure.checked": gettext_lazy("found the figure still right"),
    "figure.changed": gettext_lazy("changed the figure"),
    "version.begun": gettext_lazy("began a new draft"),
    "version.drafted": gettext_lazy("changed the draft"),
    "version.published": gettext_lazy("published the draft"),
    "version.scheduled": gettext_lazy("chose the day on which it appears"),
    "version.unscheduled": gettext_lazy("made it a draft again"),
    "version.discarded": gettext_lazy("threw the draft away"),
    "version.retired": gettext_lazy("retired it"),
    "version.brought_back": gettext_lazy("showed it again"),
    "version.restored": gettext_lazy("took an earlier version as the draft"),
    "appointment.booked": gettext_lazy("booked"),
    "appointment.moved": gettext_lazy("moved"),
    "appointment.reworded": gettext_lazy("changed what it is about"),
    "appointment.cancelled": gettext_lazy("cancelled"),
    "appointment.offered": gettext_lazy("offered from the waiting list"),
    "appointment.accepted": gettext_lazy("accepted the offer"),
    "appointment.declined": gettext_lazy("declined the offer"),
    "appointment.offer_lapsed": gettext_lazy("the offer lapsed"),
    "appointment.held": gettext_lazy("appointment took place"),
    "appointment.no_show": gettext_lazy("student did not come"),
    "ticket.taken": gettext_lazy("took a number"),
    "ticket.called": gettext_lazy("called in"),
    "ticket.done": gettext_lazy("ended the visit"),
    "ticket.left": gettext_lazy("left the queue"),
    "ticket.no_show": gettext_lazy("student did not come"),
    "week_waiting.begun": gettext_lazy("joined the waiting list of a week"),
    "week_waiting.left": gettext_lazy("left the waiting list of a week"),
    "account.made": gettext_lazy("made the account"),
    "account.closed": gettext_lazy("closed the account"),
    "account.erased": gettext_lazy("erased an account"),
    "account.handed_out": gettext_lazy("handed out what is kept as a file"),
    "account.told_that_it_ends": gettext_lazy("wrote that the account will be deleted"),
    "retention.deleted": gettext_lazy("deleted records whose time was over"),
    "retention.rule": gettext_lazy("a rule for how long records are kept"),
    "access.let_in": gettext_lazy("let the student in"),
    "access.refused": gettext_lazy("did not let the student in"),
    "student_number.claimed": gettext_lazy("stated a student number"),
    "student_number.confirmed": gettext_lazy("confirmed the student number"),
    "student_number.refused": gettext_lazy("gave the student number to somebody else"),
    "student_identifier.taken_over": gettext_lazy("took over the student identifier"),
    "staff.invited": gettext_lazy("invited to work here:"),
    "staff.accepted": gettext_lazy("opened the account"),
    "role.granted": gettext_lazy("gave the role"),
    "role.revoked": gettext_lazy("took away the role"),
    "second_step.reset": gettext_lazy("took away the second step of signing in"),
    "application.begun": gettext_lazy("began an application"),
    "application.submit": gettext_lazy("submitted the application"),
    "application.resubmit": gettext_lazy("submitted the application again"),
    "application.withdraw": gettext_lazy("withdrew the application"),
    "application.reopen": gettext_lazy("reopened the application"),
    "application.take_in": gettext_lazy("entered an application by hand"),
    "application.dropped": gettext_lazy("deleted the draft of an application"),
    "application.document_added": gettext_lazy("added a document"),
    "application.value_set": gettext_lazy("filled in a value"),
    "application.value_removed": gettext_lazy("removed a value"),
    "choice.excluded": gettext_lazy("ruled out a choice"),
    "choice.reinstated": gettext_lazy("allowed a choice again"),
    "review.finish": gettext_lazy("finished a review"),
    "review.score_again": gettext_lazy("changed a review"),
    "review.declare_conflict": gettext_lazy("stated a conflict of interest"),
    "review.third_asked": gettext_lazy("asked for a third review"),
    "offer.make": gettext_lazy("offered a place"),
    "offer.accept": gettext_lazy("accepted the place"),
    "offer.accept_and_wait": gettext_lazy("accepted the place and waits for a higher choice"),
    "offer.decline": gettext_lazy("declined the place"),
    "offer.stop_waiting": gettext_lazy("no longer waits for a higher choice"),
    "offer.withdraw": gettext_lazy("gave up the place"),
    "offer.expire": gettext_lazy("the offer was not answered in time"),
    "offer.move_up": gettext_lazy("moved up to a higher choice"),
    "offer.finalise": gettext_lazy("made the place final"),
    "nomination.send": gettext_lazy("nominated the student"),
    "nomination.confirm": gettext_lazy("wrote down that the host confirmed"),
    "nomination.cancel": gettext_lazy("withdrew the nomination"),
    "nomination.name_asked": gettext_lazy("asked for the name"),
    "objection.make": gettext_lazy("objected to the result"),
    "objection.message": gettext_lazy("wrote about the objection"),
    "objection.uphold": gettext_lazy("upheld the objection"),
    "objection.dismiss": gettext_lazy("dismissed the objection"),
    "objection.withdraw": gettext_lazy("withdrew the objection"),
    "message.sent": gettext_lazy("wrote to somebody who went before"),
    "message.answered": gettext_lazy("got an answer from somebody who went before"),
    "question.begun": gettext_lazy("began a conversation"),
    "appointment_note.private": gettext_lazy("wrote a note for the office"),
    "appointment_note.shared": gettext_lazy("wrote a note that the student reads"),
    "next_step.agreed": gettext_lazy("agreed on a step"),
    "next_step.removed": gettext_lazy("removed a step"),
    "next_step.done": gettext_lazy("ticked off the step"),
    "next_step.reopened": gettext_lazy("reopened the step"),
    "saved_reply.saved": gettext_lazy("saved this text"),
    "mail.sent_again": gettext_lazy("had it sent again"),
    "walk_in.added": gettext_lazy("added a weekly walk-in hour"),
    "walk_in.changed": gettext_lazy("changed a weekly walk-in hour"),
    "walk_in.ended": gettext_lazy("ended a weekly walk-in hour"),
    "walk_in.removed": gettext_lazy("removed a weekly walk-in hour"),
    "walk_in.date_changed": gettext_lazy("changed the walk-in hour of one date"),
    "walk_in.date_cancelled": gettext_lazy("cancelled the walk-in hour of one date"),
    "walk_in.change_undone": gettext_lazy("undid the change of one date"),
    "absence.added": gettext_lazy("added days away"),
    "absence.removed": gettext_lazy("removed days away"),
    "slot_rule.added": gettext_lazy("added a rule for slots"),
    "slot_rule.changed": gettext_lazy("changed a rule for slots"),
    "slot_rule.deleted": gettext_lazy("removed a rule for slots"),
    "diary.saved": gettext_lazy("changed how slots can be booked"),
    "catalogue.added": gettext_lazy("added it"),
    "catalogue.changed": gettext_lazy("changed it"),
    "catalogue.deleted": gettext_lazy("deleted it"),
    "import.taken": gettext_lazy("took in an Excel file"),
    "import.undone": gettext_lazy("undid an Excel file"),
    "catalogue.published": gettext_lazy("published it"),
    "catalogue.withdrawn": gettext_lazy("withdrew it"),
    "catalogue.removed": gettext_lazy("removed it"),
    "year.accepted": gettext_lazy("accepted a line of the next year"),
    "year.put_off": gettext_lazy("left a line of the next year for later"),
    "year.brought_back": gettext_lazy("proposed a line of the next year again"),
    "year.taken_back": gettext_lazy("took a line of the next year back"),
    "catalogue.merged": gettext_lazy("merged another one into it"),
    "catalogue.merged_away": gettext_lazy("merged it into another one"),
    "catalogue.paper_added": gettext_lazy("added a paper"),
    "catalogue.paper_removed": gettext_lazy("removed a paper"),
    "catalogue.paper_put_back": gettext_lazy("put a paper back"),
    "admin.added": gettext_lazy("added it in the catalogue"),
    "admin.changed": gettext_lazy("changed in the catalogue:"),
    "admin.deleted": gettext_lazy("deleted it in the catalogue"),
    "admin.published": gettext_lazy("published it in the catalogue"),
    "admin.withdrawn": gettext_lazy("withdrew it in the catalogue"),
    "answer.published": gettext_lazy("published the answer"),
    "answer.changed": gettext_lazy("changed the answer"),
    "answer.reviewed": gettext_lazy("marked it as still correct"),
    "answer.withdrawn": gettext_lazy("unpublished it"),
    "answer.republished": gettext_lazy("published it again"),
    "question.asked": gettext_lazy("asked the question"),
    "question.written_on": gettext_lazy("wrote again"),
    "question.replied": gettext_lazy("replied"),
    "question.assigned": gettext_lazy("assigned it"),
    "question.closed": gettext_lazy("closed it"),
    "question.reopened": gettext_lazy("reopened it"),
    "self_arranged_place.proposed": gettext_lazy("reported the place"),
    "self_arranged_place.changed": gettext_lazy("changed the details"),
    "self_arranged_place.written_on": gettext_lazy("wrote again"),
    "self_arranged_place.asked_back": gettext_lazy("asked the student something"),
    "self_arranged_place.approved": gettext_lazy("approved it"),
    "self_arranged_place.declined": gettext_lazy("declined it"),
    "self_arranged_place.withdrawn": gettext_lazy("withdrew it"),
    "self_arranged_place.published": gettext_lazy("published it for everybody"),
    "report.begun": gettext_lazy("began to write"),
    "report.claimed": gettext_lazy("opened the invitation"),
    "report.saved": gettext_lazy("saved it"),
    "report.consent": gettext_lazy("chose what may be shown"),
    "report.photo_added": gettext_lazy("added a photo"),
    "report.photo_removed": gettext_lazy("removed the photo"),
    "report.submitted": gettext_lazy("sent it in"),
    "report.edited": gettext_lazy("edited it"),
    "report.sent_back": gettext_lazy("sent it back to the writer"),
    "report.declined": gettext_lazy("declined it"),
    "report.published": gettext_lazy("published it"),
    "report.withdrawn": gettext_lazy("withdrew it"),
    "stay.begin": gettext_lazy("began the stay"),
    "stay.days": gettext_lazy("changed the days"),
    "stay.road": gettext_lazy("put it on another road"),
    "stay.host": gettext_lazy("wrote down who speaks for the host"),
    "stay.whereabouts": gettext_lazy("changed how they are reached"),
    "incident.open": gettext_lazy("opened the incident"),
    "incident.close": gettext_lazy("closed the incident"),
    "stay.papers_asked": gettext_lazy("asked the host for the papers"),
    "stay.papers_handed": gettext_lazy("named who of the host is asked for the papers"),
    "stay.certified": gettext_lazy("wrote down the days that the host confirmed"),
    "credit.drop": gettext_lazy("a course went out of the agreement"),
    "credit.restore": gettext_lazy("a course came back into the agreement"),
    "credit.result": gettext_lazy("wrote down the result of a course"),
    "credit.propose": gettext_lazy("proposed what counts of a course"),
    "credit.decide": gettext_lazy("decided what counts of a course"),
    "credit.enter": gettext_lazy("entered a course at home"),
    "transcript.bring": gettext_lazy("brought a transcript"),
    "transcript.check": gettext_lazy("said that a transcript comes from the host"),
    "transcript.refuse": gettext_lazy("said that a transcript does not count"),
    "stay.depart": gettext_lazy("said that the student has arrived"),
    "stay.come_back": gettext_lazy("said that the student is back"),
    "stay.finish": gettext_lazy("finished the stay"),
    "stay.reopen": gettext_lazy("opened the stay again"),
    "stay.withdraw": gettext_lazy("withdrew the stay"),
    "stay.lose_place": gettext_lazy("gave up the place in the round"),
    "stay.postpone": gettext_lazy("postponed the stay"),
    "stay.resume": gettext_lazy("gave the stay new days"),
    "stay.interrupt": gettext_lazy("interrupted the stay"),
    "stay.go_on": gettext_lazy("let the stay go on"),
    "stay.return_early": gettext_lazy("ended the stay early"),
    "stay.force_majeure": gettext_lazy("ended the stay by force majeure"),
    "stay.extend": gettext_lazy("extended the stay"),
    "step.do": gettext_lazy("said that a step is done"),
    "step.say": gettext_lazy("asked the office to look at a step"),
    "step.accept": gettext_lazy("accepted a step"),
    "step.send_back": gettext_lazy("sent a step back"),
    "step.waive": gettext_lazy("said that a step is not needed"),
    "step.reopen": gettext_lazy("opened a step again"),
    "step.run_out": gettext_lazy("a paper is not valid any more"),
    "step.remind": gettext_lazy("sent a reminder"),
    "version.draft": gettext_lazy("began a draft of the agreement"),
    "version.edit": gettext_lazy("changed the draft of the agreement"),
    "version.signer": gettext_lazy("wrote down who signs for the host"),
    "version.package": gettext_lazy("gave the draft the courses of a package"),
    "version.send": gettext_lazy("sent the agreement to be signed"),
    "version.agree": gettext_lazy("the agreement came into force"),
    "version.refuse": gettext_lazy("the agreement was refused"),
    "version.recall": gettext_lazy("took the agreement back"),
    "version.discard": gettext_lazy("threw a draft of the agreement away"),
    "version.replace": gettext_lazy("a change took the place of an earlier version"),
    "grant.promise": gettext_lazy("promised a grant"),
    "grant.check": gettext_lazy("said whether a condition of a grant holds"),
    "grant.pay": gettext_lazy("wrote down a payment of a grant"),
    "grant.recalculate": gettext_lazy("counted a grant again"),
    "grant.reclaim": gettext_lazy("asked for money back"),
    "grant.repay": gettext_lazy("wrote down that money came back"),
    "grant.correct": gettext_lazy("put an entry of a grant right"),
    "grant.settle": gettext_lazy("settled a grant"),
    "grant.reopen": gettext_lazy("opened a settled grant again"),
    "grant.take_back": gettext_lazy("took back the promise of a grant"),
    "grants.exported": gettext_lazy("took the file of grants for the finance office"),
    "signing.ask": gettext_lazy("asked somebody to sign"),
    "signing.sign": gettext_lazy("signed the agreement"),
    "signing.refuse": gettext_lazy("refused to sign"),
    "signing.hand_on": gettext_lazy("passed the agreement on to somebody else"),
    "signing.paper": gettext_lazy("brought a signed paper"),
    "signing.remind": gettext_lazy("reminded whoever has to sign"),
    "agreement.contacts": gettext_lazy("changed the contacts of the agreement"),
    "agreement.official": gettext_lazy("wrote down where the agreement that counts is"),
    "package.make": gettext_lazy("made a package for a group"),
    "package.approve": gettext_lazy("approved a package for a group"),
    "board.ask": gettext_lazy("asked the Board of Examiners"),
    "board.ask_back": gettext_lazy("asked something for the Board"),
    "board.answer": gettext_lazy("answered the Board"),
    "board.decide": gettext_lazy("decided for the Board"),
    "board.withdraw": gettext_lazy("withdrew the request to the Board"),
    "mandate.give": gettext_lazy("gave a mandate of the Board"),
    "mandate.take_back": gettext_lazy("took back a mandate of the Board"),
    "gate.override": gettext_lazy("answered for an exception at a gate"),
    "round.drafted": gettext_lazy("drafted it"),
    "round.copied": gettext_lazy("copied it from an earlier round"),
    "round.continued": gettext_lazy("made it for the seats that were left over"),
    "round.edited": gettext_lazy("edited the draft"),
    "round.rules_changed": gettext_lazy("changed the rules, with a public note"),
    "round.applicant_deleted": gettext_lazy(
        "an applicant deleted their account; the seat went to the next"
    ),
    "round.beyond_agreement": gettext_lazy("stated why there are more seats than agreed"),
    "round.outside_agreement": gettext_lazy("stated why a place is outside its agreement"),
    "round.reviews_assigned": gettext_lazy("assigned applications to reviewers"),
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
