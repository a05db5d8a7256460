"""Places that students found: proposed, talked about, approved for a window or declined.

States and allowed changes (`docs/questions.md` has the same table):

    from         to           by
    waiting      asked back   the office writes and wants to know more
    waiting      approved     the office, for a mobility window
    waiting      declined     the office, with a reason
    waiting      withdrawn    the student
    asked back   waiting      the student writes or changes something
    asked back   approved, declined, withdrawn   as above
    declined     waiting      the student writes on: something is different now

What is approved or withdrawn stays so; the conversation goes on. Every change locks the place.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.advising import letters
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Message, SelfArrangedPlace, SelfArrangedState, Side
from sojourn.advising.threads import NewMessage, ThreadChangedError, add_message, already_sent
from sojourn.catalogue import services
from sojourn.catalogue.models import (
    Institution,
    InstitutionKind,
    MobilityWindow,
    Opportunity,
    OpportunityHost,
    OpportunityKind,
    PublicationStatus,
)
from sojourn.common.languages import REQUIRED, Text
from sojourn.common.translated_fields import write
from sojourn.people import audit
from sojourn.people.models import User

MOST_OPEN = 5
LONGEST_STAY = dt.timedelta(days=3 * 365)

WAITING, ASKED_BACK = SelfArrangedState.WAITING, SelfArrangedState.ASKED_BACK
APPROVED, DECLINED = SelfArrangedState.APPROVED, SelfArrangedState.DECLINED
WITHDRAWN = SelfArrangedState.WITHDRAWN
ALLOWED: Mapping[str, frozenset[str]] = {
    WAITING: frozenset({ASKED_BACK, APPROVED, DECLINED, WITHDRAWN}),
    ASKED_BACK: frozenset({WAITING, APPROVED, DECLINED, WITHDRAWN}),
    DECLINED: frozenset({WAITING}),
    APPROVED: frozenset(),
    WITHDRAWN: frozenset(),
}
MAY_CHANGE = (WAITING, ASKED_BACK)


@dataclass(frozen=True)
class PlaceFacts:
    """What the student says of the place. `institution` is a slug, or empty for a new one."""

    institution: str
    institution_name: str
    city: str
    country: str
    website: str
    department: str
    supervisor_name: str
    supervisor_email: str
    kind: str
    subject: str
    starts_on: dt.date
    ends_on: dt.date


@dataclass(frozen=True)
class Approval:
    """What the office adds: the window, a title in every language, where a new host is."""

    window: str
    title: Text
    ects: int | None = None
    latitude: float | None = None
    longitude: float | None = None


def propose(student: User, facts: PlaceFacts, written: NewMessage) -> SelfArrangedPlace:
    """Propose a place to the office. The same form sent twice gives the same place."""
    with transaction.atomic():
        before = SelfArrangedPlace.objects.filter(sending=written.sending).first()
        if before is not None:
            if before.student_id != student.pk:
                raise AdvisingError(_("This form has already been sent. Start again."))
            return before
        # The student's row makes two tabs take turns, so that neither miscounts.
        User.objects.select_for_update().get(pk=student.pk)
        if student.self_arranged_places.filter(state__in=MAY_CHANGE).count() >= MOST_OPEN:
            raise AdvisingError(
                _("You already have %(most)d places waiting. Withdraw one first.")
                % {"most": MOST_OPEN}
            )
        place = SelfArrangedPlace(
            student=student, sending=written.sending, waiting_since=timezone.now()
        )
        _write(place, facts)
        place.save()
        first = NewMessage(written.text, uuid.uuid4(), written.files)
        message = add_message(place, first, side=Side.ASKER, author=student)
        audit.record("self_arranged_place.proposed", actor=student, about=student, on=place)
        letters.self_arranged_place_waits(place, message.written_at)
    return place


def change(place: SelfArrangedPlace, facts: PlaceFacts) -> None:
    """Change the facts, as long as nothing is decided."""
    with _changing(place) as locked:
        if locked.state not in MAY_CHANGE:
            raise AdvisingError(_("The office has decided. Write to it below instead."))
        was_asked = locked.state == ASKED_BACK
        _write(locked, facts)
        locked.save()
        _move(locked, WAITING)
        if was_asked:
            letters.self_arranged_place_waits(locked, locked.changed_at)
        audit.record(
            "self_arranged_place.changed", actor=locked.student, about=locked.student, on=locked
        )


def withdraw(place: SelfArrangedPlace) -> None:
    """Withdraw the place. Withdrawing twice changes nothing."""
    with _changing(place) as locked:
        if locked.state == WITHDRAWN:
            return
        _move(locked, WITHDRAWN)
        audit.record(
            "self_arranged_place.withdrawn", actor=locked.student, about=locked.student, on=locked
        )


def write_on(place: SelfArrangedPlace, written: NewMessage) -> Message:
    """Add the student's message.

    After a question of the office, or a decline, the place waits for the office again.
    """
    with _changing(place) as locked:
        if (before := already_sent(written.sending)) is not None:
            return before
        message = add_message(locked, written, side=Side.ASKER, author=locked.student)
        if locked.state in (ASKED_BACK, DECLINED):
            _move(locked, WAITING)
        audit.record(
            "self_arranged_place.written_on", actor=locked.student, about=locked.student, on=locked
        )
        letters.self_arranged_place_waits(place, message.written_at)
        return message


def ask_back(place: SelfArrangedPlace, written: NewMessage, *, by: User, seen: int) -> Message:
    """Add the office's message; while nothing is decided, the student has to answer."""
    with _changing(place) as locked:
        if (before := already_sent(written.sending)) is not None:
            return before
        _require_seen(locked, seen)
        message = add_message(locked, written, side=Side.OFFICE, author=by)
        if locked.state in MAY_CHANGE:
            _move(locked, ASKED_BACK)
        audit.record("self_arranged_place.asked_back", actor=by, about=locked.student, on=locked)
        letters.self_arranged_place_answered(locked, message)
        return message


