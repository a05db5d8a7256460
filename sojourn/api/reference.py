"""The page on which a person reads what the API offers, made from its OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from sojourn.api.api import openapi_document
from sojourn.api.problems import KINDS, ProblemError, problem_response
from sojourn.api.reference_words import in_words, manners
from sojourn.api.request_context import API_ROOT, requested_language
from sojourn.api.schemas import LANGUAGE_CODES
from sojourn.catalogue.snapshot.service import current_snapshot_or_none
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.urls import site_url
from sojourn.common.view_marks import public_view

# Long enough to show the shape of an answer, short enough to scroll past.
EXAMPLE_LINES = 40

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is, and the shape it links to if it has one."""

    text: str
    shape: str = ""


@dataclass(frozen=True, slots=True)
class FieldRow:
    name: str
    kinds: tuple[Kind, ...]
    description: str
    limits: str = ""


@dataclass(frozen=True, slots=True)
class ShapeSection:
    name: str
    description: str
    fields: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True)
class OperationSection:
    anchor: str
    path: str
    title: str
    description: str
    parameters: tuple[FieldRow, ...]
    answer: Kind
    problems: tuple[int, ...]
    example_url: str
    example_answer: str


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    description: str
    operations: tuple[OperationSection, ...]


@dataclass(frozen=True, slots=True)
class ProblemRow:
    status: int
    anchor: str
    title: str
    detail: str


@require_safe
@public_view
def reference(request: HttpRequest) -> HttpResponse:
    """Every address with its parameters and an example that runs, and every shape once."""
    snapshot = current_snapshot_or_none()
    if snapshot is None:
        return problem_response(request, 503)
    try:
        language = requested_language(request)
    except ProblemError as error:
        return problem_response(request, error.status, error.detail, error.errors)
    page = snapshot.fragments.get(
        "api-reference", site_url(request), language, lambda: _page(request, snapshot, language)
    )
    response = HttpResponse(page)
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Content-Language"] = language
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _page(request: HttpRequest, snapshot: Snapshot, language: str) -> str:
    address = f"{site_url(request)}{API_ROOT}/docs?lang="
    with translation.override(language):
        return render_to_string(
            "api/reference.html",
            {
                "lang": language,
                "language_codes": LANGUAGE_CODES,
                "canonical_url": f"{address}{language}",
                "other_languages": [
                    {
                        "code": code,
                        "name": name,
                        "href": f"{API_ROOT}/docs?lang={code}",
                        "url": f"{address}{code}",
                    }
                    for code, name in settings.LANGUAGES
                    if code != language
                ],
                "edition": snapshot.records.edition,
                "manners": manners(),
                "root": f"{site_url(request)}{API_ROOT}",
                "groups": list(groups(request, snapshot)),
                "shapes": list(shapes()),
                "problems": [
                    ProblemRow(status, anchor, title, detail)
                    for status, (anchor, title, detail) in KINDS.items()
                ],
            },
        )


def groups(request: HttpRequest, snapshot: Snapshot) -> Iterator[Group]:
    """Return the operations, by tag and in the order of the document."""
    document = openapi_document()
    for tag in document["tags"]:
        operations = tuple(
            _operation(request, path, operation, example_path(path, snapshot))
            for path, methods in document["paths"].items()
            for operation in methods.values()
            if tag["name"] in operation["tags"]
        )
        yield Group(in_words(tag["name"]), in_words(tag["description"]), operations)


def shapes() -> Iterator[ShapeSection]:
    """Every shape that an answer is made of, in the order of the alphabet."""
    components: Json = openapi_document()["components"]["schemas"]
    for name in sorted(components):
        schema = components[name]
        if "properties" in schema:
            yield ShapeSection(
                name=_shape_name(name),
                description=schema.get("description", ""),
                fields=tuple(
                    FieldRow(field, tuple(_kinds(details)), details.get("description", ""))
                    for field, details in schema["properties"].items()
                ),
            )


