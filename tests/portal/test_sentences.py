"""Sentences with counts and levels in them, as readers of each language write them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.utils.translation import override

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.planning.fit import fit_of
from sojourn.planning.profile import KnownLanguage, Profile
from sojourn.planning.similar_courses import SimilarCourses
from sojourn.portal.catalogue.presenters import opportunity
from sojourn.portal.plan.presenters import fit_text
from sojourn.portal.shared import reports

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 26, 9, 0, tzinfo=dt.UTC)


def test_in_dutch_two_give_what_one_gives(leiden: Snapshot) -> None:
    place = leiden.records.opportunities["half-minor-global-health-cuba"]
    with override("nl"):
        glance = reports.glance([leiden.records.reports[slug] for slug in place.reports])
    assert glance is not None
    assert glance.marked[0].words == "1 gaf een 3, 2 gaven een 4"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "a similar course for 1 of 8 courses at home"),
        ("nl", "een vergelijkbaar vak voor 1 van de 8 vakken thuis"),
    ],
)
def test_one_match_is_no_plural(leiden: Snapshot, language: str, said: str) -> None:
    profile = Profile(programme="biomedical-sciences-bsc")
    fit = fit_of(leiden, profile, {}).of("karolinska-biomedicine-semester")
    assert fit is not None
    like = SimilarCourses(matched=1, asked=8, is_choice=False, share=0.1)
    with override(language):
        parts = fit_text.parts(leiden.records, fit, profile, like)
    assert next(part for part in parts if part.key == "similarity").text == said


def test_a_level_that_is_asked_for_twice_is_said_once(leiden: Snapshot) -> None:
    """Paramaribo asks Dutch in class and on the ward."""
    profile = Profile(languages=(KnownLanguage("en", "C1"),))
    fit = fit_of(leiden, profile, {}).of("medicine-elective-paramaribo")
    assert fit is not None
    with override("en"):
        said = " ".join(reason.text for reason in fit_text.reasons(leiden.records, fit, profile))
    assert said.count("Dutch C1") == 1
    assert "(in class or in the lab and with patients); you have no level yet." in said


def test_the_last_day_still_counts(leiden: Snapshot) -> None:
    """'voor 15 maart' would leave the day itself out."""
    cuba = leiden.records.opportunities["half-minor-global-health-cuba"]
    last_day = replace(cuba.deadlines[0], kind="application", date=dt.date(2099, 3, 15))
    with override("nl"):
        page = opportunity.page(leiden, replace(cuba, deadlines=(last_day,)), NOW)
    assert page.apply_by.replace("\N{NO-BREAK SPACE}", " ") == "Meld je uiterlijk 15 maart 2099 aan"
