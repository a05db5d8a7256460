"""The lists of places, courses and guides, and what is on its way to visitors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue import models
from sojourn.catalogue.edition.documents import MODEL_OF, entries
from sojourn.catalogue.models import EntryKind, EntryVersion, PublicationStatus, VersionState
from sojourn.catalogue.models.versions import OPEN
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.folding import with_words
from sojourn.common.languages import REQUIRED, JoinedText, borrowed, language_name, page_language
from sojourn.common.translated_fields import column, columns, written
from sojourn.office.places.kinds import Kind
from sojourn.office.shared import formatting, lists

_TONES = {
    PublicationStatus.PUBLISHED: "good",
    PublicationStatus.DRAFT: "warn",
    PublicationStatus.WITHDRAWN: "quiet",
}
_SEARCHED = {
    EntryKind.OPPORTUNITY: (*columns("title", "summary", "hosts__name"),),
    EntryKind.COURSE: (*columns("title", "institution__name"), "code", "native_title"),
    EntryKind.GUIDE: (*columns("title", "summary"),),
}
_NEEDED = {
    EntryKind.OPPORTUNITY: ("title", "summary", "description"),
    EntryKind.COURSE: ("title",),
    EntryKind.GUIDE: ("title", "summary", "text"),
}


@dataclass(frozen=True)
class OnItsWay:
    """A draft, or what appears on a day."""

    title: str
    href: str
    state: str
    tone: str
    when: str
    who: str
    problem: str


def rows(kind: Kind) -> QuerySet[Any]:
    """Return all entries of a kind, with what their list shows."""
    found = entries(kind.value)
    if kind.value == EntryKind.OPPORTUNITY:
        found = found.prefetch_related("host_links__institution")
    if kind.value == EntryKind.COURSE:
        found = found.select_related("institution")
    drafts = EntryVersion.objects.filter(kind=kind.value, slug=OuterRef("slug"), state__in=OPEN)
    shown: QuerySet[Any] = found.annotate(
        has_draft=Exists(drafts),
        sources_named=Count("sources", distinct=True),
    )
    return shown


def on_its_way(kind: Kind) -> list[OnItsWay]:
    """Return the drafts of a kind, first what appears on a day."""
    found = EntryVersion.objects.filter(kind=kind.value, state__in=OPEN)
    return [
        OnItsWay(
            title=title_of(each.document),
            href=reverse(f"office:{kind.part}-entry", args=[each.slug]),
            state=str(VersionState(each.state).label),
            tone="good" if each.state == VersionState.SCHEDULED else "warn",
            when=formatting.full_day(each.appears_on)
            if each.appears_on
            else formatting.moment(each.written_at),
            who=str(each.written_by or ""),
            problem=each.problem,
        )
        for each in found.select_related("written_by").order_by("appears_on", "-written_at")
    ]


def title_of(document: Any) -> str:
    """Return the title of a document, in the page's language where it has one."""
    titles = document.get("title") if isinstance(document, dict) else None
    if not isinstance(titles, dict) or not titles:
        return _("without a title")
    language = page_language()
    if said := titles.get(language):
        return str(said)
    other, said = next(iter(titles.items()))
    return borrowed(str(said), other)


def listed(kind: Kind) -> lists.Kind[Any]:
    """Describe the list of a kind."""
    own, cells, filters = _own(kind)
    return lists.Kind(
        caption=kind.title,
        columns=(
            lists.Column(
                "title", gettext_lazy("Title"), (f"{columns('title')[0]}__folded", "slug")
            ),
            *own,
            lists.Column("state", gettext_lazy("State"), ("status", "slug")),
            lists.Column("draft", gettext_lazy("Draft"), ("-has_draft", "slug")),
            lists.Column("lacks", gettext_lazy("Is missing")),
            lists.Column("sources", gettext_lazy("Sources"), ("sources_named",), True, None, True),
            lists.Column("from", gettext_lazy("Written by"), ("edition_state",), is_extra=True),
            lists.Column("changed", gettext_lazy("Changed"), ("updated_at",), is_extra=True),
        ),
        row=_row(kind, cells),
        empty=_("There is nothing here yet."),
        first_order="title",
        filters=(
            lists.Filter(
                "state", gettext_lazy("State"), tuple(PublicationStatus.choices), _in_state
            ),
            *filters(),
            lists.Filter(
                "lacks",
                gettext_lazy("Is missing"),
                (
                    ("source", gettext_lazy("a source")),
                    ("translation", gettext_lazy("a translation")),
                ),
                _lacking(kind),
            ),
            lists.Filter(
                "draft",
                gettext_lazy("Draft"),
                (("yes", gettext_lazy("with a draft")), ("no", gettext_lazy("without a draft"))),
                lambda found, value: found.filter(has_draft=value == "yes"),
            ),
        ),
        search=lambda found, text: found.filter(
            pk__in=with_words(
                MODEL_OF[kind.value]._default_manager.all(),
                text,
                *_SEARCHED[EntryKind(kind.value)],
            ).values("pk")
        ),
        name=kind.part,
    )


Cells = Callable[[Any], tuple[lists.Cell, ...]]


