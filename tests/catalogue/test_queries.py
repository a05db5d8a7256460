"""Filters, counts, orders and pages, against a plain reading of the rules."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from dataclasses import replace
from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sojourn.catalogue.models import OpportunityKind, PublishedReport
from sojourn.catalogue.queries.courses import CourseFilter, search_courses
from sojourn.catalogue.queries.filters import SORTS, OpportunityFilter, QueryError
from sojourn.catalogue.queries.lists import closing_next, where_people_like_me_go
from sojourn.catalogue.queries.opportunities import NEARLY, marked_html, search_opportunities
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.snapshot import facets, service
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Opportunity
from tests.catalogue import factory
from tests.catalogue.factory import both

pytestmark = pytest.mark.slow


def asked(query: str) -> OpportunityFilter:
    return OpportunityFilter.from_query(QueryDict(query))


def slugs(snapshot: Snapshot, query: str, language: str = "en") -> list[str]:
    page = search_opportunities(snapshot, asked(query), language)
    return [hit.opportunity.slug for hit in page.hits]


@pytest.fixture
def varied(db: None) -> Snapshot:
    """Seventy opportunities that differ in everything one can filter by."""
    draw = random.Random(7)
    factory.edition()
    factory.home()
    hosts = [
        factory.institution(
            f"host-{country.lower()}-{number}", country=country, is_preferred=number == 0
        )
        for country, number in itertools.product(("SE", "CU", "BE", "ID"), range(2))
    ]
    windows = [
        factory.window(programme, year, f"{programme.slug}-y{year or 'any'}")
        for programme in (factory.programme("medicine"), factory.programme("biomedicine"))
        for year in (2, 3, None)
    ]
    subjects = [factory.subject(name) for name in ("immunology", "surgery", "ageing")]
    today = service.read_state().today
    for country in ("SE", "BE"):
        factory.cost_line("housing", 400, 600, 900, country=country)
    for number in range(70):
        factory.opportunity(
            f"place-{number:02}",
            at=draw.sample(hosts, draw.randint(1, 2)),
            windows=draw.sample(windows, draw.randint(0, 2)),
            subjects=draw.sample(subjects, draw.randint(0, 2)),
            languages=draw.sample(["en", "es", "sv"], draw.randint(0, 2)),
            deadlines=[today + dt.timedelta(days=draw.choice((-30, 0, 20, 60, 200)))]
            if draw.random() < 0.8
            else [],
            kind=draw.choice(OpportunityKind.values),
            weeks_min=draw.choice((None, 10, 40, 70)),
            ects=draw.choice((None, Decimal(5), Decimal(30))),
            starts_month=draw.choice((None, 2, 9)),
            ends_month=draw.choice((None, 6, 1)),
            **both(
                title=(
                    f"Place {number} {draw.choice(('alpha', 'beta'))}",
                    f"Plek {number} {draw.choice(('gamma', 'delta'))}",
                )
            ),
        )
    publish_change()
    return current_snapshot()


# --- A plain reading of the rules ---------------------------------------------------------------


def fits(snapshot: Snapshot, one: Opportunity, wanted: OpportunityFilter) -> bool:
    windows = [snapshot.records.windows[slug] for slug in one.windows]
    if (wanted.programme or wanted.window or wanted.year is not None) and not any(
        (not wanted.programme or window.programme in wanted.programme)
        and (not wanted.window or window.slug in wanted.window)
        and (wanted.year is None or window.phase is None or window.phase.year >= wanted.year)
        for window in windows
    ):
        return False
    deadlines = facets.deadline_bands(one, snapshot.built_on)
    return (
        (
            not wanted.country
            or any(
                snapshot.records.institutions[host].country in wanted.country for host in one.hosts
            )
        )
        and (not wanted.kind or one.kind in wanted.kind)
        and (
            not wanted.language
            or any(
                need.language in wanted.language
                for need in one.languages
                if need.use == "instruction"
            )
        )
        and (not wanted.preferred or one.is_preferred)
        and (not wanted.subject or any(subject in wanted.subject for subject in one.subjects))
        and (not wanted.cost or facets.cost_band(one) in wanted.cost)
        and (not wanted.deadline or any(band in wanted.deadline for band in deadlines))
        and (
            not wanted.period
            or any(term in wanted.period for term in facets.terms(one, snapshot.records.windows))
        )
    )


def some(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(
        lambda chosen: tuple(sorted(chosen))
    )


filters = st.builds(
    OpportunityFilter,
    programme=some("medicine", "biomedicine", "unknown"),
    window=some("medicine-y2", "medicine-yany", "biomedicine-y3"),
    year=st.sampled_from([None, None, 1, 2, 3]),
    subject=some("immunology", "surgery", "ageing"),
    country=some("SE", "CU", "BE", "ZZ"),
    kind=some(*OpportunityKind.values),
    language=some("en", "es", "sv"),
    preferred=st.sampled_from([None, True]),
    period=some(*facets.PERIODS),
    cost=some(*facets.COSTS),
    deadline=some(*facets.DEADLINES),
    sort=st.sampled_from(SORTS),
)
quickly = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@quickly
@given(wanted=filters)
def test_filters_and_their_counts_agree_with_a_plain_reading(
    varied: Snapshot, wanted: OpportunityFilter
) -> None:
    everything = list(varied.records.opportunities.values())
    page = search_opportunities(varied, replace(wanted, per_page=100), "en")
    expected = {one.slug for one in everything if fits(varied, one, wanted)}
    assert {hit.opportunity.slug for hit in page.hits} == expected
    assert page.total == len(expected)
    for facet in page.facets:
        for option in facet.options:
            value: object = (option.value,)
            if facet.name == "year":
                value = int(option.value)
            elif facet.name == "preferred":
                value = True
            alone = replace(wanted, **{facet.name: value})  # type: ignore[arg-type]
            count = sum(fits(varied, one, alone) for one in everything)
            assert option.count == count, (facet.name, option.value)
            assert option.selected == (option.value in wanted.values(facet.name))


@quickly
@given(wanted=filters, per_page=st.integers(1, 25))
def test_pages_partition_what_is_found(
    varied: Snapshot, wanted: OpportunityFilter, per_page: int
) -> None:
    whole = search_opportunities(varied, replace(wanted, per_page=100), "en")
    first = search_opportunities(varied, replace(wanted, per_page=per_page), "en")
    shown = [
        hit.opportunity.slug
        for page in range(1, first.pages + 1)
        for hit in search_opportunities(
            varied, replace(wanted, per_page=per_page, page=page), "en"
        ).hits
    ]
    assert shown == [hit.opportunity.slug for hit in whole.hits]
    beyond = search_opportunities(
        varied, replace(wanted, per_page=per_page, page=first.pages + 1), "en"
    )
    assert beyond.hits == ()
    assert beyond.total == whole.total


@quickly
@given(wanted=filters)
def test_a_query_string_says_exactly_what_is_asked(
    varied: Snapshot, wanted: OpportunityFilter
) -> None:
    assert asked(wanted.to_query()) == wanted
    assert asked(wanted.to_query()).to_query() == wanted.to_query()


@quickly
@given(pairs=st.lists(
    st.sampled_from(
        [("country", "SE"), ("country", "CU"), ("kind", "courses"), ("language", "en"),
         ("year", "3"), ("programme", "medicine"), ("q", "alpha")]
    ), max_size=6), seed=st.integers(0, 1000))  # fmt: skip
def test_the_order_of_filters_means_nothing(
    varied: Snapshot, pairs: list[tuple[str, str]], seed: int
) -> None:
    shuffled = list(pairs)
    random.Random(seed).shuffle(shuffled)
    one = asked("&".join(f"{name}={value}" for name, value in pairs))
    other = asked("&".join(f"{name}={value}" for name, value in shuffled))
    assert one == other
    assert one.to_query() == other.to_query()


@quickly
@given(wanted=filters)
def test_every_link_of_a_filter_leads_where_it_says(
    varied: Snapshot, wanted: OpportunityFilter
) -> None:
    page = search_opportunities(varied, wanted, "en")
    for facet in page.facets:
        for option in facet.options:
            if option.selected:
                there = asked(wanted.without_value(facet.name, option.value).to_query())
            else:  # as the form of the page sends it
                takes_one = facets.FACETS[facet.name].allows is None
                before = wanted.without(facet.name) if takes_one else replace(wanted, page=1)
                there = asked(f"{before.to_query()}&{facet.name}={option.value}")
            assert (option.value in there.values(facet.name)) is not option.selected
            assert there.page == 1
            for name in facets.FACETS:
                if name != facet.name:
                    assert there.values(name) == wanted.values(name)


@quickly
@given(wanted=filters)
def test_loosening_leads_to_as_many_as_it_promises(
    varied: Snapshot, wanted: OpportunityFilter
) -> None:
    page = search_opportunities(varied, replace(wanted, q="alpha"), "en")
    for way in page.suggestions:
        assert page.total == 0
        assert search_opportunities(varied, asked(way.query), "en").total == way.count > 0


def test_one_window_must_meet_programme_and_year_together(db: None) -> None:
    made = factory.small_catalogue()
    factory.opportunity("both", at=[made["stockholm"]],
                        windows=[made["third_year"], made["second_year"]])  # fmt: skip
    publish_change()
    snapshot = current_snapshot()
    assert set(slugs(snapshot, "programme=medicine&year=3")) == {"clinic", "both"}
    # Who is in year 2 can still go in year 3.
    assert set(slugs(snapshot, "programme=medicine&year=2")) == {"clinic", "both"}
    # It has a window of medicine, and one in year 3, but no window of biomedicine in year 3.
    assert "both" not in slugs(snapshot, "programme=biomedicine&year=3")


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_is_what_it_says(varied: Snapshot, sort: str) -> None:
    page = search_opportunities(varied, OpportunityFilter(sort=sort, per_page=100), "nl")
    found = [hit.opportunity for hit in page.hits]
    assert len(found) == 70
    if sort == "title":
        titles = [one.title["nl"].lower() for one in found]
        assert titles == sorted(titles)
    if sort == "cost":
        costs = [one.costs.typical if one.costs else Decimal("Infinity") for one in found]
        assert costs == sorted(costs)
    if sort == "distance":
        assert [one.distance_km for one in found] == sorted(one.distance_km for one in found)
    if sort == "ects":
        ects = [one.ects if one.ects is not None else Decimal(-1) for one in found]
        assert ects == sorted(ects, reverse=True)
    if sort == "deadline":
        bands = [facets.deadline_bands(one, varied.built_on)[0] for one in found]
        assert bands == sorted(bands, key=["month", "quarter", "later", "unknown", "passed"].index)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("sort=best", "sort"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=one", "page"),
        ("page=9999999999999", "page"),
        ("page=١", "page"),
        ("year=11", "year"),
        ("country=Sweden", "country"),
        ("kind=holiday", "kind"),
        ("language=12", "language"),
        ("window=A%20b", "window"),
        ("programme=../etc", "programme"),
        ("preferred=maybe", "preferred"),
        ("cost=free", "cost"),
        ("deadline=never", "deadline"),
        ("period=always", "period"),
        ("per_page=1000", "per_page"),
        ("&".join(f"subject=s{number}" for number in range(50)), "subject"),
    ],
)
def test_nonsense_is_refused_by_name(query: str, field: str) -> None:
    with pytest.raises(QueryError) as refused:
        asked(query)
    assert refused.value.field == field
    assert str(refused.value.message)


@pytest.mark.parametrize(
    "query", ["", "q=&country=&page=", "utm_source=x", "country=se", "preferred=1", "window=gone"]
)
def test_empty_and_foreign_parameters_are_no_nonsense(query: str) -> None:
    asked(query)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80))
def test_any_query_string_is_read_or_refused(text: str) -> None:
    try:
        wanted = asked(text)
    except QueryError:
        return
    assert asked(wanted.to_query()) == wanted


# --- On the Leiden edition ------------------------------------------------------------------------


def test_english_and_dutch_find_the_same_places(leiden: Snapshot) -> None:
    for english, dutch in (
        ("immunology", "immunologie"), ("sweden", "zweden"), ("cancer", "kanker"),
        ("brain", "hersenen"), ("tropical medicine", "tropengeneeskunde"),
    ):  # fmt: skip
        for language in ("en", "nl"):
            there = slugs(leiden, f"q={english}", language)
            assert there
            assert set(there) == set(slugs(leiden, f"q={dutch}", language)), english


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("q=cuba", "half-minor-global-health-cuba"),
        ("q=edinburgh", "half-minor-edinburgh"),
        ("q=transplantation+london", "half-minor-organ-transplantation-london"),
        ("q=transplantatie", "half-minor-organ-transplantation-london"),
        ("q=uppsala", "pharmacy-internship-uppsala"),
        ("q=edinbrugh", "half-minor-edinburgh"),
    ],
)
def test_the_obvious_place_comes_first(
    leiden: Snapshot, query: str, first: str, language: str
) -> None:
    assert slugs(leiden, query, language)[0] == first


def test_a_hit_says_why_it_was_found(leiden: Snapshot) -> None:
    page = search_opportunities(leiden, asked("q=kanker"), "nl")
    for hit in page.hits:
        shown = hit.highlights
        assert hit.marked or any(segment.marked for segment in shown.title)
        assert "<mark>" in hit.marked or not hit.marked


def test_marks_are_escaped() -> None:
    from sojourn.engines.search import Segment

    html = marked_html([Segment("<b>&", marked=False), Segment("<i>", marked=True)])
    assert html == "&lt;b&gt;&amp;<mark>&lt;i&gt;</mark>"


def test_an_empty_result_says_what_to_loosen_and_what_nearly_fits(leiden: Snapshot) -> None:
    page = search_opportunities(leiden, asked("q=transplantation&country=CU"), "en")
    assert page.total == 0
    assert {way.field for way in page.suggestions} == {"q", "country"}
    assert all(way.count > 0 for way in page.suggestions)
    assert page.near
    assert all(hit.misses for hit in page.near)


def test_a_slip_is_corrected_and_named(leiden: Snapshot) -> None:
    page = search_opportunities(leiden, asked("q=imunology"), "en")
    assert page.corrections == ("immunology",)
    assert page.total > 0


def test_labels_are_in_the_language_of_the_page(leiden: Snapshot) -> None:
    def labels(language: str) -> set[str]:
        page = search_opportunities(leiden, OpportunityFilter(), language)
        return {o.label for facet in page.facets if facet.name == "country" for o in facet.options}

    assert {"Sweden", "Cuba"} <= labels("en")
    assert {"Zweden", "Cuba"} <= labels("nl")


def test_windows_are_grouped_under_their_programme(leiden: Snapshot) -> None:
    page = search_opportunities(leiden, OpportunityFilter(), "en")
    windows = next(facet for facet in page.facets if facet.name == "window")
    assert all(option.group for option in windows.options)


def test_courses_are_found_filtered_and_paged(leiden: Snapshot) -> None:
    page = search_courses(leiden, CourseFilter(q="immunologie"), "nl")
    assert page.total == len({hit.course.slug for hit in page.hits}) > 1
    assert any(segment.marked for segment in page.hits[0].title)
    karolinska = CourseFilter(institution="karolinska-institutet", per_page=5)
    first = search_courses(leiden, karolinska, "en")
    assert first.total == len(leiden.records.institutions["karolinska-institutet"].courses)
    every = [
        hit.course.slug
        for number in range(1, first.pages + 1)
        for hit in search_courses(leiden, replace(karolinska, page=number), "en").hits
    ]
    assert sorted(every) == sorted(leiden.records.institutions["karolinska-institutet"].courses)
    both_at_once = replace(karolinska, q="immunology", per_page=50)
    assert {hit.course.institution for hit in search_courses(leiden, both_at_once, "en").hits} == {
        "karolinska-institutet"
    }


def test_what_closes_first_comes_first(leiden: Snapshot) -> None:
    today = leiden.built_on
    closing = [
        min(
            one.date
            for one in opportunity.deadlines
            if one.kind in facets.DEADLINES_TO_APPLY and one.date >= today
        )
        for opportunity in closing_next(leiden, today, 50)
    ]
    assert len(closing) > 3
    assert closing == sorted(closing)
    assert all(
        min(closing) not in {one.date for one in opportunity.deadlines}
        for opportunity in closing_next(leiden, min(closing) + dt.timedelta(days=1), 50)
    )
    assert len(closing_next(leiden, today, 3)) == 3


def test_people_like_me_are_counted_by_their_reports(db: None) -> None:
    made = factory.small_catalogue()
    for number, (programme, opportunity) in enumerate(
        [("medicine", "clinic"), ("medicine", "clinic"), ("biomedicine", "semester")]
    ):
        PublishedReport.objects.create(
            slug=f"report-{number}", opportunity=made[opportunity], programme=made[programme],
            year=2025, **both(title="", text="", advice="", author=""),
        )  # fmt: skip
    publish_change()
    snapshot = current_snapshot()
    went = where_people_like_me_go(snapshot, "medicine")
    assert [(one.institution.slug, one.count, one.opportunities) for one in went] == [
        ("havana", 2, 1)
    ]
    assert where_people_like_me_go(snapshot, "medicine", 2) == []
    assert where_people_like_me_go(snapshot, "nothing") == []


@quickly
@given(wanted=filters)
def test_what_nearly_fits_meets_at_least_half(varied: Snapshot, wanted: OpportunityFilter) -> None:
    page = search_opportunities(varied, replace(wanted, q="alpha"), "en")
    assert len(page.near) <= NEARLY
    named = [name for name in wanted.chosen if not facets.FACETS[name].in_one_window]
    constraints = 1 + len(named) + (named != list(wanted.chosen))
    for hit in page.near:
        assert page.total == 0
        assert 1 <= len(hit.misses) <= constraints / 2
