"""Small catalogues made through the ORM, for tests that need one exactly so."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sojourn.catalogue import models
from sojourn.catalogue.services import publish_change

_numbers = itertools.count(1)


def both(**texts: Any) -> dict[str, Any]:
    """`title=("a", "b")` as `title_en="a", title_nl="b"`; one text stands for both."""
    split = {}
    for name, text in texts.items():
        english, dutch = text if isinstance(text, tuple) else (text, text)
        split |= {f"{name}_en": english, f"{name}_nl": dutch}
    return split


def edition(**values: Any) -> models.Edition:
    defaults = {
        "id": 1,
        "slug": "test",
        "short_name": "TEST",
        "time_zone": "Europe/Amsterdam",
        "holidays_country": "NL",
        "synonyms": [["immunology", "immunologie", "afweer"]],
        **both(name="Test", home_city="Leiden", tagline="Go"),
    }
    return models.Edition.objects.create(**defaults | values)


def institution(slug: str = "", **values: Any) -> models.Institution:
    slug = slug or f"host-{next(_numbers)}"
    defaults = {
        "slug": slug,
        "country": "SE",
        "latitude": 59.35,
        "longitude": 18.03,
        **both(name=slug.replace("-", " ").title(), city=("Stockholm", "Stockholm")),
    }
    return models.Institution.objects.create(**defaults | values)


def home() -> models.Institution:
    return institution("home", country="NL", latitude=52.16, longitude=4.48, is_home=True)


def programme(slug: str = "", **values: Any) -> models.DegreeProgramme:
    slug = slug or f"programme-{next(_numbers)}"
    defaults = {"slug": slug, "level": "bachelor", "years": 3, **both(name=slug, short_name=slug)}
    return models.DegreeProgramme.objects.create(**defaults | values)


def window(
    of: models.DegreeProgramme, year: int | None = None, slug: str = "", **values: Any
) -> models.MobilityWindow:
    slug = slug or f"window-{next(_numbers)}"
    phase = None
    if year is not None:
        phase = models.StudyPhase.objects.create(
            slug=f"{slug}-phase", programme=of, year=year, **both(name=f"Year {year}")
        )
    defaults = {"slug": slug, "programme": of, "phase": phase, **both(name=slug)}
    return models.MobilityWindow.objects.create(**defaults | values)


def course(at: models.Institution, slug: str = "", **values: Any) -> models.Course:
    slug = slug or f"course-{next(_numbers)}"
    defaults = {
        "slug": slug,
        "institution": at,
        "level": "bachelor",
        "language": "en",
        **both(title=slug, summary="", outcomes=[], topics=[]),
    }
    return models.Course.objects.create(**defaults | values)


def opportunity(
    slug: str = "",
    *,
    at: Sequence[models.Institution],
    windows: Sequence[models.MobilityWindow] = (),
    subjects: Sequence[models.Subject] = (),
    courses: Sequence[models.Course] = (),
    languages: Sequence[str] = (),
    deadlines: Sequence[dt.date] = (),
    **values: Any,
) -> models.Opportunity:
    slug = slug or f"opportunity-{next(_numbers)}"
    defaults = {
        "slug": slug,
        "kind": "courses",
        **both(
            title=slug, summary="A summary.", description="A description.", keywords=[],
            selection_text="", selection_criteria=[],
        ),
    }  # fmt: skip
    made = models.Opportunity.objects.create(**defaults | values)
    for position, host in enumerate(at):
        models.OpportunityHost.objects.create(opportunity=made, institution=host, position=position)
    made.windows.set(windows)
    made.subjects.set(subjects)
    made.courses.set(courses)
    for code in languages:
        models.LanguageNeed.objects.create(opportunity=made, language=code, use="instruction")
    for number, date in enumerate(deadlines):
        models.Deadline.objects.create(
            slug=f"{slug}-deadline-{number}", opportunity=made, kind="application", date=date
        )
    return made


def subject(slug: str, **values: Any) -> models.Subject:
    return models.Subject.objects.create(slug=slug, **both(name=slug) | values)


def cost_line(item: str, low: int, typical: int, high: int, **values: Any) -> models.CostLine:
    defaults = {
        "slug": f"line-{next(_numbers)}",
        "item": item,
        "per": "month",
        "low": Decimal(low),
        "typical": Decimal(typical),
        "high": Decimal(high),
        "year": 2026,
        "certainty": "estimate",
    }
    return models.CostLine.objects.create(**defaults | values)


def small_catalogue() -> dict[str, Any]:
    """Home, two hosts, two programmes with a window each, two opportunities; published."""
    edition()
    here = home()
    stockholm = institution("karolinska", is_preferred=True)
    havana = institution(
        "havana", country="CU", latitude=23.13, longitude=-82.38,
        **both(name="Universidad de La Habana", city=("Havana", "Havana")),
    )  # fmt: skip
    medicine, biomedicine = programme("medicine"), programme("biomedicine")
    third_year = window(medicine, 3, "medicine-y3")
    second_year = window(biomedicine, 2, "biomedicine-y2", weeks_min=16, weeks_max=20)
    immunology = subject("immunology", **both(name=("Immunology", "Immunologie")))
    semester = opportunity(
        "semester", at=[stockholm], windows=[second_year], subjects=[immunology], languages=["en"],
        **both(title=("Semester of biomedicine", "Semester biomedische wetenschappen")),
    )  # fmt: skip
    clinic = opportunity(
        "clinic", at=[havana], windows=[third_year], kind="clinical_placement", languages=["es"],
        **both(title=("Clinic in Havana", "Kliniek in Havana")),
    )  # fmt: skip
    publish_change()
    return {
        "home": here, "stockholm": stockholm, "havana": havana, "medicine": medicine,
        "biomedicine": biomedicine, "third_year": third_year, "second_year": second_year,
        "immunology": immunology, "semester": semester, "clinic": clinic,
    }  # fmt: skip
