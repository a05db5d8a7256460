"""What the office begins with a student: a talk, a message, a note, a task, an application."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
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


def _student(
    request: HttpRequest, key: uuid.UUID, may: Callable[[User, User], bool] = may_advise
) -> User:
    """Find a student with whom the reader may begin this; others are refused."""
    found = get_object_or_404(students_seen_by(who(request)), uuid=key)
    require(may(who(request), found))
    return found


def _back(student: User) -> HttpResponse:
    return redirect("office:student", student=student.uuid)


def _begin(
    request: HttpRequest,
    student: User,
    form: forms.Form,
    do: Callable[[], HttpResponse],
    *,
    title: str,
    action: str,
    lead: str = "",
    nothing: str = "",
) -> HttpResponse:
    """Show a form and do what it is for once it is sent; `nothing` says why there is none."""
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            return do()
        except (AdvisingError, SelectionError) as error:
            problem = error.message
    shown = None if nothing else form
    wrong = bool(problem) or bool(shown is not None and shown.errors)
    context = {
        "part": "students",
        "student": student,
        "title": title,
        "form": shown,
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

    def book() -> HttpResponse:
        slug, slot = form.chosen
        diary = diaries.all_diaries().get(contact__slug=slug)
        wish = AppointmentRequest(form.cleaned_data["topic"], form.cleaned_data["question"])
        appointments.book_for_office(diary, found, slot, wish, who(request), now)
        messages.success(request, _("The appointment is made; the student gets a mail."))
        return _back(found)

    return _begin(
        request,
        found,
        form,
        book,
        title=_("Make an appointment"),
        action=_("Make the appointment"),
        lead=_("The student gets a mail with the time, and can move or cancel it."),
        nothing=""
        if times
        else _("No time is free in the coming weeks. Add times under Hours first."),
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

    def take() -> HttpResponse:
        diary, topic = running[form.cleaned_data["hour"]], form.cleaned_data["topic"]
        taken = queue.take_number(diary, found, "", topic, now, actor=who(request))
        messages.success(
            request, _("Number %(number)d is the student's.") % {"number": taken.number}
        )
        return _back(found)

    return _begin(
        request,
        found,
        form,
        take,
        title=_("A number in the walk-in hour"),
        action=_("Take the number"),
        nothing=""
        if hours
        else _("No walk-in hour runs now. Numbers are given from half an hour before it."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(User, "pk", "student")
@office_page(may_advise)
def write(request: HttpRequest, student: uuid.UUID) -> HttpResponse:
    """Begin a conversation with a student."""
    found = _student(request, student)
    form = MessageForm(request.POST or None)

    def send() -> HttpResponse:
        data = form.cleaned_data
        begun = questions.begin_for_office(
            found,
            data["subject"],
            NewMessage(data["text"], data["sending"]),
            by=who(request),
            becomes=data["becomes"],
        )
        messages.success(request, _("Sent; the student gets a mail that it is there."))
        return redirect("office:question", number=begun.pk)

    return _begin(
        request,
        found,
        form,
        send,
        title=_("Write a message"),
        action=_("Send"),
        lead=_("The student reads it here and can answer; a mail says that it is there."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(User, "pk", "student")
@office_page(may_advise)
def note(request: HttpRequest, student: uuid.UUID) -> HttpResponse:
    """Keep a note about a student that belongs to no talk."""
    found, now = _student(request, student), timezone.now()
    form = NoteForm(request.POST or None)

    def keep() -> HttpResponse:
        subject, text = NoteSubject(found), form.cleaned_data["text"]
        if form.cleaned_data["readers"] == "both":
            appointment_notes.write_shared_note(subject, who(request), text, now)
        else:
            appointment_notes.write_private_note(subject, who(request), text, now)
        messages.success(request, _("The note is saved."))
        return _back(found)

    return _begin(request, found, form, keep, title=_("Write a note"), action=_("Save the note"))


@require_http_methods(["GET", "HEAD", "POST"])
@about_person(User, "pk", "student")
@office_page(may_advise)
def task(request: HttpRequest, student: uuid.UUID) -> HttpResponse:
    """Put a task into the student's plan."""
    found, now = _student(request, student), timezone.now()
    form = StepForm(request.POST or None)

    def agree() -> HttpResponse:
        text, due_on = form.cleaned_data["text"], form.cleaned_data["due_on"]
        appointment_notes.agree_on(NoteSubject(found), who(request), text, due_on, now)
        messages.success(request, _("The step is in the student's plan."))
        return _back(found)

    return _begin(
        request,
        found,
        form,
        agree,
        title=_("A task for the student"),
        action=_("Add it to the plan"),
    )


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
    found = _student(request, student, may_judge_account)
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
    found = _student(request, student, may_judge_account)
    rounds = {each.slug: each for each in taken_in.rounds_to_take_in(found, who(request))}
    if slug not in rounds:
        if request.method == "POST" and _took_in(request, found, slug):
            messages.success(request, _TAKEN_IN)
            return _back(found)
        raise Http404
    round_ = rounds[slug]
    form = OnPaperForm(request.POST or None, round_=round_, initial=_known_of(request, found))

    def submit() -> HttpResponse:
        taken_in.take_in(round_, found, form.paper, by=who(request), now=timezone.now())
        messages.success(request, _TAKEN_IN)
        return _back(found)

    return _begin(
        request,
        found,
        form,
        submit,
        title=round_.title,
        action=_("Submit the application"),
        lead=_("It counts like any other. The student gets the choices and the reason by mail."),
    )


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
