"""The three kinds of entries that are written here, and what is asked of each."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue import models
from sojourn.catalogue.choices import CEFR_CHOICES, HomeBlock
from sojourn.catalogue.edition.documents import Document
from sojourn.catalogue.edition.references import is_language
from sojourn.catalogue.models import EntryKind
from sojourn.common.languages import locale, page_language
from sojourn.common.translated_fields import columns
from sojourn.common.urls import url_for
from sojourn.office.places.fields import Form, Input, Look, Rows, Section, Translated, Words

SUMMARY = 200
TEXT = 8000


# --- What there is to choose from -----------------------------------------------------------------


def sources(_document: Document) -> list[tuple[str, Words]]:
    found = models.Source.objects.order_by("title", "-year").only("slug", "title", "year")
    return [
        (each.slug, f"{each.title} ({each.year})" if each.year else str(each.title))
        for each in found
    ]


def hosts(_document: Document) -> list[tuple[str, Words]]:
    found = models.Institution.objects.filter(is_home=False).order_by("name", "slug")
    found = found.only("slug", *columns("name"))
    return [(each.slug, each.name) for each in found]


def institutions(_document: Document) -> list[tuple[str, Words]]:
    found = models.Institution.objects.order_by("name", "slug").only("slug", *columns("name"))
    return [(each.slug, each.name) for each in found]


def windows(_document: Document) -> list[tuple[str, Words]]:
    found = models.MobilityWindow.objects.select_related("programme").order_by("position", "slug")
    found = found.only("slug", "programme", *columns("name", "programme__short_name"))
    return [
        (each.slug, format_html("{}: {}", each.programme.short_name, each.name)) for each in found
    ]


def subjects(_document: Document) -> list[tuple[str, Words]]:
    found = models.Subject.objects.order_by("name").only("slug", *columns("name"))
    return [(each.slug, each.name) for each in found]


def contacts(_document: Document) -> list[tuple[str, Words]]:
    found = models.Contact.objects.select_related("institution").order_by("position", "slug")
    found = found.only("slug", "name", "institution", *columns("title", "institution__name"))
    return [
        (each.slug, format_html("{} · {}", each.name or each.title, each.institution.name))
        for each in found
    ]


def courses(document: Document) -> list[tuple[str, Words]]:
    """List the courses of the hosts of a place."""
    of_hosts = models.Course.objects.filter(institution__slug__in=document.get("hosts", ()))
    found = of_hosts.order_by("institution", "title", "slug").only("slug", *columns("title"))
    return [(each.slug, each.title) for each in found]


def programmes(_document: Document) -> list[tuple[str, Words]]:
    found = models.DegreeProgramme.objects.order_by("position", "slug")
    found = found.only("slug", *columns("name"))
    return [(each.slug, each.name) for each in found]


def guides(document: Document) -> list[tuple[str, Words]]:
    found = models.Guide.objects.exclude(slug=document.get("id", "")).order_by("position", "slug")
    found = found.only("slug", *columns("title"))
    return [(each.slug, each.title) for each in found]


def languages(_document: Document) -> list[tuple[str, Words]]:
    names = locale(page_language()).languages
    found = [(code, name) for code, name in names.items() if len(code) == 2 and is_language(code)]
    return sorted(found, key=lambda pair: pair[1])


def months(_document: Document) -> list[tuple[str, Words]]:
    names = locale(page_language()).months["stand-alone"]["wide"]
    return [(f"{number:02d}", str(names[number]).capitalize()) for number in range(1, 13)]


def kinds_of_stay(_document: Document) -> list[tuple[str, Words]]:
    return list(models.OpportunityKind.choices)


def blocks(_document: Document) -> list[tuple[str, Words]]:
    return list(HomeBlock.choices)


def uses(_document: Document) -> list[tuple[str, Words]]:
    return list(models.LanguageUse.choices)


def language_levels(_document: Document) -> list[tuple[str, Words]]:
    return list(CEFR_CHOICES)


def deadline_kinds(_document: Document) -> list[tuple[str, Words]]:
    return list(models.DeadlineKind.choices)


def cost_items(_document: Document) -> list[tuple[str, Words]]:
    return list(models.CostItem.choices)


def cost_periods(_document: Document) -> list[tuple[str, Words]]:
    return list(models.CostPeriod.choices)


def certainties(_document: Document) -> list[tuple[str, Words]]:
    general = models.Certainty.GENERAL_KNOWLEDGE
    return [(value, title) for value, title in models.Certainty.choices if value != general]


def levels(_document: Document) -> list[tuple[str, Words]]:
    return list(models.Level.choices)


# --- What is asked --------------------------------------------------------------------------------


def _origin(*path: str) -> tuple[Input, Input]:
    """Return where a fact comes from: a source, or the mark of an example."""
    return (
        Input((*path, "source"), _("Source"), Look.NAMED, sources),
        Input((*path, "example"), _("Example, not a fact"), Look.CHECK),
    )


_ENTRY_ORIGIN = Section(
    "sources",
    _("Where it comes from"),
    (
        Rows(
            ("sources",),
            _("Sources"),
            _("Source"),
            (Input(("value",), _("Source"), Look.NAMED, sources),),
        ),
        Input(("example",), _("All of this is an example, not a fact"), Look.CHECK),
    ),
    _("Without a source it is not published."),
)

PLACE = Form(
    (
        Section(
            "text",
            _("Text"),
            (
                Translated(("title",), _("Title"), longest=SUMMARY),
                Translated(("summary",), _("In one line"), Look.TEXT, longest=SUMMARY),
                Translated(("description",), _("About this place"), Look.MARKDOWN, longest=TEXT),
            ),
        ),
        Section(
            "who",
            _("Where, and for whom"),
            (
                Rows(
                    ("hosts",),
                    _("Hosts, the main one first"),
                    _("Host"),
                    (Input(("value",), _("Host"), Look.NAMED, hosts),),
                ),
                Input(("kind",), _("Kind"), Look.CHOICE, kinds_of_stay),
                Input(("windows",), _("Mobility windows"), Look.SEVERAL, windows),
                Input(("subjects",), _("Subjects"), Look.SEVERAL, subjects),
                Translated(
                    ("keywords",), _("More search words"), Look.LINES, _("One on each line")
                ),
                Input(("self_arranged",), _("a place the student finds"), Look.CHECK),
            ),
        ),
        Section(
            "when",
            _("When and how long"),
            (
                Input(
                    ("period", "starts"),
                    _("Begins"),
                    Look.SHORT,
                    hint=_("A day such as 2027-08-30, or a month such as 09"),
                ),
                Input(("period", "ends"), _("Ends"), Look.SHORT),
                *_origin("period"),
                Input(("weeks", "min"), _("weeks, at least"), Look.SHORT),
                Input(("weeks", "max"), _("weeks, at most"), Look.SHORT),
                Input(("ects",), _("ECTS"), Look.SHORT),
                Input(("counts_as", "block"), _("Counts at home as"), Look.CHOICE, blocks),
                Input(("counts_as", "year"), _("and did so in year"), Look.SHORT),
                *_origin("counts_as"),
            ),
        ),
        Section(
            "seats",
            _("Seats and how they are allocated"),
            (
                Input(("seats", "number"), _("Seats"), Look.SHORT),
                *_origin("seats"),
                Input(("applicants", "number"), _("Applicants in an earlier year"), Look.SHORT),
                Input(("applicants", "year"), _("that year"), Look.SHORT),
                *_origin("applicants"),
                Translated(("selection", "text"), _("How seats are allocated"), Look.TEXT),
                Rows(
                    ("selection", "criteria"),
                    _("Criteria"),
                    _("Criterion"),
                    (Translated((), _("Criterion")),),
                ),
                *_origin("selection"),
            ),
        ),
        Section(
            "asked",
            _("What is asked"),
            (
                Rows(
                    ("requirements",),
                    _("Requirements"),
                    _("Requirement"),
                    (
                        Translated(("text",), _("Requirement"), Look.TEXT),
                        Input(("ects",), _("ECTS earned first"), Look.SHORT),
                        *_origin(),
                    ),
                ),
                Rows(
                    ("languages",),
                    _("Languages"),
                    _("Language"),
                    (
                        Input(("language",), _("Language"), Look.NAMED, languages),
                        Input(("use",), _("Used for"), Look.CHOICE, uses),
                        Input(("level",), _("Level"), Look.CHOICE, language_levels),
                        Input(("required",), _("Required"), Look.CHECK, value_when_ticked=False),
                        *_origin(),
                    ),
                ),
            ),
        ),
        Section(
            "costs",
            _("Costs"),
            (
                Rows(
                    ("costs",),
                    _("Costs of this place alone"),
                    _("Line"),
                    (
                        Input(("id",), "", Look.HIDDEN),
                        Input(("line",), _("Line"), Look.CHOICE, cost_items),
                        Input(("per",), _("Per"), Look.CHOICE, cost_periods),
                        Input(("low",), _("Low"), Look.SHORT),
                        Input(("typical",), _("Typical"), Look.SHORT),
                        Input(("high",), _("High"), Look.SHORT),
                        Input(("currency",), _("Currency"), Look.SHORT),
                        Input(("year",), _("Year"), Look.SHORT),
                        Input(("checked_on",), _("Checked on"), Look.DAY),
                        Input(("certainty",), _("Certainty"), Look.CHOICE, certainties),
                        Input(("covers",), _("Has these lines in it"), Look.SEVERAL, cost_items),
                        Translated(("note",), _("Note"), Look.TEXT),
                        *_origin(),
                    ),
                ),
            ),
            _("What a line says here counts instead of the country's and the host's."),
        ),
        Section(
            "dates",
            _("Dates"),
            (
                Rows(
                    ("deadlines",),
                    _("Dates"),
                    _("Date"),
                    (
                        Input(("id",), "", Look.HIDDEN),
                        Input(("kind",), _("Kind"), Look.CHOICE, deadline_kinds),
                        Input(("date",), _("Day"), Look.DAY),
                        Input(("time",), _("Time"), Look.TIME),
                        Translated(("label",), _("Words")),
                        *_origin(),
                    ),
                ),
            ),
        ),
        Section(
            "people",
            _("Courses and people"),
            (
                Rows(
                    ("courses",),
                    _("Courses"),
                    _("Course"),
                    (Input(("value",), _("Course"), Look.NAMED, courses),),
                ),
                Input(("contacts",), _("People to ask"), Look.SEVERAL, contacts),
            ),
        ),
        _ENTRY_ORIGIN,
    )
)

COURSE = Form(
    (
        Section(
            "text",
            _("Text"),
            (
                Translated(("title",), _("Title"), longest=SUMMARY),
                Input(("native_title",), _("title in its own language"), Look.LINE),
                Translated(("summary",), _("Summary"), Look.TEXT),
                Translated(
                    ("outcomes",), _("Learning outcomes"), Look.LINES, _("One on each line")
                ),
                Translated(("topics",), _("Topics"), Look.LINES, _("One on each line")),
            ),
        ),
        Section(
            "facts",
            _("Facts"),
            (
                Input(("institution",), _("Institution"), Look.NAMED, institutions),
                Input(("code",), _("Code"), Look.SHORT),
                Input(("ects",), _("ECTS"), Look.SHORT),
                Input(("level",), _("Level"), Look.CHOICE, levels),
                Input(("language",), _("Language of instruction"), Look.NAMED, languages),
                Input(("programme",), _("Programme"), Look.NAMED, programmes),
                Input(("year",), _("Year"), Look.SHORT),
                Input(("period", "starts"), _("Begins"), Look.CHOICE, months),
                Input(("period", "ends"), _("Ends"), Look.CHOICE, months),
                Input(("isced_f",), _("ISCED-F field"), Look.SHORT, hint=_("Digits, such as 0912")),
            ),
        ),
        _ENTRY_ORIGIN,
    )
)

GUIDE = Form(
    (
        Section(
            "text",
            _("Text"),
            (
                Translated(("title",), _("Title"), longest=SUMMARY),
                Translated(("summary",), _("In one line"), Look.TEXT, longest=300),
                Translated(("text",), _("Text"), Look.MARKDOWN, longest=40_000),
            ),
        ),
        Section(
            "facts",
            _("Where it stands"),
            (
                Input(("order",), _("Order among the guides"), Look.SHORT),
                Input(("checked_on",), _("Checked on"), Look.DAY),
                Input(("related",), _("Read next"), Look.SEVERAL, guides),
            ),
        ),
        _ENTRY_ORIGIN,
    )
)


@dataclass(frozen=True)
class Kind:
    """One kind of entry: its words, its form, its addresses."""

    value: str
    part: str
    """The entry of the menu, and the beginning of its addresses' names."""
    title: str | Promise
    new: str | Promise
    form: Form
    page: str
    """The name of the public page."""
    asked_first: tuple[str, ...]
    """What a new one begins with."""

    @property
    def href(self) -> str:
        return url_for(f"office:{self.part}")

    def address(self, page: str, slug: str) -> str:
        """Return the address of a page about one entry, such as `retire`."""
        return url_for(f"office:{self.part}-{page}", slug)


KINDS: dict[str, Kind] = {
    kind.part: kind
    for kind in (
        Kind(
            EntryKind.OPPORTUNITY,
            "places",
            _("Places"),
            _("A new place"),
            PLACE,
            "portal:opportunity",
            ("title", "hosts", "kind"),
        ),
        Kind(
            EntryKind.COURSE,
            "courses",
            _("Courses"),
            _("A new course"),
            COURSE,
            "portal:course",
            ("title", "institution", "level", "language"),
        ),
        Kind(
            EntryKind.GUIDE,
            "guides",
            _("Guides"),
            _("A new guide"),
            GUIDE,
            "portal:guide",
            ("title", "summary"),
        ),
    )
}
