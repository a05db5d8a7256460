"""Opportunities: the same search, filters and order as the page for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from django.http import HttpResponse, QueryDict
from ninja import Query, Router
from pydantic import AfterValidator, BaseModel, Field, JsonValue

from sojourn.api import links
from sojourn.api.endpoints import add_entry
from sojourn.api.entries import FromRecord, ProvenanceOut, Requirement, Sourced, with_facts_of
from sojourn.api.problems import invalid_parameter
from sojourn.api.request_context import ApiRequest, RequestContext
from sojourn.api.schemas import (
    ClockTime,
    Country,
    LocalText,
    Page,
    PageQuery,
    Problems,
    Reference,
    known_parameters,
    link_header,
    page_links,
)
from sojourn.catalogue.models import OpportunityKind
from sojourn.catalogue.queries.filters import MOST_VALUES, SORTS, OpportunityFilter, QueryError
from sojourn.catalogue.queries.opportunities import (
    Facet,
    Loosening,
    OpportunityHit,
    search_opportunities,
)
from sojourn.catalogue.snapshot import types as records
from sojourn.catalogue.snapshot.facets import COSTS, DEADLINES, PERIODS
from sojourn.planning.similar_courses import most_similar

router = Router(tags=["Opportunities"])

FACTS_IN_LISTS = ("period", "seats")  # of the optional facts; one opportunity comes with all


class DeadlineOut(FromRecord):
    """A date that matters."""

    slug: str = Field(description="Its id.")
    kind: str = Field(
        description="`application`, `nomination`, `result`, `registration` or `other`."
    )
    date: dt.date = Field(description="The day.")
    time: ClockTime | None = Field(
        description="The time by the clock where the edition is at home; null: until midnight."
    )
    label: LocalText = Field(description="What it is called; may be empty.")
    provenance: ProvenanceOut = Field(description="Where this comes from.")


class CostTotals(FromRecord):
    """What a stay costs before grants, as far as known: a range, EUR."""

    low: float = Field(description="With every line at its lowest.")
    typical: float = Field(description="With every line as it usually is.")
    high: float = Field(description="With every line at its highest.")
    currency: Literal["EUR"] = Field(description="Always EUR.")
    missing: list[str] = Field(description="Items nobody has a figure for yet.")
    has_examples: bool = Field(description="Whether some of the figures are only examples.")

    @classmethod
    def besides(cls, record: records.CostRange, context: RequestContext) -> dict[str, Any]:
        return {"currency": "EUR"}


class CostLineOut(FromRecord):
    """One line of what a stay costs."""

    slug: str = Field(description="Its id.")
    item: str = Field(description="What it pays for, such as `housing` or `travel`.")
    per: str = Field(description="`month`, `week` or `once`.")
    low: float = Field(description="EUR for each `per`, at least.")
    typical: float = Field(description="EUR for each `per`, usually.")
    high: float = Field(description="EUR for each `per`, at most.")
    total_low: float = Field(description="EUR for the whole stay, at least.")
    total_typical: float = Field(description="EUR for the whole stay, usually.")
    total_high: float = Field(description="EUR for the whole stay, at most.")
    entered_in: str = Field(description="Currency in which the figure was entered (ISO 4217).")
    scope: str = Field(description="`opportunity`, `institution`, `country` or `everywhere`.")
    year: int = Field(description="The year of the price.")
    checked_on: dt.date | None = Field(description="When we last looked.")
    certainty: str = Field(description="How sure it is, from `official` to `estimate`.")
    note: LocalText = Field(description="A remark; may be empty.")
    provenance: ProvenanceOut = Field(description="Where this comes from.")

    @classmethod
    def besides(cls, record: records.CostLine, context: RequestContext) -> dict[str, Any]:
        return {"entered_in": record.currency}


class ReportedItemOut(FromRecord):
    """How far returned students' reports move one item, EUR for the whole stay."""

    item: str = Field(description="Such as `housing`.")
    count: int = Field(description="How many reports name it; fewer than three move nothing.")
    weight: float = Field(description="The say of the reports, 0 to 1; the lines have the rest.")
    first_year: int = Field(description="Of the stays that count.")
    last_year: int = Field(description="Of the stays that count.")
    paid_low: float = Field(description="The least that was paid.")
    paid_middle: float = Field(description="The median of what was paid.")
    paid_high: float = Field(description="The most that was paid.")
    low: float = Field(description="What counts in the total instead of the lines, at least.")
    typical: float = Field(description="What counts in the total, usually.")
    high: float = Field(description="What counts in the total, at most.")
    is_example: bool = Field(description="Whether it stands on examples.")


