"""Job 16 in a real browser: the new academic year, its steps counted.

On 29 November 2026 a round could be copied in two fields; everything else was changed by hand, a
form for each place, agreement, guide and hour.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.journeys.axe import violations
from tests.journeys.languages import both_languages
from tests.journeys.test_catalogue_jobs import Writer
from tests.journeys.test_office_by_keyboard import enter
from tests.support import ready
from tests.support.site import PROJECT, Site, running_site

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(600)]
PARTS = 8

# A year is over: the deadlines of a place have passed, an agreement ends, a round has closed.
PREPARE = """
import datetime as dt
import django; django.setup()
from django.utils import timezone
from sojourn.catalogue.models import Agreement, Deadline, Guide
from sojourn.common.languages import Text
from sojourn.people.models import User
from sojourn.selection import rounds
from sojourn.selection.models import Round
now, today = timezone.now(), timezone.localdate()
passed, ahead = today - dt.timedelta(days=30), today + dt.timedelta(days=100)
of_karolinska = {"opportunity__slug": "karolinska-biomedicine-semester"}
Deadline.objects.filter(**of_karolinska).update(date=passed)
Deadline.objects.exclude(**of_karolinska).update(date=ahead)
Guide.objects.update(checked_on=today)
Guide.objects.filter(slug__in=["grants", "costs"]).update(checked_on=today - dt.timedelta(days=300))
agreement = Agreement.objects.order_by("slug")[0]
agreement.valid_from, agreement.valid_until = today.replace(day=1, year=today.year - 4), today
agreement.save()
office = User.objects.get(email="coordinator@example.org")
year = today.year
made = rounds.draft(f"half-minors-{year}", Text({"en": f"Half minors {year}",
                    "nl": f"Halve minoren {year}"}), f"{year}-{year + 1}", actor=office)
days = {"opens_at": 90, "closes_at": 60, "results_at": 30, "answer_by": 20}
Round.objects.filter(pk=made.pk).update(state="finished", published_at=now,
    **{name: now - dt.timedelta(days=count) for name, count in days.items()})
"""


@pytest.fixture
def site_of_a_year(tmp_path: Path, worker_id: str) -> Iterator[Site]:
    with ready.installation(ready.DEMO_ACCOUNTS, tmp_path, f"{worker_id}-year") as env:
        prepared = subprocess.run(
            [sys.executable, "-c", PREPARE],
            env=env | {"DJANGO_SETTINGS_MODULE": "sojourn.config.settings"},
            cwd=PROJECT, capture_output=True, text=True, timeout=400, check=False,
        )  # fmt: skip
        assert prepared.returncode == 0, prepared.stderr
        with running_site(tmp_path, env=env) as site:
            yield site


@both_languages
def test_job_16_the_new_academic_year(
    site_of_a_year: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page(reduced_motion="reduce")
    enter(page, site_of_a_year, language)
    hands = Writer(page)
    page.wait_for_selector(".side [data-go=j]")
    hands.goes("j", "office/year")
    assert page.locator(".ways > li").count() == PARTS
    hands.clicks(".opening .button.next")
    lines = 0
    for _part in range(PARTS):
        page.wait_for_selector(".lines .line")
        lines += page.locator(".lines .line").count()
        is_typed = page.url.endswith("/deadlines/")
        if is_typed:
            hands.writes("input[type=date] >> nth=0", "2033-12-25")
        hands.clicks(".lines .bottom .button.next")
        page.wait_for_selector("button[value=accept]")
        if is_typed:
            # A Sunday and a holiday, said before anything is done.
            assert page.locator(".changes .tone.warn").count() >= 2
            assert violations(page, page.url) == []
        hands.clicks("button[value=accept]")
        page.wait_for_selector(".turn .empty")
        if page.locator(".turn .empty a").count() == 0:
            break
        hands.clicks(".turn .empty a")
    assert lines > 18
    # A letter twice, then at most three steps a part and the day that was typed.
    assert hands.steps <= 2 + 1 + 3 * PARTS + 2
    page.goto(f"{site_of_a_year.url}/{language}/office/year/")
    assert page.locator(".ways .done").count() == PARTS
    # The round is a draft of the year after; one line is taken back.
    page.goto(f"{site_of_a_year.url}/{language}/office/rounds/")
    assert page.locator("tbody tr").count() == 2
    page.goto(f"{site_of_a_year.url}/{language}/office/year/deadlines/")
    page.click("form button[value=undo] >> nth=0")
    page.wait_for_selector(".lines .line")
    assert page.locator(".lines .line").count() == 1
    page.goto(f"{site_of_a_year.url}/{language}/office/year/calendar/")
    assert page.locator(".month").count() >= 3
    assert violations(page, "calendar") == []
