"""Institutions, their units, agreements and distance from home."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import Geod

from sojourn.catalogue import models
from sojourn.catalogue.snapshot.build.reading import Reading, slugs, slugs_by
from sojourn.catalogue.snapshot.build.rows import table
from sojourn.catalogue.snapshot.types import Agreement, Contact, Course, Institution
from sojourn.common.languages import FIRST, Text
from sojourn.common.translated_fields import column


@dataclass(frozen=True, slots=True)
class _Unit:
    name: Text


def _read_units(reading: Reading) -> dict[int, list[Text]]:
    units: dict[int, list[Text]] = defaultdict(list)
    query = table(models.OrganisationalUnit).order_by("pk")
    for row, fields in reading.rows(query, _Unit, "institution_id"):
        reading.units[row.pk] = fields["name"]
        units[row.institution_id].append(fields["name"])
    return units


def _read_agreements(reading: Reading) -> dict[int, list[Agreement]]:
    through: Any = models.Agreement.programmes.through
    programmes = reading.pairs(through, "agreement_id", "degreeprogramme_id")
    languages: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for need in table(models.AgreementLanguage).order_by("position", "pk"):
        languages[need.agreement_id].append((need.language, need.level))
    found: dict[int, list[Agreement]] = defaultdict(list)
    query = reading.published(models.Agreement).order_by("slug")
    for row, fields in reading.rows(query, Agreement, "partner_id", "home_unit_id"):
        if row.partner_id not in reading.institutions:
            continue
        found[row.partner_id].append(
            Agreement(
                **fields,
                partner=reading.institutions[row.partner_id],
                home_unit=reading.units.get(row.home_unit_id),
                programmes=slugs(programmes.get(row.pk, ()), reading.programmes),
                languages=tuple(languages.get(row.pk, ())),
            )
        )
    return found


def _distances(rows: list[tuple[Any, dict[str, Any]]]) -> list[float | None]:
    """Return kilometres from home along the WGS 84 ellipsoid.

    None for what is on no map; 0 where home is not known.
    """
    home = next((fields for _, fields in rows if fields["is_home"]), None)
    if home is None:
        return [0.0] * len(rows)
    latitudes = np.array([fields["latitude"] for _, fields in rows], dtype=float)
    longitudes = np.array([fields["longitude"] for _, fields in rows], dtype=float)
    _, _, metres = Geod(ellps="WGS84").inv(
        np.full(len(rows), home["longitude"]), np.full(len(rows), home["latitude"]),
        longitudes, latitudes,
    )  # fmt: skip
    return [None if np.isnan(metre) else float(metre) / 1000 for metre in metres]


def read_institutions(
    reading: Reading, courses: Mapping[str, Course], contacts: Mapping[str, Contact]
) -> dict[str, Institution]:
    """Read them home first, then by name."""
    units = _read_units(reading)
    agreements = _read_agreements(reading)
    opportunities: dict[int, list[str]] = defaultdict(list)
    for opportunity, slug in reading.opportunities.items():
        for institution in reading.hosts[opportunity]:
            opportunities[institution].append(slug)
    course_slugs = slugs_by(courses.values(), "institution")
    contact_slugs = slugs_by(contacts.values(), "institution")
    query = reading.published(models.Institution).order_by(
        "-is_home", column("name", FIRST), "slug"
    )
    rows = list(reading.rows(query, Institution, "preferred_source_id", "preferred_is_example"))
    return {
        fields["slug"]: Institution(
            **fields,
            distance_km=distance,
            preferred=reading.provenance(row.preferred_source_id, row.preferred_is_example),
            units=tuple(units.get(row.pk, ())),
            agreements=tuple(agreements.get(row.pk, ())),
            opportunities=tuple(opportunities.get(row.pk, ())),
            courses=tuple(course_slugs.get(fields["slug"], ())),
            contacts=tuple(contact_slugs.get(fields["slug"], ())),
        )
        for (row, fields), distance in zip(rows, _distances(rows), strict=True)
    }
