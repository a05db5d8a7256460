"""A made-up catalogue of any size, always the same for the same seed: for measuring, never to show.

Its words are drawn as in real text (a few very often, most seldom) from a small medical vocabulary
in both languages and many invented words, so that the search has as much to do as with a real one.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from sojourn.catalogue import models
from sojourn.catalogue.services import publish_change

M = TypeVar("M", bound=Model)

# English, Dutch; each pair is a subject and finds each other in the search.
SUBJECTS = (
    ("immunology", "immunologie"), ("oncology", "oncologie"), ("cardiology", "cardiologie"),
    ("neuroscience", "neurowetenschap"), ("surgery", "chirurgie"), ("genetics", "genetica"),
    ("pharmacology", "farmacologie"), ("epidemiology", "epidemiologie"),
    ("paediatrics", "kindergeneeskunde"), ("psychiatry", "psychiatrie"),
    ("radiology", "radiologie"), ("pathology", "pathologie"), ("physiology", "fysiologie"),
    ("microbiology", "microbiologie"), ("transplantation", "transplantatie"),
    ("dermatology", "dermatologie"), ("toxicology", "toxicologie"), ("nutrition", "voeding"),
    ("bioinformatics", "bio-informatica"), ("ethics", "ethiek"),
)  # fmt: skip
WORDS = (
    ("patient", "patiënt"), ("hospital", "ziekenhuis"), ("disease", "ziekte"),
    ("research", "onderzoek"), ("students", "studenten"), ("methods", "methoden"),
    ("clinical", "klinische"), ("cells", "cellen"), ("therapy", "behandeling"),
    ("health", "gezondheid"), ("analysis", "analyse"), ("laboratory", "laboratorium"),
    ("molecular", "moleculaire"), ("blood", "bloed"), ("heart", "hart"), ("brain", "hersenen"),
    ("children", "kinderen"), ("public", "openbare"), ("skills", "vaardigheden"),
    ("evidence", "bewijs"), ("treatment", "therapie"), ("diagnosis", "diagnose"),
    ("infection", "infectie"), ("tissue", "weefsel"), ("protein", "eiwit"), ("models", "modellen"),
    ("design", "ontwerp"), ("explain", "uitleggen"), ("describe", "beschrijven"),
    ("apply", "toepassen"), ("and", "en"), ("of", "van"), ("the", "de"), ("in", "in"),
    ("with", "met"), ("for", "voor"),
)  # fmt: skip
COUNTRIES = (
    "SE", "NO", "DK", "FI", "DE", "FR", "BE", "ES", "PT", "IT", "AT", "CH", "PL", "CZ", "HU", "GR",
    "IE", "GB", "EE", "LV", "LT", "SI", "HR", "RO", "US", "CA", "CU", "MX", "BR", "AR", "CL", "ZA",
    "TZ", "UG", "GH", "KE", "ID", "VN", "TH", "JP", "KR", "AU", "NZ", "SR",
)  # fmt: skip
SYLLABLES = (
    "ba", "co", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "xa", "zy",
    "ther", "mon", "plas", "gen",
)  # fmt: skip
INVENTED_WORDS = 20_000
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Size:
    """How much to make up."""

    opportunities: int = 10_000
    courses: int = 100_000
    institutions: int = 500
    reports: int = 2_000


class _Writer:
    """Makes up texts in two languages that say the same."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 (nothing secret)
        invented = [
            "".join(self.random.choices(SYLLABLES, k=self.random.randint(2, 4)))
            for _ in range(INVENTED_WORDS)
        ]
        self._pairs: list[tuple[str, str]] = [
            *WORDS, *SUBJECTS, *((word + "ics", word + "ica") for word in invented)
        ]  # fmt: skip
        # Zipf: the word at rank r occurs in proportion to 1 / r.
        self._weights = list(
            itertools.accumulate(1 / (rank + 3) for rank in range(len(self._pairs)))
        )

    def text(self, words: int) -> tuple[str, str]:
        pairs = self.random.choices(self._pairs, cum_weights=self._weights, k=words)
        english = " ".join(pair[0] for pair in pairs)
        dutch = " ".join(pair[1] for pair in pairs)
        return english[:1].upper() + english[1:], dutch[:1].upper() + dutch[1:]

    def texts(self, number: int, words: int) -> tuple[list[str], list[str]]:
        made = [self.text(words) for _ in range(number)]
        return [one[0] for one in made], [one[1] for one in made]

    def both(self, name: str, text: tuple[Any, Any]) -> dict[str, Any]:
        return {f"{name}_en": text[0], f"{name}_nl": text[1]}


def _create(model: type[M], rows: Iterable[M], progress: Callable[[int], None]) -> list[M]:
    """Insert in batches; the objects come back with their keys."""
    made: list[M] = []
    iterator = iter(rows)
    while batch := list(itertools.islice(iterator, BATCH)):
        made += model._default_manager.bulk_create(batch)
        progress(len(batch))
    return made


