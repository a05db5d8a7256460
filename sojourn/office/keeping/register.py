"""The register of processing: what is done with data about people, as article 30 GDPR asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.languages import page_language
from sojourn.design.components import Fact
from sojourn.mobility import whereabouts
from sojourn.office.keeping.presenters import KINDS, days
from sojourn.people import delivery, security_log


@dataclass(frozen=True)
class Activity:
    """Something that is done with data about people."""

    key: str
    title: str
    purpose: str
    whose: str
    data: str
    readers: str
    goes_to: str
    kept: str

    @property
    def facts(self) -> tuple[Fact, ...]:
        return (
            Fact(_("About whom"), self.whose),
            Fact(_("Which data"), self.data),
            Fact(_("Who sees it"), self.readers),
            Fact(_("Who gets it"), self.goes_to),
            Fact(_("Kept"), self.kept),
        )


@dataclass(frozen=True)
class RegisterPage:
    facts: tuple[Fact, ...]
    activities: tuple[Activity, ...]


def page() -> RegisterPage:
    """Write down each activity, with the times of the rules that hold today."""
    records = current_snapshot().records
    language = page_language()
    return RegisterPage(
        facts=(
            Fact(
                _("Responsible"),
                records.institutions[records.edition.home].name.in_language(language),
            ),
            Fact(_("For"), records.edition.name.in_language(language)),
            Fact(
                _("Where the data is"),
                _("On the server of this site and in its backups. Sojourn sends it nowhere else."),
            ),
            Fact(
                _("How it is protected"),
                _(
                    "Roles for each degree programme, a second step for staff, encryption on the "
                    "way, a log of who read about whom, and times after which records go."
                ),
            ),
            Fact(
                _("For the institution to add"),
                _(
                    "The legal ground of each activity, the data protection officer, and who hosts "
                    "the server."
                ),
            ),
        ),
        activities=tuple(_activities()),
    )


def _kept(name: str) -> str:
    said = next(each for each in KINDS if each.kind.name == name)
    return f"{days(said.kind.days)} {said.begins}"


def _activities() -> Iterator[Activity]:
    students, office = _("Students"), _("The office, for its own degree programmes")
    nobody = _("Nobody outside")
    yield Activity(
        "accounts",
        _("Accounts and sign-in"),
        _("To know who somebody is, and to let nobody else in."),
        _("Students, and those who work in the office"),
        _(
            "Name, mail address, student number, European Student Identifier, password (as a "
            "hash), second step, sessions with device and time, roles."
        ),
        _("The person, the office; roles are given by operators"),
        _("Nobody outside; a provider of single sign-on, if there is one, tells who signs in"),
        _kept("accounts"),
    )
    yield Activity(
        "plan",
        _("Plan and top five"),
        _("To show what fits and what it costs, and to prepare a talk."),
        students,
        _("Programme and year, languages, budget, passport group, wishes, top five, own costs."),
        _("The person; the office sees profile and top five of whoever comes to talk"),
        nobody,
        _("With the account; without an account for two weeks"),
    )
    yield Activity(
        "appointments",
        _("Appointments and the walk-in hour"),
        _("To give advice in person."),
        students,
        _("Time, subject, question, notes, agreed steps."),
        office,
        nobody,
        _kept("appointments"),
    )
    yield Activity(
        "questions",
        _("Questions"),
        _("To answer questions, and to publish answers that help others, without names."),
        _("Students and visitors"),
        _("Name and mail address of visitors, messages, files."),
        office,
        nobody,
        _kept("questions"),
    )
    yield Activity(
        "selection",
        _("Selection rounds"),
        _("To give seats by rules that everybody can check."),
        students,
        _(
            "Choices, motivation, CV, transcript, referees, grades and ECTS from the student "
            "administration, scores, offers, objections."
        ),
        _(
            "The office; reviewers read what was given to them, without names where the round "
            "says so"
        ),
        _("The host gets the nomination: name, mail address, programme"),
        _kept("applications"),
    )
    yield Activity(
        "self-arranged",
        _("Self-arranged places"),
        _("To check a place that a student found."),
        _("Students, and supervisors at hosts"),
        _("Host, department, name and mail address of the supervisor, messages, files."),
        office,
        nobody,
        _kept("self_arranged"),
    )
    yield Activity(
        "stays",
        _("Stays abroad"),
        _("To arrange a stay and its recognition, and to know who is away."),
        students,
        _("Days, hosts with their contacts, steps, changes, exceptions, endings."),
        _("The office; the Board of Examiners for what it decides"),
        _("Hosts, for what they sign"),
        _kept("stays"),
    )
    yield Activity(
        "money",
        _("Money of stays"),
        _("To promise, pay and settle grants by their rules."),
        students,
        _(
            "Grants with their rule, days and amounts, payments with the reference of the finance "
            "office; never a bank number."
        ),
        _("The student; who decides about the stay, and nobody else of the office"),
        _("The finance office: name, student number and amounts"),
        _kept("stays"),
    )
    yield Activity(
        "away",
        _("Emergencies abroad"),
        _("To reach students, and whom they named, when something happens where they are."),
        _("Students abroad, and people at home whom they name"),
        _(
            "Telephone and address there, emergency contacts with what they may be told, trips; in "
            "an incident what each answered and who called whom; who read it."
        ),
        _("The person; the emergency team, a role of its own, and nobody else"),
        _("Nobody outside; each night a sealed file on another machine, where that is set up"),
        _("How somebody is reached: %(reached)s. Incidents: %(incidents)s. Who read it: %(read)s")
        % {
            "reached": _kept("whereabouts"),
            "incidents": _kept("incidents"),
            "read": days(whereabouts.KEEP_READINGS.days),
        },
    )
    yield Activity(
        "experiences",
        _("Experiences and messages"),
        _("To let students learn from those who went before."),
        _("Returned students, supervisors"),
        _("Report, photo, what was agreed to be public; who wrote to whom, never what."),
        _("Everybody reads what its writer agreed to publish; the rest is the office's"),
        nobody,
        _("A report until its writer takes it back; messages: %(time)s")
        % {"time": _kept("messages")},
    )
    yield Activity(
        "mail",
        _("Mail from Sojourn"),
        _("To tell people what happened and what they have to do."),
        _("Everybody with an account, and who asked something"),
        _("Address, subject, text."),
        _("The office sees subjects of its students; operators the text"),
        _("The mail server"),
        _("The text %(text)d days after it was sent, the subject %(row)d days")
        % {"text": delivery.KEEP_CONTENT.days, "row": delivery.KEEP_ROW.days},
    )
    yield Activity(
        "logs",
        _("Security log and history"),
        _("To find misuse and faults, and to show who decided what."),
        _("Everybody with an account"),
        _("Numbers of accounts, what was done, when; no content."),
        _("Operators; the history of a record by whoever sees the record"),
        nobody,
        ngettext(
            "The log %(days)d day; history as long as its record, then without names",
            "The log %(days)d days; history as long as its record, then without names",
            security_log.KEPT.days,
        )
        % {"days": security_log.KEPT.days},
    )
