"""A student's list for the script that marks it on public pages."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Records
from sojourn.planning.fit import FitList
from sojourn.planning.models import TOP_FIVE_SIZE
from sojourn.planning.profile import Profile
from sojourn.planning.study_choice import SEPARATOR, choice_of
from sojourn.planning.top_five import TopFive
from sojourn.portal.plan.presenters import fit_text, top_five
from sojourn.portal.shared import urls


@dataclass(frozen=True)
class Mine:
    """One place of the list, as public pages mark it."""

    key: str
    rank: int
    of: str
    """What a number alone does not say to who hears it."""
    words: str
    """In the place of “Add to my top five”."""
    href: str
    at: tuple[str, ...]
    """The addresses of its hosts, by which a map knows it."""
    fit: str
    tone: str
    example: str
    """The mark of a verdict that stands on figures that only illustrate."""


def page(snapshot: Snapshot, entries: TopFive, fits: FitList, profile: Profile) -> dict[str, Any]:
    return {
        "list": reverse("plan:top-five"),
        "study": _study(snapshot.records, profile),
        "count": _("%(count)d of %(most)d") % {"count": len(entries), "most": TOP_FIVE_SIZE},
        "places": [
            asdict(_place(snapshot, entry.key, rank, fits, profile))
            for rank, entry in enumerate(entries, start=1)
        ],
    }


def _place(snapshot: Snapshot, key: str, rank: int, fits: FitList, profile: Profile) -> Mine:
    place = snapshot.records.opportunities.get(key)
    fit = fits.of(key)
    numbers = {"rank": rank, "most": TOP_FIVE_SIZE}
    return Mine(
        key=key,
        rank=rank,
        of=_("of %(most)d on my list") % numbers,
        words=_("%(rank)d of %(most)d · my list") % numbers,
        href=top_five.named(snapshot.records, key).href,
        at=tuple(urls.institution(host) for host in place.hosts) if place else (),
        fit=fit_text.verdict(fit, profile) if fit else "",
        tone=fit_text.tone(fit.verdict) if fit else "",
        example=_("example") if fit and fit_text.examples(snapshot.records, fit) else "",
    )


def _study(records: Records, profile: Profile) -> str:
    """Return programme and year as a search takes them; empty where one of them is not said."""
    choice = choice_of(records, f"{profile.programme}{SEPARATOR}{profile.year}")
    return choice.word if choice else ""
