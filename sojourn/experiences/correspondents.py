"""People whom students may write to: asked, agreed, stopped. They need no account to say so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.models import Contact, ContactRole, PublicationStatus, Visibility
from sojourn.experiences import letters, publication
from sojourn.experiences.errors import ExperienceError
from sojourn.experiences.models import (
    ConsentMethod,
    ConsentPart,
    ConsentState,
    Correspondent,
    Report,
    ReportConsent,
)
from sojourn.experiences.stopping import is_stopped, stop_address
from sojourn.people import audit
from sojourn.people.models import User

ROLES = (ContactRole.SUPERVISOR, ContactRole.HOME_CONTACT)


def contacts_to_ask() -> QuerySet[Contact]:
    """Return the catalogue's contacts to whom students may write, if they agree."""
    return Contact.objects.filter(
        role__in=[role.value for role in ROLES], status=PublicationStatus.PUBLISHED
    ).select_related("institution")


def set_address(by: User, contact: Contact, email: str, language: str) -> Correspondent:
    """Set the address of a contact. Another address needs another agreement."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise ExperienceError(_("This is not a mail address."), "email") from None
    if is_stopped(email):
        raise ExperienceError(_never_again(), "email")
    with transaction.atomic():
        # The contact's row is the lock: two colleagues make one correspondent.
        Contact.objects.select_for_update().get(pk=contact.pk)
        person = Correspondent.objects.filter(contact=contact).first()
        if person is None:
            person = Correspondent(contact=contact, is_example=contact.is_example)
        if person.email != email:
            person.state = ConsentState.UNASKED
            person.agreed_at, person.agreed_how, person.recorded_by = None, "", None
            person.asked_at, person.stopped_at = None, None
        person.email, person.language = email, language
        person.save()
        audit.record("correspondent.address", actor=by, about=None, on=person)
    return person


def _never_again() -> str:
    return _("The owner of this address asked us never to write again. We keep to that.")


def request_consent(by: User, person: Correspondent) -> Correspondent:
    """Mail the question whether students may write; it is not repeated."""
    with transaction.atomic():
        locked = _locked(person)
        if locked.state in (ConsentState.ASKED, ConsentState.AGREED):
            return locked
        if locked.state == ConsentState.STOPPED or is_stopped(locked.email):
            raise ExperienceError(_never_again())
        locked.state = ConsentState.ASKED
        locked.asked_at = timezone.now()
        locked.save(update_fields=["state", "asked_at"])
        letters.ask_for_consent(locked)
        audit.record("correspondent.asked", actor=by, about=None, on=locked)
    return locked


def record_agreement(by: User, person: Correspondent, how: str) -> Correspondent:
    """Record that a person agreed in a mail or an appointment, and who recorded it."""
    if how not in (ConsentMethod.MAIL, ConsentMethod.SPOKEN):
        raise ExperienceError(_("Choose how this person agreed."), "how")
    with transaction.atomic():
        locked = _locked(person)
        if locked.state == ConsentState.STOPPED or is_stopped(locked.email):
            raise ExperienceError(_never_again())
        _agree(locked, ConsentMethod(how), by)
    return locked


def agree(person: Correspondent) -> Correspondent:
    """Record the agreement that a person gave by the link; refused after a stop."""
    with transaction.atomic():
        locked = _locked(person)
        if locked.state == ConsentState.STOPPED or is_stopped(locked.email):
            raise ExperienceError(
                _(
                    "You stopped these messages for good. Write to the office if you want "
                    "them again."
                )
            )
        _agree(locked, ConsentMethod.LINK, None)
    return locked


def _agree(person: Correspondent, how: ConsentMethod, recorded_by: User | None) -> None:
    if person.state == ConsentState.AGREED:
        return
    person.state = ConsentState.AGREED
    person.agreed_at, person.agreed_how = timezone.now(), how
    person.recorded_by = recorded_by
    person.save(update_fields=["state", "agreed_at", "agreed_how", "recorded_by"])
    audit.record(
        "correspondent.agreed", actor=recorded_by, about=None, on=person, details={"how": how.value}
    )


def stop_permanently(person: Correspondent) -> None:
    """Never write to this address again, wherever it is listed. Twice changes nothing."""
    _stop(None, person)


def record_stop(by: User, person: Correspondent) -> None:
    """Record for the office that a person wants no more messages; the same as stopping by link."""
    _stop(by, person)


def _stop(by: User | None, person: Correspondent) -> None:
    with transaction.atomic():
        stop_address(person.email)
        everywhere = Correspondent.objects.filter(email__iexact=person.email)
        # Reports first and then people, as publishing a report does.
        reports = list(
            Report.objects.select_for_update()
            .filter(pk__in=everywhere.filter(report__isnull=False).values("report_id"))
            .order_by("pk")
        )
        for one in everywhere.select_for_update().order_by("pk"):
            if one.state == ConsentState.STOPPED:
                continue
            one.state = ConsentState.STOPPED
            one.stopped_at = timezone.now()
            one.save(update_fields=["state", "stopped_at"])
            audit.record("correspondent.stopped", actor=by, about=None, on=one)
        for report in reports:
            if report.is_contactable:
                report.is_contactable = False
                report.save(update_fields=["is_contactable"])
                ReportConsent.objects.create(report=report, part=ConsentPart.CONTACT, given=False)
            publication.update_published(report)


def _locked(person: Correspondent) -> Correspondent:
    return Correspondent.objects.select_for_update().get(pk=person.pk)


def may_receive_messages(person: Correspondent | None) -> bool:
    """Tell whether a message to them would be sent today, limits aside."""
    return (
        person is not None
        and person.state == ConsentState.AGREED
        and not is_stopped(person.email)
        and (person.report is None or person.report.published is not None)
    )


@dataclass(frozen=True)
class Askable:
    """A contact of a host to whom students may be brought; consent comes first."""

    slug: str
    role: str
    has_agreed: bool


def askable_at(hosts: Collection[str]) -> tuple[Askable, ...]:
    """Return those who know these hosts, whether named in public or not: names are not in it."""
    found = (
        contacts_to_ask()
        .exclude(visibility=Visibility.OFFICE)
        .filter(institution__slug__in=hosts)
        .select_related("correspondent")
        .order_by("role", "position", "slug")
    )
    return tuple(
        Askable(one.slug, one.role, may_receive_messages(getattr(one, "correspondent", None)))
        for one in found
    )


def find_by_contact(slug: str) -> Correspondent | None:
    return (
        Correspondent.objects.select_related("contact", "report")
        .filter(contact__slug=slug, contact__status=PublicationStatus.PUBLISHED)
        .first()
    )


def find_by_report(slug: str) -> Correspondent | None:
    """Find the writer of a published report."""
    return (
        Correspondent.objects.select_related("report__published", "contact")
        .filter(report__published__slug=slug)
        .first()
    )
