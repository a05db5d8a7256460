"""Places that students found themselves, as they see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sojourn.advising import proposal_lists
from sojourn.advising.models import Message, Proposal, ProposalState
from sojourn.catalogue.models import OpportunityKind, PublicationStatus
from sojourn.catalogue.snapshot.types import Records
from sojourn.design import parts
from sojourn.portal.questions import presenters
from sojourn.portal.shared import formatting, map_places, urls
from sojourn.portal.shared.links import Link

TONES = {
    ProposalState.WAITING: "",
    ProposalState.ASKED_BACK: "warn",
    ProposalState.APPROVED: "good",
    ProposalState.DECLINED: "bad",
    ProposalState.WITHDRAWN: "quiet",
}


@dataclass(frozen=True)
class Row:
    subject: str
    where: str
    href: str
    state: str
    tone: str
    changed_at: dt.datetime


@dataclass(frozen=True)
class NearOne:
    slug: str
    name: str
    where: str
    href: str


@dataclass(frozen=True)
class Page:
    number: str
    subject: str
    where: str
    state: str
    tone: str
    says: str
    facts: tuple[parts.Fact, ...]
    messages: tuple[parts.Message, ...]
    may_change: bool
    ways: tuple[Link, ...]
    """Where an approved place leads: its page, its costs, the top five."""


def rows(found: Iterable[Proposal]) -> tuple[Row, ...]:
    return tuple(
        Row(
            subject=proposal.subject,
            where=proposal_lists.host_and_place(proposal),
            href=reverse("own-places:place", kwargs={"number": proposal.pk}),
            state=_state(proposal.state),
            tone=TONES[ProposalState(proposal.state)],
            changed_at=proposal.changed_at,
        )
        for proposal in found
    )


def near(records: Records, name: str, country: str = "") -> tuple[NearOne, ...]:
    found = proposal_lists.near_institutions(records, name, country)
    return tuple(
        NearOne(
            slug=one.institution.slug,
            name=str(one.institution.name),
            where=map_places.where(one.institution),
            href=urls.institution(one.institution.slug),
        )
        for one in found
    )


def page(proposal: Proposal, written: Iterable[Message]) -> Page:
    number = {"number": proposal.pk}
    return Page(
        number=str(proposal.pk),
        subject=proposal.subject,
        where=proposal_lists.host_and_place(proposal),
        state=_state(proposal.state),
        tone=TONES[ProposalState(proposal.state)],
        says=_what_next(proposal.state),
        facts=facts(proposal),
        messages=tuple(
            presenters.message(
                one,
                lambda file: reverse("own-places:file", kwargs={**number, "file": file.pk}),
            )
            for one in written
        ),
        may_change=proposal.state in (ProposalState.WAITING, ProposalState.ASKED_BACK),
        ways=_ways(proposal),
    )


def facts(proposal: Proposal) -> tuple[parts.Fact, ...]:
    said = (
        (_("What"), str(OpportunityKind(proposal.kind).label)),
        (_("When"), f"{formatting.day(proposal.starts_on)} – {formatting.day(proposal.ends_on)}"),
        (_("Department or group"), proposal.department),
        (_("Supervisor"), proposal.supervisor_name),
        (_("Fits in"), _window(proposal)),
    )
    return tuple(parts.Fact(label, value) for label, value in said if value)


def as_typed(proposal: Proposal) -> dict[str, Any]:
    """What was said, for the form that changes it."""
    known = proposal.institution
    fields = (
        "city", "country", "website", "department", "supervisor_name", "supervisor_email",
        "kind", "subject", "starts_on", "ends_on",
    )  # fmt: skip
    typed: dict[str, Any] = {name: getattr(proposal, name) for name in fields}
    typed["institution"] = known.slug if known else "another"
    typed["institution_name"] = (
        getattr(known, f"name_{formatting.page_language()}") if known else proposal.institution_name
    )
    return typed


def _window(proposal: Proposal) -> str:
    window = proposal.window
    return str(getattr(window, f"name_{formatting.page_language()}")) if window else ""


def _ways(proposal: Proposal) -> tuple[Link, ...]:
    place = proposal.opportunity
    if place is None or place.status == PublicationStatus.WITHDRAWN:
        return ()
    slug = {"slug": place.slug}
    return (
        Link(_("Add to my top five"), urls.add_to_top_five(place.slug)),
        Link(_("The page of this place"), urls.opportunity(place.slug)),
        Link(_("Costs and grants"), reverse("plan:costs", kwargs=slug)),
        Link(_("The language"), reverse("plan:language", kwargs=slug)),
    )


def _state(state: str) -> str:
    return {
        ProposalState.WAITING: _("The office looks at it"),
        ProposalState.ASKED_BACK: _("The office asks you something"),
        ProposalState.APPROVED: _("Approved"),
        ProposalState.DECLINED: _("Not approved"),
        ProposalState.WITHDRAWN: _("Withdrawn"),
    }[ProposalState(state)]


def _what_next(state: str) -> str:
    return {
        ProposalState.WAITING: _("You get a mail as soon as the office has written or decided."),
        ProposalState.ASKED_BACK: _("Read what the office wants to know, and write back below."),
        ProposalState.APPROVED: _(
            "It is a place like any other now, in your plan and for nobody else."
        ),
        ProposalState.DECLINED: _(
            "The reason stands below. Write back when something is different now."
        ),
        ProposalState.WITHDRAWN: _("You took it back. You can tell of another place any time."),
    }[ProposalState(state)]
