"""What the rules and parts of fit say, in the words of a helpful older student."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sojourn.catalogue import names
from sojourn.catalogue.safety import standing_in_the_way, whereabouts
from sojourn.catalogue.snapshot.build.open_rounds import is_of_round
from sojourn.catalogue.snapshot.facets import PERIODS
from sojourn.catalogue.snapshot.types import LanguageNeed, Opportunity, Records, Window
from sojourn.common.languages import language_title, page_language
from sojourn.engines.fit import Reason, Rule, Verdict
from sojourn.engines.fit.parts import HIGHEST_RATING
from sojourn.experiences.summary_statistics import FEWEST
from sojourn.planning import fit as planning_fit
from sojourn.planning.fit import CostToPay, PlaceFit
from sojourn.planning.profile import Profile
from sojourn.planning.similar_courses import SimilarCourses
from sojourn.portal.shared import facts, formatting, labels, reports, travel_advice, urls
from sojourn.portal.shared.links import Link

_PARTS: dict[str, str | Promise] = {
    "cost": gettext_lazy("Within my budget"),
    "language": gettext_lazy("Easy with my languages"),
    "similarity": gettext_lazy("Similar to my own courses"),
    "wishes": gettext_lazy("My wishes"),
    "experiences": gettext_lazy("Rated well by students who went"),
}
_TONES = {
    Verdict.FITS: "good",
    Verdict.ON_TRACK: "track",
    Verdict.PERHAPS: "open",
    Verdict.NOT_YET: "warn",
    Verdict.NO: "bad",
}


@dataclass(frozen=True)
class Said:
    """A sentence, and the way on."""

    text: str
    way: Link | None = None


@dataclass(frozen=True)
class PartShown:
    """One part as a bar and in words; `width` runs from 0 to 100, None where it is not known."""

    key: str
    name: str
    width: int | None
    text: str
    href: str = ""
    is_known: bool = True
    """False where neither the place nor the student says anything: then it decides nothing."""


def part(key: str) -> str:
    return str(_PARTS[key])


def tone(verdict: Verdict) -> str:
    """good, track, open, warn or bad; the words beside it say the same."""
    return _TONES[verdict]


def verdict(fit: PlaceFit, profile: Profile) -> str:
    """Return the heading above the reasons: what is true at departure, and on what condition."""
    if fit.verdict is Verdict.NO:
        return _("Closed") if fit.reasons == (Reason.DEADLINE_PASSED,) else _("Not for you")
    if fit.verdict is Verdict.PERHAPS:
        return _("Perhaps")
    when = (
        {"month": formatting.month(fit.goes_in[1]), "year": fit.goes_in[0]} if fit.goes_in else {}
    )
    if fit.verdict is Verdict.NOT_YET:
        if fit.reasons != (Reason.LATER_PROGRAMME,):
            return _("Not yet")
        if not when:
            return _("Later, in your master")
        return _("Later, in your master: from %(month)s %(year)d") % when
    if fit.verdict is Verdict.ON_TRACK:
        words = when | {"conditions": formatting.listed(_conditions(fit, profile))}
        if not when:
            return _("On track: possible if you %(conditions)s") % words
        return _("On track: possible from %(month)s %(year)d if you %(conditions)s") % words
    return _("Possible, from %(month)s %(year)d") % when if when else _("Possible")


def _conditions(fit: PlaceFit, profile: Profile) -> list[str]:
    """Return what still has to come true, as it is said after 'if you'."""
    found = []
    years = _years_to_pass(fit, profile)
    if len(years) == 1:
        found.append(_("pass year %(year)d") % {"year": years[0]})
    elif years:
        found.append(
            _("pass years %(years)s") % {"years": formatting.listed([str(year) for year in years])}
        )
    elif Reason.ECTS_AHEAD in fit.reasons:
        found.append(_("earn the credits it asks for"))
    if Reason.LANGUAGE_AHEAD in fit.reasons:
        missing = [need for need in fit.opportunity.languages if _stands_in_the_way(need, profile)]
        highest = {need.language: need.level for need in sorted(missing, key=lambda one: one.level)}
        found += [
            _("reach %(language)s %(level)s") % {"language": _name(code), "level": level}
            for code, level in highest.items()
        ]
    return found


def _years_to_pass(fit: PlaceFit, profile: Profile) -> list[int]:
    """List the student's years of study until departure, where passing them is the condition."""
    on_schedule = (Reason.LATER_YEAR, Reason.ECTS_AHEAD)
    if not profile.year or not any(reason in fit.reasons for reason in on_schedule):
        return []
    return list(range(profile.year, profile.year + (fit.years_ahead or 0)))


