"""The lists that go to Excel and back: of each, what its columns are and who may change it.

A list is declared by the form of its entries (`office/places/fields.py`): each input is a column,
each list of parts a sheet of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue import choices, models, partners
from sojourn.catalogue.edition.documents import Document, PlainKind, entries
from sojourn.catalogue.forms import country_choices
from sojourn.catalogue.models import EntryKind, PublicationStatus
from sojourn.catalogue.permissions import may_edit_agreement, may_edit_partners, programmes_of
from sojourn.common.translated_fields import columns
from sojourn.office.agreements import presenters as agreements
from sojourn.office.partners.presenters import list as partner_list
from sojourn.office.places import kinds
from sojourn.office.places.fields import Form, Input, Look, Rows, Section, Translated, Words
from sojourn.office.places.presenters import list as place_list
from sojourn.office.shared import lists
from sojourn.people.models import User
from sojourn.people.permissions import PageRule, may_edit_catalogue

Path = tuple[str, ...]
Finish = Callable[[Document, Document], Document]
MOST_ENTRIES = 3000
"""So many go into one file; a list of more is narrowed first."""


@dataclass(frozen=True)
class ExcelList:
    """One list of the catalogue that can be changed in Excel."""

    name: str
    """In addresses."""
    kind: str
    title: Words
    form: Form
    who: PageRule
    listing: Callable[[], tuple[lists.Kind[Any], QuerySet[Any]]] | None = None
    """The list of the office that it is, with its filters."""
    fixed: frozenset[Path] = frozenset()
    """Shown, and set for something new only."""
    no_new: str | Promise = ""
    """Why nothing new is made by a row; empty where it may be."""
    finish: Finish | None = None
    """What follows from a change, from the document before and after."""
    of_programmes: bool = field(default=False)
    """Whether an entry belongs to those who decide about its programmes."""

    def rows(self) -> QuerySet[Any]:
        """Return the entries that can be changed: what is retired is brought back first."""
        found = entries(self.kind)
        if self.kind in (EntryKind.OPPORTUNITY, EntryKind.COURSE):
            found = found.exclude(status=PublicationStatus.WITHDRAWN)
        return found

    def may_change(self, reader: User, slug: str) -> bool:
        """Tell whether somebody may change this one entry."""
        if not self.of_programmes:
            return True
        row = models.Agreement.objects.filter(slug=slug).first()
        return row is not None and may_edit_agreement(reader, row)


def may_name(reader: User, before: Document, after: Document) -> bool:
    """Tell whether somebody may change the programmes of an agreement like that: their own only."""
    changed = {*before.get("programmes", ())} ^ {*after.get("programmes", ())}
    if not changed:
        return True
    own = set(programmes_of(reader).values_list("slug", flat=True))
    return changed <= own


# --- What there is to choose from -----------------------------------------------------------------


def countries(_document: Document) -> list[tuple[str, Words]]:
    return [(code, name) for code, name in country_choices() if code]


def institution_kinds(_document: Document) -> list[tuple[str, Words]]:
    return list(choices.InstitutionKind.choices)


def home_units(_document: Document) -> list[tuple[str, Words]]:
    found = models.OrganisationalUnit.objects.filter(institution__is_home=True).order_by("slug")
    return [(each.slug, each.name) for each in found.only("slug", *columns("name"))]


def phases(_document: Document) -> list[tuple[str, Words]]:
    found = models.StudyPhase.objects.select_related("programme").order_by("programme", "slug")
    return [(each.slug, format_html("{}: {}", each.programme.short_name, each)) for each in found]


def places(_document: Document) -> list[tuple[str, Words]]:
    found = models.Opportunity.objects.filter(private_to=None).order_by("slug")
    return [(each.slug, each.title) for each in found.only("slug", *columns("title"))]


def grant_pays(_document: Document) -> list[tuple[str, Words]]:
    return list(choices.GrantPays.choices)


def grant_decisions(_document: Document) -> list[tuple[str, Words]]:
    return list(choices.GrantDecision.choices)


def all_certainties(_document: Document) -> list[tuple[str, Words]]:
    return list(choices.Certainty.choices)


# --- What follows from a change -------------------------------------------------------------------


def _placed(before: Document, after: Document) -> Document:
    """Put a partner that moved where its city is known to be: nobody types coordinates."""
    where = ("country", "city")
    if before and all(before.get(name) == after.get(name) for name in where):
        return after
    found = partners.known_position(after.get("country", ""), after.get("city", {}).values())
    made = {name: value for name, value in after.items() if name not in ("lat", "lon")}
    return made if found is None else {**made, "lat": str(found[0]), "lon": str(found[1])}


_FIGURES = ("low", "typical", "high", "amounts", "source", "sources")


def _checked_today(before: Document, after: Document) -> Document:
    """Move the day of a figure that changed, unless the file says another."""
    moved = any(before.get(name) != after.get(name) for name in _FIGURES)
    if not before or not moved or before.get("checked_on") != after.get("checked_on"):
        return after
    return {**after, "checked_on": timezone.localdate().isoformat()}


def _scoped(before: Document, after: Document) -> Document:
    """Let a new line that is for nothing in particular be for everywhere."""
    scope = after.get("for") or {"everywhere": True}
    return _checked_today(before, {**after, "for": scope})


# --- The forms ------------------------------------------------------------------------------------

_ORIGIN = (
    Input(("source",), _("Source"), Look.NAMED, kinds.sources),
    Input(("example",), _("Example, not a fact"), Look.CHECK),
)
_SOURCES = Section(
    "sources",
    _("Where it comes from"),
    (
        Rows(
            ("sources",),
            _("Sources"),
            _("Source"),
            (Input(("value",), _("Source"), Look.NAMED, kinds.sources),),
        ),
        Input(("example",), _("All of this is an example, not a fact"), Look.CHECK),
    ),
)

PARTNER = Form(
    (
        Section(
            "name",
            _("Name"),
            (
                Translated(("name",), _("Name")),
                Input(("short_name",), _("Short name")),
                Input(("native_name",), _("Name in its own language")),
                Input(("kind",), _("Kind"), Look.CHOICE, institution_kinds),
                Input(("website",), _("Website")),
            ),
        ),
        Section(
            "where",
            _("Where it is"),
            (
                Input(("country",), _("Country"), Look.CHOICE, countries),
                Input(("region",), _("Region (ISO 3166-2)")),
                Translated(("city",), _("City")),
            ),
        ),
        Section(
            "mark",
            _("What it is to us"),
            (
                Input(("partner",), _("Partner"), Look.CHECK, value_when_ticked=False),
                Input(("preferred", "value"), _("Preferred partner"), Look.CHECK),
                Input(("preferred", "source"), _("Source"), Look.NAMED, kinds.sources),
                Input(("preferred", "example"), _("Example, not a fact"), Look.CHECK),
            ),
        ),
        Section(
            "codes",
            _("Codes"),
            (
                Input(("erasmus_code",), _("Erasmus code")),
                Input(("schac",), _("SCHAC code")),
                Input(("ror",), _("ROR id")),
            ),
        ),
        Section(
            "texts",
            _("Texts on its page"),
            (
                Translated(("about",), _("About"), Look.MARKDOWN),
                Translated(("city_life",), _("Living there"), Look.MARKDOWN),
            ),
        ),
        _SOURCES,
    )
)

AGREEMENT = Form(
    (
        Section(
            "agreement",
            _("Agreement"),
            (
                Input(("partner",), _("Partner"), Look.NAMED, kinds.hosts),
                Input(("level",), _("Level"), Look.CHOICE, kinds.levels),
                Input(("seats_out",), _("Seats out"), Look.SHORT),
                Input(("seats_in",), _("Seats in"), Look.SHORT),
                Input(("valid_from",), _("Valid from"), Look.DAY),
                Input(("valid_until",), _("Valid until"), Look.DAY),
                Input(("home_unit",), _("Our unit"), Look.CHOICE, home_units),
                Input(("programmes",), _("Programmes"), Look.SEVERAL, kinds.programmes),
                Input(("isced_f",), _("ISCED-F fields"), Look.LINES),
                Translated(("note",), _("Note"), Look.TEXT),
                Rows(
                    ("languages",),
                    _("Languages"),
                    _("Language"),
                    (
                        Input(("language",), _("Language"), Look.NAMED, kinds.languages),
                        Input(("level",), _("Level"), Look.CHOICE, kinds.language_levels),
                    ),
                ),
            ),
        ),
        _SOURCES,
    )
)

WINDOW = Form(
    (
        Section(
            "window",
            _("Mobility window"),
            (
                Translated(("name",), _("Name")),
                Input(("programme",), _("Programme"), Look.CHOICE, kinds.programmes),
                Input(("phase",), _("Phase"), Look.CHOICE, phases),
                Translated(("summary",), _("Summary"), Look.TEXT),
                Input(("ects",), _("ECTS"), Look.SHORT),
                Input(("weeks", "min"), _("Weeks, at least"), Look.SHORT),
                Input(("weeks", "max"), _("Weeks, at most"), Look.SHORT),
                Input(("starts",), _("Begins"), Look.CHOICE, kinds.months),
                Input(("ends",), _("Ends"), Look.CHOICE, kinds.months),
                Input(("home_courses",), _("Our courses (ids)"), Look.LINES),
                Rows(
                    ("required_first",),
                    _("Required first"),
                    _("Requirement"),
                    (
                        Translated(("text",), _("Requirement"), Look.TEXT),
                        Input(("ects",), _("ECTS earned first"), Look.SHORT),
                        *_ORIGIN,
                    ),
                ),
            ),
        ),
        _SOURCES,
    )
)

COST = Form(
    (
        Section(
            "cost",
            _("Cost line"),
            (
                Input(("for", "country"), _("For a country"), Look.CHOICE, countries),
                Input(("for", "institution"), _("For a host"), Look.NAMED, kinds.hosts),
                Input(("for", "opportunity"), _("For a place"), Look.NAMED, places),
                Input(("line",), _("Line"), Look.CHOICE, kinds.cost_items),
                Input(("per",), _("Per"), Look.CHOICE, kinds.cost_periods),
                Input(("low",), _("Low"), Look.SHORT),
                Input(("typical",), _("Typical"), Look.SHORT),
                Input(("high",), _("High"), Look.SHORT),
                Input(("currency",), _("Currency"), Look.SHORT),
                Input(("year",), _("Year"), Look.SHORT),
                Input(("checked_on",), _("Checked on"), Look.DAY),
                Input(("certainty",), _("Certainty"), Look.CHOICE, kinds.certainties),
                Input(("covers",), _("Has these lines in it"), Look.SEVERAL, kinds.cost_items),
                Translated(("note",), _("Note"), Look.TEXT),
                *_ORIGIN,
            ),
        ),
    )
)

GRANT = Form(
    (
        Section(
            "grant",
            _("Grant"),
            (
                Translated(("name",), _("Name")),
                Translated(("about",), _("About"), Look.TEXT),
                Translated(("because",), _("You seem eligible because"), Look.TEXT),
                Input(("pays",), _("Pays"), Look.CHOICE, grant_pays),
                Input(("countries",), _("Only to these countries"), Look.SEVERAL, countries),
                Input(("not_countries",), _("Not to these countries"), Look.SEVERAL, countries),
                Input(
                    ("kinds",),
                    _("Only for these kinds of stay"),
                    Look.SEVERAL,
                    kinds.kinds_of_stay,
                ),
                Input(("days", "min"), _("Days, at least"), Look.SHORT),
                Input(("days", "max"), _("Days, at most"), Look.SHORT),
                Input(("one_of",), _("One of"), Look.SHORT),
                Input(("year",), _("Year"), Look.SHORT),
                Input(("checked_on",), _("Checked on"), Look.DAY),
                Input(("certainty",), _("Certainty"), Look.CHOICE, all_certainties),
                Rows(
                    ("questions",),
                    _("Questions"),
                    _("Question"),
                    (
                        Input(("statement",), _("Statement"), Look.SHORT),
                        Translated(("question",), _("Question"), Look.TEXT),
                        Input(("decides",), _("Decides"), Look.CHOICE, grant_decisions),
                    ),
                ),
                Rows(
                    ("amounts",),
                    _("Amounts"),
                    _("Amount"),
                    (
                        Input(("days", "min"), _("From day"), Look.SHORT),
                        Input(("days", "max"), _("To day"), Look.SHORT),
                        Input(("km", "min"), _("From kilometre"), Look.SHORT),
                        Input(("km", "below"), _("Below kilometre"), Look.SHORT),
                        Input(("statement",), _("Only with the statement"), Look.SHORT),
                        Input(("low",), _("Low"), Look.SHORT),
                        Input(("typical",), _("Typical"), Look.SHORT),
                        Input(("high",), _("High"), Look.SHORT),
                    ),
                ),
            ),
        ),
        _SOURCES,
    )
)


def _without(form: Form, *paths: Path) -> Form:
    sections = (
        Section(each.name, each.title, tuple(i for i in each.items if i.path not in paths))
        for each in form.sections
    )
    return Form(tuple(each for each in sections if each.items))


def _with_ids(form: Form, path: Path, title: Words) -> Form:
    """Show a list of entries by their ids, where their names depend on the entry."""
    return Form(
        tuple(
            Section(
                each.name,
                each.title,
                tuple(Input(path, title, Look.LINES) if i.path == path else i for i in each.items),
            )
            for each in form.sections
        )
    )


# The costs of a place are in the list of all costs.
_PLACE = _with_ids(_without(kinds.PLACE, ("costs",)), ("courses",), _("Courses (ids)"))

LISTS: dict[str, ExcelList] = {
    each.name: each
    for each in (
        ExcelList(
            "partners",
            PlainKind.INSTITUTION,
            _("Partners"),
            PARTNER,
            may_edit_partners,
            listing=lambda: (partner_list.kind(), partner_list.rows()),
            no_new=_("A new partner is made by choosing it from a list, on the page of partners."),
            finish=_placed,
        ),
        ExcelList(
            "agreements",
            PlainKind.AGREEMENT,
            _("Agreements"),
            AGREEMENT,
            may_edit_agreement,
            listing=lambda: (agreements.kind(), agreements.rows()),
            fixed=frozenset({("partner",)}),
            of_programmes=True,
        ),
        ExcelList(
            "places",
            EntryKind.OPPORTUNITY,
            _("Places"),
            _PLACE,
            may_edit_catalogue,
            listing=lambda: _of_kind("places"),
        ),
        ExcelList(
            "courses",
            EntryKind.COURSE,
            _("Courses"),
            kinds.COURSE,
            may_edit_catalogue,
            listing=lambda: _of_kind("courses"),
        ),
        ExcelList("windows", PlainKind.WINDOW, _("Mobility windows"), WINDOW, may_edit_catalogue),
        ExcelList(
            "costs",
            PlainKind.COST,
            _("Costs"),
            COST,
            may_edit_catalogue,
            fixed=frozenset({("for", "country"), ("for", "institution"), ("for", "opportunity")}),
            finish=_scoped,
        ),
        ExcelList(
            "grants", PlainKind.GRANT, _("Grants"), GRANT, may_edit_catalogue,
            finish=_checked_today,
        ),
    )
}  # fmt: skip


def _of_kind(part: str) -> tuple[lists.Kind[Any], QuerySet[Any]]:
    kind = kinds.KINDS[part]
    return place_list.listed(kind), place_list.rows(kind)
