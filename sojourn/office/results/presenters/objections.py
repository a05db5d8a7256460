"""Objections for the office: the list of a round, and one with its thread."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from sojourn.design.components import Cell, Column, Message, Table
from sojourn.office.results.presenters.allocation import Tab, tabs
from sojourn.office.shared import people
from sojourn.people.models import User
from sojourn.selection.models import Objection, Round
from sojourn.selection.offers import moment, place_name
from sojourn.selection.permissions import may_decide
from sojourn.selection.states import ObjectionState


@dataclass(frozen=True)
class ListPage:
    title: str
    slug: str
    is_example: bool
    tabs: tuple[Tab, ...]
    until: str
    table: Table
    is_empty: bool


@dataclass(frozen=True)
class Place:
    key: str
    title: str


@dataclass(frozen=True)
class ObjectionsPage:
    title: str
    slug: str
    uuid: str
    student: people.PersonLink
    code: str
    state: str
    may_decide: bool
    outcome: str
    decided: str
    messages: tuple[Message, ...]
    places: tuple[Place, ...]
    """Where a seat more could be offered to this student."""


def list_page(reader: User, round_: Round) -> ListPage:
    """Those to be decided first, the oldest on top."""
    found = list(
        Objection.objects.visible_to(reader)
        .filter(application__round=round_)
        .select_related("application__owner")
    )
    found.sort(key=lambda each: (each.state != ObjectionState.OPEN, each.made_at))
    return ListPage(
        title=round_.title,
        slug=round_.slug,
        is_example=round_.is_example,
        tabs=tabs(round_, reader),
        until=moment(round_.publication.objections_until),
        table=Table(
            _("Objections"),
            (Column(_("Student")), Column(_("Made")), Column(_("State"))),
            [
                (
                    Cell(str(each.application.owner), people.address_of(each.application.owner)),
                    Cell(
                        moment(each.made_at),
                        reverse("office:objection", args=[round_.slug, each.uuid]),
                    ),
                    Cell(str(each.get_state_display())),
                )
                for each in found
            ],
        ),
        is_empty=not found,
    )


def page(reader: User, found: Objection) -> ObjectionsPage:
    """Show one objection, and whether the reader may decide it."""
    application = found.application
    decided = ""
    if found.decided_at is not None:
        decided = _("%(who)s, %(when)s") % {
            "who": found.decided_by or "–",
            "when": moment(found.decided_at),
        }
    return ObjectionsPage(
        title=application.round.title,
        slug=application.round.slug,
        uuid=str(found.uuid),
        student=people.link(application.owner),
        code=application.code,
        state=str(found.get_state_display()),
        may_decide=found.state == ObjectionState.OPEN and may_decide(reader, application),
        outcome=found.outcome,
        decided=decided,
        messages=tuple(
            Message(
                who=str(each.author or "–"),
                mine=each.author_id != application.owner_id,
                at=each.at,
                text=each.text,
            )
            for each in found.messages.select_related("author")
        ),
        places=tuple(
            Place(each.opportunity.key, place_name(each.opportunity))
            for each in application.choices.select_related("opportunity__opportunity")
        ),
    )