class Costs(CostTotals):
    """What a stay costs before grants, with every line it is made of."""

    months: float = Field(description="Length of stay by which monthly lines were multiplied.")
    lines: list[CostLineOut] = Field(
        description="The published figures; they add up to the range where no report moves them."
    )
    reported: list[ReportedItemOut] = Field(
        description="The items that reports move, with what counts in the range instead."
    )


class LanguageNeedOut(FromRecord):
    """A language that is used there, for what, and at which level."""

    language: str = Field(description="ISO 639 code, such as `sv`.")
    use: str = Field(description="`instruction`, `patients` or `daily_life`.")
    level: str = Field(description="CEFR level, `A1` to `C2`; empty if none is named.")
    is_required: bool = Field(description="Whether it is a condition, not only useful.")
    provenance: ProvenanceOut = Field(description="Where this comes from.")


@with_facts_of(records.Opportunity, *FACTS_IN_LISTS)
class OpportunitySummary(Sourced):
    """A concrete thing to do abroad, as far as a list needs it."""

    slug: str = Field(description="Its id.", examples=["karolinska-biomedicine-semester"])
    url: str = Field(description="Its address in this API.")
    page: str = Field(description="The page about it for people.")
    title: LocalText = Field(description="What it is called.")
    kind: str = Field(
        description="`courses`, `half_minor`, `research_internship`, `clinical_placement`, "
        "`elective` or `summer_school`."
    )
    summary: LocalText = Field(description="The most useful thing about it, in a sentence.")
    hosts: list[Reference] = Field(description="Who receives the student; the main host first.")
    country: Country = Field(description="Country of the main host.")
    countries: list[Country] = Field(
        description="Countries of all hosts, the main one first; the filter goes by these."
    )
    distance_km: float | None = Field(
        description="From home as the crow flies, in kilometres; null if not known."
    )
    ects: float | None = Field(description="ECTS credits; null if not known.")
    weeks_min: int | None = Field(description="Weeks, at least; null if not known.")
    weeks_max: int | None = Field(description="Weeks, at most; null if not known.")
    languages: list[LanguageNeedOut] = Field(description="Languages used there.")
    costs: CostTotals | None = Field(description="What it costs; null if nothing is known.")
    deadlines: list[DeadlineOut] = Field(description="Dates that matter, in order.")
    is_preferred: bool = Field(description="Whether a host is a preferred partner.")
    self_arranged: bool = Field(description="Whether the student finds the place.")

    @classmethod
    def besides(cls, record: records.Opportunity, context: RequestContext) -> dict[str, Any]:
        return {
            "url": context.address("opportunities", record.slug),
            "page": context.page("opportunity", record.slug),
            "distance_km": None if record.distance_km is None else round(record.distance_km, 1),
        }


class FollowedCourseOut(FromRecord):
    """A course that the writer of a report followed."""

    title: str = Field(description="As the writer calls it.")
    ects: str = Field(description="Credits, empty where not said.")
    recognised: str = Field(description="`yes`, `no` or `unknown`.")
    home_title: str = Field(description="The course of home that it was recognised for.")


class ReportOut(Sourced):
    """What a student wrote after coming back."""

    slug: str = Field(description="Its id.")
    year: int = Field(description="The year of the stay.")
    programme: Reference | None = Field(description="What the student studied, if known.")
    stay_weeks: int | None = Field(description="How long the stay was.")
    author: LocalText = Field(description="By whom, as they wish to be called; may be empty.")
    title: LocalText = Field(description="The title.")
    text: LocalText = Field(description="The report, in Markdown.")
    advice: LocalText = Field(description="Advice to those who go next; may be empty.")
    ratings: dict[str, int] = Field(description="1 to 5 for each of several sides of the stay.")
    paid_total: float | None = Field(description="What it cost in all, EUR.")
    written_in: str = Field(description="Code of its language; empty where it is told in several.")
    courses: list[FollowedCourseOut] = Field(description="The courses that the writer followed.")

    @classmethod
    def besides(cls, record: records.Report, context: RequestContext) -> dict[str, Any]:
        return {"ratings": dict(record.ratings), "written_in": record.language}


