"""Pages of advice: their text with a table of contents, and their order."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sojourn.catalogue import markdown
from sojourn.catalogue.snapshot.types import Guide, Records
from sojourn.common.languages import in_language_of
from sojourn.design import components
from sojourn.portal.shared import answers, formatting, sources, urls
from sojourn.portal.shared.links import Stop

# Pages that the header and the footer lead to; the others are steps on the way.
ASIDE = ("how-it-works", "privacy", "accessibility")


@dataclass(frozen=True)
class GuideLink:
    title: str
    href: str
    summary: str


@dataclass(frozen=True)
class GuidesPage:
    slug: str
    title: str
    summary: str
    html: SafeString
    contents: tuple[Stop, ...]
    related: tuple[GuideLink, ...]
    previous: GuideLink | None
    next: GuideLink | None
    checked_on: str
    crumbs: tuple[components.Crumb, ...]
    sources: tuple[components.Source, ...]
    example: bool
    answers: tuple[answers.Answered, ...]
    ask_href: str


def link(guide: Guide) -> GuideLink:
    return GuideLink(str(guide.title), urls.guide(guide.slug), str(guide.summary))


def on_the_way(records: Records) -> list[Guide]:
    """Return the guides in the order in which a student needs them."""
    guides = [guide for guide in records.guides.values() if guide.slug not in ASIDE]
    return sorted(guides, key=lambda guide: (guide.position, guide.slug))


def contents(text: str) -> tuple[Stop, ...]:
    """Return the headings of the second level; one alone needs no list."""
    stops = tuple(
        Stop(heading.anchor, in_language_of(text, heading.text))
        for heading in markdown.headings(text)
        if heading.level == 2
    )
    return stops if len(stops) > 1 else ()


def page(records: Records, guide: Guide) -> GuidesPage:
    order = on_the_way(records)
    at = next((i for i, other in enumerate(order) if other.slug == guide.slug), None)
    before = order[at - 1] if at else None
    after = order[at + 1] if at is not None and at + 1 < len(order) else None
    return GuidesPage(
        slug=guide.slug,
        title=str(guide.title),
        summary=str(guide.summary),
        # Rendered and cleaned when the snapshot was built.
        html=mark_safe(str(guide.html)),  # noqa: S308
        contents=contents(str(guide.text)),
        related=tuple(
            link(records.guides[slug]) for slug in guide.related if slug in records.guides
        ),
        previous=link(before) if before else None,
        next=link(after) if after else None,
        checked_on=formatting.day(guide.checked_on) if guide.checked_on else "",
        crumbs=(components.Crumb(_("Guide"), urls.guides()), components.Crumb(str(guide.title))),
        sources=sources.of_entry(guide.sources),
        example=guide.is_example,
        answers=answers.on_page(records, "guide", guide.slug),
        ask_href=urls.ask("guide", guide.slug),
    )
