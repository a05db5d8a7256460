"""The list of opportunities: what was asked, what was found, and how to ask otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, get_args
from urllib.parse import parse_qsl, urlencode

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sojourn.catalogue.queries.everything import Other
from sojourn.catalogue.queries.filters import OpportunityFilter
from sojourn.catalogue.queries.opportunities import (
    Facet,
    FacetOption,
    OpportunityHit,
    OpportunityPage,
)
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Opportunity, Records, Subject
from sojourn.common.languages import page_language
from sojourn.design import components
from sojourn.design.components import Column
from sojourn.engines.search.analysis import words_of
from sojourn.portal.catalogue.presenters import study
from sojourn.portal.catalogue.presenters.also_found import (
    AlsoFound,
    SubjectLink,
    also_found,
    subject_links,
)
from sojourn.portal.shared import cards, formatting, like_home, urls
from sojourn.portal.shared import map_places as places

View = Literal["list", "map", "table"]
VIEWS: tuple[View, ...] = get_args(View)

_VIEW_NAMES = {
    "list": gettext_lazy("List"),
    "map": gettext_lazy("Map"),
    "table": gettext_lazy("Table"),
}
_SORT_NAMES = {
    "relevance": gettext_lazy("Best match"),
    "deadline": gettext_lazy("Deadline"),
    "cost": gettext_lazy("Costs"),
    "similar": gettext_lazy("Most like %(home)s"),
    "distance": gettext_lazy("Distance"),
    "ects": gettext_lazy("Credits"),
    "title": gettext_lazy("Name"),
}
# What goes before what when there are no words that something could match.
_WITHOUT_WORDS = gettext_lazy("Partners first")
# The facets that stand open; the others open with a press, or when something in them is chosen.
_OPEN_FACETS = ("programme", "year", "country")
_ONE_OF = ("year",)
# In a ready-made filter and its choices, where goes what differs between pages. No text of the
# catalogue has them.
_TICK, _COUNT, _OPEN, _TAG, _OPTIONS = (f"\N{OBJECT REPLACEMENT CHARACTER}{key}" for key in "tncgo")


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    selected: bool


@dataclass(frozen=True)
class ViewLink:
    label: str
    href: str
    current: bool


@dataclass(frozen=True)
class Chip:
    text: str
    href: str


@dataclass(frozen=True)
class PlaceLine:
    title: str
    href: str
    where: str
    when: str
    example: bool


@dataclass(frozen=True)
class SearchPage:
    title: str
    description: str
    robots: str
    action: str
    q: str
    view: View
    total: int
    count_text: str
    facets: SafeString
    """All filters with their choices: a hundred, too many for a template to go through."""
    chips: tuple[Chip, ...]
    clear_href: str
    sorts: tuple[Choice, ...]
    views: tuple[ViewLink, ...]
    corrections: tuple[Chip, ...]
    some_words_only: bool
    cards: list[SafeString]
    table: components.Table | None
    map: places.Picture | None
    places: tuple[PlaceLine, ...]
    near: list[SafeString]
    no_place_in: str
    """Where no place is, in the words of the search; those shown are the nearest to it."""
    also: AlsoFound
    subjects: tuple[SubjectLink, ...]
    words_only: bool
    """Nothing but words was asked: without them there is everything."""
    still_comparing: bool
    """Sorted by similarity, which nobody has computed yet."""
    ways: tuple[components.Loosen, ...]
    for_others: study.ForOthers | None
    """What is not for who searches, on the last page."""
    pagination: components.Pagination


def _sort_names(asked: OpportunityFilter, home: str) -> Iterator[tuple[str, str]]:
    for sort, name in _SORT_NAMES.items():
        shown = str(_WITHOUT_WORDS if sort == "relevance" and not asked.q else name)
        yield sort, shown.replace("%(home)s", home)


def _href(query: str, view: View) -> str:
    """Return the list under that query, shown in the same way."""
    pairs = [(key, value) for key, value in parse_qsl(query) if key != "view"]
    if view != "list":
        pairs.append(("view", view))
    return urls.opportunities(urlencode(pairs))


def _option_label(option: FacetOption) -> str:
    label = formatting.sentence_case(option.label)
    return f"{label}, {option.group}" if option.group else label


@lru_cache(maxsize=4096)
def _count_html(count: int, _language: str) -> str:
    """Return the number, and for who does not see the column what it counts."""
    unit = _("place") if count == 1 else _("places")
    return f'{count}<span class="hush"> {formatting.escaped(unit)}</span>'


def _filled(ready: str, *pieces: tuple[str, str]) -> str:
    """Put into what was rendered ahead what differs between pages, each piece escaped already."""
    for mark, text in pieces:
        ready = ready.replace(mark, text, 1)
    return ready


def _option_html(snapshot: Snapshot, facet: Facet, option: FacetOption, language: str) -> str:
    """One choice of a filter: a page has a hundred, of which only number and tick differ."""

    def render() -> str:
        context = {
            "name": facet.name,
            "one_of": facet.name in _ONE_OF,
            "id": f"{facet.name}-{option.value}".lower(),
            "value": option.value,
            "label": _option_label(option),
            "tick": _TICK,
            "count": _COUNT,
        }
        return get_template("portal/catalogue/templates/opportunities/option.html").render(context)

    return _filled(
        snapshot.fragments.get("option", f"{facet.name} {option.value}", language, render),
        (_TICK, " checked" if option.selected else ""),
        (_COUNT, _count_html(option.count, language)),
    )


def _facet_html(snapshot: Snapshot, facet: Facet, language: str) -> str:
    def render() -> str:
        context = {
            "name": facet.name,
            "label": facet.label,
            "one_of": facet.name in _ONE_OF,
            "open": _OPEN,
            "tag": _TAG,
            "tick": _TICK,
            "options": _OPTIONS,
        }
        return get_template("portal/catalogue/templates/opportunities/facet.html").render(context)

    chosen = sum(option.selected for option in facet.options)
    is_open = chosen or facet.name in _OPEN_FACETS
    options = (_option_html(snapshot, facet, option, language) for option in facet.options)
    return _filled(
        snapshot.fragments.get("facet", facet.name, language, render),
        (_OPEN, " open" if is_open else ""),
        (_TAG, f' <span class="tag">{chosen}</span>' if chosen else ""),
        (_TICK, "" if chosen else " checked"),
        (_OPTIONS, "".join(options)),
    )


def _chips(found: OpportunityPage, view: View) -> tuple[Chip, ...]:
    chips = [
        Chip(
            _option_label(option),
            _href(found.filter.without_value(facet.name, option.value).to_query(), view),
        )
        for facet in found.facets
        for option in facet.options
        if option.selected
    ]
    if found.filter.q:
        quoted = _("“%(words)s”") % {"words": found.filter.q}
        chips.insert(0, Chip(quoted, _href(found.filter.without("q").to_query(), view)))
    return tuple(chips)


def _named_in(text: str, names: tuple[str, ...]) -> str:
    """Return those names as they were typed, where the whole of what was typed is one of them."""
    if not names:
        return ""
    return text.strip() if names == (" ".join(words_of(text)),) else names[0].title()


def _count_text(found: OpportunityPage, narrowed: bool) -> str:
    if found.number_for_others:
        everything = found.total + found.number_for_others
        return ngettext(
            "%(count)d of %(all)d places is for you",
            "%(count)d of %(all)d places are for you",
            found.total,
        ) % {"count": found.total, "all": everything}
    if not narrowed:
        return ngettext("%(count)d place", "%(count)d places", found.total) % {"count": found.total}
    return ngettext("%(count)d place fits", "%(count)d places fit", found.total) % {
        "count": found.total
    }


def _title(found: OpportunityPage) -> str:
    asked = found.filter
    if asked.q:
        return _("%(words)s: places abroad") % {"words": asked.q}
    if asked.page > 1:
        return _("Places abroad, page %(page)d") % {"page": asked.page}
    return _("Places abroad")


def _description(found: OpportunityPage, records: Records) -> str:
    return _(
        "%(count)s for students of %(name)s: with dates, credits, language, costs and seats."
    ) % {
        "count": ngettext("%(count)d place abroad", "%(count)d places abroad", found.total)
        % {"count": found.total},
        "name": records.edition.short_name,
    }


def _hit(
    snapshot: Snapshot, found: OpportunityPage, hit: OpportunityHit, chosen: cards.Chosen
) -> SafeString:
    # Of a neighbour of what was asked the words around it say nothing.
    why = "" if found.instead else hit.marked
    return cards.card_html(snapshot, hit.opportunity, why, chosen)


def _near(snapshot: Snapshot, found: OpportunityPage, hit: OpportunityHit) -> SafeString:
    """Return a card that says first in what it differs from what was asked."""
    labels = {facet.name: facet.label for facet in found.facets} | {"q": _("your words")}
    misses = formatting.listed([labels[name].lower() for name in hit.misses if name in labels])
    differs = _("Differs in %(filters)s.") % {"filters": misses}
    summary = hit.marked or formatting.escaped(str(hit.opportunity.summary))
    return cards.card_html(
        snapshot, hit.opportunity, f"<b>{formatting.escaped(differs)}</b> {summary}"
    )


def _line(records: Records, opportunity: Opportunity) -> PlaceLine:
    return PlaceLine(
        str(opportunity.title),
        urls.opportunity(opportunity.slug),
        places.where_of(records, opportunity),
        formatting.short_period(opportunity.period),
        opportunity.is_example,
    )


def _sorted_column(found: OpportunityPage, title: str, sort: str, numeric: bool) -> Column:
    """Return a heading that sorts the list by its column."""
    ordered = replace(found.filter, sort=sort, page=1)
    return Column(
        title,
        numeric=numeric,
        href=_href(ordered.to_query(), "table"),
        sorted="ascending" if found.filter.sort == sort else "",
    )


def _cell(fact: components.Fact) -> components.Cell:
    return components.Cell(fact.value, example=fact.example)


def _table(snapshot: Snapshot, found: OpportunityPage) -> components.Table:
    rows = []
    for hit in found.hits:
        made = cards.card(snapshot, hit.opportunity)
        rows.append(
            [
                components.Cell(made.title, made.href, made.is_example),
                components.Cell(made.where),
                *map(_cell, made.facts),
                components.Cell(
                    made.costs.text if made.costs else "", example=made.costs_are_example
                ),
                _cell(made.seats),
                _cell(made.due),
            ]
        )
    return components.Table(
        caption=_("Places"),
        columns=(
            _sorted_column(found, _("Place"), "title", numeric=False),
            _sorted_column(found, _("Where"), "distance", numeric=False),
            Column(_("When")),
            _sorted_column(found, _("Credits"), "ects", numeric=True),
            Column(_("Language")),
            _sorted_column(found, _("You pay in total"), "cost", numeric=True),
            Column(_("Seats"), numeric=True),
            _sorted_column(found, _("Apply by"), "deadline", numeric=True),
        ),
        rows=rows,
    )


def page(
    snapshot: Snapshot,
    found: OpportunityPage,
    view: View,
    student: study.Asked,
    others: Sequence[Other] = (),
    subjects: Sequence[Subject] = (),
) -> SearchPage:
    records = snapshot.records
    asked = found.filter
    opportunities = [hit.opportunity for hit in found.hits]
    chosen = study.on_cards(snapshot, student, opportunities)
    here = asked.to_query()
    home = str(records.edition.home_city)
    language = page_language()
    from_the_start = replace(asked, page=1).to_query()
    return SearchPage(
        title=_title(found),
        description=_description(found, records),
        # A search is not a page of its own to a search engine; its links are followed.
        robots="noindex, follow" if here or view != "list" else "",
        action=urls.opportunities(),
        q=asked.q,
        view=view,
        total=found.total,
        count_text=_count_text(found, bool(replace(asked, sort="relevance", page=1).to_query())),
        facets=mark_safe(  # noqa: S308 (templates made it)
            "".join(
                _facet_html(snapshot, facet, language) for facet in found.facets if facet.options
            )
        ),
        chips=_chips(found, view),
        clear_href=_href("", view),
        sorts=tuple(
            Choice(sort, name, sort == asked.sort) for sort, name in _sort_names(asked, home)
        ),
        views=tuple(
            ViewLink(str(_VIEW_NAMES[other]), _href(from_the_start, other), other == view)
            for other in VIEWS
        ),
        corrections=tuple(
            Chip(words, _href(replace(asked, q=words, page=1).to_query(), view))
            for words in found.corrections
        ),
        some_words_only=bool(found.total) and not found.has_every_word,
        cards=[_hit(snapshot, found, hit, chosen) for hit in found.hits] if view == "list" else [],
        table=_table(snapshot, found) if view == "table" else None,
        map=places.world(snapshot, places.hosts_of(records, opportunities))
        if view == "map"
        else None,
        places=tuple(_line(records, opportunity) for opportunity in opportunities)
        if view == "map"
        else (),
        near=[_near(snapshot, found, hit) for hit in found.near] if not found.total else [],
        no_place_in=_named_in(asked.q, found.instead) if found.total else "",
        also=also_found(records, others, found),
        subjects=subject_links(subjects),
        words_only=bool(asked.q) and not asked.chosen,
        still_comparing=asked.sort == "similar" and not like_home.is_ready(snapshot),
        ways=tuple(
            components.Loosen(
                _("Without %(filter)s") % {"filter": way.label}, _href(way.query, view), way.count
            )
            for way in found.suggestions
        ),
        for_others=study.for_others(snapshot, student, found)
        if asked.page >= found.pages
        else None,
        pagination=components.Pagination.of(
            asked.page,
            max(found.pages, 1),
            lambda number: _href(replace(asked, page=number).to_query(), view),
        ),
    )
