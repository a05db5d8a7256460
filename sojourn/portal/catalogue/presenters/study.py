"""The programme and year that a visitor chose on a page, and what the rules say of places then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sojourn.catalogue.queries.opportunities import OpportunityPage
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Opportunity, Records
from sojourn.planning import fit
from sojourn.planning.study_choice import SEPARATOR, StudyChoice, choice_of
from sojourn.portal.plan.presenters import fit_text
from sojourn.portal.shared import cards, formatting


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


def chosen_in(snapshot: Snapshot, found: OpportunityPage) -> cards.Chosen:
    """Return what the filters of a search say: one programme, and perhaps a year."""
    asked = found.filter
    programme = asked.programme[0] if len(asked.programme) == 1 else ""
    study = choice_of(snapshot.records, f"{programme}{SEPARATOR}{asked.year}")
    if study is None:
        return cards.Chosen(programme)
    slugs = [hit.opportunity.slug for hit in found.hits]
    return cards.Chosen(programme, study.word, _standings(snapshot, study, slugs))


def _standings(
    snapshot: Snapshot, study: StudyChoice, slugs: Iterable[str]
) -> dict[str, SafeString]:
    fits = fit.fit_of(snapshot, study.profile, fit.weights_of(None))
    found = {}
    for slug in slugs:
        one = fits.of(slug)
        if one is not None:
            found[slug] = format_html(
                '<p class="verdict {}">{}</p>',
                fit_text.tone(one.verdict),
                fit_text.verdict(one, study.profile),
            )
    return found
