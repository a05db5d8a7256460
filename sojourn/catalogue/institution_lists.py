"""Lists of institutions to make partners from: dumps of ROR, and the European list with its codes.

Such a file may be as large as the world (a dump of ROR in JSON has 250 MB), so it is read piece by
piece. What has neither a name, a country nor a code is left out.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sojourn.catalogue import services
from sojourn.catalogue.choices import Certainty
from sojourn.catalogue.edition.references import is_country
from sojourn.catalogue.models import ListedInstitution, Source
from sojourn.common.folding import fold

LARGEST = 30_000_000  # bytes that a browser may send; the command takes any file
_BATCH = 500
_PIECE = 1 << 16
# A single record that is longer is no institution.
_LONGEST_RECORD = 1_000_000
MOST_FOUND = 20
# Of ROR: who may be a host.
_KINDS = {"education", "healthcare", "facility"}

# What the columns of such lists are called, in small letters without signs.
_COLUMNS = {
    "name": ("name", "organisation legal name", "legal name", "institution name", "institution",
             "names types ror display", "organisation name"),
    "country": ("country", "country code", "country cd", "countrycode", "country country code",
                "locations geonames details country code", "iso country"),
    "city": ("city", "town", "locations geonames details name", "addresses 0 city"),
    "latitude": ("latitude", "lat", "locations geonames details lat", "addresses 0 lat"),
    "longitude": ("longitude", "lng", "lon", "locations geonames details lng", "addresses 0 lng"),
    "erasmus_code": ("erasmus code", "erasmuscode", "erasmus institutional code", "erasmus"),
    "schac": ("schac", "schac code", "hei id", "heiid", "schac home organisation", "hei"),
    "ror": ("ror", "ror id", "id"),
    "website": ("website", "website url", "url", "links type website", "links 0"),
    "kinds": ("types",),
}  # fmt: skip
# The European list writes Greece and the United Kingdom its own way.
_COUNTRIES = {"EL": "GR", "UK": "GB"}
_ROR = re.compile(r"^https://ror\.org/0[a-z0-9]{6}[0-9]{2}$")
_SCHAC = re.compile(r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
_ERASMUS = re.compile(r"^[A-Z]{1,3} *[A-Z][A-Z'’. -]*[0-9]{1,4}$")


class ListError(Exception):
    """A file that is no such list; the message is for whoever sent it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Imported:
    added: int
    changed: int
    left_out: int


Record = dict[str, str]


def import_list(file: IO[bytes], title: str, today: dt.date) -> Imported:
    """Take a list in: what is there already by its code is renewed, nothing is removed.

    Raises ListError, and then changes nothing.
    """
    added = changed = left_out = 0
    with services.changing_catalogue():
        source = _source(title, today)
        records = read(file)
        while batch := list(islice(records, _BATCH)):
            good = {each.key: each for record in batch if (each := _listed(record, source))}
            left_out += len(batch) - len(good)
            there = set(
                ListedInstitution.objects.filter(key__in=good).values_list("key", flat=True)
            )
            fields = [
                field.name
                for field in ListedInstitution._meta.concrete_fields
                if field.name not in ("id", "key")
            ]
            ListedInstitution.objects.bulk_create(
                good.values(), update_conflicts=True, unique_fields=["key"], update_fields=fields
            )
            added += len(good) - len(there)
            changed += len(there)
        if not added + changed:
            raise ListError(
                _(
                    "No institution was found in this file. It should have columns such as name,"
                    " country, city and a code, or be a dump of ROR."
                )
            )
    return Imported(added, changed, left_out)


def find(text: str, country: str = "") -> QuerySet[ListedInstitution]:
    """Find institutions of the lists by words of their name, city or code."""
    found = ListedInstitution.objects.all()
    if country:
        found = found.filter(country=country)
    for word in fold(text).replace("\x00", "").split()[:8]:
        found = found.filter(words__contains=word)
    return found.order_by("name", "key")


def is_there() -> bool:
    """Tell whether any list was imported."""
    return ListedInstitution.objects.exists()


# --- Reading ---------------------------------------------------------------------------------


