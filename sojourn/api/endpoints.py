"""The two addresses of a collection: its list, and one entry of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from sojourn.api.entries import FromRecord
from sojourn.api.request_context import ApiRequest
from sojourn.api.schemas import (
    EntryProblems,
    LanguageQuery,
    Page,
    PageQuery,
    Problems,
    find,
    known_parameters,
    list_page,
)


def add_list(
    router: Router,
    collection: str,
    schema: type[FromRecord],
    *,
    summary: str,
    description: str,
    accepts: type[PageQuery] = PageQuery,
) -> None:
    """Serve the entries of a collection that a query allows."""

    def view(request: Any, response: Any, query: Any) -> Any:
        known_parameters(request, accepts)
        entries = getattr(request.context.snapshot.records, collection).values()
        found = [entry for entry in entries if query.allows(entry)]
        return list_page(request, response, query, found, schema.of)

    view.__annotations__ = {
        "request": ApiRequest,
        "response": HttpResponse,
        "query": Query[accepts],  # type: ignore[misc, valid-type]
    }
    name = f"list_{collection}"
    router.get(
        f"/{collection}",
        response={200: Page[schema]} | Problems,  # type: ignore[valid-type]
        operation_id=name,
        url_name=name,
        summary=summary,
        description=description,
    )(view)


def add_entry(
    router: Router,
    kind: str,
    collection: str,
    schema: type[FromRecord],
    *,
    summary: str,
    description: str,
) -> None:
    """Serve one entry of a collection; what was withdrawn answers 410."""

    def view(request: ApiRequest, slug: str, query: Query[LanguageQuery]) -> FromRecord:
        known_parameters(request, LanguageQuery)
        entries = getattr(request.context.snapshot.records, collection)
        return schema.of(find(request.context, kind, entries, slug), request.context)

    name = f"read_{kind}"
    router.get(
        f"/{collection}/{{slug}}",
        response={200: schema} | EntryProblems,
        operation_id=name,
        url_name=name,
        summary=summary,
        description=description,
    )(view)
