"""What is written to people about a stay. A mail says what to do, and nothing about health."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sojourn.catalogue.choices import Pen
from sojourn.common.translated_fields import text_of
from sojourn.common.urls import url_for
from sojourn.mobility.models import Stay, StayStep
from sojourn.mobility.naming import place_of
from sojourn.mobility.states import ChangeKind, StepState
from sojourn.people import outbox
from sojourn.people.mail import Readable
from sojourn.people.models import User
from sojourn.people.outbox import Letter, Link, Recipient
from sojourn.people.permissions import holds
from sojourn.people.roles import Role


def stay_begun(stay: Stay) -> None:
    """Tell the student that the road begins, and where it is."""

    def write() -> Letter:
        return Letter(
            subject=_("Your stay: %(place)s") % {"place": place_of(stay)},
            paragraphs=(
                _(
                    "From now on one page says what you have to do before you go, and by when. "
                    "It also says what waits for somebody else."
                ),
            ),
            link=_page(stay),
        )

    outbox.post(key=f"stay-begun:{stay.uuid}", to=stay.student, write=write)


def step_sent_back(stay: Stay, row: StayStep) -> None:
    """Tell the student that something is missing."""

    def write() -> Letter:
        return Letter(
            subject=_("Not complete yet: %(step)s") % {"step": _name(row)},
            paragraphs=(_("The office looked at it. Its page says what is missing."),),
            link=_page(stay),
        )

    outbox.post(
        key=f"stay-step-back:{row.pk}:{row.changed_at.isoformat()}", to=stay.student, write=write
    )


def due_soon(stay: Stay, row: StayStep) -> None:
    """Remind the student of a step that is due soon; once for each day on which it may be due."""

    def write() -> Letter:
        return Letter(
            subject=_("By %(day)s: %(step)s") % {"day": _day(row), "step": _name(row)},
            paragraphs=(_("This is a step of your stay: %(place)s.") % {"place": place_of(stay)},),
            link=_page(stay),
        )

    outbox.post(key=f"stay-step-due:{row.pk}:{row.due_on}", to=stay.student, write=write)


def ran_out(stay: Stay, row: StayStep) -> None:
    """Tell the student that something is not valid any more."""

    def write() -> Letter:
        return Letter(
            subject=_("Not valid any more: %(step)s") % {"step": _name(row)},
            paragraphs=(
                _("Its last day has passed, and your stay needs it. Please arrange it again."),
            ),
            link=_page(stay),
        )

    outbox.post(
        key=f"stay-step-ran-out:{row.pk}:{row.changed_at.isoformat()}", to=stay.student, write=write
    )


def stay_changed(stay: Stay, kind: ChangeKind) -> None:
    """Tell the student what became of the stay."""

    def write() -> Letter:
        return Letter(
            subject=_("Your stay has changed: %(place)s") % {"place": place_of(stay)},
            paragraphs=(
                f"{kind.label}.",
                _(
                    "Its page says what you still have to do. "
                    "Ask us if you want to know what this means for your place or your money."
                ),
            ),
            link=_page(stay),
        )

    outbox.post(
        key=f"stay-changed:{stay.uuid}:{stay.changed_at.isoformat()}", to=stay.student, write=write
    )


def student_changed_it(stay: Stay, kind: ChangeKind) -> None:
    """Tell the coordinators of the student's programme that they do not go."""
    for each in _holding(stay, Role.COORDINATOR):
        outbox.post(
            key=f"stay-student-turned:{stay.uuid}:{kind}:{each.pk}",
            to=each,
            write=lambda: Letter(
                subject=_("A student changed a stay"),
                paragraphs=(f"{kind.label}.",),
                link=Link(_("The page of the stay"), url_for("office:stay", stay.uuid)),
            ),
        )


def remind(stay: Stay, row: StayStep) -> bool:
    """Write to whoever has the pen. Return whether there is somebody to write to."""
    key = f"stay-step-remind:{row.pk}:{row.reminders + 1}:{timezone.localdate().isoformat()}"
    if row.state == StepState.SAID or row.step.who == Pen.OFFICE:
        return _write_to_staff(stay, row, Role.COORDINATOR, key)
    if row.step.who == Pen.BOARD:
        return _write_to_staff(stay, row, Role.BOARD, key)
    if row.step.who == Pen.HOST:
        return _write_to_host(stay, row, key)

    def write() -> Letter:
        subject = _("Do not forget: %(step)s") % {"step": _name(row)}
        place = place_of(stay)
        due = (
            _("It has to be done by %(day)s.") % {"day": _day(row)}
            if row.due_on
            else _("The office waits for it.")
        )
        said = _("This is a step of your stay: %(place)s.") % {"place": place}
        return Letter(subject=subject, paragraphs=(said, due), link=_page(stay))

    outbox.post(key=key, to=stay.student, write=write)
    return True


def _write_to_staff(stay: Stay, row: StayStep, role: Role, key: str) -> bool:
    people = _holding(stay, role)
    for each in people:
        outbox.post(
            key=f"{key}:{each.pk}",
            to=each,
            write=lambda: Letter(
                subject=_("Waits for you: %(step)s") % {"step": _name(row)},
                paragraphs=(_("A student's stay cannot go on without it."),),
                link=Link(_("The page of the stay"), url_for("office:stay", stay.uuid)),
            ),
        )
    return bool(people)


def _write_to_host(stay: Stay, row: StayStep, key: str) -> bool:
    host = stay.hosts.exclude(contact_email="").order_by("position").first()
    if host is None:
        return False
    student = stay.student.get_full_name() or stay.student.email

    def write() -> Letter:
        return Letter(
            subject=_("%(student)s waits for something from you") % {"student": student},
            paragraphs=(
                _("%(student)s comes to you from us. We still need this from you: %(step)s.")
                % {"student": student, "step": _name(row)},
                _("Please answer this mail, or tell us who can help."),
            ),
        )

    outbox.post(
        key=key,
        to=Recipient(host.contact_email, "en"),
        write=write,
        reply_to=outbox.office_address(),
        readable=Readable.BY_THE_OFFICE,
    )
    return True


def _holding(stay: Stay, role: Role) -> list[User]:
    return [each for each in User.objects.holding(role) if holds(each, {role}, stay)]


def _page(stay: Stay) -> Link:
    return Link(_("What you have to do now"), url_for("stays:stay", stay.uuid))


def _name(row: StayStep) -> str:
    return str(text_of(row.step, "name"))


def _day(row: StayStep) -> str:
    return date_format(row.due_on, "j F Y") if row.due_on else ""