def decline(place: SelfArrangedPlace, reason: NewMessage, *, by: User, seen: int) -> None:
    """Decline with a reason: a message that the student reads and can answer."""
    with _changing(place) as locked:
        if already_sent(reason.sending) is not None:
            return
        _require_seen(locked, seen)
        message = add_message(locked, reason, side=Side.OFFICE, author=by)
        _decide(locked, by)
        _move(locked, DECLINED)
        audit.record("self_arranged_place.declined", actor=by, about=locked.student, on=locked)
        letters.self_arranged_place_answered(locked, message)


def approve(place: SelfArrangedPlace, approval: Approval, *, by: User) -> Opportunity:
    """Make it an opportunity that only its student sees. Approving twice gives the same one.

    The catalogue's lock is taken first, as everywhere; then the place's.
    """
    with services.changing_catalogue(), _changing(place) as locked:
        if locked.opportunity is not None:
            return locked.opportunity
        if APPROVED not in ALLOWED[locked.state]:
            raise AdvisingError(_("This place was withdrawn or declined meanwhile."))
        window = MobilityWindow.objects.filter(
            slug=approval.window, status=PublicationStatus.PUBLISHED
        ).first()
        if window is None:
            raise AdvisingError(_("Choose the mobility window in which it fits."))
        host = locked.institution or _new_host(locked, approval)
        locked.opportunity = _opportunity(locked, approval, host, window)
        locked.window = window
        _decide(locked, by)
        _move(locked, APPROVED)
        audit.record("self_arranged_place.approved", actor=by, about=locked.student, on=locked)
        letters.self_arranged_place_approved(locked)
        return locked.opportunity


def publish(place: SelfArrangedPlace, *, by: User) -> Opportunity:
    """Publish the place, and a host that was new. Publishing twice changes nothing."""
    with services.changing_catalogue(), _changing(place) as locked:
        opportunity = locked.opportunity
        if opportunity is None:
            raise AdvisingError(_("Only an approved place can be published."))
        if opportunity.status == PublicationStatus.PUBLISHED:
            return opportunity
        opportunity.status = PublicationStatus.PUBLISHED
        opportunity.private_to = None
        # Until now its address said nothing; a public one says what it is.
        opportunity.slug = services.unused_slug(Opportunity, str(opportunity))
        opportunity.save()
        hosts = Institution.objects.filter(
            host_links__opportunity=opportunity, status=PublicationStatus.DRAFT
        )
        for host in hosts:
            host.status = PublicationStatus.PUBLISHED
            host.save()
        audit.record("self_arranged_place.published", actor=by, about=locked.student, on=locked)
        services.publish_change()
        return opportunity