class SubjectOut(FromRecord):
    """A topic for browsing."""

    slug: str = Field(description="Its id.")
    name: LocalText = Field(description="What it is called.")


@with_facts_of(records.Opportunity)
class Opportunity(OpportunitySummary):
    """A concrete thing to do abroad, with everything that is known about it."""

    costs: Costs | None = Field(description="What it costs; null if nothing is known.")
    description: LocalText = Field(description="What one would do there, in Markdown.")
    windows: list[Reference] = Field(description="Mobility windows it fits in.")
    programmes: list[Reference] = Field(description="Degree programmes it is meant for.")
    subjects: list[SubjectOut] = Field(description="What it is about.")
    requirements: list[Requirement] = Field(description="What is asked of a student.")
    courses: list[Reference] = Field(description="Courses one can take there.")
    contacts: list[Reference] = Field(description="Public contacts who know about it.")
    reports: list[ReportOut] = Field(description="What students wrote who went there.")
    answers: list[Reference] = Field(description="Questions about it, answered for everybody.")
    similar: list[Reference] = Field(description="Opportunities that resemble it.")
    calendar: str | None = Field(
        description="iCalendar feed of its deadlines; null if there are none."
    )

    @classmethod
    def besides(cls, record: records.Opportunity, context: RequestContext) -> dict[str, Any]:
        known = context.snapshot.records
        calendar = f"{context.page('opportunity', record.slug)}deadlines.ics"
        return super().besides(record, context) | {
            "subjects": [SubjectOut.of(known.subjects[slug], context) for slug in record.subjects],
            "reports": [ReportOut.of(known.reports[slug], context) for slug in record.reports],
            "answers": [
                links.reference("answers", answer.slug, context)
                for answer in known.answers_on("opportunity", record.slug)
            ],
            "calendar": calendar if record.deadlines else None,
        }


class FacetOptionOut(BaseModel):
    """One value of a filter, and how many results it would leave."""

    value: str = Field(description="What to send.")
    label: str = Field(description="What it is called, in the language that was asked for.")
    count: int = Field(description="Results with this value and the other filters as they are.")
    selected: bool = Field(description="Whether this request asked for it.")


class FacetOut(BaseModel):
    """A filter, with its values. Its own selection does not change its counts."""

    name: str = Field(description="Name of the query parameter.")
    label: str = Field(description="What it is called, in the language that was asked for.")
    options: list[FacetOptionOut] = Field(description="Its values.")

    @classmethod
    def of(cls, facet: Facet) -> FacetOut:
        return cls(
            name=facet.name,
            label=str(facet.label),
            options=[
                FacetOptionOut(
                    value=option.value,
                    label=str(option.label),
                    count=option.count,
                    selected=option.selected,
                )
                for option in facet.options
            ],
        )


class LooseningOut(BaseModel):
    """A filter to drop when nothing was found, and what that would bring."""

    field: str = Field(description="Name of the query parameter to leave out.")
    label: str = Field(description="What it is called, in the language that was asked for.")
    count: int = Field(description="Results without it.")
    url: str = Field(description="The same request without it.")


class OpportunityList(Page[OpportunitySummary]):
    """Opportunities that fit, and what helps to narrow or widen the search."""

    facets: list[FacetOut] = Field(description="Filters with counts.")
    has_every_word: bool = Field(
        description="False: nothing has all the words of `q`; these have the most of them."
    )
    did_you_mean: list[str] = Field(description="Other spellings of the search text.")
    loosen: list[LooseningOut] = Field(description="If nothing was found: which filter to drop.")
    nearly: list[OpportunitySummary] = Field(
        description="If nothing was found: what fits all but one filter."
    )


SlugList = list[Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=120)]]


def one_of(values: Iterable[str]) -> Any:
    """Return a text that is one of these, in the document as in what is accepted."""
    allowed = list(values)
    listed: list[JsonValue] = [*allowed]

    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"use one of {', '.join(allowed)}")
        return value

    return Annotated[str, AfterValidator(check), Field(json_schema_extra={"enum": listed})]


