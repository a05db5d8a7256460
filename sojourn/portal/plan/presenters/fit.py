"""The list of what fits: each place with the rules' answer and the five parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.design import components
from sojourn.engines.fit import PARTS, Verdict
from sojourn.planning.fit import FitList, PlaceFit, Weights
from sojourn.planning.profile import Profile
from sojourn.planning.similar_courses import SimilarCourses
from sojourn.planning.top_five import TopFive
from sojourn.portal.plan.presenters import fit_text
from sojourn.portal.shared import cards, map_places, urls, whole
from sojourn.portal.shared.whole import Whole

# More than anybody reads; who wants the rest says what they wish for.
MOST_ROWS = 60


@dataclass(frozen=True)
class Row:
    slug: str
    card: components.Card
    tone: str
    verdict: str
    reasons: tuple[fit_text.Said, ...]
    not_judged: str
    parts: tuple[fit_text.PartShown, ...]
    sort_verdict: int
    sort_parts: str
    """The five parts in thousandths, -1 for not known: what a browser needs to order again."""
    whole: Whole | None
    """What it counts as at home, before its courses are compared."""
    in_top_five: bool
    examples: str
    """The figures behind the verdict that only illustrate."""


@dataclass(frozen=True)
class RuledOut:
    """A place that is not for this student: then the reason is enough."""

    slug: str
    title: str
    where: str
    href: str
    verdict: str
    tone: str
    reasons: tuple[fit_text.Said, ...]


@dataclass(frozen=True)
class Slider:
    key: str
    name: str
    value: int


@dataclass(frozen=True)
class Missing:
    """An answer without which a part cannot be judged."""

    text: str
    anchor: str


@dataclass(frozen=True)
class FitPage:
    rows: tuple[Row, ...]
    ruled_out: tuple[RuledOut, ...]
    number_ruled_out: int
    total: int
    """How many there are without those that are ruled out."""
    counted: str
    sliders: tuple[Slider, ...]
    missing: tuple[Missing, ...]
    profile_is_empty: bool


def page(
    snapshot: Snapshot,
    fits: FitList,
    profile: Profile,
    weights: Weights,
    top_five: TopFive,
    similar: Mapping[str, SimilarCourses],
) -> FitPage:
    chosen = {entry.key for entry in top_five}
    out = fits.counts()[Verdict.NO]
    return FitPage(
        rows=tuple(
            row(snapshot, fit, profile, chosen, similar.get(fit.opportunity.slug))
            for fit in fits.possible(MOST_ROWS)
        ),
        ruled_out=tuple(_ruled_out(snapshot, fit, profile) for fit in fits.ruled_out(MOST_ROWS)),
        number_ruled_out=out,
        total=len(fits) - out,
        counted=_counted(fits, profile),
        sliders=tuple(Slider(part, fit_text.part(part), weights[part]) for part in PARTS),
        missing=_missing(profile),
        profile_is_empty=profile.is_empty,
    )


def row(
    snapshot: Snapshot,
    fit: PlaceFit,
    profile: Profile,
    chosen: set[str],
    counted: SimilarCourses | None,
) -> Row:
    records = snapshot.records
    return Row(
        slug=fit.opportunity.slug,
        card=cards.card(snapshot, fit.opportunity),
        tone=fit_text.tone(fit.verdict),
        verdict=fit_text.verdict(fit, profile),
        reasons=fit_text.reasons(records, fit, profile),
        not_judged=", ".join(fit_text.not_judged(fit, profile)),
        parts=tuple(
            part for part in fit_text.parts(records, fit, profile, counted) if part.is_known
        ),
        sort_verdict=int(fit.verdict),
        sort_parts=",".join(
            str(-1 if fit.parts[part] is None else fit.parts[part]) for part in PARTS
        ),
        in_top_five=fit.opportunity.slug in chosen,
        whole=whole.of_place(records, fit.opportunity, profile.programme),
        examples=fit_text.examples(records, fit),
    )


def _ruled_out(snapshot: Snapshot, fit: PlaceFit, profile: Profile) -> RuledOut:
    place = fit.opportunity
    return RuledOut(
        slug=place.slug,
        title=str(place.title),
        where=map_places.where(snapshot.records.institutions[place.hosts[0]]),
        href=urls.opportunity(place.slug),
        verdict=fit_text.verdict(fit, profile),
        tone=fit_text.tone(fit.verdict),
        reasons=fit_text.reasons(snapshot.records, fit, profile),
    )


def _counted(fits: FitList, profile: Profile) -> str:
    counts = fits.counts()
    if profile.is_empty:
        # Nothing was judged, so nothing is called possible.
        return ngettext("%(count)d place", "%(count)d places", len(fits)) % {"count": len(fits)}
    words = {
        Verdict.FITS: lambda n: ngettext(
            "%(count)d place is possible", "%(count)d places are possible", n
        ),
        Verdict.ON_TRACK: lambda n: (
            _("on track for %(count)d")
            if counts[Verdict.FITS]
            else ngettext("On track for %(count)d place", "On track for %(count)d places", n)
        ),
        Verdict.PERHAPS: lambda n: ngettext(
            "%(count)d place is perhaps possible", "%(count)d places are perhaps possible", n
        ),
        Verdict.NOT_YET: lambda n: ngettext("%(count)d not yet", "%(count)d not yet", n),
        Verdict.NO: lambda n: ngettext("%(count)d not for you", "%(count)d not for you", n),
    }
    pieces = [words[each](count) % {"count": count} for each, count in counts.items() if count]
    return ", ".join(pieces)


def _missing(profile: Profile) -> tuple[Missing, ...]:
    """Return what we could judge if it were filled in."""
    asked = [
        (not profile.programme, _("whether a place is for your programme"), "id_programme"),
        (profile.year is None, _("when you could go"), "id_year"),
        (profile.ects_earned is None, _("whether you have the credits"), "id_ects_earned"),
        (not profile.languages, _("whether your languages are enough"), "languages"),
        (profile.budget is None, _("whether your budget is enough"), "id_budget"),
        (not profile.has_wishes, _("what you would like"), "wishes"),
    ]
    return tuple(Missing(text, anchor) for unsaid, text, anchor in asked if unsaid)