def _stands_in_the_way(need: LanguageNeed, profile: Profile) -> bool:
    return need.is_required and bool(_gap(need, profile))


def example_note(records: Records, fit: PlaceFit) -> tuple[Said, ...]:
    """Say which figures behind the verdict only illustrate; nothing where all are real."""
    figures = examples(records, fit)
    text = _("Judged by figures that are only examples: %(figures)s.") % {"figures": figures}
    return (Said(text),) if figures else ()


def examples(records: Records, fit: PlaceFit) -> str:
    """Name the figures behind the verdict that only illustrate; empty where all are real."""
    if fit.is_for_others:
        return ""
    place, found = fit.opportunity, []
    asked = planning_fit.asked_ects(records, place)
    if asked is not None and asked.provenance.is_example:
        found.append(_("the credits asked"))
    if any(need.is_required and need.provenance.is_example for need in place.languages):
        found.append(_("the language level"))
    if Reason.LATER_YEAR not in fit.reasons:
        due = planning_fit.last_deadline(place)
        if due is not None and due.provenance.is_example:
            found.append(_("the day to apply"))
        if place.seats is not None and place.seats.provenance.is_example:
            found.append(_("the number of seats"))
    if place.period is not None and place.period.provenance.is_example:
        found.append(_("the month of departure"))
    return formatting.listed(found)


def reasons(records: Records, fit: PlaceFit, profile: Profile) -> tuple[Said, ...]:
    """Each reason with the way on; not the year, where the verdict names the years to pass."""
    is_named = fit.verdict is Verdict.ON_TRACK and bool(_years_to_pass(fit, profile))
    return tuple(
        _reason(records, fit, profile, reason)
        for reason in fit.reasons
        if not (is_named and reason is Reason.LATER_YEAR)
    )


@dataclass(frozen=True)
class NotTheirs:
    """That a place is for others: no date of it is the student's."""

    verdict: str
    standing: str
    reasons: tuple[Said, ...]


def not_theirs(records: Records, fit: PlaceFit | None, profile: Profile) -> NotTheirs | None:
    """Why no departure is this student's: another programme, or a year that has passed."""
    if fit is None:
        return None
    kept = [reason for reason in fit.reasons if reason & planning_fit.FOR_OTHERS]
    if not kept:
        return None
    pieces = tuple(_reason(records, fit, profile, reason) for reason in kept)
    return NotTheirs(verdict(fit, profile), tone(fit.verdict), pieces)


def not_judged(fit: PlaceFit, profile: Profile) -> list[str]:
    """Return what could not be judged about this place, as written after 'Not judged:'."""
    pieces = []
    if fit.not_judged & Rule.WINDOW:
        pieces.append(_("your year") if profile.programme else _("your programme"))
    if fit.not_judged & Rule.ECTS:
        pieces.append(_("your credits"))
    if fit.not_judged & Rule.LANGUAGE:
        pieces.append(_("your languages"))
    if fit.not_judged & Rule.SEATS:
        pieces.append(_("seats (number not known)"))
    if fit.not_judged & Rule.DEADLINE:
        pieces.append(_("the deadline (none is known)"))
    return pieces


