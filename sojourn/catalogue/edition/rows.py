"""Turns an edition into the rows that the catalogue's tables should hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from pydantic import BaseModel

from sojourn.catalogue import models
from sojourn.catalogue.choices import WEEKDAYS
from sojourn.catalogue.edition import schema
from sojourn.catalogue.edition.edition import Edition

Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """What the edition says about one entry: columns, links to others by slug, and inner rows.

    Columns that are not named are empty. Inner rows with a slug of their own stand under it;
    others under their number.
    """

    model: type[Model]
    slug: str
    columns: Columns
    links: dict[str, list[str]] = field(default_factory=dict)
    inner: dict[str, dict[str, Columns] | list[Columns]] = field(default_factory=dict)


def rows_of(edition: Edition) -> Iterator[Row]:
    """Every row of an edition, those that others refer to first."""
    yield from _sources(edition)
    yield _faculty(edition)
    yield from _subjects(edition)
    yield from _programmes(edition)
    yield from _institutions(edition)
    yield from _agreements(edition)
    yield from _courses(edition)
    yield from _windows(edition)
    yield from _contacts(edition)
    yield from _opportunities(edition)
    yield from _costs(edition)
    yield from _grants(edition)
    yield from _exchange_rates(edition)
    yield from _travel_advice(edition)
    yield from _learning_hours(edition)
    yield from _preparation(edition)
    yield from _precedents(edition)
    yield from _reports(edition)
    yield from _guides(edition)


def both(name: str, text: BaseModel | None) -> Columns:
    """The two columns of a text in two languages."""
    return {
        f"{name}_en": getattr(text, "en", ""),
        f"{name}_nl": getattr(text, "nl", ""),
    }


def both_lists(name: str, words: BaseModel | None) -> Columns:
    return {
        f"{name}_en": list(getattr(words, "en", [])),
        f"{name}_nl": list(getattr(words, "nl", [])),
    }


def weeks(value: schema.Weeks | None) -> Columns:
    return {"weeks_min": value and value.min, "weeks_max": value and value.max}


def month(value: str | None) -> int | None:
    return int(value) if value else None


def origin(fact: schema.SubFact | None, entry: schema.Sourced | None, prefix: str = "") -> Columns:
    """Source and mark of a fact; inside an example without a source it is one as well."""
    if fact is None:
        return {f"{prefix}source": None, f"{prefix}is_example": False}
    inherited = entry is not None and entry.example and not fact.main_source
    return {f"{prefix}source": fact.main_source, f"{prefix}is_example": fact.example or inherited}


def entry_columns(entry: schema.Sourced) -> Columns:
    return {"status": models.PublicationStatus.PUBLISHED.value, "is_example": entry.example}


def _sources(edition: Edition) -> Iterator[Row]:
    for found in edition.sources:
        source = found.entry
        yield Row(
            models.Source,
            source.id,
            {
                "title": source.title,
                "publisher": source.publisher or "",
                "url": source.url or "",
                "year": source.year,
                "checked_on": source.checked_on,
                "certainty": source.certainty,
                **both("note", source.note),
            },
        )


def _faculty(edition: Edition) -> Row:
    faculty = edition.faculty.entry
    return Row(
        models.Edition,
        faculty.id,
        {
            **both("name", faculty.name),
            "short_name": faculty.short_name,
            **both("home_city", faculty.home_city),
            **both("tagline", faculty.tagline),
            "time_zone": faculty.time_zone,
            "holidays_country": faculty.holidays,
            "second_person_approves": faculty.selection.second_person_approves,
            "may_stay_on_the_list": faculty.selection.may_stay_on_the_list,
            "answer_days": faculty.selection.answer_days,
            "remind_application_days": faculty.selection.remind_days,
            "keep_questions_days": faculty.keeping.questions_days,
            "keep_messages_days": faculty.keeping.messages_days,
            "keep_talks_days": faculty.keeping.talks_days,
            "remind_report_days": faculty.keeping.remind_report_days,
            "synonyms": [list(words) for words in faculty.synonyms],
            "advice_routes": [
                {
                    "id": route.id,
                    "name": {"en": route.name.en, "nl": route.name.nl},
                    "top_five": route.top_five,
                }
                for route in faculty.advice_routes
            ],
        },
    )


def _subjects(edition: Edition) -> Iterator[Row]:
    for subject in edition.faculty.entry.subjects:
        yield Row(models.Subject, subject.id, both("name", subject.name))


def _programmes(edition: Edition) -> Iterator[Row]:
    for position, programme in enumerate(edition.faculty.entry.degree_programmes):
        yield Row(
            models.DegreeProgramme,
            programme.id,
            {
                **entry_columns(programme),
                **both("name", programme.name),
                **both("short_name", programme.short_name),
                "level": programme.level,
                "isced_f": programme.isced_f or "",
                "years": programme.years,
                "position": position,
            },
            {"sources": programme.sources},
            {
                "phases": {
                    phase.id: {
                        "year": phase.year,
                        "semester": phase.semester,
                        **both("name", phase.name),
                    }
                    for phase in programme.phases
                }
            },
        )


def _institutions(edition: Edition) -> Iterator[Row]:
    for found in edition.institutions:
        institution = found.entry
        preferred = institution.preferred
        yield Row(
            models.Institution,
            institution.id,
            {
                **entry_columns(institution),
                **both("name", institution.name),
                "short_name": institution.short_name or "",
                "native_name": institution.native_name or "",
                "kind": institution.kind,
                **both("city", institution.city),
                "country": institution.country,
                "latitude": institution.lat,
                "longitude": institution.lon,
                "is_home": institution.home,
                "is_partner": institution.partner,
                "is_preferred": preferred is not None and preferred.value,
                "preferred_is_example": origin(preferred, institution)["is_example"],
                "preferred_source": origin(preferred, institution)["source"],
                "schac": institution.schac or "",
                "erasmus_code": institution.erasmus_code or "",
                "ror": institution.ror or "",
                "website": institution.website or "",
                **both("about", institution.about),
                **both("city_life", institution.city_life),
            },
            {"sources": institution.sources},
            {"units": {unit.id: both("name", unit.name) for unit in institution.units}},
        )


def _agreements(edition: Edition) -> Iterator[Row]:
    for found in edition.agreements:
        agreement = found.entry
        yield Row(
            models.Agreement,
            agreement.id,
            {
                **entry_columns(agreement),
                "partner": agreement.partner,
                "home_unit": agreement.home_unit,
                "level": agreement.level,
                "isced_f": list(agreement.isced_f),
                "seats_out": agreement.seats_out,
                "seats_in": agreement.seats_in,
                "valid_from": agreement.valid_from,
                "valid_until": agreement.valid_until,
                **both("note", agreement.note),
            },
            {"sources": agreement.sources, "programmes": agreement.programmes},
        )


def _courses(edition: Edition) -> Iterator[Row]:
    for given in edition.courses:
        course = given.found.entry
        yield Row(
            models.Course,
            course.id,
            {
                **entry_columns(course),
                "institution": given.institution,
                "code": course.code or "",
                **both("title", course.title),
                "native_title": course.native_title or "",
                "ects": course.ects,
                "level": course.level,
                "language": course.language,
                "isced_f": course.isced_f or "",
                "programme": course.programme,
                "year": course.year,
                "starts_month": course.period and month(course.period.starts),
                "ends_month": course.period and month(course.period.ends),
                **both("summary", course.summary),
                **both_lists("outcomes", course.outcomes),
                **both_lists("topics", course.topics),
            },
            {"sources": course.sources},
        )


def _requirements(entry: schema.Sourced, facts: list[schema.Requirement]) -> list[Columns]:
    return [{**both("text", fact.text), "ects": fact.ects, **origin(fact, entry)} for fact in facts]


def _windows(edition: Edition) -> Iterator[Row]:
    for found in edition.windows:
        window = found.entry
        yield Row(
            models.MobilityWindow,
            window.id,
            {
                **entry_columns(window),
                **both("name", window.name),
                "programme": window.programme,
                "phase": window.phase,
                **both("summary", window.summary),
                "ects": window.ects,
                **weeks(window.weeks),
                "starts_month": month(window.starts),
                "ends_month": month(window.ends),
                "position": found.number,
            },
            {"sources": window.sources, "home_courses": window.home_courses},
            {"requirements": _requirements(window, window.required_first)},
        )


def _contacts(edition: Edition) -> Iterator[Row]:
    for found in edition.contacts:
        contact = found.entry
        consent = contact.consent
        yield Row(
            models.Contact,
            contact.id,
            {
                **entry_columns(contact),
                "name": contact.name or "",
                "role": contact.role,
                **both("title", contact.title),
                "institution": contact.institution,
                **both("unit_name", contact.unit),
                "room": contact.room or "",
                "email": contact.email or "",
                "phone": contact.phone or "",
                "website": contact.website or "",
                **both("help_with", contact.help_with),
                "visibility": contact.visibility,
                "consent_given": consent is not None and consent.given,
                "consent_on": consent and consent.on,
                "consent_by": (consent and consent.by) or "",
                "consent_source": consent and consent.source,
                "position": found.number,
            },
            {"sources": contact.sources, "programmes": contact.programmes},
            {
                "walk_in_hours": {
                    hour.id: {
                        "weekday": WEEKDAYS.index(hour.weekday),
                        "starts": hour.starts,
                        "ends": hour.ends,
                        "room": hour.room or "",
                        "online_link": hour.online or "",
                        "valid_from": hour.valid_from,
                        "valid_until": hour.valid_until,
                        **both("note", hour.note),
                        **origin(hour, contact),
                    }
                    for hour in contact.walk_in
                },
                "absences": [
                    {
                        "first_day": absence.first_day,
                        "last_day": absence.last_day,
                        **both("reason", absence.reason),
                        **origin(absence, contact),
                    }
                    for absence in contact.absences
                ],
            },
        )


def _period(period: schema.Period | None) -> Columns:
    """Days where both ends are days, months where both are months."""
    ends = ("starts", "ends")
    if period is None:
        return {}
    if len(period.starts) == len("09"):
        return {f"{end}_month": month(getattr(period, end)) for end in ends}
    return {f"{end}_on": dt.date.fromisoformat(getattr(period, end)) for end in ends}


def _opportunities(edition: Edition) -> Iterator[Row]:
    for found in edition.opportunities:
        opportunity = found.entry
        selection = opportunity.selection
        criteria = selection.criteria if selection else []
        yield Row(
            models.Opportunity,
            opportunity.id,
            {
                **entry_columns(opportunity),
                **both("title", opportunity.title),
                "kind": opportunity.kind,
                **both("summary", opportunity.summary),
                **both("description", opportunity.description),
                **both_lists("keywords", opportunity.keywords),
                "ects": opportunity.ects,
                **weeks(opportunity.weeks),
                **_period(opportunity.period),
                **origin(opportunity.period, opportunity, "period_"),
                "seats": opportunity.seats and opportunity.seats.number,
                **origin(opportunity.seats, opportunity, "seats_"),
                "applicants": opportunity.applicants and opportunity.applicants.number,
                "applicants_year": opportunity.applicants and opportunity.applicants.year,
                **origin(opportunity.applicants, opportunity, "applicants_"),
                **both("selection_text", selection and selection.text),
                "selection_criteria_en": [one.en for one in criteria],
                "selection_criteria_nl": [one.nl for one in criteria],
                **origin(selection, opportunity, "selection_"),
                "is_own_arrangement": opportunity.own_arrangement,
            },
            {
                "sources": opportunity.sources,
                "windows": opportunity.windows,
                "subjects": opportunity.subjects,
                "courses": opportunity.courses,
                "contacts": opportunity.contacts,
            },
            {
                "host_links": [{"institution": host} for host in opportunity.hosts],
                "requirements": _requirements(opportunity, opportunity.requirements),
                "languages": [
                    {
                        "language": need.language,
                        "use": need.use,
                        "level": need.level or "",
                        "is_required": need.required,
                        **origin(need, opportunity),
                    }
                    for need in opportunity.languages
                ],
                "deadlines": {
                    schema.deadline_slug(opportunity.id, deadline.id): {
                        "kind": deadline.kind,
                        "date": deadline.date,
                        "time": deadline.time,
                        **both("label", deadline.label),
                        **origin(deadline, opportunity),
                    }
                    for deadline in opportunity.deadlines
                },
            },
        )


def _costs(edition: Edition) -> Iterator[Row]:
    for found in edition.costs:
        line = found.entry
        scope = {
            "opportunity": line.scope.opportunity,
            "institution": line.scope.institution,
            "country": line.scope.country or "",
        }
        yield _cost(line.id, line, scope, None)
    for owner in edition.opportunities:
        for figures in owner.entry.costs:
            slug = schema.cost_slug(owner.entry.id, figures.id, figures.line)
            scope = {"opportunity": owner.entry.id, "institution": None, "country": ""}
            yield _cost(slug, figures, scope, owner.entry)


def _cost(
    slug: str, line: schema.CostFigures, scope: Columns, owner: schema.Opportunity | None
) -> Row:
    return Row(
        models.CostLine,
        slug,
        {
            **scope,
            "item": line.line,
            "covers": list(line.covers),
            "per": line.per,
            "low": line.low,
            "typical": line.typical,
            "high": line.high,
            "currency": line.currency,
            "year": line.year,
            "checked_on": line.checked_on,
            "certainty": line.certainty,
            **both("note", line.note),
            **origin(line, owner),
            # Lines of all kinds stand in one order on every page, whatever file they come from.
            "position": models.CostItem.values.index(line.line),
        },
    )


def _grants(edition: Edition) -> Iterator[Row]:
    for position, found in enumerate(edition.grants):
        grant = found.entry
        yield Row(
            models.Grant,
            grant.id,
            {
                **entry_columns(grant),
                **both("name", grant.name),
                **both("about", grant.about),
                **both("because", grant.because),
                "pays": grant.pays,
                "countries": grant.countries,
                "not_countries": grant.not_countries,
                "kinds": grant.kinds,
                "days_min": grant.days and grant.days.min,
                "days_max": grant.days and grant.days.max,
                "one_of": grant.one_of or "",
                "year": grant.year,
                "checked_on": grant.checked_on,
                "certainty": grant.certainty,
                "position": position,
            },
            links={"sources": grant.sources},
            inner={
                "questions": [
                    {
                        "statement": asked.statement,
                        **both("question", asked.question),
                        "decides": asked.decides,
                    }
                    for asked in grant.questions
                ],
                "amounts": [
                    {
                        "days_min": amount.days and amount.days.min,
                        "days_max": amount.days and amount.days.max,
                        "km_min": amount.km and amount.km.min,
                        "km_below": amount.km and amount.km.below,
                        "statement": amount.statement or "",
                        "low": amount.low,
                        "typical": amount.typical,
                        "high": amount.high,
                    }
                    for amount in grant.amounts
                ],
            },
        )


def _exchange_rates(edition: Edition) -> Iterator[Row]:
    for position, found in enumerate(edition.rates):
        rate = found.entry
        yield Row(
            models.ExchangeRate,
            models.rate_slug(rate.currency, rate.valid_on),
            {
                "currency": rate.currency,
                "per_euro": rate.per_euro,
                "valid_on": rate.valid_on,
                "certainty": rate.certainty,
                **origin(rate, None),
                "position": position,
            },
        )


def _travel_advice(edition: Edition) -> Iterator[Row]:
    for found in edition.travel_advice:
        advice = found.entry
        yield Row(
            models.TravelAdvice,
            advice.country.lower(),
            {
                "country": advice.country,
                "level": advice.level,
                "checked_on": advice.checked_on,
                "source": advice.source,
                **both("note", advice.note),
            },
        )


def _learning_hours(edition: Edition) -> Iterator[Row]:
    for position, found in enumerate(edition.language_learning):
        hours = found.entry
        yield Row(
            models.LearningHours,
            hours.id,
            {
                "measure": hours.measure,
                "level": hours.level or "",
                "languages": hours.languages,
                "low": hours.low,
                "high": hours.high,
                "year": hours.year,
                "checked_on": hours.checked_on,
                "certainty": hours.certainty,
                **both("note", hours.note),
                **origin(hours, None),
                "position": position,
            },
        )


def _preparation(edition: Edition) -> Iterator[Row]:
    for position, found in enumerate(edition.preparation):
        step = found.entry
        yield Row(
            models.PreparationStep,
            step.id,
            {
                **entry_columns(step),
                **both("name", step.name),
                **both("about", step.about),
                "kind": step.kind,
                **weeks(step.weeks),
                "before": step.before,
                "countries": step.countries,
                "not_countries": step.not_countries,
                "kinds": step.kinds,
                "citizenship": step.citizenship or "",
                "checked_on": step.checked_on,
                "certainty": step.certainty,
                "position": position,
            },
            links={"sources": step.sources},
        )


def _precedents(edition: Edition) -> Iterator[Row]:
    for found in edition.precedents:
        precedent = found.entry
        yield Row(
            models.Precedent,
            precedent.id,
            {
                **entry_columns(precedent),
                "host_course": precedent.host_course,
                "home_course": precedent.home_course,
                "year": precedent.year,
                **both("decided_by", precedent.decided_by),
                **both("note", precedent.note),
            },
            {"sources": precedent.sources},
        )


def _reports(edition: Edition) -> Iterator[Row]:
    for found in edition.reports:
        report = found.entry
        yield Row(
            models.PublishedReport,
            report.id,
            {
                **entry_columns(report),
                "opportunity": report.opportunity,
                "programme": report.programme,
                "year": report.year,
                "stay_weeks": report.stay_weeks,
                **both("author", report.author),
                **both("title", report.title),
                **both("text", report.text),
                **both("advice", report.advice),
                "ratings": report.ratings.model_dump(exclude_none=True),
                "paid_total": report.paid_total,
                "is_contactable": report.contactable,
            },
            {"sources": report.sources},
            {
                "costs": [
                    {"item": item, "amount": amount} for item, amount in report.costs.lines.items()
                ]
            },
        )


def _guides(edition: Edition) -> Iterator[Row]:
    for guide in edition.guides:
        head = guide.en.entry
        yield Row(
            models.Guide,
            guide.slug,
            {
                **entry_columns(head),
                **{
                    f"{name}_{language}": getattr(found.entry, name)
                    for language, found in (("en", guide.en), ("nl", guide.nl))
                    for name in ("title", "summary", "text")
                },
                "position": head.order,
                "checked_on": head.checked_on,
            },
            {"sources": head.sources, "related": head.related},
        )
