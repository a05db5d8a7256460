"""Who may list which opportunity: the round's own rules and those of fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.translated_fields import columns
from sojourn.engines.fit import Reason
from sojourn.planning import fit
from sojourn.planning.fit import PlaceFit
from sojourn.planning.profile import KnownLanguage, Profile
from sojourn.selection.models import Round, RoundOpportunity, RoundProgramme

_TITLES = tuple(f"opportunity__{title}" for title in columns("title"))
# What makes a choice impossible. Seats and deadlines are the round's own; credits and language
# levels are told as they will be at departure, and the office judges them as they are.
_BARS = Reason.OTHER_PROGRAMME | Reason.WINDOW_PASSED | Reason.LATER_PROGRAMME
_TOLD = (
    Reason.ECTS | Reason.ECTS_AHEAD | Reason.LANGUAGE | Reason.LANGUAGE_AHEAD
    | Reason.LATER_YEAR | Reason.ADVISED_AGAINST
)  # fmt: skip


@dataclass(frozen=True)
class Eligibility:
    """Whether one opportunity may be chosen. `because` says why not; `fit` holds what is told."""

    row: RoundOpportunity
    may_choose: bool
    because: str
    fit: PlaceFit | None


def profile_with(
    profile: Profile, programme: str, year: int | None, languages: Mapping[str, str]
) -> Profile:
    """Return the student's profile with what the application says in its place."""
    known = {each.code: each.level for each in profile.languages} | {
        code: level for code, level in languages.items() if level
    }
    return replace(
        profile,
        programme=programme or profile.programme,
        year=year if year is not None else profile.year,
        languages=tuple(KnownLanguage(code, level) for code, level in sorted(known.items())),
    )


def why_not_at_all(round_: Round, programme: str, year: int | None) -> str:
    """Say why a student of that programme and year may not apply; empty if they may."""
    if not programme:
        return ""
    row = round_.programmes.filter(programme__slug=programme).first()
    if row is None:
        return _("This round is not for your degree programme.")
    return _year_bar(row, year)


def eligibility(snapshot: Snapshot, round_: Round, profile: Profile) -> list[Eligibility]:
    """Judge every opportunity of the round, in the round's order."""
    fits = fit.fit_of(snapshot, profile, fit.weights_of(None))
    rows = (
        round_.opportunities.select_related("opportunity")
        .prefetch_related("agreement__programmes")
        .only("round", "key", "agreement", "opportunity__slug", *_TITLES)
    )
    at_all = why_not_at_all(round_, profile.programme, profile.year)
    return [_judge(row, fits.of(row.opportunity.slug), profile, at_all) for row in rows]


def _judge(
    row: RoundOpportunity, place: PlaceFit | None, profile: Profile, at_all: str
) -> Eligibility:
    because = at_all
    if not because and place is None:
        because = _("This place is not offered, or not any more.")
    if not because and place is not None:
        because = _bar(place)
    if not because and profile.programme and row.agreement is not None:
        covered = {each.slug for each in row.agreement.programmes.all()}
        if covered and profile.programme not in covered:
            because = _("The agreement behind these seats is for other degree programmes.")
    return Eligibility(row, not because, because, _stated_only(place))


def _bar(place: PlaceFit) -> str:
    for reason in place.reasons:
        if reason & Reason.WINDOW_PASSED:
            return _("The time in your programme in which this fits has passed.")
        if reason & _BARS:
            return _("This place is for another degree programme.")
    return ""


def _stated_only(place: PlaceFit | None) -> PlaceFit | None:
    if place is None:
        return None
    return replace(place, reasons=tuple(each for each in place.reasons if each & _TOLD))


def _year_bar(row: RoundProgramme, year: int | None) -> str:
    if year is None:
        return ""
    if row.year_min is not None and year < row.year_min:
        return _("This round is for year %(year)d and later.") % {"year": row.year_min}
    if row.year_max is not None and year > row.year_max:
        return _("This round is for up to year %(year)d.") % {"year": row.year_max}
    return ""