class OpportunityQuery(PageQuery):
    """The filters of the page for people, under the same names.

    Several values of one filter widen it (`country=SE&country=CU`); several filters narrow.
    """

    q: str = Field("", description="Words to search for, in English or Dutch; typos are forgiven.")
    programme: SlugList = Field([], max_length=MOST_VALUES, description="Degree programmes.")
    window: SlugList = Field([], max_length=MOST_VALUES, description="Mobility windows.")
    # A text, because "3.0" is a whole number to JSON Schema and none to a reader.
    year: Annotated[str, Field(pattern="^([1-9]|10)$")] | None = Field(
        None, description="The year that somebody is in, 1 to 10: windows of that year and later."
    )
    subject: SlugList = Field([], max_length=MOST_VALUES, description="Subjects.")
    country: list[Annotated[str, Field(pattern="^[A-Za-z]{2}$")]] = Field(
        [], max_length=MOST_VALUES, description="Countries, ISO 3166-1 alpha-2."
    )
    kind: list[one_of(OpportunityKind.values)] = Field(  # type: ignore[valid-type]
        [], max_length=MOST_VALUES, description="Kinds of opportunity."
    )
    language: list[Annotated[str, Field(pattern="^[a-z]{2,3}$")]] = Field(
        [], max_length=MOST_VALUES, description="Languages of instruction, ISO 639."
    )
    preferred: Literal["true", "1"] | None = Field(
        None, description="`true`: only preferred partners."
    )
    period: list[one_of(PERIODS)] = Field(  # type: ignore[valid-type]
        [], max_length=MOST_VALUES, description="When the stay takes place."
    )
    cost: list[one_of(COSTS)] = Field(  # type: ignore[valid-type]
        [], max_length=MOST_VALUES, description="Bands of what the stay costs in all, EUR."
    )
    deadline: list[one_of(DEADLINES)] = Field(  # type: ignore[valid-type]
        [], max_length=MOST_VALUES, description="When one has to apply."
    )
    sort: one_of(SORTS) = Field("relevance", description="The order.")  # type: ignore[valid-type]


@router.get(
    "/opportunities",
    response={200: OpportunityList} | Problems,
    operation_id="list_opportunities",
    summary="Search opportunities",
)
def list_opportunities(
    request: ApiRequest, response: HttpResponse, query: Query[OpportunityQuery]
) -> OpportunityList:
    """Return the same search, filters, counts and order as the page for people."""
    known_parameters(request, OpportunityQuery)
    context = request.context
    try:
        wanted = OpportunityFilter.from_query(_without(request.GET, "lang"))
        similar = (
            most_similar(context.snapshot, wanted.programme) if query.sort == "similar" else {}
        )
        found = search_opportunities(context.snapshot, wanted, context.language, similar=similar)
    except QueryError as error:
        raise invalid_parameter(error.field, str(error.message)) from error
    links = page_links(request, query.page, max(1, found.pages))
    response.headers["Link"] = link_header(links)
    return OpportunityList(
        count=found.total,
        page=query.page,
        pages=max(1, found.pages),
        per_page=query.per_page,
        links=links,
        results=_summaries(found.hits, context),
        facets=[FacetOut.of(facet) for facet in found.facets],
        has_every_word=found.has_every_word,
        did_you_mean=list(found.corrections),
        loosen=[_loosening(way, request) for way in found.suggestions],
        nearly=_summaries(found.near, context),
    )


add_entry(
    router,
    "opportunity",
    "opportunities",
    Opportunity,
    summary="Read an opportunity",
    description="One opportunity with everything that is known about it.",
)


def _summaries(hits: Iterable[OpportunityHit], context: RequestContext) -> list[OpportunitySummary]:
    return [OpportunitySummary.of(hit.opportunity, context) for hit in hits]


def _loosening(way: Loosening, request: ApiRequest) -> LooseningOut:
    query = _without(request.GET, way.field, "page")
    return LooseningOut(
        field=way.field,
        label=str(way.label),
        count=way.count,
        url=f"{request.context.site}{request.path}?{query.urlencode()}",
    )


def _without(query: QueryDict, *names: str) -> QueryDict:
    """Return the query without some parameters.

    It is a copy, the request's own cannot be changed.
    """
    rest = query.copy()
    for name in names:
        rest.pop(name, None)
    return rest
