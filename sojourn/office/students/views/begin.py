"""What the office begins with a student: a talk, a message, a note, a task, an application."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from sojourn.advising import appointment_notes, appointments, diaries, questions, queue
from sojourn.advising.appointment_notes import NoteSubject
from sojourn.advising.appointments import AppointmentRequest
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import NextStep
from sojourn.advising.permissions import may_advise
from sojourn.advising.slots import Slot
from sojourn.advising.threads import NewMessage
from sojourn.common.view_marks import about_person
from sojourn.experiences.students import students_seen_by
from sojourn.office.appointments.forms import NoteForm, StepForm
from sojourn.office.shared.access import office_page, who
from sojourn.office.students.forms import AppointmentForm, MessageForm, NumberForm, OnPaperForm
from sojourn.people import student_numbers
from sojourn.people.models import User
from sojourn.people.permissions import may_judge_account, require
from sojourn.planning.models import Plan
from sojourn.selection import taken_in
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Application
from sojourn.selection.states import ApplicationState

MOST_TIMES = 60
_TAKEN_IN = gettext_lazy("The application is in; the student gets a mail.")


def _student(request: HttpRequest, key: uuid.UUID) -> User:
    """Find a student whom the reader advises; others are refused."""
    found = get_object_or_404(students_seen_by(who(request)), uuid=key)
    require(may_advise(who(request), found))
    return found


def _back(student: User) -> HttpResponse:
    return redirect("office:student", student=student.uuid)


def _shown(
    request: HttpRequest,
    student: User,
    title: str | Promise,
    form: forms.Form | None,
    action: str,
    *,
    problem: str = "",
    lead: str = "",
    nothing: str = "",
) -> HttpResponse:
    wrong = bool(problem) or bool(form is not None and form.errors)
    context = {
        "part": "students",
        "student": student,
        "title": title,
        "form": form,
        "action": action,
        "problem": problem,
        "lead": lead,
        "nothing": nothing,
    }
    return render(
        request, "office/students/templates/begin.html", context, status=422 if wrong else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(User, "pk", "student")
@office_page(may_advise)
def appointment(request: HttpRequest, student: uuid.UUID) -> HttpResponse:
    """Make an appointment in one of the diaries, in a time that is free."""
    found, now = _student(request, student), timezone.now()
    times: list[tuple[str, str, Slot]] = [
        (diary.contact.slug, diaries.name_of(diary), slot)
        for diary in diaries.all_diaries()
        # A form that is sent twice names a time that is the student's by then.
        for slot in diaries.unreserved_slots(diary, now, appointments.upcoming(diary, found, now))[
            :MOST_TIMES
        ]
    ]
    form = AppointmentForm(request.POST or None, times=times)
    problem = ""
    if request.method == "POST" and form.is_valid():
        slug, slot = form.chosen
        diary = diaries.all_diaries().get(contact__slug=slug)
        data = form.cleaned_data
        wish = AppointmentRequest(data["topic"], data["question"])
        try:
            appointments.book_for_office(diary, found, slot, wish, who(request), now)
        except AdvisingError as error:
            problem = error.message
        else:
            messages.success(request, _("The appointment is made; the student gets a mail."))
            return _back(found)
    return _shown(
        request,
        found,
        _("Make an appointment"),
        form if times else None,
        _("Make the appointment"),
        problem=problem,
        lead=_("The student gets a mail with the time, and can move or cancel it."),
        nothing=_("No time is free in the coming weeks. Add times under Hours first."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(User, "pk", "student")
@office_page(may_advise)
def number(request: HttpRequest, student: uuid.UUID) -> HttpResponse:
    """Put a student into the line of a walk-in hour that runs now."""
    found, now = _student(request, student), timezone.now()
    running = {
        diary.contact.slug: diary
        for diary in diaries.all_diaries()
        if queue.current_walk_in_hour(diary, now) is not None
    }
    hours = [(slug, diaries.name_of(diary)) for slug, diary in running.items()]
    form = NumberForm(request.POST or None, hours=hours)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            taken = queue.take_number(
                running[form.cleaned_data["hour"]],
                found,
                "",
                form.cleaned_data["topic"],
                now,
                actor=who(request),
            )
        except AdvisingError as error:
            problem = error.message
        else:
            messages.success(
                request, _("Number %(number)d is the student's.") % {"number": taken.number}
            )
            return _back(found)
    return _shown(
        request,
        found,
        _("A number in the walk-in hour"),
        form if hours else None,
        _("Take the number"),
        problem=problem,
        nothing=_("No walk-in hour runs now. Numbers are given from half an hour before it."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(User, "pk", "student")
@office_page(may_advise)
def write(request: HttpRequest, student: uuid.UUID) -> HttpResponse:
    """Begin a conversation with a student."""
    found = _student(request, student)
    form = MessageForm(request.POST or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            begun = questions.begin_for_office(
                found,
                data["subject"],
                NewMessage(data["text"], data["sending"]),
                by=who(request),
                becomes=data["becomes"],
            )
        except AdvisingError as error:
            problem = error.message
        else:
            messages.success(request, _("Sent; the student gets a mail that it is there."))
            return redirect("office:question", number=begun.pk)
    return _shown(
        request,
        found,
        _("Write a message"),
        form,
        _("Send"),
        problem=problem,
        lead=_("The student reads it here and can answer; a mail says that it is there."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(User, "pk", "student")
@office_page(may_advise)
def note(request: HttpRequest, student: uuid.UUID) -> HttpResponse:
    """Keep a note about a student that belongs to no talk."""
    found, now = _student(request, student), timezone.now()
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        subject, text = NoteSubject(found), form.cleaned_data["text"]
        if form.cleaned_data["readers"] == "both":
            appointment_notes.write_shared_note(subject, who(request), text, now)
        else:
            appointment_notes.write_private_note(subject, who(request), text, now)
        messages.success(request, _("The note is saved."))
        return _back(found)
    return _shown(request, found, _("Write a note"), form, _("Save the note"))


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(User, "pk", "student")
@office_page(may_advise)
def task(request: HttpRequest, student: uuid.UUID) -> HttpResponse:
    """Put a task into the student's plan."""
    found = _student(request, student)
    form = StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        appointment_notes.agree_on(
            NoteSubject(found), who(request), data["text"], data["due_on"], timezone.now()
        )
        messages.success(request, _("The step is in the student's plan."))
        return _back(found)
    return _shown(request, found, _("A task for the student"), form, _("Add it to the plan"))


