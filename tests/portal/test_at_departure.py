"""Places judged at departure, in the words and the order of the page."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.engines.fit import Reason, Verdict
from sojourn.experiences.summary_statistics import FEWEST
from sojourn.planning.fit import fit_of
from sojourn.planning.models import Plan
from sojourn.planning.profile import KnownLanguage, Profile, profile_of
from sojourn.planning.similar_courses import SimilarCourses
from sojourn.portal.plan.presenters import fit as fit_page
from sojourn.portal.plan.presenters import fit_text
from sojourn.portal.shared import reports

pytestmark = pytest.mark.django_db
KI, EDINBURGH, CUBA, PARAMARIBO = (
    "karolinska-biomedicine-semester", "half-minor-edinburgh", "half-minor-global-health-cuba",
    "medicine-elective-paramaribo",
)  # fmt: skip
FIRST_YEAR = Profile(
    programme="biomedical-sciences-bsc", year=1, ects_earned=Decimal(30),
    languages=(KnownLanguage("en", "C1"),),
)  # fmt: skip


@pytest.fixture
def november(leiden: Snapshot) -> Snapshot:
    return replace(leiden, state=replace(leiden.state, today=dt.date(2026, 11, 30)))


def verdict(snapshot: Snapshot, profile: Profile, slug: str, language: str = "en") -> str:
    fit = fit_of(snapshot, profile, {}).of(slug)
    assert fit is not None
    with override(language):
        return fit_text.verdict(fit, profile)


@pytest.mark.parametrize(
    ("slug", "language", "said"),
    [
        (KI, "en", "On track: possible from August 2027 if you pass year 1"),
        (KI, "nl", "Op koers: mogelijk vanaf augustus 2027 als je jaar 1 haalt"),
        (EDINBURGH, "en", "On track: possible from September 2028 if you pass years 1 and 2"),
        (EDINBURGH, "nl", "Op koers: mogelijk vanaf september 2028 als je jaar 1 en 2 haalt"),
    ],
)
def test_a_first_year_is_on_track_and_reads_on_what_condition(
    november: Snapshot, slug: str, language: str, said: str
) -> None:
    assert verdict(november, FIRST_YEAR, slug, language) == said


def test_a_first_year_counts_most_places_as_on_track(november: Snapshot) -> None:
    fits = fit_of(november, FIRST_YEAR, {})
    counts = fits.counts()
    assert counts[Verdict.ON_TRACK] >= 4
    # What is "not yet" is for a master, or asks for a language that is not there.
    for fit in fits:
        if fit.verdict is Verdict.NOT_YET:
            waits = Reason.LATER_PROGRAMME | Reason.LANGUAGE | Reason.ADVISED_AGAINST
            assert any(reason & waits for reason in fit.reasons), fit.opportunity.slug
    with override("en"):
        counted = fit_page._counted(fits, FIRST_YEAR)
    assert counted.startswith(f"On track for {counts[Verdict.ON_TRACK]} places, ")


def test_who_has_the_hours_reaches_the_language_before_departure(november: Snapshot) -> None:
    second = replace(FIRST_YEAR, year=2, ects_earned=Decimal(60))
    assert verdict(november, second, CUBA) == "Not yet"
    assert (
        verdict(november, replace(second, hours_a_week=8), CUBA)
        == "On track: possible from September 2027 if you reach Spanish A2"
    )


def test_a_master_s_place_is_later_and_says_from_when(november: Snapshot) -> None:
    medicine = Profile(programme="medicine-bsc", year=1, languages=(KnownLanguage("nl", "C2"),))
    fit = fit_of(november, medicine, {}).of(PARAMARIBO)
    assert fit is not None
    assert fit.reasons == (Reason.LATER_PROGRAMME,)
    assert verdict(november, medicine, PARAMARIBO).startswith("Later, in your master")


def test_perhaps_and_possible_differ_in_word_and_mark(november: Snapshot) -> None:
    unsaid = replace(FIRST_YEAR, year=None, ects_earned=None)
    fit = fit_of(november, unsaid, {}).of(EDINBURGH)
    assert fit is not None
    assert verdict(november, unsaid, EDINBURGH) == "Perhaps"
    tones = {fit_text.tone(each) for each in Verdict}
    assert len(tones) == len(Verdict)


def test_a_verdict_on_an_example_figure_says_so(november: Snapshot) -> None:
    fits = fit_of(november, FIRST_YEAR, {})
    cuba, karolinska = fits.of(CUBA), fits.of(KI)
    assert cuba is not None
    assert karolinska is not None
    with override("en"):
        assert "the language level" in fit_text.examples(november.records, cuba)
        # The 60 ECTS have a source, the days to apply have none.
        said = fit_text.examples(november.records, karolinska)
    assert "the day to apply" in said
    assert "credits" not in said


def test_bars_show_the_share_that_their_words_name(november: Snapshot) -> None:
    fits = fit_of(november, FIRST_YEAR, {}, {KI: 0.9})
    fit = fits.of(KI)
    assert fit is not None
    like = SimilarCourses(matched=5, asked=8, share=0.9, is_choice=False)
    with override("en"):
        parts = {part.key: part for part in fit_text.parts(november.records, fit, FIRST_YEAR, like)}
    assert parts["similarity"].text == "a similar course for 5 of 8 courses at home"
    assert parts["similarity"].width == 62
    found = reports.of(november.records, fit.opportunity.reports)
    assert (parts["experiences"].width is not None) == (len(found) >= FEWEST)


@pytest.mark.slow
def test_what_is_not_for_the_student_is_folded_away_under_its_count(
    client: Client, leiden: Snapshot
) -> None:
    client.post(
        reverse("plan:profile"), {"programme": "pharmacy-msc", "year": "2", "seen": ""}, follow=True
    )
    plan = Plan.objects.get()
    count = fit_of(leiden, profile_of(plan), {}).counts()[Verdict.NO]
    assert count > 5
    page = client.get(reverse("plan:fit")).content.decode()
    before, folded = page.split('<details class="ruled-out">')
    assert f"{count} places are not for you or have closed" in folded
    assert f'id="fit-{KI}"' not in before
    assert f'id="fit-{KI}"' in folded
    assert "0 places are possible" not in page