def _link(through: type[Model], left: str, right: str, pairs: Iterable[tuple[int, int]]) -> None:
    rows = (through(**{left: one, right: other}) for one, other in pairs)
    _create(through, rows, lambda _made: None)


@transaction.atomic
def fill_database(
    size: Size | None = None, seed: int = 1, progress: Callable[[int], None] = lambda _made: None
) -> None:
    """Write a synthetic catalogue into an empty database."""
    size = size or Size()
    writer = _Writer(seed)
    draw = writer.random
    models.Edition._default_manager.create(
        id=1,
        slug="synthetic",
        short_name="Synthetic",
        holidays_country="NL",
        synonyms=[list(pair) for pair in SUBJECTS],
        loaded_at=timezone.now(),
        **writer.both("name", ("Synthetic university", "Verzonnen universiteit")),
        **writer.both("home_city", ("Leiden", "Leiden")),
        **writer.both("tagline", ("For measuring", "Om te meten")),
    )
    source = models.Source._default_manager.create(
        slug="made-up", title="Made up for measuring", certainty="estimate"
    )
    subjects = _create(
        models.Subject,
        (
            models.Subject(slug=en, **writer.both("name", (en.capitalize(), nl.capitalize())))
            for en, nl in SUBJECTS
        ),
        progress,
    )
    windows = _windows(writer)
    institutions = _create(models.Institution, _institutions(writer, size), progress)
    courses = _create(models.Course, _courses(writer, size, institutions), progress)
    opportunities = _create(models.Opportunity, _opportunities(writer, size), progress)
    by_host: dict[int, list[int]] = {one.pk: [] for one in institutions}
    for course in courses:
        by_host[course.institution_id].append(course.pk)
    hosts = {one.pk: draw.choice(institutions[1:]).pk for one in opportunities}
    _link(models.OpportunityHost, "opportunity_id", "institution_id", hosts.items())
    through = models.Opportunity
    _link(
        through.windows.through, "opportunity_id", "mobilitywindow_id",
        ((one.pk, w.pk) for one in opportunities for w in draw.sample(windows, draw.randint(1, 3))),
    )  # fmt: skip
    _link(
        through.subjects.through, "opportunity_id", "subject_id",
        (
            (one.pk, subject.pk)
            for one in opportunities
            for subject in draw.sample(subjects, draw.randint(1, 3))
        ),
    )  # fmt: skip
    _link(
        through.courses.through, "opportunity_id", "course_id",
        (
            (one.pk, course)
            for one in opportunities
            for course in draw.sample(
                by_host[hosts[one.pk]], min(len(by_host[hosts[one.pk]]), draw.randint(2, 8))
            )
        ),
    )  # fmt: skip
    _create(models.LanguageNeed, _languages(writer, opportunities), progress)
    _create(models.Deadline, _deadlines(writer, opportunities), progress)
    _create(models.CostLine, _costs(writer, source), progress)
    _create(models.PublishedReport, _reports(writer, size, opportunities, windows), progress)
    publish_change()


