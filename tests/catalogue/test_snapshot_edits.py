"""A snapshot that was built from an edit is the one that would be built from everything."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np
import pytest
from django.utils import timezone

from sojourn.catalogue import models, services
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.snapshot import build, holder
from sojourn.catalogue.snapshot.build import build_records
from sojourn.catalogue.snapshot.columns import build_columns
from sojourn.catalogue.snapshot.holder import Snapshot
from sojourn.catalogue.snapshot.pace import Hurried
from sojourn.catalogue.snapshot.search import build_search
from sojourn.engines.search import SearchIndex
from tests.catalogue import factory
from tests.catalogue.factory import both

WORDS = ("immunology", "kidney", "heart", "surgery", "nier", "karolinska", "havana", "zebrafish")
Edit = Callable[[random.Random], models.Entry]


def some(draw: random.Random, model: type[Any]) -> Any:
    return draw.choice(list(model.objects.order_by("pk")))


def few(draw: random.Random, model: type[Any]) -> list[Any]:
    every = list(model.objects.order_by("pk"))
    return draw.sample(every, min(len(every), draw.randint(0, 2)))


def words(draw: random.Random) -> str:
    return " ".join(draw.choices(WORDS, k=draw.randint(1, 4)))


def saved(entry: Any, **values: Any) -> Any:
    for name, value in values.items():
        setattr(entry, name, value)
    entry.save()
    return entry


def texts_of_an_opportunity(draw: random.Random) -> models.Entry:
    return saved(some(draw, models.Opportunity), title_en=words(draw), summary_nl=words(draw))


def kind_and_size_of_an_opportunity(draw: random.Random) -> models.Entry:
    return saved(
        some(draw, models.Opportunity),
        kind=draw.choice(("courses", "clinical_placement", "half_minor")),
        ects=draw.choice((None, 15, 30)), weeks_min=draw.choice((None, 8, 20)),
        is_own_arrangement=draw.random() < 0.3, seats=draw.choice((None, 3)),
    )  # fmt: skip


def links_of_an_opportunity(draw: random.Random) -> models.Entry:
    one = some(draw, models.Opportunity)
    one.windows.set(few(draw, models.MobilityWindow))
    one.subjects.set(few(draw, models.Subject))
    one.courses.set(few(draw, models.Course))
    one.contacts.set(few(draw, models.Contact))
    one.sources.set(few(draw, models.Source))
    return one


def hosts_of_an_opportunity(draw: random.Random) -> models.Entry:
    one = some(draw, models.Opportunity)
    models.OpportunityHost.objects.filter(opportunity=one).delete()
    for position, host in enumerate(few(draw, models.Institution)):
        models.OpportunityHost.objects.create(opportunity=one, institution=host, position=position)
    return one


def parts_of_an_opportunity(draw: random.Random) -> models.Entry:
    one = some(draw, models.Opportunity)
    if draw.random() < 0.3:
        for model in (models.Deadline, models.LanguageNeed, models.CostLine):
            model.objects.filter(opportunity=one).delete()
    number = models.Deadline.objects.count() + draw.randint(1, 10**9)
    models.Deadline.objects.create(
        slug=f"deadline-{number}", opportunity=one, kind=draw.choice(("application", "arrival")),
        date=timezone.localdate() + dt.timedelta(days=draw.randint(-50, 200)),
    )  # fmt: skip
    models.LanguageNeed.objects.get_or_create(
        opportunity=one, language=draw.choice(("sv", "es", "en")), use="instruction"
    )
    models.OpportunityRequirement.objects.create(opportunity=one, **both(text=words(draw)))
    factory.cost_line("housing", 100, draw.randint(200, 900), 1000, opportunity=one)
    return one


def a_new_opportunity(draw: random.Random) -> models.Entry:
    return factory.opportunity(
        at=few(draw, models.Institution), courses=few(draw, models.Course),
        windows=few(draw, models.MobilityWindow), subjects=few(draw, models.Subject),
    )  # fmt: skip


def a_course(draw: random.Random) -> models.Entry:
    return saved(
        some(draw, models.Course), title_en=words(draw), outcomes_en=[words(draw)],
        institution=some(draw, models.Institution), ects=draw.choice((None, 5)),
        programme=draw.choice([None, some(draw, models.DegreeProgramme)]),
    )  # fmt: skip


def a_new_course(draw: random.Random) -> models.Entry:
    made = factory.course(some(draw, models.Institution), **both(title=words(draw)))
    some(draw, models.MobilityWindow).home_courses.add(made)
    return made


def a_contact(draw: random.Random) -> models.Entry:
    return saved(
        some(draw, models.Contact), title_en=words(draw),
        visibility=draw.choice(("public", "students")),
    )  # fmt: skip


def a_report(draw: random.Random) -> models.Entry:
    one = some(draw, models.PublishedReport)
    one.costs.all().delete()
    models.ReportedCost.objects.create(report=one, item="housing", amount=draw.randint(1, 5000))
    return saved(
        one, text_en=words(draw), opportunity=some(draw, models.Opportunity),
        year=draw.randint(2020, 2026), stay_weeks=draw.choice((None, 10)),
    )  # fmt: skip


def a_guide(draw: random.Random) -> models.Entry:
    return saved(some(draw, models.Guide), text_en=words(draw))


def a_precedent(draw: random.Random) -> models.Entry:
    return saved(some(draw, models.Precedent), year=draw.randint(2015, 2026))


def an_institution(draw: random.Random) -> models.Entry:
    return saved(some(draw, models.Institution), name_en=words(draw))


EDITS: tuple[Edit, ...] = (
    texts_of_an_opportunity, kind_and_size_of_an_opportunity, links_of_an_opportunity,
    hosts_of_an_opportunity, parts_of_an_opportunity, a_new_opportunity, a_course, a_new_course,
    a_contact, a_report, a_guide, a_precedent, an_institution,
)  # fmt: skip
STATED = (
    models.Opportunity, models.Course, models.Contact, models.PublishedReport, models.Guide,
    models.Precedent,
)  # fmt: skip


def change_a_status(draw: random.Random) -> None:
    """Published, withdrawn or back to a draft, as the office's list of entries does it."""
    one = some(draw, draw.choice(STATED))
    services._set_status(
        type(one).objects.filter(pk=one.pk), draw.choice(models.PublicationStatus.values)
    )


