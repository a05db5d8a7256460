"""What is written about an agreement, to each in their language.

A mail that holds the link of a host can be read by nobody of the office: the link signs.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from sojourn.catalogue.choices import Signer
from sojourn.common.urls import url_for
from sojourn.mobility.agreements.links import token_for
from sojourn.mobility.models import AgreementVersion, SigningRequest, Stay
from sojourn.mobility.naming import place_of
from sojourn.mobility.permissions import home_signers, looking_after
from sojourn.people import outbox
from sojourn.people.mail import Readable
from sojourn.people.models import OutboxMail
from sojourn.people.outbox import Letter, Link, Recipient

Text = Callable[[], str]


def please_sign(version: AgreementVersion, request: SigningRequest, again: int = 0) -> bool:
    """Ask somebody to sign. Return whether there is somebody to write to."""
    stay = version.agreement.stay
    key = f"agreement-sign:{request.pk}:{again}"
    if request.side == Signer.HOST:
        return _to_host(version, request, key)
    if request.side == Signer.STUDENT:
        _to_student(
            key,
            stay,
            lambda: _("Sign your agreement: %(place)s") % {"place": place_of(stay)},
            lambda: _("It waits for your signature."),
        )
        return True
    people = home_signers(stay)
    for each in people:
        outbox.post(
            key=f"{key}:{each.pk}",
            to=each,
            write=lambda: Letter(
                subject=_("An agreement waits for your signature"),
                paragraphs=(_("The student signed it. The page shows all that you agree to."),),
                link=_office(stay),
            ),
        )
    return bool(people)


def remind(version: AgreementVersion, request: SigningRequest) -> bool:
    """Ask once more."""
    return please_sign(version, request, request.reminders)


def _to_host(version: AgreementVersion, request: SigningRequest, key: str) -> bool:
    facts = version.content["facts"] if version.content else {}
    student = " ".join(filter(None, (facts.get("given_names"), facts.get("family_name"))))
    home = facts.get("sending_name", "")

    def write() -> Letter:
        return Letter(
            subject=_("Please sign: the agreement of %(student)s") % {"student": student},
            paragraphs=(
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
            link=Link(
                _("Read and sign the agreement"), url_for("signing:sign", token_for(request.link))
            ),
        )

    outbox.post(
        key=key,
        to=Recipient(request.email, "en"),
        write=write,
        reply_to=outbox.office_address(),
        # The link in it is the signature of the host.
        readable=Readable.BY_NOBODY_ELSE,
    )
    return True


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
    for each in looking_after(stay):
        outbox.post(
            key=f"{key}:{each.pk}",
            to=each,
            write=lambda: Letter(
                subject=_("An agreement is signed by everybody"),
                paragraphs=(_("Its page has the signed copy."),),
                link=_office(stay),
            ),
        )
    for request in version.requests.filter(side=Signer.HOST).exclude(signed_name=""):
        _tell_host(request, f"{key}:host:{request.pk}")


def _tell_host(request: SigningRequest, key: str) -> OutboxMail:
    def write() -> Letter:
        return Letter(
            subject=_("Everybody signed; here is your copy"),
            paragraphs=(_("The page has the signed agreement as a PDF. It stays readable."),),
            link=Link(_("Open the agreement"), url_for("signing:sign", token_for(request.link))),
        )

    return outbox.post(
        key=key,
        to=Recipient(request.email, "en"),
        write=write,
        reply_to=outbox.office_address(),
        readable=Readable.BY_NOBODY_ELSE,
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
    for each in looking_after(stay):
        outbox.post(
            key=f"{key}:{each.pk}",
            to=each,
            write=lambda: Letter(
                subject=_("An agreement was refused"),
                paragraphs=(_("Its page says why. A next version is open."),),
                link=_office(stay),
            ),
        )


def handed_on(version: AgreementVersion, before: SigningRequest, after: SigningRequest) -> None:
    """Tell the office that another person of the host is asked now."""
    stay = version.agreement.stay
    for each in looking_after(stay):
        outbox.post(
            key=f"agreement-handed-on:{after.pk}:{each.pk}",
            to=each,
            write=lambda: Letter(
                subject=_("The host passed an agreement on"),
                paragraphs=(
                    _("Now %(name)s is asked to sign. Look whether that is right.")
                    % {"name": after.name},
                ),
                link=_office(stay),
            ),
        )


def paper_came(version: AgreementVersion) -> None:
    """Tell the office that a signed paper waits to be checked."""
    stay = version.agreement.stay
    for each in looking_after(stay):
        outbox.post(
            key=f"agreement-paper:{version.pk}:{each.pk}",
            to=each,
            write=lambda: Letter(
                subject=_("A signed paper came from the host"),
                paragraphs=(_("Look at it and say whether it is signed."),),
                link=_office(stay),
            ),
        )


def _to_student(key: str, stay: Stay, subject: Text, text: Text) -> None:
    def write() -> Letter:
        return Letter(
            subject=subject(),
            paragraphs=(text(),),
            link=Link(_("Your agreement"), url_for("stays:agreement", stay.uuid)),
        )

    outbox.post(key=key, to=stay.student, write=write)


def _office(stay: Stay) -> Link:
    return Link(_("The agreement"), url_for("office:stay-agreement", stay.uuid))
