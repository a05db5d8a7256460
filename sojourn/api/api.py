"""The API as a whole: its resources, what it says about itself, how it reports problems."""

from __future__ import annotations

import copy
import inspect
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.urls import resolve
from django.views.decorators.http import etag
from ninja import NinjaAPI, Query, Router
from ninja.renderers import JSONRenderer
from pydantic import BaseModel, Field

import sojourn
from sojourn.api import problems
from sojourn.api.request_context import ApiRequest, with_context
from sojourn.api.resources import (
    answers,
    contacts,
    courses,
    guides,
    institutions,
    opportunities,
    programmes,
)
from sojourn.api.schemas import (
    LANGUAGE_CODES,
    LanguageQuery,
    LocalText,
    Page,
    Problems,
    known_parameters,
)
from sojourn.common.languages import LANGUAGES
from sojourn.common.view_marks import public_view

DESCRIPTION = f"""\
What this study-abroad office publishes, for other programs: opportunities, institutions, courses,
degree programmes, mobility windows, public contacts and guides. Reading only, no key needed.

Every text comes in each language of the site ({LANGUAGE_CODES}) and once more as `text` in the
language that you ask for. What is marked `is_example` was made up to show how the site works: do
not pass it on as a fact. Everything else names its sources.
"""
NOTE_304 = "You have this already: your `If-None-Match` names the current `ETag`."
HEADERS = {
    name: {"description": description, "schema": {"type": kind}}
    for name, kind, description in (
        ("ETag", "string", "Send it back as `If-None-Match` to learn whether anything changed."),
        ("Link", "string", "First, previous, next and last page of the list (RFC 8288)."),
        ("Retry-After", "integer", "How many seconds to wait."),
        ("X-Request-ID", "string", "Name this when you ask about an answer."),
    )
}
# Problems a caller can meet at any address.
DESCRIPTIONS = {status: title for status, (_, title, _) in problems.KINDS.items()}


class PlainJSON(JSONRenderer):
    """JSON in which é is é: shorter, and readable in a terminal."""

    json_dumps_params = {"ensure_ascii": False}


class SojournAPI(NinjaAPI):
    """NinjaAPI, with problems for errors and the parts of OpenAPI that it leaves out."""

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        return problems.problem_from(request, exc)

    def get_openapi_schema(self, **options: Any) -> Any:
        return _completed(super().get_openapi_schema(**options))


class Links(BaseModel):
    """Where everything is."""

    opportunities: str = Field(description="Things to do abroad.")
    institutions: str = Field(description="Home, partners and other hosts.")
    courses: str = Field(description="Courses at home and at hosts.")
    programmes: str = Field(description="Degree programmes of home.")
    windows: str = Field(description="When one can go abroad.")
    contacts: str = Field(description="People and offices who are public.")
    guides: str = Field(description="Pages of advice.")
    answers: str = Field(description="Questions that were answered for everybody.")
    openapi: str = Field(description="This interface in OpenAPI 3.1.")
    reference: str = Field(description="This interface for people to read.")


class Start(BaseModel):
    """What this is and where to go on."""

    name: LocalText = Field(description="Whose study-abroad office this is.")
    time_zone: str = Field(description="Zone of every time here that names none.")
    catalogue_version: int = Field(description="Grows with every published change.")
    languages: list[str] = Field(description="Languages of the texts.")
    links: Links = Field(description="Addresses of everything here.")


start = Router(tags=["Start"])


@start.get(
    "/", response={200: Start} | Problems, operation_id="read_start", summary="Read the start"
)
def read_start(request: ApiRequest, query: Query[LanguageQuery]) -> Start:
    """Return what this is and where everything is."""
    known_parameters(request, LanguageQuery)
    context = request.context
    edition = context.snapshot.records.edition
    return Start(
        name=LocalText.of(edition.name, context),
        time_zone=edition.time_zone,
        catalogue_version=context.snapshot.version,
        languages=list(LANGUAGES),
        links=Links(
            **{
                name: context.address(name)
                for name in Links.model_fields
                if name not in ("openapi", "reference")
            },
            openapi=context.address("openapi.json"),
            reference=context.address("docs"),
        ),
    )