def richer_catalogue() -> None:
    made = factory.small_catalogue()
    models.Source.objects.create(slug="site", title="Site", certainty="official")
    for number in range(4):
        at = made["stockholm"] if number % 2 else made["home"]
        factory.course(at, f"own-{number}", **both(title=f"{WORDS[number]} {number}"))
        factory.subject(f"subject-{number}")
        factory.opportunity(f"place-{number}", at=[made["havana"]])
    courses = list(models.Course.objects.order_by("pk"))
    made["second_year"].home_courses.set(courses[:2])
    made["semester"].courses.set(courses[2:])
    models.Precedent.objects.create(
        slug="precedent", host_course=courses[1], home_course=courses[0], year=2024,
        **both(decided_by="", note=""),
    )  # fmt: skip
    for number in range(2):
        models.Contact.objects.create(
            slug=f"desk-{number}", role="office", institution=made["home"], visibility="public",
            **both(title="Desk", unit_name="", help_with=""),
        )  # fmt: skip
        models.PublishedReport.objects.create(
            slug=f"report-{number}", opportunity=made["semester"], year=2025, ratings={},
            **both(author="A.", title="There", text="Good.", advice=""),
        )  # fmt: skip
    models.Guide.objects.create(slug="guide", **both(title="Guide", summary="", text="Text."))
    publish_change()


def from_scratch(like: Snapshot) -> Snapshot:
    records = build_records()
    return Snapshot(
        like.moment, records, build_search(records, Hurried()),
        build_columns(records, like.built_on, Hurried()),
    )  # fmt: skip


def found(index: SearchIndex, slugs: tuple[str, ...], question: str) -> tuple[Any, ...]:
    wanted = index.understand(question)
    matches = index.search(wanted)
    return ({slugs[number] for number in matches.documents}, matches.notions, wanted.correction)


