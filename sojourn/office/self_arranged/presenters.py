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

from sojourn.advising import self_arranged_lists
from sojourn.advising.models import Message, SelfArrangedPlace, SelfArrangedState, Side
from sojourn.advising.permissions import may_advise, may_decide_on_place
from sojourn.catalogue.models import OpportunityKind, PublicationStatus
from sojourn.catalogue.snapshot.types import Records
from sojourn.common.folding import by_name
from sojourn.common.urls import url_for
from sojourn.design import components
from sojourn.office.questions.presenters.questions import PageLink, file_link
from sojourn.office.shared import formatting, lists, people
from sojourn.people.models import User

TONES = {
    SelfArrangedState.WAITING: "warn",
    SelfArrangedState.ASKED_BACK: "",
    SelfArrangedState.APPROVED: "good",
    SelfArrangedState.DECLINED: "bad",
    SelfArrangedState.WITHDRAWN: "quiet",
}


@dataclass(frozen=True)
class SelfArrangedPage:
    number: str
    subject: str
    student: people.PersonLink
    address: str
    where: str
    state: str
    tone: str
    age: str
    facts: tuple[components.Fact, ...]
    near: tuple[PageLink, ...]
    """Known institutions that a new one may be."""
    messages: tuple[components.Message, ...]
    may_write: bool
    may_decide: bool
    may_publish: bool
    public_page: str
    """Where everybody sees it, once it is published."""
    decided: str


def kind() -> lists.Kind[SelfArrangedPlace]:
    return lists.Kind(
        caption=_("Self-arranged places"),
        columns=(
            lists.Column("place", gettext_lazy("Subject"), ("subject__folded",)),
            lists.Column("where", gettext_lazy("Where")),
            lists.Column(
                "student",
                gettext_lazy("Student"),
                by_name("student"),
            ),
            lists.Column("state", gettext_lazy("State"), ("state", "changed_at")),
            lists.Column("begins", gettext_lazy("First day"), ("starts_on",)),
            lists.Column("since", gettext_lazy("Since"), ("changed_at",)),
        ),
        row=_row,
        empty=_("No student has reported a place yet."),
        first_order="since",
        filters=(
            lists.Filter(
                "state", gettext_lazy("State"), tuple(SelfArrangedState.choices), _in_state
            ),
        ),
        search=self_arranged_lists.matching,
        name="self-arranged-places",
    )


def page(
    reader: User,
    records: Records,
    place: SelfArrangedPlace,
    written: Sequence[Message],
    now: dt.datetime,
) -> SelfArrangedPage:
    """Show a place, and what the reader may do with it."""
    decides = may_decide_on_place(reader, place)
    opportunity = place.opportunity
    is_public = opportunity is not None and opportunity.status == PublicationStatus.PUBLISHED
    return SelfArrangedPage(
        number=str(place.pk),
        subject=place.subject,
        student=people.link(place.student),
        address=place.student.email,
        where=self_arranged_lists.host_and_place(place),
        state=str(SelfArrangedState(place.state).label),
        tone=TONES[SelfArrangedState(place.state)],
        age=formatting.age(place.waiting_since, now) if place.waiting_since else "",
        facts=_facts(place),
        near=_near(records, place),
        messages=tuple(_message(place, one) for one in written),
        may_write=may_advise(reader, place),
        may_decide=decides
        and place.state in (SelfArrangedState.WAITING, SelfArrangedState.ASKED_BACK),
        may_publish=decides and opportunity is not None and not is_public,
        public_page=url_for("portal:opportunity", opportunity.slug)
        if opportunity and is_public
        else "",
        decided=_decided(place),
    )


def address(place: SelfArrangedPlace) -> str:
    return reverse("office:self-arranged-place", kwargs={"number": place.pk})


def windows(records: Records, first_programme: str) -> list[tuple[str, str]]:
    """Every mobility window; those of the student's own programme come first."""
    found = sorted(records.windows.values(), key=lambda window: window.programme != first_programme)
    return [
        (window.slug, f"{records.programmes[window.programme].short_name}: {window.name}")
        for window in found
    ]


def likely_position(records: Records, place: SelfArrangedPlace) -> tuple[float, float] | None:
    """Where a new host may be: where another institution of the same city does."""
    city = place.city.casefold()
    for one in records.institutions.values():
        if one.latitude is None or one.longitude is None or one.country != place.country:
            continue
        if city in (city.casefold() for city in one.city.values()):
            return one.latitude, one.longitude
    return None


def _row(place: SelfArrangedPlace) -> lists.Row:
    state = SelfArrangedState(place.state)
    since = place.waiting_since or place.changed_at
    return lists.Row(
        key=str(place.pk),
        cells=(
            lists.Cell(place.subject, address(place)),
            lists.Cell(self_arranged_lists.host_and_place(place)),
            people.cell(place.student),
            lists.Cell(state.label, tone=TONES[state]),
            lists.Cell(date_format(place.starts_on, "j F Y")),
            lists.Cell(formatting.age(since, timezone.now())),
        ),
    )


def _in_state(found: QuerySet[SelfArrangedPlace], value: str) -> QuerySet[SelfArrangedPlace]:
    return found.filter(state=value)


def _facts(place: SelfArrangedPlace) -> tuple[components.Fact, ...]:
    days = (place.starts_on, place.ends_on)
    window = place.window
    rows: Iterable[tuple[str, str, str]] = (
        (_("What"), str(OpportunityKind(place.kind).label), ""),
        (_("When"), " – ".join(date_format(day, "j F Y") for day in days), ""),
        (_("Department or group"), place.department, ""),
        (_("Supervisor"), place.supervisor_name, ""),
        (_("Their mail address"), place.supervisor_email, ""),
        (_("Website"), place.website, place.website),
        (_("Fits in"), str(window.name) if window else "", ""),
    )
    return tuple(components.Fact(label, value, href) for label, value, href in rows if value)


def _near(records: Records, place: SelfArrangedPlace) -> tuple[PageLink, ...]:
    if place.institution_id is not None or place.opportunity_id is not None:
        return ()
    found = self_arranged_lists.similar_institutions(records, place.institution_name, place.country)
    return tuple(
        PageLink(
            str(one.institution.name),
            url_for("portal:institution", one.institution.slug),
        )
        for one in found
    )


def _message(place: SelfArrangedPlace, written: Message) -> components.Message:
    mine = written.side == Side.OFFICE
    number = {"number": place.pk}
    return components.Message(
        who=(str(written.author) if written.author else _("The office"))
        if mine
        else str(place.student),
        mine=mine,
        at=written.written_at,
        text=written.text,
        files=tuple(
            file_link(
                file, reverse("office:self-arranged-place-file", kwargs={**number, "file": file.pk})
            )
            for file in written.files.all()
        ),
        number=written.number,
    )


def _decided(place: SelfArrangedPlace) -> str:
    if place.decided_at is None:
        return ""
    return _("Decided by %(name)s on %(day)s") % {
        "name": place.decided_by or _("someone who left"),
        "day": date_format(timezone.localtime(place.decided_at), "j F Y"),
    }