@require_POST
@office_page(may_advise)
def remove_task(request: HttpRequest, student: uuid.UUID, step: uuid.UUID) -> HttpResponse:
    """Take back a task; one that is gone or done already stays so."""
    found = _student(request, student)
    there = NextStep.objects.visible_to(who(request)).filter(pk=step, student=found).first()
    if there is None:
        messages.info(request, _("It has already been removed."))
    elif appointment_notes.take_back(there, who(request)):
        messages.success(request, _("The task is taken back."))
    else:
        messages.info(request, _("The student has done it already, so it stays."))
    return _back(found)


@require_http_methods(["GET", "HEAD"])
@about_person(User, "pk", "student")
@office_page(may_judge_account)
def application(request: HttpRequest, student: uuid.UUID) -> HttpResponse:
    """Choose the round for an application by hand."""
    found = _judged(request, student)
    return render(
        request,
        "office/students/templates/rounds.html",
        {
            "part": "students",
            "student": found,
            "rounds": taken_in.rounds_to_take_in(found, who(request)),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(User, "pk", "student")
@office_page(may_judge_account)
def take_in(request: HttpRequest, student: uuid.UUID, slug: str) -> HttpResponse:
    """Enter an application for a student, with the reason."""
    found = _judged(request, student)
    rounds = {each.slug: each for each in taken_in.rounds_to_take_in(found, who(request))}
    if slug not in rounds:
        if request.method == "POST" and _took_in(request, found, slug):
            messages.success(request, _TAKEN_IN)
            return _back(found)
        raise Http404
    round_ = rounds[slug]
    form = OnPaperForm(request.POST or None, round_=round_, initial=_known_of(request, found))
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            taken_in.take_in(round_, found, form.paper, by=who(request), now=timezone.now())
        except SelectionError as error:
            problem = error.message
        else:
            messages.success(request, _TAKEN_IN)
            return _back(found)
    return _shown(
        request,
        found,
        round_.title,
        form,
        _("Submit the application"),
        problem=problem,
        lead=_("It counts like any other. The student gets the choices and the reason by mail."),
    )


def _judged(request: HttpRequest, key: uuid.UUID) -> User:
    """Find a student about whom the reader decides; others are refused."""
    found = get_object_or_404(students_seen_by(who(request)), uuid=key)
    require(may_judge_account(who(request), found))
    return found


def _took_in(request: HttpRequest, student: User, slug: str) -> bool:
    """Tell whether the reader entered this application already, as by a double click."""
    return (
        Application.objects.visible_to(who(request))
        .filter(
            owner=student,
            round__slug=slug,
            state=ApplicationState.SUBMITTED,
            taken_in_by=who(request),
        )
        .exists()
    )


def _known_of(request: HttpRequest, student: User) -> dict[str, object]:
    plan = Plan.objects.visible_to(who(request)).filter(owner=student).first()
    number = student_numbers.number_of(student)
    return {
        "programme": plan.programme.slug if plan and plan.programme else "",
        "year": plan.year if plan else None,
        "number": number.number if number else "",
    }