def example_path(path: str, snapshot: Snapshot) -> str:
    """Return an address that runs: a real slug in the path, a real search where one can search."""
    collection = path.removeprefix(f"{API_ROOT}/").split("/")[0]
    if "{slug}" in path:
        entries: dict[str, object] = getattr(snapshot.records, collection)
        return path.replace("{slug}", next(iter(entries), "none-yet"))
    queries = {
        "opportunities": "?q=immunology&sort=deadline",
        "courses": "?q=immunology&per_page=5",
        "institutions": "?partner=true",
    }
    return path + queries.get(collection, "")


def run_example(request: HttpRequest, path: str) -> str:
    """Return what the API answers to that address now, laid out, and cut where it gets long."""
    address, _, query = path.partition("?")
    asked = HttpRequest()
    asked.method = "GET"
    asked.path = asked.path_info = address
    asked.META = {
        name: request.META[name]
        for name in ("SERVER_NAME", "SERVER_PORT", "HTTP_HOST", "wsgi.url_scheme")
        if name in request.META
    } | {"QUERY_STRING": query, "REQUEST_METHOD": "GET"}
    asked.GET = type(request.GET)(query)
    match = resolve(address)
    answer = match.func(asked, *match.args, **match.kwargs)
    lines = json.dumps(json.loads(answer.content), indent=2, ensure_ascii=False).splitlines()
    if len(lines) > EXAMPLE_LINES:
        lines = [*lines[:EXAMPLE_LINES], "…"]
    return "\n".join(lines)


def _operation(request: HttpRequest, path: str, operation: Json, example: str) -> OperationSection:
    [answer] = operation["responses"]["200"]["content"].values()
    return OperationSection(
        anchor=operation["operationId"].replace("_", "-"),
        path=path,
        title=in_words(operation["summary"]),
        description=operation.get("description", ""),
        parameters=tuple(
            FieldRow(
                parameter["name"],
                # A parameter that is left out is null; nobody can send one.
                tuple(kind for kind in _kinds(parameter["schema"]) if kind.text != "null"),
                parameter.get("description", ""),
                _limits(parameter["schema"]),
            )
            for parameter in operation["parameters"]
        ),
        answer=next(_kinds(answer["schema"])),
        problems=tuple(int(status) for status in operation["responses"] if int(status) >= 400),
        example_url=site_url(request) + example,
        example_answer=run_example(request, example),
    )


def _kinds(schema: Json) -> Iterator[Kind]:
    """Return what a value may be, in the words of JSON."""
    if "$ref" in schema:
        name = _shape_name(schema["$ref"].rsplit("/", 1)[-1])
        yield Kind(name, name)
    elif "anyOf" in schema:
        for choice in schema["anyOf"]:
            yield from _kinds(choice)
    elif schema.get("type") == "array":
        inner = list(_kinds(schema["items"]))
        yield Kind(f"list of {inner[0].text}", inner[0].shape)
        yield from inner[1:]
    elif "enum" in schema:
        yield from (Kind(json.dumps(value)) for value in schema["enum"])
    elif "const" in schema:
        yield Kind(json.dumps(schema["const"]))
    elif schema.get("type") == "object":
        yield Kind("object")
    else:
        yield Kind(schema.get("format") or schema.get("type", "anything"))


def _limits(schema: Json) -> str:
    parts = []
    for choice in [schema, *schema.get("anyOf", [])]:
        if "minimum" in choice and "maximum" in choice:
            parts.append(f"{choice['minimum']} to {choice['maximum']}")
        if "maxLength" in choice:
            parts.append(f"at most {choice['maxLength']} characters")
    if schema.get("default") not in (None, [], ""):
        parts.append(f"usually {json.dumps(schema['default'])}")
    return ", ".join(parts)


def _shape_name(component: str) -> str:
    # Page[CourseSummary] is called Page_CourseSummary_ in the document; Out is ours, not a word.
    return component.replace("Page_", "Page of ").rstrip("_").removesuffix("Out")