def read(file: IO[bytes]) -> Iterator[Record]:
    """Read a list, whichever of the known forms it has. Raises ListError."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    start = text.read(_PIECE)
    if start.lstrip()[:1] in ("[", "{"):
        return _from_json(start, text)
    return _from_csv(start, text)


def _from_csv(start: str, rest: IO[str]) -> Iterator[Record]:
    head = start.splitlines()[0] if start.strip() else ""
    separator = max((",", ";", "\t"), key=head.count)

    def lines() -> Iterator[str]:
        left = start
        while True:
            *whole, left = left.splitlines(keepends=True) or [""]
            yield from whole
            more = rest.read(_PIECE)
            if not more:
                if left:
                    yield left
                return
            left += more

    rows = csv.reader(lines(), delimiter=separator)
    try:
        names = [_plain(name) for name in next(rows, [])]
        at = {
            field: next((names.index(name) for name in known if name in names), -1)
            for field, known in _COLUMNS.items()
        }
        if at["name"] < 0 or at["country"] < 0:
            raise ListError(_("The first line of this file names no columns “name” and “country”."))
        for row in rows:
            yield {
                field: row[number].strip() for field, number in at.items() if 0 <= number < len(row)
            }
    except csv.Error as error:
        raise ListError(_("This file does not open as a table.")) from error


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name.lower()).split())


def _from_json(start: str, rest: IO[str]) -> Iterator[Record]:
    """Read objects of a list one after the other, also where the list is inside an object."""
    decoder = json.JSONDecoder()
    text = start
    at = text.find("[")
    if at < 0:
        raise ListError(_("This file has no list of institutions."))
    text = text[at + 1 :]
    while True:
        text = text.lstrip(" \t\r\n,")
        if text.startswith("]"):
            return
        try:
            found, end = decoder.raw_decode(text)
        except RecursionError as error:
            raise ListError(_("This file is not as a list of institutions is.")) from error
        except ValueError as error:
            more = rest.read(_PIECE)
            if not more or len(text) > _LONGEST_RECORD:
                raise ListError(_("This file is not as a list of institutions is.")) from error
            text += more
            continue
        text = text[end:]
        if isinstance(found, dict):
            yield _from_object(found)


def _from_object(found: dict[str, Any]) -> Record:
    """Read one institution: of ROR 2, of ROR 1, or with plain names and values."""
    if isinstance(found.get("names"), list):
        where = _first(found.get("locations")).get("geonames_details") or {}
        names = [one for one in found["names"] if isinstance(one, dict)]
        shown = next((one for one in names if "ror_display" in (one.get("types") or ())), {})
        return _texts({
            "name": shown.get("value"),
            "also": " ".join(str(one.get("value", "")) for one in names),
            "country": where.get("country_code"),
            "city": where.get("name"),
            "latitude": where.get("lat"),
            "longitude": where.get("lng"),
            "ror": found.get("id"),
            "website": next(
                (one.get("value") for one in _all(found.get("links"))
                 if one.get("type") == "website"), ""
            ),
            "kinds": ";".join(str(each) for each in found.get("types") or ()),
        })  # fmt: skip
    if isinstance(found.get("country"), dict):
        where = _first(found.get("addresses"))
        links = found.get("links") or [""]
        return _texts({
            "name": found.get("name"),
            "also": " ".join(str(each) for each in found.get("aliases") or ()),
            "country": found["country"].get("country_code"),
            "city": where.get("city"),
            "latitude": where.get("lat"),
            "longitude": where.get("lng"),
            "ror": found.get("id"),
            "website": links[0],
            "kinds": ";".join(str(each) for each in found.get("types") or ()),
        })  # fmt: skip
    plain = {_plain(str(name)): value for name, value in found.items()}
    return _texts(
        {
            field: next((plain[name] for name in known if name in plain), "")
            for field, known in _COLUMNS.items()
        }
    )


def _texts(found: dict[str, Any]) -> Record:
    return {
        name: str(value).strip()
        for name, value in found.items()
        if isinstance(value, str | int | float)
    }


def _all(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _first(value: object) -> dict[str, Any]:
    return next(iter(_all(value)), {})


# --- Keeping ---------------------------------------------------------------------------------


def _listed(record: Record, source: Source) -> ListedInstitution | None:
    """Make a row of a record; none where it cannot be a partner."""
    name = _line(record.get("name", ""))[:200]
    country = record.get("country", "").upper()[:2]
    country = _COUNTRIES.get(country, country)
    if not name or not is_country(country):
        return None
    kinds = {kind.strip().lower() for kind in re.split("[;,|]", record.get("kinds", ""))} - {""}
    if kinds and not kinds & _KINDS:
        return None
    ror = _matching(_ROR, record.get("ror", "").lower())
    schac = _matching(_SCHAC, record.get("schac", "").lower())[:100]
    erasmus = _matching(_ERASMUS, record.get("erasmus_code", "").upper())[:20]
    key = ror or schac or erasmus
    if not key:
        return None
    latitude, longitude = _position(record)
    city = _line(record.get("city", ""))[:100]
    words = (name, record.get("also", ""), city, schac, erasmus, erasmus.replace(" ", ""), ror)
    return ListedInstitution(
        key=key,
        name=name,
        words=fold(" ".join(words))[:4000],
        country=country,
        city=city,
        latitude=latitude,
        longitude=longitude,
        schac=schac,
        erasmus_code=erasmus,
        ror=ror,
        website=_website(record.get("website", "")),
        source=source,
    )


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").replace("<", "").replace(">", "").split())


def _matching(pattern: re.Pattern[str], text: str) -> str:
    return text if pattern.match(text) else ""


def _position(record: Record) -> tuple[float | None, float | None]:
    try:
        latitude, longitude = float(record["latitude"]), float(record["longitude"])
    except (KeyError, ValueError):
        return None, None
    # Also false for what is no number; no institution lies in the Gulf of Guinea.
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or latitude == longitude == 0:
        return None, None
    return latitude, longitude


def _website(text: str) -> str:
    text = text.split(";")[0].strip()
    if text and "//" not in text:
        text = f"https://{text}"
    try:
        URLValidator(schemes=["http", "https"])(text)
    except ValidationError:
        return ""
    return text if len(text) <= 200 else ""


def _source(title: str, today: dt.date) -> Source:
    """Return the source of a list that is imported today; what comes from it names it."""
    slug = services.unused_slug(Source, f"{title} {today:%Y-%m-%d}")
    return Source.objects.create(
        slug=slug,
        title=title,
        year=today.year,
        checked_on=today,
        certainty=Certainty.OFFICIAL,
    )
