"""The page on which a student decides: one opportunity, in the order in which one needs it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue import markdown, names
from sojourn.catalogue.queries import lists
from sojourn.catalogue.safety import whereabouts
from sojourn.catalogue.snapshot.facets import next_deadline
from sojourn.catalogue.snapshot.search import plain
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import (
    Deadline,
    Institution,
    LanguageNeed,
    Opportunity,
    Provenance,
    Records,
    Report,
    Source,
    facts_of,
)
from sojourn.common.languages import in_language_of, language_name, page_language
from sojourn.design import components
from sojourn.experiences.correspondents import Askable
from sojourn.planning.study_choice import StudyChoice
from sojourn.portal.catalogue.presenters import (
    answers_in_short,
    courses,
    people_to_ask,
    study,
)
from sojourn.portal.shared import (
    answers,
    cards,
    costs,
    facts,
    formatting,
    labels,
    like_home,
    map_places,
    reports,
    sources,
    travel_advice,
    urls,
    whole,
)
from sojourn.portal.shared.links import Link

OPTIONAL_FACTS = tuple(facts_of(Opportunity))
SIMILAR_SHOWN = 3  # one row on a wide screen
VOICES = 2


@dataclass(frozen=True)
class Host:
    name: str
    href: str
    where: str
    about: SafeString


@dataclass(frozen=True)
class For:
    """A mobility window in which the opportunity fits."""

    programme: str
    href: str
    when: str


@dataclass(frozen=True)
class Need:
    language: str
    level: str
    meaning: str
    use: str
    required: bool
    source: components.Source | None
    example: bool


@dataclass(frozen=True)
class Day:
    iso: str
    day: str
    label: str
    past: bool
    example: bool


@dataclass(frozen=True)
class Voice:
    """A report in short: its title, how it begins, its advice."""

    title: str
    begins: str
    advice: str
    by: str
    language: str
    example: bool


@dataclass(frozen=True)
class InShort:
    """What the folded parts of the page say while they are folded."""

    what: str
    get_in: str
    language: str
    dates: str
    courses: str
    place: str
    figures: str
    answers: str
    reports: str
    unknown: str
    sources: str
    similar: str


@dataclass(frozen=True)
class OpportunityPage:
    slug: str
    title: str
    head_title: str
    where: str
    summary: str
    kind: str
    preferred: bool
    preferred_example: bool
    self_arranged: bool
    example: bool
    crumbs: tuple[components.Crumb, ...]
    hosts: tuple[Host, ...]
    crop: SafeString
    stars: components.Stars | None
    standing: study.Standing | None
    """What the rules say for the programme and year that were chosen on this page."""
    studies: tuple[study.Choice, ...]
    when: components.Fact
    length: str
    credits: components.Fact
    language: components.Fact
    windows: tuple[For, ...]
    costs: costs.Table | None
    paid: str
    """'2 students paid €5,700 and €6,100.'"""
    seats: components.Fact
    applicants: components.Fact
    due: components.Fact
    whole: whole.Whole | None
    """What it counts as at home, said before its courses."""
    like_home: tuple[like_home.Window, ...]
    is_compared: bool
    apply_by: str
    """'Apply by 5 February 2027, 23:59'"""
    due_time: str
    """'before 23:59'; empty for a whole day"""
    description: SafeString
    subjects: tuple[Link, ...]
    requirements: tuple[components.Fact, ...]
    selection: components.Fact | None
    criteria: tuple[str, ...]
    language_needs: tuple[Need, ...]
    dates: tuple[Day, ...]
    calendar: str
    courses: components.Table | None
    map: map_places.Picture | None
    map_caption: str
    advice: tuple[travel_advice.Advice, ...]
    nobody_looked: tuple[str, ...]
    """the countries abroad whose travel advice is not kept"""
    ministry: str
    country_href: str
    country_text: str
    glance: reports.Glance | None
    reports: tuple[components.Report, ...]
    voices: tuple[Voice, ...]
    all_reports: Link | None
    people: tuple[people_to_ask.Row, ...]
    in_short: InShort
    unknown: tuple[str, ...]
    similar: list[SafeString]
    sources: tuple[components.Source, ...]
    top_five_href: str
    ask_href: str
    answers: tuple[answers.Answered, ...]


def _host(institution: Institution) -> Host:
    return Host(
        name=str(institution.name),
        href=urls.institution(institution.slug),
        where=map_places.where(institution),
        about=markdown.render(str(institution.about)),
    )


def _windows(records: Records, opportunity: Opportunity) -> tuple[For, ...]:
    found = []
    for slug in opportunity.windows:
        window = records.windows.get(slug)
        programme = records.programmes.get(window.programme) if window else None
        if window is None or programme is None:
            continue
        when = window.phase.name if window.phase else window.name
        found.append(
            For(
                programme=str(programme.short_name),
                href=urls.opportunities_with(window=slug),
                when=str(when)[:1].lower() + str(when)[1:],
            )
        )
    return tuple(found)


def _due(deadline: Deadline | None, closed: bool) -> components.Fact:
    return components.Fact(
        _("Apply by"),
        formatting.day(deadline.date) if deadline else "",
        example=bool(deadline and deadline.provenance.is_example),
        day=deadline.date if deadline else None,
        unknown=_("closed for now") if closed else _("no date yet"),
    )


def _apply_by(deadline: Deadline | None, closed: bool) -> str:
    if deadline is None:
        if closed:
            return _("Closed for now. The next round is not announced.")
        return _("No date yet. The coordinator may know more.")
    day = formatting.day(deadline.date).replace(" ", formatting.NO_BREAK)
    if deadline.time:
        return _("Apply by %(day)s, %(time)s") % {
            "day": day,
            "time": formatting.clock(deadline.time),
        }
    return _("Apply by %(day)s") % {"day": day}


def _need(need: LanguageNeed) -> Need:
    name = language_name(need.language, page_language())
    return Need(
        language=formatting.sentence_case(name),
        level=need.level,
        meaning=labels.cefr(need.level),
        use=labels.language_use(need.use),
        required=need.is_required,
        source=sources.of_fact(need.provenance),
        example=need.provenance.is_example,
    )


def _day(deadline: Deadline, today: dt.date) -> Day:
    label = str(deadline.label) or labels.deadline_kind(deadline.kind)
    if deadline.time:
        label = _("%(what)s, before %(time)s") % {
            "what": label,
            "time": formatting.clock(deadline.time),
        }
    return Day(
        iso=deadline.date.isoformat(),
        day=formatting.day(deadline.date),
        label=label,
        past=deadline.date < today,
        example=deadline.provenance.is_example,
    )


def _origins(opportunity: Opportunity) -> Iterable[Provenance]:
    """Where each single fact of the page comes from."""
    single = (getattr(opportunity, name) for name in OPTIONAL_FACTS)
    lists = (opportunity.requirements, opportunity.languages, opportunity.deadlines)
    lines = opportunity.costs.lines if opportunity.costs else ()
    for fact in (*single, *chain(*lists), *lines):
        if fact is not None:
            yield fact.provenance


def _sources(opportunity: Opportunity) -> tuple[components.Source, ...]:
    of_facts: list[Source | None] = [origin.source for origin in _origins(opportunity)]
    return sources.of_page(opportunity.sources, of_facts)


def _similar(snapshot: Snapshot, opportunity: Opportunity) -> list[Opportunity]:
    """Return a row of them; those that the same students can choose come first."""
    windows = snapshot.records.windows

    def programmes(one: Opportunity) -> set[str]:
        return {windows[slug].programme for slug in one.windows if slug in windows}

    mine = programmes(opportunity)
    similar = lists.similar_opportunities(snapshot, opportunity)
    return sorted(similar, key=lambda one: not mine & programmes(one))[:SIMILAR_SHOWN]


def _voice(report: Report) -> Voice:
    text = str(report.text)
    shown = reports.report(report)
    return Voice(
        title=shown.title,
        begins=in_language_of(text, formatting.first_sentence(plain(text))),
        advice=shown.advice,
        by=shown.by,
        language=shown.language,
        example=report.is_example,
    )


def _paid(went: Iterable[Report]) -> str:
    """Say what students who returned paid in all, where they told."""
    amounts = sorted(one.paid_total for one in went if one.paid_total is not None)
    if not amounts:
        return ""
    return ngettext(
        "%(count)d student paid %(amounts)s.", "%(count)d students paid %(amounts)s.", len(amounts)
    ) % {
        "count": len(amounts),
        "amounts": formatting.euros(amounts[0])
        if amounts[0] == amounts[-1]
        else formatting.euro_range(amounts[0], amounts[-1]),
    }


def page(
    snapshot: Snapshot,
    opportunity: Opportunity,
    now: dt.datetime,
    chosen: StudyChoice | None = None,
    askable: Sequence[Askable] = (),
) -> OpportunityPage:
    records = snapshot.records
    today = snapshot.built_on
    language = page_language()
    hosts = [records.institutions[slug] for slug in opportunity.hosts]
    main = hosts[0]
    country = names.country_name(main.country, language)
    deadline = next_deadline(opportunity, today)
    closed = cards.has_closed(opportunity, today)
    selection = opportunity.selection
    home = str(records.edition.home_city)
    there = courses.known(records, opportunity.courses)
    went = reports.of(records, opportunity.reports)
    found_costs = costs.table(opportunity.costs)
    found_sources = _sources(opportunity)
    similar = _similar(snapshot, opportunity)
    asked = answers.on_page(records, "opportunity", opportunity.slug)
    missing = found_costs.missing_text if found_costs else ""
    unknown = answers_in_short.unknown(records, opportunity, deadline is not None, missing)
    return OpportunityPage(
        slug=opportunity.slug,
        title=str(opportunity.title),
        head_title=map_places.named_with_place(str(opportunity.title), main),
        where=map_places.where(main),
        summary=str(opportunity.summary),
        kind=labels.kind(opportunity.kind),
        preferred=opportunity.is_preferred,
        preferred_example=any(h.is_preferred and h.preferred.is_example for h in hosts),
        self_arranged=opportunity.self_arranged,
        example=opportunity.is_example,
        crumbs=(
            components.Crumb(_("Places"), urls.opportunities()),
            components.Crumb(country, urls.country(main.country)),
            components.Crumb(str(opportunity.title)),
        ),
        hosts=tuple(_host(host) for host in hosts),
        crop=map_places.crop(snapshot, opportunity.hosts),
        stars=reports.stars(records, opportunity.reports),
        standing=study.standing(snapshot, opportunity, chosen) if chosen else None,
        studies=study.choices(records, opportunity, chosen),
        when=facts.PERIOD.of(opportunity),
        length=", ".join(
            part
            for part in (
                facts.LENGTH.of(opportunity).value,
                cards.years(records, opportunity),
            )
            if part
        ),
        credits=facts.CREDITS.of(opportunity),
        language=replace(facts.LANGUAGE.of(opportunity), href="#language"),
        windows=_windows(records, opportunity),
        costs=found_costs,
        paid=_paid(went),
        seats=facts.SEATS.of(opportunity),
        applicants=facts.APPLICANTS.of(opportunity),
        whole=whole.of_place(records, opportunity),
        due=_due(deadline, closed),
        like_home=like_home.of_place(snapshot, opportunity, chosen.programme if chosen else ""),
        is_compared=like_home.is_ready(snapshot),
        apply_by=_apply_by(deadline, closed),
        due_time=_("before %(time)s") % {"time": formatting.clock(deadline.time)}
        if deadline and deadline.time
        else "",
        description=markdown.render(str(opportunity.description)),
        subjects=tuple(
            Link(str(records.subjects[slug].name), urls.opportunities_with(subject=slug))
            for slug in opportunity.subjects
            if slug in records.subjects
        ),
        requirements=tuple(
            sources.fact(str(one.text), one.provenance) for one in opportunity.requirements
        ),
        selection=sources.fact(str(selection.text), selection.provenance)
        if selection and selection.text
        else None,
        criteria=tuple(selection.criteria) if selection else (),
        language_needs=tuple(_need(need) for need in opportunity.languages),
        dates=tuple(_day(date, today) for date in opportunity.deadlines),
        calendar=urls.opportunity_deadlines(opportunity.slug),
        courses=courses.table(_("Courses"), there) if there else None,
        map=map_places.near(snapshot, main),
        map_caption=_("%(city)s is %(distance)s from %(home)s as the crow flies.")
        % {
            "city": main.city,
            "distance": formatting.distance(main.distance_km),
            "home": home,
        }
        if main.distance_km is not None
        else "",
        advice=travel_advice.known(records, whereabouts(records.institutions, opportunity), today),
        nobody_looked=travel_advice.not_looked_up(records, opportunity.countries),
        ministry=travel_advice.MINISTRY,
        country_href=urls.country(main.country),
        country_text=_("More about %(country)s") % {"country": country},
        glance=reports.glance(went),
        reports=tuple(reports.report(report, records) for report in went[: reports.ON_THE_PAGE]),
        voices=tuple(_voice(report) for report in went[:VOICES]),
        all_reports=reports.all_of(went, "of", opportunity.slug),
        people=people_to_ask.rows(records, opportunity, askable, now),
        in_short=InShort(
            what=answers_in_short.what(opportunity),
            get_in=answers_in_short.how_to_get_in(opportunity),
            language=answers_in_short.languages(opportunity),
            dates=answers_in_short.dates(opportunity, today),
            courses=answers_in_short.courses(there),
            place=answers_in_short.place(main, records, opportunity),
            figures=answers_in_short.figures(found_costs) if found_costs else "",
            answers=format_html_join(" ", "{}", ((one.question,) for one in asked)),
            reports=reports.summary(went),
            unknown=answers_in_short.how_much_is_unknown(unknown),
            sources=answers_in_short.sources(found_sources),
            similar=format_html_join("; ", "{}", ((str(one.title),) for one in similar)),
        ),
        unknown=unknown,
        similar=cards.cards_html(snapshot, similar),
        sources=found_sources,
        top_five_href=urls.add_to_top_five(opportunity.slug),
        ask_href=urls.ask("opportunity", opportunity.slug),
        answers=asked,
    )
