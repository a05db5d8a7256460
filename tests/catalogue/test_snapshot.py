"""What enters the snapshot, what does not, and how it is replaced."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from sojourn.catalogue import models
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.snapshot import last_good, service
from sojourn.catalogue.snapshot.build import build_records
from sojourn.catalogue.snapshot.service import (
    NoCatalogue,
    current_snapshot,
    current_snapshot_or_none,
    follow_catalogue,
    local_today,
    reset_snapshot,
)
from tests.catalogue import factory
from tests.catalogue.factory import both

pytestmark = pytest.mark.slow


@pytest.mark.django_db
def test_without_an_edition_there_is_no_catalogue() -> None:
    assert current_snapshot_or_none() is None
    with pytest.raises(NoCatalogue, match="sojourn load"):
        current_snapshot()


@pytest.mark.django_db
def test_records_refer_to_each_other_by_slug_in_both_languages() -> None:
    factory.small_catalogue()
    records = build_records()
    semester = records.opportunities["semester"]
    assert semester.hosts == ("karolinska",)
    assert semester.programmes == ("biomedicine",)
    assert semester.subjects == ("immunology",)
    assert semester.title["nl"] == "Semester biomedische wetenschappen"
    assert semester.is_preferred
    assert semester.country == "SE"
    assert records.institutions["karolinska"].opportunities == ("semester",)
    assert records.windows["biomedicine-y2"].opportunities == ("semester",)
    assert records.programmes["medicine"].windows == ("medicine-y3",)
    assert records.home.slug == "home"


@pytest.mark.django_db
def test_distance_is_measured_on_the_ellipsoid() -> None:
    factory.small_catalogue()
    institutions = build_records().institutions
    assert institutions["home"].distance_km == 0
    assert institutions["karolinska"].distance_km == pytest.approx(1163, abs=10)
    assert institutions["havana"].distance_km == pytest.approx(7803, abs=30)


@pytest.mark.django_db
def test_only_what_is_published_enters_and_what_was_withdrawn_is_remembered() -> None:
    made = factory.small_catalogue()
    models.Opportunity.objects.filter(slug="clinic").update(status="withdrawn")
    factory.opportunity("secret", at=[made["stockholm"]], status="draft")
    records = build_records()
    assert set(records.opportunities) == {"semester"}
    assert ("opportunity", "clinic") in records.withdrawn
    assert ("opportunity", "secret") not in records.withdrawn
    assert records.institutions["havana"].opportunities == ()
    assert records.windows["medicine-y3"].opportunities == ()


@pytest.mark.django_db
def test_a_place_whose_only_host_is_gone_is_gone_too() -> None:
    factory.small_catalogue()
    models.Institution.objects.filter(slug="havana").update(status="withdrawn")
    records = build_records()
    assert "clinic" not in records.opportunities
    assert ("opportunity", "clinic") in records.withdrawn
    assert ("institution", "havana") in records.withdrawn


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"visibility": "public", "consent_given": True, "name": "E. Example"}, True),
        ({"visibility": "public"}, True),  # an office that names nobody
        ({"visibility": "students", "consent_given": True, "name": "E. Example"}, False),
        ({"visibility": "office", "name": "E. Example"}, False),
        ({"visibility": "public", "status": "draft"}, False),
    ],
)
def test_only_contacts_for_everyone_enter(values: dict[str, object], shown: bool) -> None:
    made = factory.small_catalogue()
    contact = models.Contact.objects.create(
        slug="somebody", role="office", institution=made["home"],
        **both(title="Desk", unit_name="", help_with=""), **values,
    )  # fmt: skip
    made["semester"].contacts.add(contact)
    records = build_records()
    assert ("somebody" in records.contacts) is shown
    assert records.opportunities["semester"].contacts == (("somebody",) if shown else ())


@pytest.mark.django_db
def test_costs_use_the_window_s_length_and_the_narrowest_scope() -> None:
    made = factory.small_catalogue()
    factory.cost_line("housing", 400, 500, 700, country="SE")
    factory.cost_line("housing", 300, 400, 500, institution=made["stockholm"])
    factory.cost_line("travel", 50, 100, 200, per="once")
    costs = build_records().opportunities["semester"].costs
    assert costs is not None
    assert [(line.item, line.scope) for line in costs.lines] == [
        ("housing", "institution"),
        ("travel", "everywhere"),
    ]
    # The window says 16 to 20 weeks.
    assert costs.months == Decimal("4.1")
    assert costs.typical == (Decimal(400) * 18 / Decimal("4.345")).quantize(Decimal("0.01")) + 100
    # Nobody knows how long the clinic lasts, so no total is made up.
    assert build_records().opportunities["clinic"].costs is None


@pytest.mark.django_db
def test_examples_and_sources_are_carried() -> None:
    made = factory.small_catalogue()
    source = models.Source.objects.create(slug="site", title="Site", certainty="official")
    made["semester"].sources.add(source)
    models.Opportunity.objects.filter(slug="semester").update(
        seats=10, seats_source=source, applicants=24, applicants_is_example=True, is_example=True
    )
    semester = build_records().opportunities["semester"]
    assert semester.is_example
    assert [one.slug for one in semester.sources] == ["site"]
    assert semester.seats is not None
    assert semester.seats.provenance.source is not None
    assert semester.applicants is not None
    assert semester.applicants.provenance.is_example


@pytest.mark.django_db
def test_similar_places_share_something_that_matters() -> None:
    made = factory.small_catalogue()
    factory.opportunity(
        "sibling", at=[made["stockholm"]], windows=[made["second_year"]],
        subjects=[made["immunology"]],
    )  # fmt: skip
    opportunities = build_records().opportunities
    assert opportunities["semester"].similar == ("sibling",)
    assert opportunities["clinic"].similar == ()


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_catalogue() -> None:
    made = factory.small_catalogue()
    with CaptureQueriesContext(
        connection,
    ) as few:
        build_records()
    for _ in range(30):
        one = factory.opportunity(
            at=[made["stockholm"]], windows=[made["second_year"]],
            courses=[factory.course(made["stockholm"])], deadlines=[dt.date(2027, 2, 1)],
        )  # fmt: skip
        factory.cost_line("housing", 1, 2, 3, opportunity=one)
    with CaptureQueriesContext(connection) as many:
        build_records()
    assert len(many) == len(few)


@pytest.mark.django_db
def test_large_tables_share_what_did_not_change_with_the_snapshot_before() -> None:
    made = factory.small_catalogue()
    factory.course(made["stockholm"], "cells")
    before = build_records()
    models.Opportunity.objects.filter(slug="clinic").update(summary_en="Changed.")
    after = build_records(before)
    assert after.courses["cells"] is before.courses["cells"]
    assert after.opportunities["semester"] is before.opportunities["semester"]
    assert after.opportunities["clinic"].summary["en"] == "Changed."
    assert after == build_records()


# --- The service ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_published_change_makes_a_new_snapshot_and_the_old_one_stays_as_it_was() -> None:
    factory.small_catalogue()
    before = current_snapshot()
    assert current_snapshot() is before
    models.Opportunity.objects.filter(slug="semester").update(summary_en="New words.")
    assert current_snapshot() is before  # not published yet
    publish_change()
    after = current_snapshot()
    assert after.version == before.version + 1
    assert after.records.opportunities["semester"].summary["en"] == "New words."
    assert before.records.opportunities["semester"].summary["en"] == "A summary."


@pytest.mark.django_db
def test_a_new_day_in_the_edition_s_zone_makes_a_new_snapshot() -> None:
    factory.small_catalogue()
    before = current_snapshot()
    tomorrow = before.built_on + dt.timedelta(days=1)
    with mock.patch.object(service, "local_today", return_value=tomorrow):
        assert current_snapshot().built_on == tomorrow
    assert before.built_on != tomorrow


def test_the_date_is_that_of_the_edition_s_zone() -> None:
    late = dt.datetime(2026, 11, 24, 23, 30, tzinfo=dt.UTC)
    assert local_today(late, "Europe/Amsterdam") == dt.date(2026, 11, 25)
    assert local_today(late, "America/Havana") == dt.date(2026, 11, 24)


@pytest.mark.django_db
def test_a_course_that_changed_is_found_by_its_new_name() -> None:
    made = factory.small_catalogue()
    factory.course(made["stockholm"], "cells", **both(title=("Cell biology", "Celbiologie")))
    publish_change()
    index = current_snapshot().search.courses
    assert index.search(index.understand("celbiologie")).total == 1
    models.Course.objects.filter(slug="cells").update(title_nl="Zoölogie")
    publish_change()
    index = current_snapshot().search.courses
    assert index.search(index.understand("zoologie")).total == 1
    assert index.search(index.understand("celbiologie.")).total == 0


def _until(condition: object, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


@pytest.mark.django_db(transaction=True)
def test_a_thread_brings_an_edit_in_without_any_request_waiting() -> None:
    factory.small_catalogue()
    reset_snapshot()
    try:
        follow_catalogue()
        assert _until(lambda: current_snapshot_or_none() is not None)
        before = current_snapshot()
        with transaction.atomic():
            models.Opportunity.objects.filter(slug="semester").update(summary_en="By thread.")
            publish_change()
        assert _until(lambda: current_snapshot().version > before.version)
        assert current_snapshot().records.opportunities["semester"].summary["en"] == "By thread."
    finally:
        reset_snapshot()


@pytest.mark.django_db(transaction=True)
def test_the_thread_survives_a_database_that_is_away() -> None:
    factory.small_catalogue()
    reset_snapshot()
    try:
        follow_catalogue()
        assert _until(lambda: current_snapshot_or_none() is not None)
        before = current_snapshot()
        with mock.patch.object(service, "read_state", side_effect=OperationalError("away")) as look:
            assert _until(lambda: look.call_count >= 2)
            assert current_snapshot() is before
        publish_change()
        assert _until(lambda: current_snapshot().version > before.version)
    finally:
        reset_snapshot()


@pytest.mark.django_db(transaction=True)
def test_reading_a_snapshot_takes_no_write_lock() -> None:
    factory.small_catalogue()
    with service.consistent_read():
        build_records()
        assert not connection.in_atomic_block
    # Afterwards the connection is as it was: a transaction works.
    with transaction.atomic():
        publish_change()


UNREADABLE = ["somebody edited this by hand"]


@pytest.mark.django_db
def test_a_row_that_cannot_be_read_leaves_visitors_what_there_was_and_is_named() -> None:
    factory.small_catalogue()
    before = current_snapshot()
    models.Edition.objects.update(advice_routes=UNREADABLE)
    publish_change()
    assert current_snapshot() is before
    assert service.fault_of_catalogue().startswith("edition")
    models.Edition.objects.update(advice_routes=[])
    publish_change()
    assert current_snapshot().version == before.version + 2
    assert service.fault_of_catalogue() == ""


@pytest.mark.django_db
def test_a_start_with_a_row_that_cannot_be_read_serves_what_could_last_be(
    tmp_path: Path, settings: Any
) -> None:
    settings.SEARCH_FOLDER = tmp_path / "search"
    factory.small_catalogue()
    good = current_snapshot()
    last_good.keep(good.state, good.records)
    models.Edition.objects.update(advice_routes=UNREADABLE)
    publish_change()
    reset_snapshot()
    try:
        started = current_snapshot()
        assert started.records.opportunities.keys() == good.records.opportunities.keys()
        assert started.version == good.version
        assert service.fault_of_catalogue()
        # Of another form, it is no help.
        with mock.patch.object(last_good, "_form", return_value="another"):
            assert last_good.read() is None
    finally:
        reset_snapshot()