api = SojournAPI(
    title="Sojourn",
    version="1.0",
    description=DESCRIPTION,
    urls_namespace="api-1.0",
    renderer=PlainJSON(),
    openapi_url=None,  # served by views of our own, with an ETag and in our own design
    docs_url=None,
    openapi_extra={
        "info": {"license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"}},
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
    },
)
for router in (
    start,
    opportunities.router,
    institutions.router,
    courses.router,
    programmes.router,
    contacts.router,
    guides.router,
    answers.router,
):
    router.add_decorator(with_context, mode="view")
    api.add_router("", router)


@lru_cache(maxsize=1)
def openapi_document() -> dict[str, Any]:
    """Return the whole interface in OpenAPI 3.1; it changes only with the code."""
    return dict(api.get_openapi_schema())


@public_view
@etag(lambda request: f'W/"openapi-{sojourn.__version__}"')
def openapi_json(request: HttpRequest) -> JsonResponse:
    """Return the OpenAPI document, with this installation as its server."""
    response = JsonResponse(openapi_document(), json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = "public, no-cache"
    return response


@public_view
def not_found(request: HttpRequest, path: str = "") -> HttpResponse:
    """Every address below the API that is none; with a slash too many, the way to the right one."""
    wanted = request.path.rstrip("/")
    if wanted != request.path and resolve(wanted).func is not not_found:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{wanted}?{query}" if query else wanted)
    return problems.problem_response(request, 404)


def _completed(schema: dict[str, Any]) -> dict[str, Any]:
    """Add what django-ninja does not know: media type of problems, headers, 304, tags."""
    schema = copy.deepcopy(dict(schema))
    schema["info"]["summary"] = "The public catalogue of a study-abroad office."
    schema["servers"] = [{"url": "/", "description": "This installation"}]
    schema["security"] = [{}]  # none is needed
    schema["tags"] = [
        {"name": "Start", "description": "Where everything is."},
        {"name": "Opportunities", "description": "Places abroad where students can go."},
        {"name": "Institutions", "description": "Our own institution and the hosts."},
        {"name": "Courses", "description": "Courses at home and abroad."},
        {
            "name": "Programmes and windows",
            "description": "What our students study, and when they can go abroad.",
        },
        {"name": "Contacts", "description": "Whom one can ask."},
        {"name": "Guides", "description": "What to know before, during and after."},
        {"name": "Answers", "description": "Questions that were answered for everybody."},
    ]
    schema["components"]["headers"] = HEADERS
    for name, shape in schema["components"]["schemas"].items():
        if name.startswith("Page_"):
            shape["description"] = inspect.getdoc(Page)  # pydantic drops it from Page[…]
    for methods in schema["paths"].values():
        for operation in methods.values():
            _complete_operation(operation)
    return schema


def _complete_operation(operation: dict[str, Any]) -> None:
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            parameter["description"] = "Its slug, as the list gives it."
    answers = operation["responses"]
    for status in list(answers):
        answer = answers[status]
        answers[str(status)] = answers.pop(status)
        answer["headers"] = {"X-Request-ID": {"$ref": "#/components/headers/X-Request-ID"}}
        if int(status) >= 400:
            answer["description"] = DESCRIPTIONS[int(status)]
            answer["content"] = {
                problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}
            }
        else:
            answer["description"] = "What you asked for."
    ok = answers["200"]
    ok["headers"] |= {"ETag": {"$ref": "#/components/headers/ETag"}}
    if operation["operationId"].startswith("list_"):
        ok["headers"] |= {"Link": {"$ref": "#/components/headers/Link"}}
    answers["429"]["headers"] |= {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
    answers["304"] = {
        "description": NOTE_304,
        "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
    }
    operation["responses"] = dict(sorted(answers.items()))
