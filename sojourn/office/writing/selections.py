"""Whom a message goes to: the rows that were picked in one of the office's lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sojourn.advising.group_messages import Receiver
from sojourn.advising.permissions import advised_by
from sojourn.mobility import naming
from sojourn.mobility.models import Stay
from sojourn.office.rounds.presenters import rounds as rounds_presenter
from sojourn.office.shared import formatting, lists
from sojourn.office.stays import presenters as stays_presenter
from sojourn.office.students.presenters import list as students_presenter
from sojourn.people.models import User
from sojourn.selection.models import Application, Round
from sojourn.selection.offers import place_name
from sojourn.selection.states import ACCEPTED, AWAITS_ANSWER

ROUND = "round:"
FIELDS: dict[str, str | Promise] = {
    "name": _("what to call them"),
    "programme": _("their degree programme"),
    "round": _("the round"),
    "code": _("the code of their application"),
    "place": _("the place they were offered or go to; before that their first choice"),
    "departure": _("the first day at the host"),
}


@dataclass(frozen=True)
class Selection:
    """Who was picked, with what is known of each; those whom the writer does not advise are out."""

    about: str
    keys: tuple[str, ...]
    receivers: tuple[Receiver, ...]
    left_out: int
    fields: tuple[str, ...]


def read(request: HttpRequest, writer: User) -> Selection:
    """Read whom a form is about: picked rows of a list, all of it, or those of the form before."""
    about = request.POST.get("about", "")
    if about.startswith(ROUND):
        return _of_round(request, writer, about)
    if about == "stays":
        return _of_stays(request, writer)
    return _of_students(request, writer)


def _of_students(request: HttpRequest, writer: User) -> Selection:
    rows = students_presenter.rows(writer)
    found = lists.chosen(students_presenter.kind(writer), rows, request, by="uuid")
    return _selection(
        "students",
        writer,
        ((str(each.uuid), each, {}) for each in found.select_related("plan__programme")),
    )


def _of_round(request: HttpRequest, writer: User, about: str) -> Selection:
    round_ = Round.objects.visible_to(writer).filter(slug=about.removeprefix(ROUND)).first()
    rows = Application.objects.visible_to(writer).filter(round=round_)
    found = (
        lists.chosen(rounds_presenter.applications(round_, ""), rows, request, by="uuid")
        if round_
        else rows.none()
    )
    found = found.select_related("owner__plan__programme").prefetch_related(
        "choices__opportunity__opportunity", "offers__opportunity__opportunity"
    )
    return _selection(
        about,
        writer,
        (
            (
                str(each.uuid),
                each.owner,
                {
                    "round": str(round_.title) if round_ else "",
                    "code": each.code,
                    "place": _place_of(each),
                },
            )
            for each in found
        ),
    )


def _of_stays(request: HttpRequest, writer: User) -> Selection:
    found = lists.chosen(
        stays_presenter.kind(), Stay.objects.visible_to(writer), request, by="uuid"
    )
    found = found.select_related("student__plan__programme", "opportunity").prefetch_related(
        "hosts"
    )
    return _selection(
        "stays",
        writer,
        (
            (
                str(each.uuid),
                each.student,
                {
                    "place": naming.place_of(each),
                    "departure": formatting.full_day(each.starts_on) if each.starts_on else "",
                },
            )
            for each in found
        ),
    )


def _selection(
    about: str, writer: User, rows: Iterable[tuple[str, User, dict[str, str]]]
) -> Selection:
    """Keep each student once, with the first of their rows, in the order of their names."""
    rows = list(rows)
    may = set(
        advised_by(writer)
        .filter(pk__in={student.pk for _key, student, _more in rows}, is_active=True)
        .values_list("pk", flat=True)
    )
    keys: list[str] = []
    receivers: dict[int, Receiver] = {}
    left_out: set[int] = set()
    known: set[str] = {"name", "programme"}
    for key, student, more in rows:
        if student.pk in receivers:
            continue
        if student.pk not in may:
            left_out.add(student.pk)
            continue
        keys.append(key)
        known |= more.keys()
        receivers[student.pk] = Receiver(student, {**_about(student), **more})
    return Selection(
        about,
        tuple(keys),
        tuple(sorted(receivers.values(), key=lambda one: str(one.student).casefold())),
        len(left_out),
        tuple(name for name in FIELDS if name in known),
    )


def _about(student: User) -> dict[str, str]:
    plan = getattr(student, "plan", None)
    programme = plan.programme if plan else None
    return {
        "name": student.get_short_name(),
        "programme": str(programme.name) if programme else "",
    }


def _place_of(application: Application) -> str:
    held = {*ACCEPTED, *AWAITS_ANSWER}
    offers = [each.opportunity for each in application.offers.all() if each.state in held]
    choices = sorted(application.choices.all(), key=lambda each: each.rank)
    found = next(iter((*offers, *(each.opportunity for each in choices))), None)
    return place_name(found) if found else ""
