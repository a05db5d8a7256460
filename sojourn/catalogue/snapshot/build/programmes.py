"""Degree programmes, their phases, subjects and mobility windows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sojourn.catalogue import models
from sojourn.catalogue.snapshot.build.facts import read_window_requirements
from sojourn.catalogue.snapshot.build.reading import Reading, slugs
from sojourn.catalogue.snapshot.build.rows import table
from sojourn.catalogue.snapshot.types import Opportunity, Phase, Programme, Subject, Window


def read_subjects(reading: Reading) -> dict[str, Subject]:
    found: dict[str, Subject] = {}
    for row, fields in reading.rows(table(models.Subject), Subject):
        subject = Subject(**fields)
        reading.subjects[row.pk] = subject.slug
        found[subject.slug] = subject
    return found


def read_programmes(reading: Reading) -> dict[str, Programme]:
    phases: dict[int, list[Phase]] = defaultdict(list)
    query = table(models.StudyPhase).order_by("year", "semester", "pk")
    for row, fields in reading.rows(query, Phase, "programme_id"):
        if row.programme_id in reading.programmes:
            phase = Phase(**fields, programme=reading.programmes[row.programme_id])
            reading.phases[row.pk] = phase
            phases[row.programme_id].append(phase)
    windows: dict[int, list[str]] = defaultdict(list)
    for key, slug in reading.windows.items():
        windows[reading.window_programmes[key]].append(slug)
    programmes = reading.published(models.DegreeProgramme).order_by("position", "slug")
    return {
        fields["slug"]: Programme(
            **fields, phases=tuple(phases[row.pk]), windows=tuple(windows[row.pk])
        )
        for row, fields in reading.rows(programmes, Programme)
    }


def read_windows(reading: Reading, opportunities: Mapping[str, Opportunity]) -> dict[str, Window]:
    requirements = read_window_requirements(reading)
    home_courses = reading.pairs(
        models.MobilityWindow.home_courses.through, "mobilitywindow_id", "course_id"
    )
    in_window: dict[str, list[str]] = defaultdict(list)
    for opportunity in opportunities.values():
        for window in opportunity.windows:
            in_window[window].append(opportunity.slug)
    query = reading.published(models.MobilityWindow).order_by("position", "slug")
    return {
        fields["slug"]: Window(
            **fields,
            programme=reading.programmes[row.programme_id],
            phase=reading.phases.get(row.phase_id),
            requirements=tuple(requirements.get(row.pk, ())),
            home_courses=slugs(home_courses.get(row.pk, ()), reading.courses),
            opportunities=tuple(in_window.get(fields["slug"], ())),
        )
        for row, fields in reading.rows(query, Window, "programme_id", "phase_id")
        if row.pk in reading.windows
    }