def parts(
    records: Records, fit: PlaceFit, profile: Profile, similar: SimilarCourses | None = None
) -> tuple[PartShown, ...]:
    texts = {
        "cost": _cost(fit, profile),
        "language": _language(fit.opportunity, profile),
        "similarity": _similarity(fit.opportunity, profile, similar),
        "wishes": _wishes(records, fit.opportunity, profile),
        "experiences": _experiences(records, fit.opportunity),
    }
    known = {
        "cost": fit.to_pay is not None,
        "language": bool(fit.opportunity.languages),
        "similarity": similar is not None,
        "wishes": False,
        "experiences": bool(reports.of(records, fit.opportunity.reports)),
    }
    return tuple(
        PartShown(
            key,
            part(key),
            _width(records, fit, key, similar),
            texts[key],
            _page_of(key, fit.opportunity, similar),
            fit.parts[key] is not None or known[key],
        )
        for key in fit.parts
    )


def _width(records: Records, fit: PlaceFit, key: str, similar: SimilarCourses | None) -> int | None:
    """Return how much of the bar is filled: the share that the words beside it name."""
    value = fit.parts[key]
    if value is None:
        return None
    if key == "similarity" and similar is not None:
        return round(100 * similar.matched / similar.asked) if similar.asked else None
    if key == "experiences":
        mean = _mean_rating(records, fit.opportunity)
        return None if mean is None else round(100 * mean / HIGHEST_RATING)
    return round(value / 10)


def _page_of(key: str, place: Opportunity, similar: SimilarCourses | None) -> str:
    """Return the page with all of a part; empty where there is no such page."""
    page = {
        "cost": place.costs is not None and "plan:costs",
        "language": bool(place.languages) and "plan:language",
        "similarity": similar is not None and "plan:courses",
    }.get(key)
    return reverse(page, kwargs={"slug": place.slug}) if page else ""


# --- Reasons -----------------------------------------------------------------------------------


def _reason(records: Records, fit: PlaceFit, profile: Profile, reason: Reason) -> Said:
    place = fit.opportunity
    if reason in (Reason.OTHER_PROGRAMME, Reason.LATER_PROGRAMME):
        return _other_programme(records, place, profile, reason)
    if reason in (Reason.LATER_YEAR, Reason.WINDOW_PASSED):
        return _other_year(records, fit, profile, reason)
    if reason in (Reason.ECTS, Reason.ECTS_AHEAD):
        return _credits(records, place, profile, reason)
    if reason in (Reason.LANGUAGE, Reason.LANGUAGE_AHEAD):
        return _level(place, profile)
    ask = Link(_("Ask the coordinator"), urls.contacts())
    if reason is Reason.NO_SEATS:
        return Said(_("There are no seats at the moment."), ask)
    if reason is Reason.AGREEMENT_ENDS:
        return Said(
            _("The agreement with the host ends before you would go. It may be renewed."), ask
        )
    due = planning_fit.last_deadline(place)
    if reason is Reason.DEADLINE_PASSED and due is not None and is_of_round(due):
        return Said(_("This round has closed. What you submitted before the deadline counts."))
    if reason is Reason.DEADLINE_PASSED:
        return Said(
            _("The last known day to apply has passed. The next round is not announced."), ask
        )
    return _advised_against(records, place)


def _advised_against(records: Records, place: Opportunity) -> Said:
    spots = whereabouts(records.institutions, place)
    there = standing_in_the_way(records.travel_advice, spots)
    if there is None:
        return Said(
            _("You are advised not to travel there now. That can change."),
            Link(_("Ask the coordinator"), urls.contacts()),
        )
    return Said(
        _(
            "The Dutch travel advice for %(where)s is %(level)s (checked %(day)s). There is no "
            "exchange there until that changes."
        )
        % {
            "where": travel_advice.named(there),
            "level": travel_advice.colour(there.level),
            "day": formatting.day(there.advice.checked_on),
        },
        Link(_("What the travel advice says"), f"{urls.country(there.advice.country)}#h-safe"),
    )


