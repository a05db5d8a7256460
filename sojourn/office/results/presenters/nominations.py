"""The nomination list of each host: on the page, and as what the files are made from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue.models import Institution
from sojourn.office.results.documents.nominations import Host, Nominee, Sheet
from sojourn.office.results.presenters.allocation import Tab, tabs
from sojourn.office.shared import people
from sojourn.people.models import AuditEvent, User
from sojourn.selection.models import Offer, Round, RoundOpportunity
from sojourn.selection.nominations import (
    HostList,
    nameless_sentence,
    nomination_list,
    nomination_lists,
)
from sojourn.selection.offers import moment, place_name
from sojourn.selection.permissions import decided_by, may_decide


@dataclass(frozen=True)
class File:
    title: str
    href: str


@dataclass(frozen=True)
class Student:
    """One student on a host's list."""

    name: people.PersonLink
    email: str
    programme: str
    standing: str
    confirm_href: str
    """Where to say that the host has confirmed this student; empty when there is nothing to say."""


@dataclass(frozen=True)
class ListPart:
    """One host's list."""

    key: str
    place: str
    deadline: str
    is_due: bool
    students: tuple[Student, ...]
    may_mark: bool
    """Whether the reader may say that the list was sent, or that the host confirmed it."""
    to_send: int
    sent: int
    unanswered: str
    nameless: str
    """That somebody has no name yet, so that the list cannot go out; empty where all have one."""
    cancelled: tuple[str, ...]
    files: tuple[File, ...]


@dataclass(frozen=True)
class NominationsPage:
    title: str
    slug: str
    is_example: bool
    tabs: tuple[Tab, ...]
    lists: tuple[ListPart, ...]


def page(reader: User, round_: Round, today: dt.date) -> NominationsPage:
    """Every host of the round, the nearest nomination day first."""
    found = sorted(
        nomination_lists(round_, reader),
        key=lambda each: each.opportunity.nomination_deadline or dt.date.max,
    )
    return NominationsPage(
        title=round_.title,
        slug=round_.slug,
        is_example=round_.is_example,
        tabs=tabs(round_, reader),
        lists=tuple(_list(reader, round_, each, today) for each in found),
    )


def _list(reader: User, round_: Round, host_list: HostList, today: dt.date) -> ListPart:
    place = host_list.opportunity
    deadline = place.nomination_deadline
    unanswered = ""
    if host_list.unanswered:
        unanswered = ngettext(
            "%(count)d offer is still to be answered.",
            "%(count)d offers are still to be answered.",
            host_list.unanswered,
        ) % {"count": host_list.unanswered}
    return ListPart(
        key=place.key,
        place=place_name(place),
        deadline=_("nominate by %(day)s") % {"day": date_format(deadline, "j F Y")}
        if deadline
        else _("the nomination deadline is not known"),
        is_due=host_list.is_due(today),
        students=_students(round_, host_list, decided_by(reader, round_.applications.all())),
        may_mark=may_decide(reader),
        to_send=len(host_list.to_send),
        sent=len(host_list.sent),
        unanswered=unanswered,
        nameless=nameless_sentence() if host_list.nameless else "",
        cancelled=(
            *(str(each.offer.application.owner) for each in host_list.cancelled),
            *_deleted(reader, round_, place),
        ),
        files=tuple(
            File(title, reverse(f"office:nominations-{kind}", args=[round_.slug, place.key]))
            for kind, title in (
                ("xlsx", _("Spreadsheet")),
                ("pdf", _("PDF")),
                ("json", _("Data")),
            )
        )
        if host_list.everybody and not host_list.nameless
        else (),
    )


def _students(round_: Round, host_list: HostList, may_decide_on: set[int]) -> tuple[Student, ...]:
    rows = [
        *((each, _("to be nominated"), False) for each in host_list.to_send),
        *(
            (each.offer, _("sent %(when)s") % {"when": moment(each.sent_at)}, True)
            for each in host_list.sent
        ),
        *(
            (each.offer, _("confirmed %(when)s") % {"when": moment(each.confirmed_at)}, False)
            for each in host_list.confirmed
            if each.confirmed_at
        ),
    ]
    return tuple(
        Student(
            name=people.link(offer.application.owner),
            email=offer.application.owner.email,
            programme=_programme(offer),
            standing=_("%(standing)s, still waiting for a higher choice") % {"standing": standing}
            if offer.meaning.waits_for_higher
            else standing,
            confirm_href=reverse(
                "office:nomination-confirmed",
                args=[round_.slug, host_list.opportunity.key, offer.uuid],
            )
            if waits and offer.application_id in may_decide_on
            else "",
        )
        for offer, standing, waits in rows
    )


def _deleted(reader: User, round_: Round, place: RoundOpportunity) -> tuple[str, ...]:
    """Who was named there and has deleted their account since; only the code is left."""
    events = AuditEvent.objects.visible_to(reader).filter(
        action="round.applicant_deleted",
        object_type=round_._meta.label_lower,
        object_id=str(round_.pk),
    )
    return tuple(
        _("an applicant who deleted their account (%(code)s)") % {"code": each.details["code"]}
        for each in events
        if place.key in each.details["nominated"]
    )


def _programme(offer: Offer) -> str:
    programme = offer.application.programme
    return str(programme.name) if programme else ""


def sheet(reader: User, place: RoundOpportunity) -> Sheet:
    """One host's list as its files hold it."""
    host_list = nomination_list(place, reader)
    entry = place.opportunity
    home = Institution.objects.filter(is_home=True).first()
    link = entry.host_links.select_related("institution").first()
    named = {each.offer_id for each in (*host_list.sent, *host_list.confirmed)}
    confirmed = {each.offer_id for each in host_list.confirmed}
    return Sheet(
        title=_("Nominations: %(place)s") % {"place": place_name(place)},
        opportunity=place.key,
        academic_year=place.round.academic_year,
        deadline=place.nomination_deadline,
        made_on=timezone.localdate(),
        is_example=place.round.is_example,
        home=_host(home),
        host=_host(link.institution if link else None),
        starts_on=entry.starts_on,
        ends_on=entry.ends_on,
        nominees=tuple(
            Nominee(
                given_name=each.application.owner.first_name,
                family_name=each.application.owner.last_name,
                email=each.application.owner.email,
                programme=_programme(each),
                isced_f=each.application.programme.isced_f if each.application.programme else "",
                level=each.application.programme.level if each.application.programme else "",
                year=each.application.year,
                standing="confirmed"
                if each.pk in confirmed
                else "sent"
                if each.pk in named
                else "to-be-named",
            )
            for each in host_list.everybody
        ),
    )


def _host(institution: Institution | None) -> Host:
    if institution is None:
        return Host("", "", "", "")
    return Host(
        str(institution.name),
        institution.schac,
        institution.erasmus_code,
        str(institution.country),
    )
