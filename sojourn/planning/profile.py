"""The profile: what a student has said about their studies, languages, money and wishes."""

from __future__ import annotations

from dataclasses import astuple, dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from sojourn.catalogue.models import DegreeProgramme, StudyPhase
from sojourn.planning.changes import changing, fingerprint, note_change
from sojourn.planning.errors import PlanChangedError
from sojourn.planning.models import Plan, PlanLanguage


@dataclass(frozen=True)
class KnownLanguage:
    """A language that the student knows, and how well (a CEFR level)."""

    code: str
    level: str


@dataclass(frozen=True)
class Profile:
    """Everything may be unsaid; the slugs and codes are those of the catalogue."""

    programme: str = ""
    year: int | None = None
    ects_earned: Decimal | None = None
    languages: tuple[KnownLanguage, ...] = ()
    budget: Decimal | None = None
    hours_a_week: int | None = None
    citizenship_group: str = ""
    wished_subjects: tuple[str, ...] = ()
    wished_countries: tuple[str, ...] = ()
    wished_periods: tuple[str, ...] = ()
    wished_kinds: tuple[str, ...] = ()
    revision: int = field(default=0, compare=False)

    @property
    def seen(self) -> str:
        """Return the fingerprint that a form carries."""
        return fingerprint(astuple(self)[:-1])

    @property
    def has_wishes(self) -> bool:
        return bool(
            self.wished_subjects
            or self.wished_countries
            or self.wished_periods
            or self.wished_kinds
        )

    @property
    def is_empty(self) -> bool:
        return self == Profile()

    def level_of(self, language: str) -> str:
        """Return the level in that language; empty where it was not named."""
        return next((known.level for known in self.languages if known.code == language), "")


def profile_of(plan: Plan | None) -> Profile:
    """Return the saved profile; an empty one without a plan."""
    if plan is None:
        return Profile()
    return Profile(
        programme=plan.programme.slug if plan.programme else "",
        year=plan.year,
        ects_earned=_plain(plan.ects_earned),
        languages=tuple(
            KnownLanguage(language.language, language.level) for language in plan.languages.all()
        ),
        budget=_plain(plan.budget),
        hours_a_week=plan.hours_a_week,
        citizenship_group=plan.citizenship_group,
        wished_subjects=tuple(plan.wished_subjects),
        wished_countries=tuple(plan.wished_countries),
        wished_periods=tuple(plan.wished_periods),
        wished_kinds=tuple(plan.wished_kinds),
        revision=plan.revision,
    )


def save_profile(plan: Plan, profile: Profile, seen: str) -> Profile:
    """Save what the form says, unless the profile changed since `seen` was shown.

    Raises PlanChangedError; the same answers once more are no change at all.
    """
    with changing(plan) as locked:
        now = profile_of(locked)
        wanted = _in_order(profile)
        if now == wanted:
            return now
        if now.seen != seen and not now.is_empty:
            raise PlanChangedError(
                _("Your profile was changed in another tab or on another device meanwhile.")
            )
        _write(locked, wanted)
        changed = [
            name
            for name in Profile.__dataclass_fields__
            if name != "revision" and getattr(now, name) != getattr(wanted, name)
        ]
        note_change(locked, "plan.profile_saved", fields=changed)
        return profile_of(locked)


def _write(plan: Plan, profile: Profile) -> None:
    plan.programme = DegreeProgramme.objects.filter(slug=profile.programme).first()
    plan.year = profile.year
    plan.phase = _phase(plan.programme, profile.year)
    plan.ects_earned = profile.ects_earned
    plan.budget = profile.budget
    plan.hours_a_week = profile.hours_a_week
    plan.citizenship_group = profile.citizenship_group
    plan.wished_subjects = list(profile.wished_subjects)
    plan.wished_countries = list(profile.wished_countries)
    plan.wished_periods = list(profile.wished_periods)
    plan.wished_kinds = list(profile.wished_kinds)
    plan.save()
    plan.languages.all().delete()
    PlanLanguage.objects.bulk_create(
        PlanLanguage(plan=plan, language=known.code, level=known.level)
        for known in profile.languages
    )


def _phase(programme: DegreeProgramme | None, year: int | None) -> StudyPhase | None:
    """Return the phase of that year where the edition has exactly one."""
    if programme is None or year is None:
        return None
    found = list(StudyPhase.objects.filter(programme=programme, year=year)[:2])
    return found[0] if len(found) == 1 else None


def _in_order(profile: Profile) -> Profile:
    """Order the profile as the database returns it, so that the two can be compared."""
    return Profile(
        programme=profile.programme,
        year=profile.year,
        ects_earned=_plain(profile.ects_earned),
        languages=tuple(sorted(profile.languages, key=lambda known: known.code)),
        budget=_plain(profile.budget),
        hours_a_week=profile.hours_a_week,
        citizenship_group=profile.citizenship_group,
        wished_subjects=tuple(sorted(set(profile.wished_subjects))),
        wished_countries=tuple(sorted(set(profile.wished_countries))),
        wished_periods=tuple(sorted(set(profile.wished_periods))),
        wished_kinds=tuple(sorted(set(profile.wished_kinds))),
        revision=profile.revision,
    )


def _plain(amount: Decimal | None) -> Decimal | None:
    """Normalise an amount: 30.0 and 30.00 are the same answer; neither is written 3E+1."""
    if amount is None:
        return None
    amount = amount.normalize()
    exponent = amount.as_tuple().exponent
    return amount.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else amount