def _other_programme(
    records: Records, place: Opportunity, profile: Profile, reason: Reason
) -> Said:
    meant = dict.fromkeys(
        str(records.programmes[records.windows[slug].programme].short_name)
        for slug in place.windows
    )
    listed = formatting.listed(list(meant))
    if reason is Reason.LATER_PROGRAMME:
        return Said(
            _("It is for %(programmes)s. Possible once you study that.") % {"programmes": listed}
        )
    own = records.programmes[profile.programme].short_name
    return Said(
        _("It is for %(programmes)s.") % {"programmes": listed},
        Link(
            _("Places for %(programme)s") % {"programme": own},
            urls.opportunities_with(programme=profile.programme),
        ),
    )


def _own_windows(records: Records, place: Opportunity, profile: Profile) -> list[Window]:
    found = [records.windows[slug] for slug in place.windows]
    return [window for window in found if window.programme == profile.programme]


def _other_year(records: Records, fit: PlaceFit, profile: Profile, reason: Reason) -> Said:
    years = sorted(
        {
            window.phase.year
            for window in _own_windows(records, fit.opportunity, profile)
            if window.phase
        }
    )
    year = years[0] if reason is Reason.LATER_YEAR else years[-1]
    if reason is Reason.LATER_YEAR:
        return Said(
            _("It is for year %(year)d; you are in year %(own)d.")
            % {"year": year, "own": profile.year or 0}
        )
    text = (
        _("It is for year %(year)d and has already started.") % {"year": year}
        if year == profile.year
        else _("It is for year %(year)d, and you are past that.") % {"year": year}
    )
    return Said(
        text,
        Link(
            _("Other places for your programme"),
            urls.opportunities_with(programme=profile.programme),
        ),
    )


def _credits(records: Records, place: Opportunity, profile: Profile, reason: Reason) -> Said:
    asked = {
        "asked": formatting.ects_points(_decimal(planning_fit.required_ects(records, place) or 0))
    }
    if profile.ects_earned is None:
        return Said(_("You need %(asked)s when you leave.") % asked)
    own = asked | {"own": formatting.ects_points(profile.ects_earned)}
    if reason is Reason.ECTS_AHEAD:
        # Selection compares the credits of the day one applies, which are fewer.
        return Said(
            _(
                "You need %(asked)s when you leave; you have %(own)s now. A selection compares "
                "what you have when you apply."
            )
            % own
        )
    return Said(
        _(
            "You need %(asked)s when you leave; with your %(own)s now you fall short, also if "
            "you pass everything until then."
        )
        % own
    )


def _level(place: Opportunity, profile: Profile) -> Said:
    """Return the conditions that are not met, each with its use."""
    uses: dict[tuple[str, str], list[str]] = {}
    for need in place.languages:
        if _stands_in_the_way(need, profile):
            of_level = uses.setdefault((need.language, need.level), [])
            of_level.append(_lower(labels.language_use(need.use)))
    pieces = [
        _("%(language)s %(level)s is a condition (%(use)s); you have %(own)s")
        % {
            "language": _name(language),
            "level": level,
            "use": formatting.listed(of_level),
            "own": profile.level_of(language) or _("no level yet"),
        }
        for (language, level), of_level in uses.items()
    ]
    return Said(
        "; ".join(pieces) + ".",
        Link(
            _("How to get to that level in time"),
            reverse("plan:language", kwargs={"slug": place.slug}),
        ),
    )


def _gap(need: LanguageNeed, profile: Profile) -> int:
    own = planning_fit.level_rank(profile.level_of(need.language))
    return max(0, planning_fit.level_rank(need.level) - own)


# --- Parts -------------------------------------------------------------------------------------


