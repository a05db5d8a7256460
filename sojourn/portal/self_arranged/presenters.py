"""Places that students found themselves, as they see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sojourn.advising import self_arranged_lists
from sojourn.advising.models import Message, SelfArrangedPlace, SelfArrangedState
from sojourn.catalogue.models import OpportunityKind, PublicationStatus
from sojourn.catalogue.snapshot.types import Records
from sojourn.common.languages import plain
from sojourn.common.translated_fields import text_of
from sojourn.design import components
from sojourn.portal.questions import presenters
from sojourn.portal.shared import formatting, map_places, urls
from sojourn.portal.shared.links import Link

TONES = {
    SelfArrangedState.WAITING: "",
    SelfArrangedState.ASKED_BACK: "warn",
    SelfArrangedState.APPROVED: "good",
    SelfArrangedState.DECLINED: "bad",
    SelfArrangedState.WITHDRAWN: "quiet",
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
class SelfArrangedPage:
    number: str
    subject: str
    where: str
    state: str
    tone: str
    says: str
    facts: tuple[components.Fact, ...]
    messages: tuple[components.Message, ...]
    may_change: bool
    ways: tuple[Link, ...]
    """Where an approved place leads: its page, its costs, the top five."""


def rows(found: Iterable[SelfArrangedPlace]) -> tuple[Row, ...]:
    return tuple(
        Row(
            subject=place.subject,
            where=self_arranged_lists.host_and_place(place),
            href=reverse("self-arranged:place", kwargs={"number": place.pk}),
            state=_state(place.state),
            tone=TONES[SelfArrangedState(place.state)],
            changed_at=place.changed_at,
        )
        for place in found
    )


def near(records: Records, name: str, country: str = "") -> tuple[NearOne, ...]:
    found = self_arranged_lists.similar_institutions(records, name, country)
    return tuple(
        NearOne(
            slug=one.institution.slug,
            name=str(one.institution.name),
            where=map_places.where(one.institution),
            href=urls.institution(one.institution.slug),
        )
        for one in found
    )


def page(place: SelfArrangedPlace, written: Iterable[Message]) -> SelfArrangedPage:
    number = {"number": place.pk}
    return SelfArrangedPage(
        number=str(place.pk),
        subject=place.subject,
        where=self_arranged_lists.host_and_place(place),
        state=_state(place.state),
        tone=TONES[SelfArrangedState(place.state)],
        says=_what_next(place.state),
        facts=facts(place),
        messages=tuple(
            presenters.message(
                one,
                lambda file: reverse("self-arranged:file", kwargs={**number, "file": file.pk}),
            )
            for one in written
        ),
        may_change=place.state in (SelfArrangedState.WAITING, SelfArrangedState.ASKED_BACK),
        ways=_ways(place),
    )


def facts(place: SelfArrangedPlace) -> tuple[components.Fact, ...]:
    parts = (
        (_("What"), str(OpportunityKind(place.kind).label)),
        (_("When"), f"{formatting.day(place.starts_on)} – {formatting.day(place.ends_on)}"),
        (_("Department or group"), place.department),
        (_("Supervisor"), place.supervisor_name),
        (_("Fits in"), _window(place)),
    )
    return tuple(components.Fact(label, value) for label, value in parts if value)


def as_typed(place: SelfArrangedPlace) -> dict[str, Any]:
    """Return what was said, for the form that changes it."""
    known = place.institution
    fields = (
        "city", "country", "website", "department", "supervisor_name", "supervisor_email",
        "kind", "subject", "starts_on", "ends_on",
    )  # fmt: skip
    typed: dict[str, Any] = {name: getattr(place, name) for name in fields}
    typed["institution"] = known.slug if known else "another"
    typed["institution_name"] = plain(text_of(known, "name")) if known else place.institution_name
    return typed


def _window(place: SelfArrangedPlace) -> str:
    window = place.window
    return str(text_of(window, "name")) if window else ""


def _ways(place: SelfArrangedPlace) -> tuple[Link, ...]:
    opportunity = place.opportunity
    if opportunity is None or opportunity.status == PublicationStatus.WITHDRAWN:
        return ()
    slug = {"slug": opportunity.slug}
    return (
        Link(_("Add to my top five"), urls.add_to_top_five(opportunity.slug)),
        Link(_("The page of this place"), urls.opportunity(opportunity.slug)),
        Link(_("Costs and grants"), reverse("plan:costs", kwargs=slug)),
        Link(_("The language"), reverse("plan:language", kwargs=slug)),
    )


def _state(state: str) -> str:
    return {
        SelfArrangedState.WAITING: _("The office looks at it"),
        SelfArrangedState.ASKED_BACK: _("The office asks you something"),
        SelfArrangedState.APPROVED: _("Approved"),
        SelfArrangedState.DECLINED: _("Not approved"),
        SelfArrangedState.WITHDRAWN: _("Withdrawn"),
    }[SelfArrangedState(state)]


def _what_next(state: str) -> str:
    return {
        SelfArrangedState.WAITING: _(
            "You get a mail as soon as the office has written or decided."
        ),
        SelfArrangedState.ASKED_BACK: _("Read what the office wants to know, and reply below."),
        SelfArrangedState.APPROVED: _("It is now a place like any other, in your plan only."),
        SelfArrangedState.DECLINED: _("The reason is below. Reply if something has changed."),
        SelfArrangedState.WITHDRAWN: _(
            "You have withdrawn it. You can report another place at any time."
        ),
    }[SelfArrangedState(state)]
