"""What is written about an agreement, to each in their language.

A mail that holds the link of a host can be read by nobody of the office: the link signs.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from sojourn.catalogue.choices import Signer
from sojourn.common.urls import url_for
from sojourn.mobility.agreements import substance
from sojourn.mobility.agreements.links import token_for
from sojourn.mobility.models import AgreementVersion, SigningRequest, Stay
from sojourn.mobility.naming import place_of
from sojourn.mobility.permissions import home_signers, looking_after
from sojourn.people import outbox
from sojourn.people.mail import Readable
from sojourn.people.models import User
from sojourn.people.outbox import Letter, Link, Recipient

Text = Callable[[], str]


def please_sign(version: AgreementVersion, request: SigningRequest, again: int = 0) -> bool:
    """Ask somebody to sign. Return whether there is somebody to write to."""
    stay = version.agreement.stay
    key = f"agreement-sign:{request.pk}:{again}"
    if request.side == Signer.HOST:
        _please_sign_for_host(version, request, key)
        return True
    if request.side == Signer.STUDENT:
        _to_student(
            key,
            stay,
            lambda: _("Sign your agreement: %(place)s") % {"place": place_of(stay)},
            lambda: _("It waits for your signature."),
        )
        return True
    return _to_office(
        key,
        home_signers(stay),
        stay,
        lambda: _("An agreement waits for your signature"),
        lambda: _("The student signed it. The page shows all that you agree to."),
    )


def remind(version: AgreementVersion, request: SigningRequest) -> bool:
    """Ask once more."""
    return please_sign(version, request, request.reminders)


def _please_sign_for_host(version: AgreementVersion, request: SigningRequest, key: str) -> None:
    facts = version.content["facts"] if version.content else {}
    student, home = substance.student_in(facts), facts.get("sending_name", "")
    _to_host(
        key,
        request,
        lambda: _("Please sign: the agreement of %(student)s") % {"student": student},
        lambda: (
            _(
                "%(home)s asks you to sign the agreement of %(student)s, who comes to you. "
                "It takes two minutes, and you need no account."
            )
            % {"home": home, "student": student},
            _(
                "Are you not the person who signs? The page lets you pass it on. "
                "You can also refuse, or sign on paper."
            ),
        ),
        lambda: _("Read and sign the agreement"),
    )


def agreed(version: AgreementVersion) -> None:
    """Tell everybody that it is in force, and where the signed copy is."""
    stay = version.agreement.stay
    key = f"agreement-agreed:{version.pk}"
    _to_student(
        key,
        stay,
        lambda: _("Everybody signed: %(place)s") % {"place": place_of(stay)},
        lambda: (
            _("Version %(number)d of your agreement is in force. Its page has the signed copy.")
            % {"number": version.number}
        ),
    )
    _to_office(
        key,
        looking_after(stay),
        stay,
        lambda: _("An agreement is signed by everybody"),
        lambda: _("Its page has the signed copy."),
    )
    for request in version.requests.filter(side=Signer.HOST).exclude(signed_name=""):
        _to_host(
            f"{key}:host:{request.pk}",
            request,
            lambda: _("Everybody signed; here is your copy"),
            lambda: (_("The page has the signed agreement as a PDF. It stays readable."),),
            lambda: _("Open the agreement"),
        )


def refused(version: AgreementVersion, request: SigningRequest) -> None:
    """Tell student and office that a version was refused, and that a next one is open."""
    stay = version.agreement.stay
    key = f"agreement-refused:{request.pk}"
    _to_student(
        key,
        stay,
        lambda: _("Your agreement was refused: %(place)s") % {"place": place_of(stay)},
        lambda: _(
            "Its page says why. A next version is open, filled in from this one. "
            "What was agreed before stays in force."
        ),
    )
    _to_office(
        key,
        looking_after(stay),
        stay,
        lambda: _("An agreement was refused"),
        lambda: _("Its page says why. A next version is open."),
    )


def handed_on(version: AgreementVersion, request: SigningRequest) -> None:
    """Tell the office that another person of the host is asked now."""
    stay = version.agreement.stay
    _to_office(
        f"agreement-handed-on:{request.pk}",
        looking_after(stay),
        stay,
        lambda: _("The host passed an agreement on"),
        lambda: (
            _("Now %(name)s is asked to sign. Look whether that is right.") % {"name": request.name}
        ),
    )


def paper_came(version: AgreementVersion) -> None:
    """Tell the office that a signed paper waits to be checked."""
    stay = version.agreement.stay
    _to_office(
        f"agreement-paper:{version.pk}",
        looking_after(stay),
        stay,
        lambda: _("A signed paper came from the host"),
        lambda: _("Look at it and say whether it is signed."),
    )


def _to_student(key: str, stay: Stay, subject: Text, text: Text) -> None:
    def write() -> Letter:
        return Letter(
            subject=subject(),
            paragraphs=(text(),),
            link=Link(_("Your agreement"), url_for("stays:agreement", stay.uuid)),
        )

    outbox.post(key=key, to=stay.student, write=write)


def _to_office(key: str, people: list[User], stay: Stay, subject: Text, text: Text) -> bool:
    """Write to each of these people. Return whether there is anybody."""

    def write() -> Letter:
        link = Link(_("The agreement"), url_for("office:stay-agreement", stay.uuid))
        return Letter(subject=subject(), paragraphs=(text(),), link=link)

    for each in people:
        outbox.post(key=f"{key}:{each.pk}", to=each, write=write)
    return bool(people)


def _to_host(
    key: str,
    request: SigningRequest,
    subject: Text,
    paragraphs: Callable[[], tuple[str, ...]],
    link: Text,
) -> None:
    """Write to whom a request asks, with their link. Agreements are in English, and so is this."""

    def write() -> Letter:
        return Letter(
            subject=subject(),
            paragraphs=paragraphs(),
            link=Link(link(), url_for("signing:sign", token_for(request.link))),
        )

    outbox.post(
        key=key,
        to=Recipient(request.email, "en"),
        write=write,
        reply_to=outbox.office_address(),
        # The link in it is the signature of the host.
        readable=Readable.BY_NOBODY_ELSE,
    )
