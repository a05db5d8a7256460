"""Addresses of the office's side of students."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.students.views import begin, data, students

urlpatterns: list[URLPattern] = [
    path("", students.students, name="students"),
    path("<uuid:student>/", students.student, name="student"),
    path("<uuid:student>/data/", data.personal, name="student-data"),
    path("<uuid:student>/data/file/", data.file, name="student-data-file"),
    path("<uuid:student>/data/erase/", data.erase, name="student-erase"),
    path("<uuid:student>/appointment/", begin.appointment, name="student-appointment"),
    path("<uuid:student>/number/", begin.number, name="student-number"),
    path("<uuid:student>/write/", begin.write, name="student-write"),
    path("<uuid:student>/note/", begin.note, name="student-note"),
    path("<uuid:student>/task/", begin.task, name="student-task"),
    path("<uuid:student>/task/<uuid:step>/remove/", begin.remove_task, name="student-task-remove"),
    path("<uuid:student>/application/", begin.application, name="student-application"),
    path(
        "<uuid:student>/application/<slug:slug>/", begin.take_in, name="student-application-round"
    ),
]
