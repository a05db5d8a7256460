"""Mail about what waits for the Board, what it asks, and what it decided."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sojourn.common.urls import url_for
from sojourn.mobility.models import BoardDecision, BoardMandate, BoardRequest, Outcome
from sojourn.people import outbox
from sojourn.people.models import User
from sojourn.people.outbox import Letter, Link
from sojourn.people.permissions import holds
from sojourn.people.roles import Role


def members_for(request: BoardRequest) -> list[User]:
    """Name the members of the Board that decides about a request."""
    found = User.objects.holding(Role.BOARD)
    return [each for each in found if holds(each, {Role.BOARD}, request)]


def something_waits(request: BoardRequest) -> None:
    """Tell the members that something waits, at most once a day each."""
    today = timezone.localdate().isoformat()
    for each in members_for(request):
        outbox.post(
            key=f"board-waits:{each.pk}:{today}",
            to=each,
            write=lambda: Letter(
                subject=_("Something waits for the Board of Examiners"),
                paragraphs=(
                    _("The desk of the Board shows what waits, the most urgent first."),
                    _("We write about this at most once a day."),
                ),
                link=Link(_("The Board's desk"), url_for("office:board")),
            ),
        )


def asked_back(request: BoardRequest) -> None:
    """Tell whoever asked that the Board has a question."""
    key = f"board-question:{request.uuid}:{request.revision}"
    student = request.stay.student if request.stay is not None else None
    to = student or request.asked_by
    if to is None:
        return

    def write() -> Letter:
        return Letter(
            subject=_("The Board of Examiners asks you something"),
            paragraphs=(_("It decides when it has your answer."),),
            link=_page(request),
        )

    outbox.post(key=key, to=to, write=write)


def decided(decision: BoardDecision) -> None:
    """Tell the student, or for a group whoever asked, what was decided and until when to appeal."""
    request = decision.request
    to = request.stay.student if request.stay is not None else request.asked_by
    if to is None:
        return

    def write() -> Letter:
        outcome = Outcome(decision.outcome).label
        paragraphs = [_("The letter is on the page, with the reasons and what you can do.")]
        if decision.appeal_until is not None:
            day = date_format(decision.appeal_until, "j F Y")
            paragraphs.append(_("You can appeal until %(day)s.") % {"day": day})
        return Letter(
            subject=_("The Board of Examiners decided: %(outcome)s") % {"outcome": outcome},
            paragraphs=tuple(paragraphs),
            link=_page(request),
        )

    outbox.post(key=f"board-decision:{decision.uuid}", to=to, write=write)


def mandate_given(mandate: BoardMandate) -> None:
    """Tell somebody that they decide for the Board, and until when."""
    outbox.post(
        key=f"board-mandate:{mandate.uuid}",
        to=mandate.holder,
        write=lambda: Letter(
            subject=_("You decide for the Board of Examiners"),
            paragraphs=(
                _("Your mandate ends on %(day)s. Its page says what it is for.")
                % {"day": date_format(mandate.ends_on, "j F Y")},
            ),
            link=Link(_("Mandates"), url_for("office:board-mandates")),
        ),
    )


def _page(request: BoardRequest) -> Link:
    if request.stay is None:
        return Link(_("The request"), url_for("office:board-request", request.uuid))
    return Link(_("Your requests to the Board"), url_for("stays:board", request.stay.uuid))
