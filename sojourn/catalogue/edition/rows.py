"""Turns an edition into the rows that the catalogue's tables should hold.

A field of the edition becomes the column of its own name, what is inside another part the column
`<part>_<field>`; only what is called otherwise, or counted from something else, is written here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Model

from sojourn.catalogue import models
from sojourn.catalogue.choices import WEEKDAYS
from sojourn.catalogue.edition import schema
from sojourn.catalogue.edition.edition import Edition, Found, FoundCourse, TranslatedGuide
from sojourn.catalogue.edition.tables import RULES, TABLE_OF, Columns, Inner, Row
from sojourn.common.translated_fields import column as column_in

# Where an entry or a fact comes from is worked out by `_origin`.
_ORIGIN = {"source", "sources", "example"}
# The one figure of a fact has the fact's own name: `seats.number` is the column `seats`.
_THE_FIGURE = {"number", "value"}


def rows_of(edition: Edition) -> Iterator[Row]:
    """Every row of an edition, those that others refer to first."""
    yield from _plain(models.Source, edition.sources)
    yield _faculty(edition)
    for subject in edition.faculty.entry.subjects:
        yield _row(models.Subject, subject)
    yield from _programmes(edition)
    yield from institution_rows(edition.institutions)
    yield from agreement_rows(edition.agreements)
    yield from course_rows(edition.courses)
    yield from window_rows(edition.windows)
    yield from _contacts(edition)
    yield from opportunity_rows(edition.opportunities)
    yield from cost_rows(edition.costs)
    yield from own_cost_rows(edition.opportunities)
    yield from grant_rows(edition.grants)
    yield from _exchange_rates(edition)
    for advice in edition.travel_advice:
        yield _row(
            models.TravelAdvice,
            advice.entry,
            slug=advice.entry.country.lower(),
            inner={"regions": [_columns(region) for region in advice.entry.regions]},
        )
    yield from _plain(models.LearningHours, edition.language_learning, numbered=True)
    yield from _plain(models.PreparationStep, edition.preparation, numbered=True)
    yield from _roads(edition)
    yield from _plain(models.Precedent, edition.precedents)
    yield from _reports(edition)
    yield from guide_rows(edition.guides)


# --- Fields as columns ----------------------------------------------------------------------


def _row(
    model: type[Model],
    entry: schema.Part,
    *,
    slug: str = "",
    names: Mapping[str, str] | None = None,
    inner: Mapping[str, Inner] | None = None,
    apart: Collection[str] = (),
    **values: Any,
) -> Row:
    """Return the row of an entry; `values` are columns that differ from its fields.

    `names` are fields whose column is called otherwise; those `apart` become no column.
    """
    inner = dict(inner or {})
    links = [name for name in TABLE_OF[model].links if name in type(entry).model_fields]
    columns = _columns(entry, names=names, apart={*links, *inner, *apart})
    if isinstance(entry, schema.Sourced):
        columns["status"] = models.PublicationStatus.PUBLISHED.value
    return Row(
        model,
        slug or str(getattr(entry, "id", "")),
        columns | values,
        {name: getattr(entry, name) for name in links},
        inner,
    )


def _plain(
    model: type[Model], entries: Iterable[Found[schema.Part]], *, numbered: bool = False
) -> Iterator[Row]:
    """Entries of which every field is a column or a link of that name."""
    for position, found in enumerate(entries):
        values: Columns = {"position": position} if numbered else {}
        yield _row(model, found.entry, **values)


def _columns(
    part: schema.Part,
    owner: schema.Sourced | None = None,
    *,
    names: Mapping[str, str] | None = None,
    apart: Collection[str] = (),
    inside: str = "",
) -> Columns:
    """Return the fields of a part as columns; what is not known is left out."""
    if owner is None and isinstance(part, schema.Sourced):
        owner = part
    columns = _origin(part, owner, inside)
    left_out = {"id", *apart, *(_ORIGIN if columns else ())}
    for name in type(part).model_fields:
        value = getattr(part, name)
        if name in left_out or value in (None, []):
            continue
        column = (names or {}).get(name, name)
        if inside:
            column = inside if column in _THE_FIGURE else f"{inside}_{column}"
        if isinstance(value, schema.Translations):
            for language, text in value.said.items():
                columns[column_in(column, language)] = text
        elif isinstance(value, schema.Part):
            columns |= _columns(value, owner, inside=column)
        elif isinstance(value, list) and value and isinstance(value[0], schema.Translations):
            for language in value[0].said:
                columns[column_in(column, language)] = [text.said[language] for text in value]
        else:
            columns[column] = value
    return columns


def _origin(part: schema.Part, owner: schema.Sourced | None, inside: str) -> Columns:
    """Source and mark of an entry or a fact; in an example a fact without source is one as well."""
    if isinstance(part, schema.Sourced):
        return {"is_example": part.example}
    if not isinstance(part, schema.SubFact):
        return {}
    prefix = f"{inside}_" if inside else ""
    inherited = owner is not None and owner.example and not part.main_source
    return {f"{prefix}source": part.main_source, f"{prefix}is_example": part.example or inherited}


def _month(value: str | None) -> int | None:
    return int(value) if value else None


# --- Entries --------------------------------------------------------------------------------


def _faculty(edition: Edition) -> Row:
    faculty = edition.faculty.entry
    keeping = {
        name: f"keep_{name}" for name in type(faculty.keeping).model_fields if "remind" not in name
    }
    checking = {name: f"check_{name}" for name in type(faculty.checking).model_fields}
    return _row(
        models.Edition,
        faculty,
        names={"holidays": "holidays_country"},
        apart=(
            "schema_version", "home", "languages", "degree_programmes", "subjects", "selection",
            "accounts", "checking", "keeping", "advice_routes", "signing_languages", *RULES,
        ),
        **_columns(faculty.selection, names={"remind_days": "remind_application_days"}),
        **_columns(faculty.accounts),
        **_columns(faculty.checking, names=checking),
        **_columns(faculty.keeping, names=keeping),
        away=faculty.away.model_dump(mode="json", exclude_none=True),
        coming_home=faculty.coming_home.model_dump(mode="json", exclude_none=True),
        year=faculty.year.model_dump(mode="json"),
        insight=faculty.insight.model_dump(mode="json", exclude_defaults=True),
        board=faculty.board.model_dump(mode="json", exclude_none=True),
        advice_routes=[route.model_dump(exclude_none=True) for route in faculty.advice_routes],
        signing_languages=[each.model_dump() for each in faculty.signing_languages],
    )  # fmt: skip


def _programmes(edition: Edition) -> Iterator[Row]:
    for position, programme in enumerate(edition.faculty.entry.degree_programmes):
        yield _row(
            models.DegreeProgramme,
            programme,
            inner={"phases": {phase.id: _columns(phase) for phase in programme.phases}},
            position=position,
        )


def institution_rows(institutions: Iterable[Found[schema.Institution]]) -> Iterator[Row]:
    """Return the rows of institutions."""
    for found in institutions:
        institution = found.entry
        preferred = institution.preferred
        yield _row(
            models.Institution,
            institution,
            names={
                "lat": "latitude", "lon": "longitude", "home": "is_home", "partner": "is_partner"
            },
            apart=("preferred",),
            inner={"units": {unit.id: _columns(unit) for unit in institution.units}},
            is_preferred=preferred is not None and preferred.value,
            **(_origin(preferred, institution, "preferred") if preferred else {}),
        )  # fmt: skip


def agreement_rows(agreements: Iterable[Found[schema.Agreement]]) -> Iterator[Row]:
    """Return the rows of agreements."""
    for found in agreements:
        yield _row(
            models.Agreement,
            found.entry,
            inner={"languages": [_columns(each) for each in found.entry.languages]},
        )


def course_rows(courses: Iterable[FoundCourse]) -> Iterator[Row]:
    """Return the rows of courses."""
    for given in courses:
        course = given.found.entry
        yield _row(
            models.Course,
            course,
            apart=("period",),
            institution=given.institution,
            starts_month=course.period and _month(course.period.starts),
            ends_month=course.period and _month(course.period.ends),
        )


def window_rows(windows: Iterable[Found[schema.Window]]) -> Iterator[Row]:
    """Return the rows of mobility windows."""
    for found in windows:
        window = found.entry
        yield _row(
            models.MobilityWindow,
            window,
            apart=("required_first", "starts", "ends"),
            inner={"requirements": [_columns(each, window) for each in window.required_first]},
            starts_month=_month(window.starts),
            ends_month=_month(window.ends),
            position=found.number,
        )


def _contacts(edition: Edition) -> Iterator[Row]:
    for found in edition.contacts:
        contact = found.entry
        hours = {
            hour.id: _columns(hour, contact, names={"online": "online_link"})
            | {"weekday": WEEKDAYS.index(hour.weekday)}
            for hour in contact.walk_in
        }
        yield _row(
            models.Contact,
            contact,
            names={"unit": "unit_name"},
            apart=("walk_in",),
            inner={
                "walk_in_hours": hours,
                "absences": [_columns(absence, contact) for absence in contact.absences],
            },
            position=found.number,
        )


def _period(period: schema.Period | None) -> Columns:
    """Days where both ends are days, months where both are months."""
    ends = ("starts", "ends")
    if period is None:
        return {}
    if len(period.starts) == len("09"):
        return {f"{end}_month": _month(getattr(period, end)) for end in ends}
    return {f"{end}_on": dt.date.fromisoformat(getattr(period, end)) for end in ends}


def opportunity_rows(opportunities: Iterable[Found[schema.Opportunity]]) -> Iterator[Row]:
    """Return the rows of places, without their costs."""
    for found in opportunities:
        opportunity = found.entry
        period = opportunity.period
        languages = [
            _columns(need, opportunity, names={"required": "is_required"})
            for need in opportunity.languages
        ]
        deadlines = {
            schema.deadline_slug(opportunity.id, deadline.id): _columns(deadline, opportunity)
            for deadline in opportunity.deadlines
        }
        yield _row(
            models.Opportunity,
            opportunity,
            apart=("hosts", "period", "costs"),
            inner={
                "host_links": [{"institution": host} for host in opportunity.hosts],
                "requirements": [_columns(each, opportunity) for each in opportunity.requirements],
                "languages": languages,
                "deadlines": deadlines,
            },
            **_period(period),
            **(_origin(period, opportunity, "period") if period else {}),
        )


def cost_rows(costs: Iterable[Found[schema.CostLine]]) -> Iterator[Row]:
    """Return the rows of cost lines that are entries of their own."""
    for found in costs:
        scope = found.entry.scope
        yield _cost(
            found.entry.id,
            found.entry,
            None,
            opportunity=scope.opportunity,
            institution=scope.institution,
            country=scope.country,
        )


def own_cost_rows(opportunities: Iterable[Found[schema.Opportunity]]) -> Iterator[Row]:
    """Return the rows of what places say of their own costs."""
    for owner in opportunities:
        for figures in owner.entry.costs:
            slug = schema.cost_slug(owner.entry.id, figures.id, figures.line)
            yield _cost(slug, figures, owner.entry, opportunity=owner.entry.id)


def _cost(
    slug: str, line: schema.CostFigures, owner: schema.Opportunity | None, **scope: str | None
) -> Row:
    columns = _columns(line, owner, names={"line": "item"}, apart=("scope",))
    # Lines of all kinds stand in one order on every page, whatever file they come from.
    columns["position"] = models.CostItem.values.index(line.line)
    return Row(models.CostLine, slug, columns | scope)


def grant_rows(grants: Iterable[Found[schema.Grant]]) -> Iterator[Row]:
    """Return the rows of grants, in their order."""
    for position, found in enumerate(grants):
        grant = found.entry
        yield _row(
            models.Grant,
            grant,
            inner={
                "questions": [_columns(question) for question in grant.questions],
                "amounts": [_columns(amount) for amount in grant.amounts],
                "conditions": [_columns(condition) for condition in grant.conditions],
            },
            position=position,
        )


def _roads(edition: Edition) -> Iterator[Row]:
    for position, found in enumerate(edition.roads):
        road = found.entry
        yield _row(
            models.Road,
            road,
            inner={
                "steps": {
                    schema.road_step_slug(road.id, step.id): {
                        **_columns(step, road, apart={"due", "begins", "after"}),
                        "after": [schema.road_step_slug(road.id, other) for other in step.after],
                        "due_days": step.due.counted if step.due else None,
                        "due_from": step.due.day if step.due else "",
                        "begins_days": step.turn.counted if step.turn else None,
                        "begins_from": step.turn.day if step.turn else "",
                        "number": number,
                    }
                    for number, step in enumerate(road.steps)
                }
            },
            apart=("days", "agreement"),
            days_min=road.days.min if road.days else None,
            days_max=road.days.max if road.days else None,
            gates=[one.model_dump() for one in road.gates],
            agreement=road.agreement.model_dump() if road.agreement else {},
            position=position,
        )


def _exchange_rates(edition: Edition) -> Iterator[Row]:
    for position, found in enumerate(edition.rates):
        rate = found.entry
        slug = models.rate_slug(rate.currency, rate.valid_on)
        yield _row(models.ExchangeRate, rate, slug=slug, position=position)


def _reports(edition: Edition) -> Iterator[Row]:
    for found in edition.reports:
        report = found.entry
        paid = report.costs.lines.items()
        yield _row(
            models.PublishedReport,
            report,
            names={"contactable": "is_contactable"},
            inner={"costs": [{"item": item, "amount": amount} for item, amount in paid]},
            apart=("ratings",),
            ratings=report.ratings.model_dump(exclude_none=True),
        )


def guide_rows(guides: Iterable[TranslatedGuide]) -> Iterator[Row]:
    """Return the rows of guides."""
    for guide in guides:
        texts = ("title", "summary", "text")
        yield _row(
            models.Guide,
            guide.first.entry,
            slug=guide.slug,
            names={"order": "position"},
            apart=texts,
            **{
                column_in(name, language): getattr(found.entry, name)
                for language, found in guide.written.items()
                for name in texts
            },
        )
