"""Names another entry of the catalogue, with its address in the API."""

from __future__ import annotations

from sojourn.api.request_context import RequestContext
from sojourn.api.schemas import Country, LocalText, Reference
from sojourn.catalogue.isced import field_names
from sojourn.catalogue.names import country_name

# What an entry of a collection is called, where that is not `name`.
_NAMES = {
    "opportunities": "title",
    "courses": "title",
    "contacts": "title",
    "guides": "title",
    "answers": "question",
}
# The collection that a field's slugs are of, where it has another name.
_COLLECTIONS = {
    "institution": "institutions",
    "hosts": "institutions",
    "programme": "programmes",
    "host_course": "courses",
    "home_course": "courses",
    "home_courses": "courses",
    "similar": "opportunities",
    "related": "guides",
}


def reference(field: str, slug: str, context: RequestContext) -> Reference:
    """Name the entry with that slug in the collection that the field is about."""
    collection = _COLLECTIONS.get(field, field)
    entry = getattr(context.snapshot.records, collection)[slug]
    return Reference(
        slug=slug,
        name=LocalText.of(getattr(entry, _NAMES.get(collection, "name")), context),
        url=context.address(collection, slug),
    )


def country(code: str, context: RequestContext) -> Country:
    return Country(code=code, name=country_name(code, context.language))


def field(code: str, context: RequestContext) -> LocalText | None:
    """Return what a code of ISCED-F stands for."""
    names = field_names(code)
    return LocalText.of(names, context) if names else None