def assert_equal(one: Snapshot, other: Snapshot) -> None:
    for name in type(one.records).__slots__:
        mine, theirs = getattr(one.records, name), getattr(other.records, name)
        assert mine == theirs, name
        if isinstance(mine, dict):
            assert list(mine) == list(theirs), f"order of {name}"
    assert one.columns.opportunities == other.columns.opportunities
    assert one.columns.traits == other.columns.traits
    for name, facet in other.columns.facets.items():
        assert one.columns.facets[name].values == facet.values
        assert np.array_equal(one.columns.facets[name].rows, facet.rows)
    for name, ranks in other.columns.ranks.items():
        assert np.array_equal(one.columns.ranks[name], ranks)
    mine, theirs = one.search, other.search
    assert mine.opportunity_slugs == theirs.opportunity_slugs
    assert mine.course_slugs == theirs.course_slugs
    for word in (*WORDS, "hart", "kidny", "zebr", "zweden", "afweer", "course.", "opportunity"):
        assert found(mine.opportunities, mine.opportunity_slugs, word) == found(
            theirs.opportunities, theirs.opportunity_slugs, word
        ), word
        assert found(mine.courses, mine.course_slugs, word) == found(
            theirs.courses, theirs.course_slugs, word
        ), word
    host = ["institution:karolinska"]
    assert mine.courses.tagged(host).tolist() == theirs.courses.tagged(host).tolist()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_after_any_edits_the_snapshot_is_as_if_built_from_everything(seed: int) -> None:
    richer_catalogue()
    draw = random.Random(seed)
    holder.current()
    for _ in range(12):
        for _ in range(draw.choice((1, 1, 2))):  # one edit, or two before anybody looks
            if draw.random() < 0.25:
                change_a_status(draw)
            else:
                publish_change(draw.choice(EDITS)(draw))
        if models.Institution.objects.filter(is_home=True, status="published").exists():
            now = holder.current()
            assert_equal(now, from_scratch(now))


@pytest.mark.django_db
def test_an_edit_by_name_reads_only_what_hangs_on_it() -> None:
    richer_catalogue()
    before = holder.current()
    with mock.patch.object(build, "reach_of", wraps=build.reach_of) as reach:
        models.Opportunity.objects.filter(slug="clinic").update(summary_en="Changed.")
        publish_change(models.Opportunity.objects.get(slug="clinic"))
        after = holder.current()
    assert reach.call_count == 1
    assert after.records.opportunities["clinic"].summary.en == "Changed."
    assert after.records.courses is before.records.courses
    assert after.search.courses is before.search.courses
    # What else was changed and not published is not looked at.
    models.Course.objects.filter(slug="own-0").update(title_en="Not published")
    publish_change(models.Opportunity.objects.get(slug="clinic"))
    assert holder.current().records.courses["own-0"].title.en != "Not published"
    publish_change()
    assert holder.current().records.courses["own-0"].title.en == "Not published"


@pytest.mark.django_db
def test_a_version_without_a_name_has_everything_read() -> None:
    richer_catalogue()
    holder.current()
    clinic = models.Opportunity.objects.get(slug="clinic")
    models.Course.objects.filter(slug="own-0").update(title_en="Of the load")
    publish_change()
    publish_change(clinic)
    assert holder.current().records.courses["own-0"].title.en == "Of the load"


@pytest.mark.django_db
def test_after_an_older_database_was_put_back_everything_is_read() -> None:
    richer_catalogue()
    clinic = models.Opportunity.objects.get(slug="clinic")
    holder.current()
    # As if restored from before the version that is shown, and edited from there.
    models.CatalogueVersion.objects.update(changed_at=timezone.now() - dt.timedelta(days=3))
    models.Course.objects.filter(slug="own-0").update(title_en="Of the backup")
    publish_change(clinic)
    assert holder.current().records.courses["own-0"].title.en == "Of the backup"


@pytest.mark.django_db
def test_a_new_day_reads_nothing_anew() -> None:
    richer_catalogue()
    before = holder.current()
    tomorrow = before.built_on + dt.timedelta(days=1)
    with mock.patch.object(holder, "local_today", return_value=tomorrow):
        after = holder.current()
    assert after.built_on == tomorrow
    assert after.records.courses is before.records.courses
    assert after.records.opportunities is before.records.opportunities
    assert after.search.opportunities is before.search.opportunities


@pytest.mark.django_db
def test_names_of_edits_are_not_kept_for_ever() -> None:
    factory.small_catalogue()
    clinic = models.Opportunity.objects.get(slug="clinic")
    for _ in range(services.EDITS_KEPT + 5):
        publish_change(clinic)
    assert models.CatalogueEdit.objects.count() == services.EDITS_KEPT