def _own(
    kind: Kind,
) -> tuple[Sequence[lists.Column], Cells, Callable[[], tuple[lists.Filter[Any], ...]]]:
    """Return the columns of a kind alone, their cells, and its filters."""
    if kind.value == EntryKind.OPPORTUNITY:
        return _PLACE_COLUMNS, _place_cells, _place_filters
    if kind.value == EntryKind.COURSE:
        return _COURSE_COLUMNS, _course_cells, _course_filters
    return _GUIDE_COLUMNS, _guide_cells, tuple


def _in_state(found: QuerySet[Any], value: str) -> QuerySet[Any]:
    return found.filter(status=value)


def _lacking(kind: Kind) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    def narrow(found: QuerySet[Any], value: str) -> QuerySet[Any]:
        if value == "source":
            return found.filter(sources_named=0, is_example=False)
        lacks = Q(pk__in=())
        for name in _NEEDED[EntryKind(kind.value)]:
            lacks |= ~written(name)
        return found.filter(lacks)

    return narrow


def _row(kind: Kind, cells: Cells) -> Callable[[Any], lists.Row]:
    def make(entry: Any) -> lists.Row:
        status = PublicationStatus(entry.status)
        return lists.Row(
            entry.slug,
            (
                lists.Cell(entry.title, reverse(f"office:{kind.part}-entry", args=[entry.slug])),
                *cells(entry),
                lists.Cell(status.label, tone=_TONES[status]),
                lists.Cell(gettext_lazy("Draft") if entry.has_draft else "", tone="warn"),
                lists.Cell(_lacks(kind, entry), tone="bad"),
                lists.Cell(str(entry.sources_named)),
                lists.Cell(
                    gettext_lazy("the edition")
                    if entry.edition_state
                    else gettext_lazy("the office")
                ),
                lists.Cell(formatting.full_day(entry.updated_at.date())),
            ),
        )

    return make


def _lacks(kind: Kind, entry: Any) -> str:
    found = []
    if not entry.sources_named and not entry.is_example:
        found.append(_("a source"))
    for language in REQUIRED:
        names = _NEEDED[EntryKind(kind.value)]
        if not all(getattr(entry, column(name, language)) for name in names):
            found.append(language_name(language, page_language()))
    return ", ".join(found)


# --- Columns of each kind -------------------------------------------------------------------------

_PLACE_COLUMNS: Sequence[lists.Column] = (
    lists.Column("kind", gettext_lazy("Kind"), ("kind", "slug")),
    lists.Column("hosts", gettext_lazy("Hosts")),
    lists.Column("seats", gettext_lazy("Seats"), ("seats", "slug"), numeric=True),
    lists.Column("ects", gettext_lazy("ECTS"), ("ects", "slug"), True, None, True),
)


def _place_cells(place: models.Opportunity) -> tuple[lists.Cell, ...]:
    hosts = tuple(str(link.institution.name) for link in place.host_links.all())
    return (
        lists.Cell(place.get_kind_display()),
        lists.Cell(JoinedText.of(", ", hosts)),
        lists.Cell("" if place.seats is None else str(place.seats)),
        lists.Cell("" if place.ects is None else f"{place.ects:g}"),
    )


def _place_filters() -> tuple[lists.Filter[Any], ...]:
    programmes = current_snapshot().records.programmes.values()
    return (
        lists.Filter(
            "kind",
            gettext_lazy("Kind"),
            tuple(models.OpportunityKind.choices),
            lambda found, value: found.filter(kind=value),
        ),
        lists.Filter(
            "programme",
            gettext_lazy("Programme"),
            tuple((each.slug, str(each.short_name)) for each in programmes),
            lambda found, value: found.filter(
                pk__in=models.Opportunity.objects.filter(windows__programme__slug=value).values(
                    "pk"
                )
            ),
        ),
    )


_COURSE_COLUMNS: Sequence[lists.Column] = (
    lists.Column("institution", gettext_lazy("Institution"), ("institution__slug", "slug")),
    lists.Column("code", gettext_lazy("Code"), ("code", "slug")),
    lists.Column("ects", gettext_lazy("ECTS"), ("ects", "slug"), numeric=True),
    lists.Column("level", gettext_lazy("Level"), ("level", "slug")),
)


def _course_cells(course: models.Course) -> tuple[lists.Cell, ...]:
    return (
        lists.Cell(course.institution.name),
        lists.Cell(course.code),
        lists.Cell("" if course.ects is None else f"{course.ects:g}"),
        lists.Cell(course.get_level_display()),
    )


def _course_filters() -> tuple[lists.Filter[Any], ...]:
    with_courses = models.Institution.objects.filter(
        Exists(models.Course.objects.filter(institution=OuterRef("pk")))
    )
    return (
        lists.Filter(
            "institution",
            gettext_lazy("Institution"),
            tuple((each.slug, each.name) for each in with_courses.order_by("slug")),
            lambda found, value: found.filter(institution__slug=value),
        ),
    )


_GUIDE_COLUMNS: Sequence[lists.Column] = (
    lists.Column("order", gettext_lazy("Order"), ("position", "slug"), numeric=True),
    lists.Column("checked", gettext_lazy("Checked on"), ("checked_on", "slug")),
)


def _guide_cells(guide: models.Guide) -> tuple[lists.Cell, ...]:
    checked = guide.checked_on
    return (
        lists.Cell(str(guide.position)),
        lists.Cell(formatting.full_day(checked) if checked else gettext_lazy("not known")),
    )