def _cost(fit: PlaceFit, profile: Profile) -> str:
    to_pay = fit.to_pay
    if to_pay is None:
        return _("the costs are not known yet")
    span = pays(to_pay)
    if profile.budget is None:
        return span
    own = formatting.euros(profile.budget)
    if profile.budget >= to_pay.high:
        return _("%(own)s covers all of %(range)s") % {"own": own, "range": span}
    if profile.budget < to_pay.low:
        short = formatting.euros(to_pay.low - profile.budget)
        return _("%(range)s; at least %(short)s short") % {"range": span, "short": short}
    return _("%(own)s is within %(range)s") % {"own": own, "range": span}


def pays(to_pay: CostToPay) -> str:
    """'€2,000 to 3,400 after grants'."""
    span = formatting.euro_range(
        formatting.to_the_fifty(to_pay.low), formatting.to_the_fifty(to_pay.high)
    )
    return _("%(range)s after grants") % {"range": span} if to_pay.has_grants else span


def _language(place: Opportunity, profile: Profile) -> str:
    if not place.languages:
        return _("the language is not known")
    if not profile.languages:
        asked = facts.languages(place)
        return _("asks %(languages)s") % {"languages": asked} if asked else _("none is required")
    gaps = {
        need.language: need.level
        for need in sorted(place.languages, key=lambda need: need.level)
        if _gap(need, profile)
    }
    if not gaps:
        return _("you speak the language well enough")
    return formatting.listed(
        [
            _("%(language)s %(level)s; you have %(own)s")
            % {
                "language": _name(code),
                "level": level,
                "own": profile.level_of(code) or _("none yet"),
            }
            for code, level in gaps.items()
        ]
    )


def _similarity(place: Opportunity, profile: Profile, similar: SimilarCourses | None) -> str:
    if not profile.programme:
        return _("you gave no degree programme")
    if not place.courses:
        return _("no courses to compare")
    if similar is None:
        return _("not compared")
    if similar.is_choice:
        return ngettext(
            "a similar course for %(matched)d of the %(count)d course you can choose at home",
            "a similar course for %(matched)d of the %(count)d courses you can choose at home",
            similar.asked,
        ) % {"matched": similar.matched, "count": similar.asked}
    return ngettext(
        "a similar course for %(matched)d of %(count)d course at home",
        "a similar course for %(matched)d of %(count)d courses at home",
        similar.asked,
    ) % {"matched": similar.matched, "count": similar.asked}


def _wishes(records: Records, place: Opportunity, profile: Profile) -> str:
    if not profile.has_wishes:
        return _("you gave no wishes")
    has = [
        str(records.subjects[slug].name)
        for slug in profile.wished_subjects
        if slug in place.subjects and slug in records.subjects
    ]
    if place.country in profile.wished_countries:
        has.append(names.country_name(place.country, page_language()))
    if place.kind in profile.wished_kinds:
        has.append(_lower(labels.kind(place.kind)))
    at = planning_fit.periods_of(records, place)
    has += [period_name(period) for period in profile.wished_periods if period in at]
    return _lower(formatting.listed(has)) if has else _("none of your wishes")


def period_name(period: str) -> str:
    return _lower(str(PERIODS.get(period, period)))


def _mean_rating(records: Records, place: Opportunity) -> float | None:
    """Return the mean of all ratings; one or two opinions are no average."""
    found = reports.of(records, place.reports)
    values = [value for report in found for _criterion, value in report.ratings]
    return sum(values) / len(values) if len(found) >= FEWEST and values else None


def _experiences(records: Records, place: Opportunity) -> str:
    count = len(reports.of(records, place.reports))
    if not count:
        return _("no report yet")
    mean = _mean_rating(records, place)
    if mean is None:
        return ngettext("%(count)d report", "%(count)d reports", count) % {"count": count}
    return ngettext(
        "%(count)d report, %(mean)s of 5", "%(count)d reports, %(mean)s of 5", count
    ) % {
        "count": count,
        "mean": formatting.number(mean, 1),
    }


def _name(code: str) -> str:
    return language_title(code)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _decimal(value: float) -> Decimal:
    return Decimal(str(round(value, 1)))
