"""The programme and year that a visitor chose on a page, and what the rules say of places then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sojourn.catalogue.queries.filters import OpportunityFilter
from sojourn.catalogue.queries.opportunities import OpportunityPage
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Opportunity, Records
from sojourn.design.templatetags.components import example
from sojourn.planning import fit
from sojourn.planning.profile import Profile
from sojourn.planning.study_choice import SEPARATOR, StudyChoice, choice_of
from sojourn.portal.plan.presenters import fit_text
from sojourn.portal.shared import cards, formatting, map_places, urls

MOST_REASONS = 3  # in one line


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    selected: bool


@dataclass(frozen=True)
class Standing:
    """What the rules say of one place for one study, and what they could not judge."""

    verdict: str
    tone: str
    reasons: tuple[fit_text.Said, ...]
    not_judged: str


def choices(records: Records, place: Opportunity, chosen: StudyChoice | None) -> tuple[Choice, ...]:
    """List the years of the programmes that the place is for."""
    found = [
        StudyChoice(slug, year)
        for slug in dict.fromkeys(place.programmes)
        if slug in records.programmes
        for year in range(1, records.programmes[slug].years + 1)
    ]
    if chosen is not None and chosen not in found:
        found.insert(0, chosen)
    return tuple(Choice(one.word, named(records, one), one == chosen) for one in found)


def named(records: Records, study: StudyChoice) -> str:
    """'Biomedical Sciences BSc, year 1'."""
    programme = records.programmes[study.programme]
    return _("%(programme)s, year %(year)d") % {
        "programme": programme.short_name,
        "year": study.year,
    }


def standing(snapshot: Snapshot, place: Opportunity, study: StudyChoice) -> Standing | None:
    fits = fit.fit_of(snapshot, study.profile, fit.weights_of(None))
    one = fits.of(place.slug)
    if one is None:
        return None
    return Standing(
        fit_text.verdict(one, study.profile),
        fit_text.tone(one.verdict),
        (
            *fit_text.reasons(snapshot.records, one, study.profile),
            *fit_text.example_note(snapshot.records, one),
        ),
        formatting.listed(fit_text.not_judged(one, study.profile)),
    )


@dataclass(frozen=True)
class Asked:
    """The one programme, and perhaps the year, that a search is for, and what fits them."""

    programme: str = ""
    choice: StudyChoice | None = None
    fits: fit.FitList | None = None

    @property
    def profile(self) -> Profile:
        return self.choice.profile if self.choice else Profile(programme=self.programme)


def asked_in(snapshot: Snapshot, asked: OpportunityFilter) -> Asked:
    """Return what the filters of a search say of who searches."""
    programme = asked.programme[0] if len(asked.programme) == 1 else ""
    if programme not in snapshot.records.programmes:
        return Asked()
    choice = choice_of(snapshot.records, f"{programme}{SEPARATOR}{asked.year}")
    found = Asked(programme, choice)
    return replace(found, fits=fit.fit_of(snapshot, found.profile, fit.weights_of(None)))


def on_cards(snapshot: Snapshot, study: Asked, places: Iterable[Opportunity]) -> cards.Chosen:
    """Return what cards say of these places to who chose a programme and a year."""
    if study.choice is None or study.fits is None:
        return cards.Chosen(study.programme)
    found = {}
    for place in places:
        one = study.fits.of(place.slug)
        if one is not None:
            found[place.slug] = _on_card(snapshot.records, one, study.profile)
    return cards.Chosen(study.programme, study.choice.word, found)


def _on_card(records: Records, one: fit.PlaceFit, profile: Profile) -> SafeString:
    """Return the verdict; a card that is an example as a whole has a mark for all of it."""
    rests_on_examples = not one.opportunity.is_example and fit_text.examples(records, one)
    return format_html(
        '<p class="verdict {}"><span>{}{}</span></p>',
        fit_text.tone(one.verdict),
        fit_text.verdict(one, profile),
        example(rests_on_examples),
    )


@dataclass(frozen=True)
class ForOther:
    """A place that is not for who searches: then the reason is enough."""

    title: str
    href: str
    where: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ForOthers:
    """The places of a search that are not for who searches."""

    title: str
    in_short: str
    places: tuple[ForOther, ...]
    more: int
    """How many there are beside those that are listed."""


def _in_short(counted: Counter[str]) -> str:
    """Count the reasons: 'It is for Medicine MSc (4). It is for Pharmacy MSc (1).'."""
    shown = counted.most_common(MOST_REASONS)
    text = " ".join(f"{reason.removesuffix('.')} ({count})." for reason, count in shown)
    return f"{text} …" if len(counted) > MOST_REASONS else text


def for_others(snapshot: Snapshot, study: Asked, found: OpportunityPage) -> ForOthers | None:
    """Return them for the end of the list; nothing where there are none."""
    if study.fits is None or not found.for_others:
        return None
    listed = []
    for place in found.for_others:
        one = study.fits.of(place.slug)
        reasons = fit_text.reasons(snapshot.records, one, study.profile) if one else ()
        listed.append(
            ForOther(
                str(place.title),
                urls.opportunity(place.slug),
                map_places.where_of(snapshot.records, place),
                tuple(reason.text for reason in reasons),
            )
        )
    counted = Counter(place.reasons[0] for place in listed if place.reasons)
    return ForOthers(
        _("Not for you (%(count)d)") % {"count": found.number_for_others},
        _in_short(counted),
        tuple(listed),
        found.number_for_others - len(listed),
    )
