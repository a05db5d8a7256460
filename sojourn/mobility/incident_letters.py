"""What is written in an incident. A drill says so in its first word, in every mail."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sojourn.common.urls import url_for
from sojourn.mobility.models import Incident, IncidentPerson
from sojourn.mobility.whereabouts_links import LinkPurpose, token_for
from sojourn.people import outbox
from sojourn.people.mail import Readable
from sojourn.people.models import User
from sojourn.people.outbox import Letter, Link
from sojourn.people.permissions import holds
from sojourn.people.roles import CIRCLE


def ask(incident: Incident, person: IncidentPerson, number: int) -> None:
    """Ask a student whether they are safe. `number` is that of the line of the log."""

    def write() -> Letter:
        first = (
            (_("This is a drill. Nothing happened. Please answer as if it were real."),)
            if incident.is_drill
            else ()
        )
        return Letter(
            subject=_drill(incident, _("Are you safe? Please answer now")),
            paragraphs=(
                *first,
                incident.title,
                _("Open the page and press one of two buttons: I am safe, or I need help."),
                _("You need no password. You can answer again if something changes."),
            ),
            link=Link(
                _("Answer now"),
                url_for("stays:check-in", token_for(LinkPurpose.CHECK_IN, person.uuid)),
            ),
        )

    outbox.post(
        key=f"incident-ask:{person.uuid}:{number}",
        to=person.student,
        write=write,
        readable=Readable.BY_NOBODY_ELSE,
        reply_to=outbox.office_address(),
    )


def tell_the_team(incident: Incident, *, but: User) -> None:
    """Tell the rest of the closed circle that an incident was opened."""
    for each in User.objects.holding(*CIRCLE):
        if each.pk != but.pk:
            outbox.post(
                key=f"incident-opened:{incident.uuid}:{each.pk}",
                to=each,
                write=lambda: Letter(
                    subject=_drill(incident, _("An incident was opened")),
                    paragraphs=(incident.title, _("Its page says who has not answered.")),
                    link=_page(incident),
                ),
            )


def somebody_needs_help(incident: Incident, person: IncidentPerson) -> None:
    """Tell the closed circle at once that somebody needs help; the mail names nobody."""
    for each in User.objects.holding(*CIRCLE):
        if holds(each, CIRCLE, person.stay):
            outbox.post(
                key=f"incident-help:{person.uuid}:{person.answered_at}:{each.pk}",
                to=each,
                write=lambda: Letter(
                    subject=_drill(incident, _("Somebody needs help")),
                    paragraphs=(
                        incident.title,
                        _("A student answered that they need help. Call them now."),
                    ),
                    link=_page(incident),
                ),
            )


def _drill(incident: Incident, subject: str) -> str:
    return _("DRILL: %(what)s") % {"what": subject} if incident.is_drill else subject


def _page(incident: Incident) -> Link:
    return Link(_("The page of the incident"), url_for("office:incident", incident.uuid))
