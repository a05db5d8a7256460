"""What the folded parts of a place's page say while they are folded, and what is not known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue.snapshot.search import plain
from sojourn.catalogue.snapshot.types import Course, Institution, Opportunity, Records
from sojourn.common.languages import in_language_of, language_title
from sojourn.design import components
from sojourn.portal.shared import costs, facts, formatting, labels, travel_advice

NAMED = 3  # of a list of things, in one line


def what(opportunity: Opportunity) -> str:
    """Return the first sentence of the description."""
    text = str(opportunity.description)
    return in_language_of(text, formatting.first_sentence(plain(text)))


def how_to_get_in(opportunity: Opportunity) -> str:
    if opportunity.selection and opportunity.selection.text:
        text = str(opportunity.selection.text)
        return in_language_of(text, formatting.first_sentence(text))
    if opportunity.requirements:
        return str(opportunity.requirements[0].text)
    return ""


def languages(opportunity: Opportunity) -> str:
    """'English B2 required; Swedish A1 helps.'."""
    needed: list[str] = []
    helps: list[str] = []
    for need in opportunity.languages:
        name = f"{language_title(need.language)} {need.level}".strip()
        (needed if need.is_required or need.use == "instruction" else helps).append(name)
    parts = []
    if needed:
        parts.append(_("%(languages)s needed") % {"languages": _listed(needed)})
    helps = [name for name in helps if name not in needed]
    if helps:
        parts.append(_("%(languages)s helps") % {"languages": _listed(helps)})
    return formatting.sentence_case("; ".join(parts)) + "." if parts else ""


def _listed(names: Iterable[str]) -> str:
    return formatting.listed(list(dict.fromkeys(names)))


def dates(opportunity: Opportunity, today: dt.date) -> str:
    """Name the next steps: 'Apply for autumn 2027 5 Feb, you hear if you are chosen 19 Feb.'."""
    ahead = [one for one in opportunity.deadlines if one.date >= today]
    if not ahead:
        return _("All known days are behind us.")
    named = (
        (formatting.short_day(one.date), str(one.label) or labels.deadline_kind(one.kind))
        for one in ahead[:NAMED]
    )
    return format_html("{}.", format_html_join(". ", "{}: {}", named))


def courses(there: Sequence[Course]) -> str:
    titles = [str(one.title) for one in there[:NAMED]]
    if len(there) > NAMED:
        titles.append(_("and more"))
    number = ngettext("%(count)d course", "%(count)d courses", len(there)) % {"count": len(there)}
    named = format_html_join(", ", "{}", ((title,) for title in titles))
    return format_html("{}: {}.", number, named)


def place(host: Institution, records: Records, opportunity: Opportunity) -> str:
    """Say where it is, and what is known of its safety."""
    looked = travel_advice.not_looked_up(records, opportunity.countries)
    safety = (
        _("Travel advice for %(countries)s: not looked up by the office.")
        % {"countries": formatting.listed(list(looked))}
        if looked
        else _("With the travel advice.")
        if host.country != records.home.country
        else ""
    )
    text = str(host.about)
    first = in_language_of(text, formatting.first_sentence(plain(text)))
    return format_html("{} {}", first, safety)


def figures(found: costs.Table) -> str:
    number = len(found.lines)
    return ngettext(
        "%(count)d line, each with its source.", "%(count)d lines, each with its source.", number
    ) % {"count": number}


def sources(found: Sequence[components.Source]) -> str:
    newest = max((one.checked_on for one in found if one.checked_on), default=None)
    pages = ngettext("%(count)d page", "%(count)d pages", len(found)) % {"count": len(found)}
    if newest is None:
        return f"{pages}."
    return _("%(pages)s, last read on %(day)s.") % {"pages": pages, "day": formatting.day(newest)}


def unknown(
    records: Records, opportunity: Opportunity, has_date: bool, costs_missing: str
) -> tuple[str, ...]:
    """List what nobody has told us yet, as one would ask it."""
    asked = [
        (opportunity.period is None, _("when exactly it takes place")),
        (not opportunity.weeks_min and not opportunity.weeks_max, _("how many weeks it lasts")),
        (opportunity.ects is None, _("how many credits it is worth")),
        (not facts.languages(opportunity), _("in which language it is taught")),
        (opportunity.seats is None, _("how many seats there are")),
        (opportunity.applicants is None, _("how many students applied before")),
        (not has_date, _("the next day to apply by")),
        (opportunity.selection is None, _("how the seats are allocated")),
        (opportunity.costs is None, _("what it costs")),
        (bool(costs_missing), _("what you pay for: %(items)s") % {"items": costs_missing}),
        (not opportunity.courses, _("which courses you can take there")),
        (not opportunity.reports, _("how it was for students who went")),
    ]
    found = [text for is_unknown, text in asked if is_unknown]
    found += [
        _("the travel advice for %(country)s") % {"country": country}
        for country in travel_advice.not_looked_up(records, opportunity.countries)
    ]
    return tuple(found)


def how_much_is_unknown(found: Sequence[str]) -> str:
    """'3 things: how many seats there are, …'."""
    number = ngettext("%(count)d thing", "%(count)d things", len(found)) % {"count": len(found)}
    named = [*found[:NAMED], _("and more")] if len(found) > NAMED else found
    return f"{number}: {', '.join(named)}."
