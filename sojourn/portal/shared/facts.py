"""The facts of an opportunity in words, said once for its page, its card and the comparison.

A new optional fact is one more `OpportunityFact`, in `IN_SHORT`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sojourn.catalogue.snapshot.types import Opportunity
from sojourn.common.languages import language_title
from sojourn.design.components import Fact
from sojourn.portal.shared import formatting

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class OpportunityFact:
    label: StrOrPromise
    words: Callable[[Opportunity], str]
    """Empty where it is not known."""
    field: str = ""
    """Its field in the record, where that says where it comes from."""
    unknown: StrOrPromise = ""
    """What stands there when it is not known, where that is not just 'not known'."""

    def of(self, opportunity: Opportunity) -> Fact:
        """Return it as an example where nothing of it is known for sure."""
        found = getattr(opportunity, self.field) if self.field else None
        parts = found if isinstance(found, tuple) else (found,) if found else ()
        return Fact(
            str(self.label),
            self.words(opportunity),
            example=bool(parts) and all(part.provenance.is_example for part in parts),
            unknown=str(self.unknown or _("not known")),
        )


def languages(opportunity: Opportunity) -> str:
    """'English, Spanish A2': what is needed, for class or for life."""
    levels: dict[str, str] = {}
    for need in opportunity.languages:
        if need.is_required or need.use == "instruction":
            levels[need.language] = max(levels.get(need.language, ""), need.level)
    named = [
        f"{language_title(code)}" + (f" {level}" if level and code != "en" else "")
        for code, level in levels.items()
    ]
    return ", ".join(named)


def applied(number: int, year: int | None) -> str:
    """'40 applied in 2025'."""
    if year is None:
        return ngettext("%(count)d applied", "%(count)d applied", number) % {"count": number}
    return ngettext("%(count)d applied in %(year)d", "%(count)d applied in %(year)d", number) % {
        "count": number,
        "year": year,
    }


PERIOD = OpportunityFact(
    _("When"),
    lambda one: formatting.sentence_case(formatting.full_period(one.period)),
    "period",
    _("not fixed"),
)
LENGTH = OpportunityFact(_("How long"), lambda one: formatting.weeks(one.weeks_min, one.weeks_max))
CREDITS = OpportunityFact(_("Credits"), lambda one: formatting.ects_points(one.ects))
LANGUAGE = OpportunityFact(_("Language"), languages, "languages")
SEATS = OpportunityFact(_("Seats"), lambda one: str(one.seats.number) if one.seats else "", "seats")
APPLICANTS = OpportunityFact(
    _("Applied last time"),
    lambda one: applied(one.applicants.number, one.applicants.year) if one.applicants else "",
    "applicants",
    _("not counted"),
)

# At the top of an opportunity's page, and as rows of the comparison.
IN_SHORT = (PERIOD, LENGTH, CREDITS)
