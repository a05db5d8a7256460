"""Names another entry of the catalogue, with its address in the API."""

from __future__ import annotations

from sojourn.api.reading import Reading
from sojourn.api.shapes import Country, LocalText, Reference
from sojourn.catalogue.isced import field_names
from sojourn.catalogue.names import country_name
from sojourn.common.languages import Text


def institution(slug: str, reading: Reading) -> Reference:
    entry = reading.snapshot.records.institutions[slug]
    return _reference("institutions", slug, entry.name, reading)


def opportunity(slug: str, reading: Reading) -> Reference:
    entry = reading.snapshot.records.opportunities[slug]
    return _reference("opportunities", slug, entry.title, reading)


def course(slug: str, reading: Reading) -> Reference:
    return _reference("courses", slug, reading.snapshot.records.courses[slug].title, reading)


def programme(slug: str, reading: Reading) -> Reference:
    return _reference("programmes", slug, reading.snapshot.records.programmes[slug].name, reading)


def window(slug: str, reading: Reading) -> Reference:
    return _reference("windows", slug, reading.snapshot.records.windows[slug].name, reading)


def contact(slug: str, reading: Reading) -> Reference:
    return _reference("contacts", slug, reading.snapshot.records.contacts[slug].title, reading)


def guide(slug: str, reading: Reading) -> Reference:
    return _reference("guides", slug, reading.snapshot.records.guides[slug].title, reading)


def answer(slug: str, reading: Reading) -> Reference:
    return _reference("answers", slug, reading.snapshot.records.answers[slug].question, reading)


def country(code: str, reading: Reading) -> Country:
    return Country(code=code, name=country_name(code, reading.language))


def field(code: str, reading: Reading) -> LocalText | None:
    """Return what a code of ISCED-F stands for."""
    names = field_names(code)
    return LocalText.of(names, reading) if names else None


def _reference(collection: str, slug: str, name: Text, reading: Reading) -> Reference:
    return Reference(
        slug=slug, name=LocalText.of(name, reading), url=reading.address(collection, slug)
    )
