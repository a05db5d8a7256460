"""Places that students found, as the office sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising import proposal_lists
from sojourn.advising.models import Message, Proposal, ProposalState, Side
from sojourn.catalogue.models import OpportunityKind, PublicationStatus
from sojourn.catalogue.names import page_language
from sojourn.catalogue.snapshot.types import Records
from sojourn.common.addresses import page_path
from sojourn.design import parts
from sojourn.office.questions.presenters.questions import PageLink, file_link
from sojourn.office.shared import formatting, lists

TONES = {
    ProposalState.WAITING: "warn",
    ProposalState.ASKED_BACK: "",
    ProposalState.APPROVED: "good",
    ProposalState.DECLINED: "bad",
    ProposalState.WITHDRAWN: "quiet",
}


@dataclass(frozen=True)
class Page:
    number: str
    subject: str
    student: str
    address: str
    where: str
    state: str
    tone: str
    age: str
    facts: tuple[parts.Fact, ...]
    near: tuple[PageLink, ...]
    """Known institutions that a new one may be."""
    messages: tuple[parts.Message, ...]
    may_decide: bool
    may_publish: bool
    public_page: str
    """Where everybody sees it, once it is published."""
    decided: str


def kind() -> lists.Kind[Proposal]:
    return lists.Kind(
        caption=_("Own places"),
        columns=(
            lists.Column("place", gettext_lazy("Subject"), ("subject",)),
            lists.Column("where", gettext_lazy("Where")),
            lists.Column("student", gettext_lazy("Student"), ("student__last_name",)),
            lists.Column("state", gettext_lazy("State"), ("state", "changed_at")),
            lists.Column("begins", gettext_lazy("First day"), ("starts_on",)),
            lists.Column("since", gettext_lazy("Since"), ("changed_at",)),
        ),
        row=_row,
        empty=_("Nobody has told of a place yet."),
        first_order="since",
        filters=(
            lists.Filter("state", gettext_lazy("State"), tuple(ProposalState.choices), _in_state),
        ),
        search=proposal_lists.with_words,
    )


def page(
    records: Records, proposal: Proposal, written: Sequence[Message], now: dt.datetime
) -> Page:
    place = proposal.opportunity
    is_public = place is not None and place.status == PublicationStatus.PUBLISHED
    return Page(
        number=str(proposal.pk),
        subject=proposal.subject,
        student=str(proposal.student),
        address=proposal.student.email,
        where=proposal_lists.host_and_place(proposal),
        state=str(ProposalState(proposal.state).label),
        tone=TONES[ProposalState(proposal.state)],
        age=formatting.age(proposal.waiting_since, now) if proposal.waiting_since else "",
        facts=_facts(proposal),
        near=_near(records, proposal),
        messages=tuple(_message(proposal, one) for one in written),
        may_decide=proposal.state in (ProposalState.WAITING, ProposalState.ASKED_BACK),
        may_publish=place is not None and not is_public,
        public_page=page_path("opportunity", place.slug, page_language())
        if place and is_public
        else "",
        decided=_decided(proposal),
    )


def address(proposal: Proposal) -> str:
    return reverse("office:own-place", kwargs={"number": proposal.pk})


def windows(records: Records, first_programme: str) -> list[tuple[str, str]]:
    """Every mobility window; those of the student's own programme come first."""
    found = sorted(records.windows.values(), key=lambda window: window.programme != first_programme)
    return [
        (window.slug, f"{records.programmes[window.programme].short_name}: {window.name}")
        for window in found
    ]


def likely_position(records: Records, proposal: Proposal) -> tuple[float, float] | None:
    """Where a new host may lie: where another institution of the same city does."""
    city = proposal.city.casefold()
    for one in records.institutions.values():
        if one.country == proposal.country and city in (
            one.city.en.casefold(),
            one.city.nl.casefold(),
        ):
            return one.latitude, one.longitude
    return None


def _row(proposal: Proposal) -> lists.Row:
    state = ProposalState(proposal.state)
    since = proposal.waiting_since or proposal.changed_at
    return lists.Row(
        key=str(proposal.pk),
        cells=(
            lists.Cell(proposal.subject, address(proposal)),
            lists.Cell(proposal_lists.host_and_place(proposal)),
            lists.Cell(str(proposal.student)),
            lists.Cell(state.label, tone=TONES[state]),
            lists.Cell(date_format(proposal.starts_on, "j F Y")),
            lists.Cell(formatting.age(since, timezone.now())),
        ),
    )


def _in_state(found: QuerySet[Proposal], value: str) -> QuerySet[Proposal]:
    return found.filter(state=value)


def _facts(proposal: Proposal) -> tuple[parts.Fact, ...]:
    days = (proposal.starts_on, proposal.ends_on)
    window = proposal.window
    said: Iterable[tuple[str, str, str]] = (
        (_("What"), str(OpportunityKind(proposal.kind).label), ""),
        (_("When"), " – ".join(date_format(day, "j F Y") for day in days), ""),
        (_("Department or group"), proposal.department, ""),
        (_("Supervisor"), proposal.supervisor_name, ""),
        (_("Their mail address"), proposal.supervisor_email, ""),
        (_("Website"), proposal.website, proposal.website),
        (_("Fits in"), str(getattr(window, f"name_{page_language()}")) if window else "", ""),
    )
    return tuple(parts.Fact(label, value, href) for label, value, href in said if value)


def _near(records: Records, proposal: Proposal) -> tuple[PageLink, ...]:
    if proposal.institution_id is not None or proposal.opportunity_id is not None:
        return ()
    found = proposal_lists.near_institutions(records, proposal.institution_name, proposal.country)
    return tuple(
        PageLink(
            str(one.institution.name),
            page_path("institution", one.institution.slug, page_language()),
        )
        for one in found
    )


def _message(proposal: Proposal, written: Message) -> parts.Message:
    mine = written.side == Side.OFFICE
    number = {"number": proposal.pk}
    return parts.Message(
        who=(str(written.author) if written.author else _("The office"))
        if mine
        else str(proposal.student),
        mine=mine,
        at=written.written_at,
        text=written.text,
        files=tuple(
            file_link(file, reverse("office:own-place-file", kwargs={**number, "file": file.pk}))
            for file in written.files.all()
        ),
        number=written.number,
    )


def _decided(proposal: Proposal) -> str:
    if proposal.decided_at is None:
        return ""
    return _("Decided by %(name)s on %(day)s") % {
        "name": proposal.decided_by or _("somebody who left"),
        "day": date_format(timezone.localtime(proposal.decided_at), "j F Y"),
    }