def _write(place: SelfArrangedPlace, facts: PlaceFacts) -> None:
    """Write the facts onto the row and check it as a whole. Raises AdvisingError."""
    known = None
    if facts.institution:
        known = Institution.objects.filter(
            slug=facts.institution, status=PublicationStatus.PUBLISHED
        ).first()
        if known is None:
            raise AdvisingError(_("This institution is not in Sojourn any more. Type its name."))
    elif not (facts.institution_name.strip() and facts.city.strip() and facts.country):
        raise AdvisingError(_("For a new institution we need its name, city and country."))
    if facts.kind not in OpportunityKind.values:
        raise AdvisingError(_("Choose what you would do there."))
    if facts.ends_on < facts.starts_on:
        raise AdvisingError(_("The last day comes before the first."))
    if facts.ends_on - facts.starts_on > LONGEST_STAY:
        raise AdvisingError(_("A stay lasts three years at most. Check the two days."))
    place.institution = known
    place.institution_name = "" if known else _line(facts.institution_name)
    place.city = "" if known else _line(facts.city)
    place.country = "" if known else facts.country
    place.website = "" if known else facts.website
    place.department = _line(facts.department)
    place.supervisor_name = _line(facts.supervisor_name)
    place.supervisor_email = facts.supervisor_email
    place.kind = facts.kind
    place.subject = _line(facts.subject)
    place.starts_on, place.ends_on = facts.starts_on, facts.ends_on
    place.changed_at = timezone.now()


def _line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _new_host(place: SelfArrangedPlace, approval: Approval) -> Institution:
    """Make a draft institution: only the student sees it until it is published."""
    if approval.latitude is None or approval.longitude is None:
        raise AdvisingError(_("Say where the institution is: latitude and longitude."))
    name = place.institution_name
    host = Institution(
        slug=services.unused_slug(Institution, name),
        status=PublicationStatus.DRAFT,
        kind=InstitutionKind.UNIVERSITY,
        country=place.country,
        latitude=approval.latitude,
        longitude=approval.longitude,
        is_partner=False,
        website=place.website,
    )
    write(host, "name", dict.fromkeys(REQUIRED, name))
    write(host, "city", dict.fromkeys(REQUIRED, place.city))
    host.save()
    return host


def _opportunity(
    place: SelfArrangedPlace, approval: Approval, host: Institution, window: MobilityWindow
) -> Opportunity:
    opportunity = Opportunity(
        # Says nothing of the student or the place: an address may be seen by others.
        slug=f"own-place-{secrets.token_hex(6)}",
        status=PublicationStatus.DRAFT,
        private_to=place.student,
        kind=place.kind,
        ects=approval.ects,
        starts_on=place.starts_on,
        ends_on=place.ends_on,
        self_arranged=True,
    )
    subject = dict.fromkeys(REQUIRED, place.subject)
    titles = {language: _line(title) for language, title in approval.title.items()}
    write(opportunity, "title", subject | {key: title for key, title in titles.items() if title})
    write(opportunity, "summary", subject)
    write(opportunity, "description", subject)
    opportunity.save()
    opportunity.windows.add(window)
    OpportunityHost.objects.create(opportunity=opportunity, institution=host)
    return opportunity


def _decide(place: SelfArrangedPlace, by: User) -> None:
    place.decided_by = by
    place.decided_at = timezone.now()


def _require_seen(place: SelfArrangedPlace, seen: int) -> None:
    if place.messages.count() != seen:
        raise ThreadChangedError(
            _("There is a new message in this conversation. Read it, then send yours.")
        )


@contextlib.contextmanager
def _changing(place: SelfArrangedPlace) -> Iterator[SelfArrangedPlace]:
    """Lock the place until the change is committed: decisions come one after the other."""
    with transaction.atomic():
        locked = SelfArrangedPlace.objects.select_for_update().filter(pk=place.pk).first()
        if locked is None:
            raise AdvisingError(_("This place was deleted."))
        yield locked


def _move(place: SelfArrangedPlace, to: str) -> None:
    now = timezone.now()
    if place.state != to and to not in ALLOWED[place.state]:
        raise AdvisingError(_("This place cannot change in that way any more."))
    if to == WAITING and place.state != WAITING:
        place.waiting_since = now
    elif to != WAITING:
        place.waiting_since = None
    place.state = to
    place.changed_at = now
    place.save()
