"""Institutions and countries: what one can do there, and what is known about the place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue import markdown, names
from sojourn.catalogue.safety import Whereabouts
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Agreement, Institution, Opportunity, Records, Report
from sojourn.common.languages import LANGUAGES, language_title, page_language
from sojourn.design import components
from sojourn.design.components import Fact
from sojourn.engines.search.analysis import plain_words
from sojourn.portal.catalogue.presenters import courses
from sojourn.portal.shared import (
    answers,
    cards,
    contacts,
    formatting,
    labels,
    like_home,
    map_places,
    reports,
    sources,
    travel_advice,
    urls,
)


@dataclass(frozen=True)
class HostLine:
    """One institution in a list."""

    name: str
    href: str
    city: str
    summary: str
    like_home: str
    """'13 of 29 courses like Leiden (Biomedical Sciences BSc)'; empty where none is"""
    preferred: bool
    preferred_example: bool
    example: bool


@dataclass(frozen=True)
class CountryGroup:
    code: str
    name: str
    href: str
    hosts: tuple[HostLine, ...]


@dataclass(frozen=True)
class Signed:
    """An agreement between home and a host."""

    text: str
    sources: tuple[components.Source, ...]
    example: bool


@dataclass(frozen=True)
class InstitutionPage:
    name: str
    head_title: str
    native_name: str
    native_language: str
    where: str
    city: str
    country: str
    country_href: str
    kind: str
    preferred: bool
    preferred_example: bool
    example: bool
    description: str
    crumbs: tuple[components.Crumb, ...]
    is_home: bool
    cards: list[SafeString]
    instead: tuple[HostLine, ...]
    """where one can go in the same country, when there is no place here"""
    about: SafeString
    city_life: SafeString
    courses: components.Table | None
    glance: reports.Glance | None
    reports: tuple[components.Report, ...]
    reports_href: str
    people: tuple[contacts.Person, ...]
    map: map_places.Picture | None
    map_caption: str
    facts: tuple[Fact, ...]
    website: str
    agreements: tuple[Signed, ...]
    sources: tuple[components.Source, ...]
    answers: tuple[answers.Answered, ...]
    ask_href: str
    like_home: like_home.LikeHome


@dataclass(frozen=True)
class CountryChip:
    name: str
    href: str
    count: int


@dataclass(frozen=True)
class CountryPage:
    code: str
    name: str
    add_href: str
    description: str
    crumbs: tuple[components.Crumb, ...]
    cards: list[SafeString]
    hosts: tuple[HostLine, ...]
    map: map_places.Picture | None
    map_caption: str
    facts: tuple[Fact, ...]
    advice: tuple[travel_advice.Advice, ...]
    advice_href: str
    glance: reports.Glance | None
    reports: tuple[components.Report, ...]
    reports_href: str
    nearby: tuple[CountryChip, ...]
    like_home: like_home.LikeHome


def places_to_go(count: int) -> str:
    if not count:
        return _("no place to go at the moment")
    return ngettext("%(count)d place to go", "%(count)d places to go", count) % {"count": count}


def _offered(records: Records, institution: Institution) -> list[Opportunity]:
    return [
        records.opportunities[slug]
        for slug in institution.opportunities
        if slug in records.opportunities
    ]


def line(records: Records, institution: Institution, like: Mapping[str, str]) -> HostLine:
    summary = [places_to_go(len(_offered(records, institution)))]
    if institution.courses:
        summary.append(
            ngettext("%(count)d course", "%(count)d courses", len(institution.courses))
            % {"count": len(institution.courses)}
        )
    return HostLine(
        name=str(institution.name),
        href=urls.institution(institution.slug),
        city=str(institution.city),
        summary=", ".join(summary),
        like_home=like.get(institution.slug, ""),
        preferred=institution.is_preferred,
        preferred_example=institution.preferred.is_example,
        example=institution.is_example,
    )


def abroad(records: Records) -> list[Institution]:
    return [institution for institution in records.institutions.values() if not institution.is_home]


def with_places(records: Records, institutions: Iterable[Institution]) -> list[Institution]:
    """Leave out where nobody can go: a list of hosts is a list of where to go."""
    return [institution for institution in institutions if _offered(records, institution)]


def found_by(institutions: Iterable[Institution], asked: str) -> list[Institution]:
    """Those in whose names, city or country every word occurs, in any language."""
    words = plain_words(asked)
    return [
        institution
        for institution in institutions
        if all(word in _names_of(institution) for word in words)
    ]


def _names_of(institution: Institution) -> str:
    summary = [institution.short_name, institution.native_name]
    for text in (institution.name, institution.city):
        summary += text.values()
    summary += [names.country_name(institution.country, language) for language in LANGUAGES]
    summary += names.ALSO_CALLED.get(institution.country, ())
    return " ".join(plain_words(" ".join(summary)))


def by_country(snapshot: Snapshot, institutions: Iterable[Institution]) -> list[CountryGroup]:
    """Hosts by country, in the order of the alphabet of the page."""
    records, language = snapshot.records, page_language()
    like = like_home.of_hosts(snapshot)
    groups: dict[str, list[Institution]] = {}
    for institution in institutions:
        groups.setdefault(institution.country, []).append(institution)
    found = [
        CountryGroup(
            code=code,
            name=names.country_name(code, language),
            href=urls.country(code),
            hosts=tuple(
                line(records, host, like) for host in sorted(hosts, key=lambda host: str(host.name))
            ),
        )
        for code, hosts in groups.items()
    ]
    return sorted(found, key=lambda group: group.name)


def _agreement(records: Records, agreement: Agreement) -> Signed:
    summary = [labels.level(agreement.level)]
    named = [
        str(records.programmes[slug].short_name)
        for slug in agreement.programmes
        if slug in records.programmes
    ]
    if named:
        summary.append(formatting.listed(named))
    if agreement.seats_out is not None:
        summary.append(
            ngettext("%(count)d seat a year", "%(count)d seats a year", agreement.seats_out)
            % {"count": agreement.seats_out}
        )
    summary += [f"{language_title(code)} {level}" for code, level in agreement.languages]
    if agreement.valid_until is not None:
        summary.append(_("until %(day)s") % {"day": formatting.day(agreement.valid_until)})
    text = ", ".join(summary)
    if agreement.note:
        text = f"{text}. {agreement.note}"
    return Signed(text, sources.of_entry(agreement.sources), agreement.is_example)


def _from_home(records: Records, institution: Institution) -> str:
    if institution.distance_km is None:
        return ""
    return _("%(city)s is %(distance)s from %(home)s as the crow flies.") % {
        "city": institution.city,
        "distance": formatting.distance(institution.distance_km),
        "home": records.edition.home_city,
    }


def _institution_facts(institution: Institution) -> tuple[Fact, ...]:
    known = (
        # Spaces that stay: the country is padded to three characters, and people copy the code.
        Fact(_("Erasmus code"), institution.erasmus_code.replace(" ", "\N{NO-BREAK SPACE}")),
        Fact(_("SCHAC code"), institution.schac),
        Fact(_("ROR id"), institution.ror.removeprefix("https://ror.org/"), institution.ror),
    )
    return tuple(fact for fact in known if fact.value)


def _description(institution: Institution, offered: list[Opportunity]) -> str:
    """Describe the page so that it reads well below a title in a search result."""
    titles = [str(opportunity.title) for opportunity in offered[:3]]
    if not titles:
        return _("%(name)s in %(where)s.") % {
            "name": institution.name,
            "where": map_places.where(institution),
        }
    return _("What you can do at %(name)s: %(titles)s.") % {
        "name": institution.name,
        "titles": "; ".join(titles),
    }


def institution_page(
    snapshot: Snapshot, institution: Institution, people: tuple[contacts.Person, ...]
) -> InstitutionPage:
    records = snapshot.records
    country = names.country_name(institution.country, page_language())
    offered = _offered(records, institution)
    taught = courses.known(records, institution.courses)
    name = str(institution.name)
    went = _went(records, offered)
    return InstitutionPage(
        glance=reports.glance(went),
        reports=tuple(reports.report(report, records) for report in went[:1]),
        reports_href=reverse("experiences:at", kwargs={"slug": institution.slug}) if went else "",
        name=name,
        head_title=map_places.named_with_place(name, institution),
        native_name=institution.native_name if institution.native_name != name else "",
        native_language=names.main_language(institution.country),
        where=map_places.where(institution),
        city=str(institution.city),
        country=country,
        country_href=urls.country(institution.country),
        kind=labels.institution_kind(institution.kind),
        preferred=institution.is_preferred,
        preferred_example=institution.preferred.is_example,
        example=institution.is_example,
        description=_description(institution, offered),
        crumbs=(
            components.Crumb(_("Hosts"), urls.institutions()),
            components.Crumb(country, urls.country(institution.country)),
            components.Crumb(name),
        ),
        is_home=institution.is_home,
        cards=cards.cards_html(snapshot, offered),
        instead=() if offered else _instead(records, institution),
        about=markdown.render(str(institution.about)),
        city_life=markdown.render(str(institution.city_life)),
        courses=courses.table(_("Courses"), taught) if taught else None,
        people=people,
        map=map_places.near(snapshot, institution),
        map_caption="" if institution.is_home else _from_home(records, institution),
        facts=_institution_facts(institution),
        website=institution.website,
        agreements=tuple(_agreement(records, agreement) for agreement in institution.agreements),
        sources=sources.of_page(institution.sources),
        answers=answers.on_page(records, "institution", institution.slug),
        ask_href=urls.ask("institution", institution.slug),
        like_home=like_home.of_institution(snapshot, institution.slug),
    )


def _instead(records: Records, institution: Institution) -> tuple[HostLine, ...]:
    near = [host for host in abroad(records) if host.country == institution.country]
    return tuple(line(records, host, {}) for host in with_places(records, near))


def _country_description(name: str, hosts: list[Institution], offered: int, home: str) -> str:
    cities = formatting.listed(list(dict.fromkeys(str(host.city) for host in hosts)))
    if not offered:
        return _("There is no place to go in %(country)s at the moment.") % {"country": name}
    return _("%(count)s from %(home)s in %(country)s: %(cities)s.") % {
        "count": formatting.sentence_case(places_to_go(offered)),
        "home": home,
        "country": name,
        "cities": cities,
    }


def _offered_in(records: Records, hosts: Iterable[Institution]) -> list[Opportunity]:
    found: dict[str, Opportunity] = {}
    for host in hosts:
        for opportunity in _offered(records, host):
            found.setdefault(opportunity.slug, opportunity)
    return list(found.values())


def _went(records: Records, offered: Iterable[Opportunity]) -> list[Report]:
    """Return what is told of any of these places, newest first."""
    return reports.of(records, (slug for place in offered for slug in place.reports))


def _neighbours(records: Records, code: str) -> tuple[CountryChip, ...]:
    language = page_language()
    counts: dict[str, int] = {}
    for opportunity in records.opportunities.values():
        # A stay at two hosts counts for both their countries, as on those countries' own pages.
        for country in {records.institutions[host].country for host in opportunity.hosts}:
            counts[country] = counts.get(country, 0) + 1
    chips = [
        CountryChip(names.country_name(other, language), urls.country(other), count)
        for other, count in counts.items()
        if other != code
    ]
    return tuple(sorted(chips, key=lambda chip: chip.name))


def is_known_country(records: Records, code: str) -> bool:
    return any(institution.country == code for institution in records.institutions.values())


def country_page(snapshot: Snapshot, code: str) -> CountryPage | None:
    """Return the page of a country, or nothing where we know of no host there."""
    records = snapshot.records
    there = [host for host in records.institutions.values() if host.country == code]
    # Students do not go abroad to their own institution; it is listed only if no other is.
    hosts = [host for host in there if not host.is_home] or there
    hosts = with_places(records, hosts) or hosts
    if not hosts:
        return None
    name = names.country_name(code, page_language())
    offered = _offered_in(records, hosts)
    went = _went(records, offered)
    like = like_home.of_hosts(snapshot)
    spoken = [language_title(language) for language in names.official_languages(code)]
    facts = (
        Fact(_("Language"), formatting.listed(spoken)),
        Fact(_("Currency"), names.currency_of(code, page_language())),
        Fact(
            _("Distance"),
            _("about %(distance)s") % {"distance": formatting.distance(hosts[0].distance_km)}
            if not hosts[0].is_home and hosts[0].distance_km is not None
            else "",
        ),
    )
    return CountryPage(
        code=code,
        name=name,
        add_href=urls.add_to_top_five(code) if offered else "",
        description=_country_description(name, hosts, len(offered), str(records.edition.home_city)),
        crumbs=(
            components.Crumb(_("Hosts"), urls.institutions()),
            components.Crumb(name),
        ),
        cards=cards.cards_html(snapshot, offered),
        hosts=tuple(line(records, host, like) for host in hosts),
        map=map_places.country(snapshot, code, name, hosts),
        map_caption="",
        facts=tuple(fact for fact in facts if fact.value),
        advice=travel_advice.known(records, [Whereabouts(code)], snapshot.built_on),
        advice_href=travel_advice.MINISTRY,
        glance=reports.glance(went),
        reports=tuple(reports.report(report, records) for report in went[:1]),
        reports_href=reverse("experiences:in", kwargs={"code": code}) if went else "",
        nearby=_neighbours(records, code),
        like_home=like_home.of_country(snapshot, code),
    )
