"""What a visitor said on the home page: the programme, and the year that they are in.

A cookie keeps it, since the public pages have neither a session nor a plan. It counts as long as
the plan says nothing about programme and year, and becomes part of the plan with its first change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.catalogue.snapshot.types import Records
from sojourn.planning.models import Plan
from sojourn.planning.profile import Profile, profile_of, save_profile

# In the one word for both: 'medicine-bsc.2'.
SEPARATOR = "."


@dataclass(frozen=True)
class StudyChoice:
    programme: str
    year: int

    @property
    def word(self) -> str:
        return f"{self.programme}{SEPARATOR}{self.year}"

    @property
    def profile(self) -> Profile:
        return Profile(programme=self.programme, year=self.year)


def choice_of(records: Records, word: str) -> StudyChoice | None:
    """Read a choice; None where no such programme has such a year."""
    slug, _dot, year = word.rpartition(SEPARATOR)
    programme = records.programmes.get(slug)
    if programme is None or year not in {str(one) for one in range(1, programme.years + 1)}:
        return None
    return StudyChoice(slug, int(year))


def set_cookie(response: HttpResponse, choice: StudyChoice) -> None:
    """Let the browser remember the choice as long as a visitor's plan is kept."""
    response.set_cookie(
        settings.STUDY_COOKIE_NAME,
        choice.word,
        max_age=settings.SESSION_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def delete_cookie(response: HttpResponse) -> None:
    response.delete_cookie(settings.STUDY_COOKIE_NAME, samesite="Lax")


def profile_for(request: HttpRequest, plan: Plan | None) -> Profile:
    """Return what the plan says, with the choice of the home page where it says nothing."""
    return _with_choice(profile_of(plan), request)


def _with_choice(profile: Profile, request: HttpRequest) -> Profile:
    if profile.programme or profile.year is not None:
        return profile
    word = request.COOKIES.get(settings.STUDY_COOKIE_NAME)
    choice = choice_of(current_snapshot().records, word) if word else None
    if choice is None:
        return profile
    return replace(profile, programme=choice.programme, year=choice.year)


def carry_over(plan: Plan, request: HttpRequest) -> None:
    """Write the choice into a plan that says nothing about programme and year."""
    if not request.COOKIES.get(settings.STUDY_COOKIE_NAME):
        return
    saved = profile_of(plan)
    wanted = _with_choice(saved, request)
    if wanted != saved:
        save_profile(plan, wanted, saved.seen)
        plan.refresh_from_db()