@transaction.atomic
def add_places(count: int, seed: int = 2) -> list[models.Opportunity]:
    """Add made-up places at made-up hosts to a catalogue, each marked as an example."""
    writer = _Writer(seed)
    draw = writer.random
    size = Size(opportunities=count, institutions=count // 5 + 2)
    # The first one would be home.
    hosts = list(_institutions(writer, size))[1:]
    places = list(_opportunities(writer, size))
    for each in (*hosts, *places):
        each.is_example = True
    hosts = _create(models.Institution, hosts, lambda _made: None)
    places = _create(models.Opportunity, places, lambda _made: None)
    windows = list(models.MobilityWindow._default_manager.all())
    _link(
        models.OpportunityHost, "opportunity_id", "institution_id",
        ((one.pk, draw.choice(hosts).pk) for one in places),
    )  # fmt: skip
    _link(
        models.Opportunity.windows.through, "opportunity_id", "mobilitywindow_id",
        ((one.pk, draw.choice(windows).pk) for one in places),
    )  # fmt: skip
    _create(models.LanguageNeed, _languages(writer, places), lambda _made: None)
    publish_change()
    return places


def _windows(writer: _Writer) -> list[models.MobilityWindow]:
    made: list[models.MobilityWindow] = []
    for number in range(7):
        programme = models.DegreeProgramme._default_manager.create(
            slug=f"programme-{number}", level="bachelor", years=3, position=number,
            **writer.both("name", writer.text(3)), **writer.both("short_name", writer.text(2)),
        )  # fmt: skip
        for year in (2, 3):
            phase = models.StudyPhase._default_manager.create(
                slug=f"programme-{number}-y{year}", programme=programme, year=year,
                **writer.both("name", (f"Year {year}", f"Jaar {year}")),
            )  # fmt: skip
            made.append(
                models.MobilityWindow._default_manager.create(
                    slug=f"window-{number}-y{year}",
                    programme=programme,
                    phase=phase,
                    weeks_min=16,
                    weeks_max=22,
                    starts_month=9,
                    ends_month=1,
                    position=len(made),
                    **writer.both("name", writer.text(3)),
                )
            )
    return made


def _institutions(writer: _Writer, size: Size) -> Iterator[models.Institution]:
    draw = writer.random
    for number in range(size.institutions):
        name = writer.text(2)
        yield models.Institution(
            slug=f"host-{number}",
            country="NL" if number == 0 else draw.choice(COUNTRIES),
            latitude=52.16 if number == 0 else draw.uniform(-45, 65),
            longitude=4.48 if number == 0 else draw.uniform(-120, 150),
            is_home=number == 0,
            is_preferred=number % 9 == 1,
            **writer.both("name", (f"University of {name[0]}", f"Universiteit {name[1]}")),
            **writer.both("city", writer.text(1)),
            **writer.both("about", writer.text(40)),
        )


def _courses(
    writer: _Writer, size: Size, institutions: Sequence[models.Institution]
) -> Iterator[models.Course]:
    draw = writer.random
    for number in range(size.courses):
        yield models.Course(
            slug=f"course-{number}",
            institution=institutions[number % len(institutions)],
            code=f"C{number:06}",
            ects=Decimal(draw.randint(3, 30)) / 2 + 1,
            level=draw.choice(("bachelor", "master")),
            language=draw.choice(("en", "en", "en", "de", "fr", "es")),
            isced_f="0912",
            **writer.both("title", writer.text(draw.randint(2, 5))),
            **writer.both("summary", writer.text(18)),
            **writer.both("outcomes", writer.texts(4, 9)),
            **writer.both("topics", writer.texts(3, 2)),
        )


def _opportunities(writer: _Writer, size: Size) -> Iterator[models.Opportunity]:
    draw = writer.random
    for number in range(size.opportunities):
        starts = dt.date(2027, 1, 1) + dt.timedelta(days=draw.randint(0, 400))
        weeks = draw.randint(4, 26)
        yield models.Opportunity(
            slug=f"opportunity-{number}",
            kind=draw.choice(models.OpportunityKind.values),
            ects=Decimal(draw.randint(5, 30)),
            weeks_min=weeks,
            weeks_max=weeks + 2,
            starts_on=starts,
            ends_on=starts + dt.timedelta(weeks=weeks),
            seats=draw.randint(1, 12),
            **writer.both("title", writer.text(draw.randint(3, 6))),
            **writer.both("summary", writer.text(18)),
            **writer.both("description", writer.text(120)),
            **writer.both("keywords", writer.texts(3, 1)),
            **writer.both("selection_text", writer.text(12)),
        )


def _languages(
    writer: _Writer, opportunities: Sequence[models.Opportunity]
) -> Iterator[models.LanguageNeed]:
    for one in opportunities:
        language = writer.random.choice(("en", "en", "en", "de", "fr", "es", "sv"))
        yield models.LanguageNeed(
            opportunity=one, language=language, use="instruction", level="B2", is_example=True
        )


def _deadlines(
    writer: _Writer, opportunities: Sequence[models.Opportunity]
) -> Iterator[models.Deadline]:
    today = timezone.localdate()
    for one in opportunities:
        yield models.Deadline(
            slug=f"{one.slug}-apply",
            opportunity=one,
            kind="application",
            date=today + dt.timedelta(days=writer.random.randint(-100, 400)),
            is_example=True,
        )


def _costs(writer: _Writer, source: models.Source) -> Iterator[models.CostLine]:
    draw = writer.random
    for country in COUNTRIES:
        for item, per, about in (
            ("housing", "month", 500), ("daily_life", "month", 450), ("travel", "once", 300),
            ("insurance", "month", 40),
        ):  # fmt: skip
            typical = Decimal(about + draw.randint(-about // 2, about))
            yield models.CostLine(
                slug=f"{country.lower()}-{item.replace('_', '-')}", country=country, item=item,
                per=per, low=typical * Decimal("0.7"), typical=typical,
                high=typical * Decimal("1.5"), year=2026, certainty="estimate", source=source,
            )  # fmt: skip


def _reports(
    writer: _Writer,
    size: Size,
    opportunities: Sequence[models.Opportunity],
    windows: Sequence[models.MobilityWindow],
) -> Iterator[models.PublishedReport]:
    draw = writer.random
    for number in range(size.reports):
        yield models.PublishedReport(
            slug=f"report-{number}",
            opportunity=draw.choice(opportunities),
            programme=draw.choice(windows).programme,
            year=draw.randint(2019, 2026),
            ratings={"teaching": draw.randint(1, 5), "city": draw.randint(1, 5)},
            **writer.both("author", ("A student", "Een student")),
            **writer.both("title", writer.text(5)),
            **writer.both("text", writer.text(60)),
        )
