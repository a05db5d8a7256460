"""Partners as the office keeps them: made, changed, shown, withdrawn, merged.

Each verb is one transaction in the catalogue's turn, and is recorded.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.db.models import (
    DateField,
    Exists,
    Model,
    OuterRef,
    ProtectedError,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue import edits, services
from sojourn.catalogue.models import (
    Agreement,
    AgreementLanguage,
    Contact,
    Entry,
    IncomingStudents,
    Institution,
    ListedInstitution,
    OpportunityHost,
    OrganisationalUnit,
    PublicationStatus,
    Source,
)
from sojourn.catalogue.permissions import may_edit_agreement
from sojourn.common.folding import fold
from sojourn.common.languages import LANGUAGES
from sojourn.common.translated_fields import columns, text_of, write
from sojourn.people import audit
from sojourn.people.models import User

# How alike two names in one country must be to be called likely the same.
ALIKE = 0.86
# So many are compared each with each; a word that more have says nothing.
FEW = 30
_SMALL_WORDS = {"university", "universiteit", "universitet", "universite", "universidad",
                "universita", "universitat", "of", "the", "de", "van", "di", "and"}  # fmt: skip


class PartnerError(Exception):
    """A change that cannot be made; the message says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


# --- Where it is -----------------------------------------------------------------------------


def known_position(country: str, cities: Iterable[str]) -> tuple[float, float] | None:
    """Return where a city is, if an institution of it is known to be somewhere; nobody types it."""
    wanted = {fold(city) for city in cities if city}
    if not wanted or not country:
        return None
    for row in Institution.objects.filter(country=country, latitude__isnull=False):
        if wanted & {fold(city) for city in text_of(row, "city").values() if city}:
            return float(row.latitude or 0), float(row.longitude or 0)
    listed = ListedInstitution.objects.filter(country=country, latitude__isnull=False)
    for one in listed.filter(city__folded__in=list(wanted))[:1]:
        return float(one.latitude or 0), float(one.longitude or 0)
    return None


# --- Partners and what belongs to them -------------------------------------------------------


def add(entry: Entry, actor: User, wanted: str, sent: str = "") -> None:
    """Give a new entry its id, save it and record that; `sent` tells its form from any other."""
    entry.slug = services.unused_slug(type(entry), wanted)
    entry.save()
    edits.record(edits.ADDED, entry, actor, sent=sent)


def status_beside(partner: Institution) -> PublicationStatus:
    """Make what is added to a public partner public, and a draft beside any other."""
    if partner.status == PublicationStatus.PUBLISHED:
        return PublicationStatus.PUBLISHED
    return PublicationStatus.DRAFT


def drafts_of(partner: Institution, reader: User) -> list[Entry]:
    """List what of a partner is a draft and theirs to publish: itself, agreements, contacts."""
    is_draft = {"status": PublicationStatus.DRAFT}
    return [
        *([partner] if partner.status != PublicationStatus.PUBLISHED else ()),
        *(
            each
            for each in Agreement.objects.filter(partner=partner, **is_draft).order_by("slug")
            if may_edit_agreement(reader, each)
        ),
        *Contact.objects.filter(institution=partner, **is_draft).order_by("slug"),
    ]


def publish(partner: Institution, actor: User) -> int:
    """Show a partner, with its agreements and contacts that are drafts; return how many."""
    with edits.saving():
        drafts = drafts_of(partner, actor)
        for entry in drafts:
            _move(entry, PublicationStatus.PUBLISHED, actor)
    return len(drafts)


def withdraw(entry: Entry, actor: User) -> None:
    """Take an entry from the site; it can be restored."""
    with edits.saving():
        _move(entry, PublicationStatus.WITHDRAWN, actor)


def restore(entry: Entry, actor: User) -> None:
    """Show an entry again."""
    with edits.saving():
        _move(entry, PublicationStatus.PUBLISHED, actor)


def _move(entry: Entry, status: PublicationStatus, actor: User) -> None:
    if entry.status == status:
        return
    entry.status = status
    entry.save(update_fields=["status", "updated_at"])
    edits.record(f"catalogue.{status}", entry, actor)


def save_unit(unit: OrganisationalUnit, actor: User) -> None:
    """Add or rename a unit of a partner. One that is there already is not added twice."""
    with edits.saving():
        is_new = unit.pk is None
        names = {name: getattr(unit, name) for name in columns("name")}
        if is_new and unit.institution.units.filter(**names).exists():
            return
        was = edits.values_of(OrganisationalUnit.objects.get(pk=unit.pk)) if not is_new else {}
        if is_new:
            name = text_of(unit, "name")[LANGUAGES[0]]
            unit.slug = services.unused_slug(OrganisationalUnit, f"{unit.institution.slug}-{name}")
        unit.save()
        _record_inside("organisationalunit", unit.institution, actor, was, edits.values_of(unit))


def remove_unit(unit: OrganisationalUnit, actor: User) -> None:
    """Remove a unit that nothing refers to. Raises PartnerError."""
    try:
        with edits.saving():
            was = edits.values_of(unit)
            partner = unit.institution
            unit.delete()
            _record_inside("organisationalunit", partner, actor, was, {})
    except ProtectedError as error:
        raise PartnerError(_("An agreement names this unit; change that first.")) from error


def enter_incoming(
    partner: Institution, year: int, count: int, source: Source, actor: User
) -> IncomingStudents:
    """Write down how many came in a year; a second number replaces the first."""
    with services.changing_catalogue():
        before = IncomingStudents.objects.filter(institution=partner, year=year).first()
        was = _incoming(before) if before else {}
        made, _is_new = IncomingStudents.objects.update_or_create(
            institution=partner,
            year=year,
            defaults={
                "count": count,
                "source": source,
                "entered_by": actor,
                "entered_at": timezone.now(),
            },
        )
        _record_inside("incomingstudents", partner, actor, was,
                       _incoming(made))  # fmt: skip
        return made


def _incoming(row: IncomingStudents) -> dict[str, str]:
    return {"count": f"{row.year}: {row.count}", "source": str(row.source)}


def remove_incoming(row: IncomingStudents, actor: User) -> None:
    """Take a number back."""
    with services.changing_catalogue():
        was = _incoming(row)
        partner = row.institution
        row.delete()
        _record_inside("incomingstudents", partner, actor, was, {})


def _record_inside(
    what: str, partner: Institution, actor: User, was: dict[str, str], now: dict[str, str]
) -> None:
    changed = {
        f"{what}.{name}": [was.get(name, ""), now.get(name, "")]
        for name in {**was, **now}
        if was.get(name, "") != now.get(name, "") and name != "institution"
    }
    if changed:
        audit.record(
            "catalogue.changed",
            actor=actor,
            about=None,
            on=partner,
            details={edits.CHANGES: changed},
        )


# --- Agreements that end ---------------------------------------------------------------------


def ending(found: QuerySet[Agreement], first: dt.date, last: dt.date) -> QuerySet[Agreement]:
    """Keep those that end between two days and that no later one follows: a renewed one is done.

    A later one is with the same partner for the same level, and begins after this one did.
    """
    began = Coalesce(OuterRef("valid_from"), Value(dt.date(1900, 1, 1), output_field=DateField()))
    follows = Agreement.objects.filter(
        Q(valid_until__gt=OuterRef("valid_until")) | Q(valid_until__isnull=True),
        partner=OuterRef("partner"),
        level=OuterRef("level"),
        valid_from__gt=began,
        status=PublicationStatus.PUBLISHED,
    )
    return found.filter(
        ~Exists(follows),
        status=PublicationStatus.PUBLISHED,
        valid_until__gte=first,
        valid_until__lte=last,
    )


def renew(
    old: Agreement,
    first: dt.date | None,
    last: dt.date | None,
    seats_out: int | None,
    seats_in: int | None,
    actor: User,
) -> Agreement:
    """Draft the agreement that follows one: the same but for its days and seats.

    Nobody sees it before it is published, once both have signed. Raises PartnerError.
    """
    if first is not None and last is not None and first > last:
        raise PartnerError(_("The last day must not come before the first."))
    with edits.saving():
        made = Agreement(
            partner=old.partner,
            home_unit=old.home_unit,
            level=old.level,
            isced_f=old.isced_f,
            seats_out=seats_out,
            seats_in=seats_in,
            valid_from=first,
            valid_until=last,
            is_example=old.is_example,
            status=PublicationStatus.DRAFT,
        )
        write(made, "note", text_of(old, "note"))
        add(made, actor, f"{old.partner.slug}-{old.level}")
        made.programmes.set(old.programmes.all())
        made.sources.set(old.sources.all())
        AgreementLanguage.objects.bulk_create(
            AgreementLanguage(
                agreement=made, language=each.language, level=each.level, position=each.position
            )
            for each in old.languages.all()
        )
    return made


def remove_draft(agreement: Agreement, actor: User) -> None:
    """Remove a draft that nothing refers to. Raises PartnerError."""
    if agreement.status != PublicationStatus.DRAFT:
        raise PartnerError(_("It is not a draft any more; withdraw it on its own page."))
    try:
        with edits.saving():
            edits.record("catalogue.removed", agreement, actor)
            agreement.delete()
    except ProtectedError as error:
        raise PartnerError(_("A paper or a round belongs to it already.")) from error


# --- Duplicates ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """Two partners that may be one."""

    one: Institution
    other: Institution
    why: str


def likely_duplicates(of: Institution | None = None) -> list[Pair]:
    """Propose pairs: the same code, or much the same name in one country; or those of one."""
    found: dict[tuple[int, int], Pair] = {}
    rows = Institution.objects.filter(is_home=False).exclude(status=PublicationStatus.WITHDRAWN)
    known = list(rows if of is None else rows.filter(country=of.country))
    for codes, why in (
        ("ror", _("The same ROR id")),
        ("schac", _("The same SCHAC code")),
        ("erasmus_code", _("The same Erasmus code")),
    ):
        by_code: dict[str, list[Institution]] = defaultdict(list)
        for row in known:
            if code := str(getattr(row, codes)).replace(" ", "").lower():
                by_code[code].append(row)
        for group in by_code.values():
            for one, other in _pairs(group, of):
                found.setdefault(_key(one, other), Pair(one, other, why))
    by_country: dict[str, list[Institution]] = defaultdict(list)
    for row in known:
        by_country[row.country].append(row)
    for group in by_country.values():
        names = {row.pk: _names(row) for row in group}
        for one, other in _near(group, names, of):
            if _contradict(one, other) or _key(one, other) in found:
                continue
            if _alike(names[one.pk], names[other.pk]):
                found[_key(one, other)] = Pair(one, other, _("Much the same name"))
    return list(found.values())


def _near(
    group: list[Institution], names: dict[int, set[str]], of: Institution | None
) -> Iterator[tuple[Institution, Institution]]:
    """Give every two of a country; where these are many, those with a seldom word alike."""
    if len(group) <= FEW:
        yield from _pairs(group, of)
        return
    by_start: dict[str, list[Institution]] = defaultdict(list)
    for row in group:
        words = {word[:4] for name in names[row.pk] for word in name.split()}
        for start in words:
            by_start[start].append(row)
    for rows in by_start.values():
        if len(rows) <= FEW:
            yield from _pairs(rows, of)


def _pairs(
    group: list[Institution], of: Institution | None
) -> Iterator[tuple[Institution, Institution]]:
    """Give every two of a group, or those with one of them."""
    for number, one in enumerate(group):
        for other in group[number + 1 :]:
            if of is None or of.pk in (one.pk, other.pk):
                yield one, other


def _key(one: Institution, other: Institution) -> tuple[int, int]:
    return (min(one.pk, other.pk), max(one.pk, other.pk))


def _contradict(one: Institution, other: Institution) -> bool:
    """Tell whether both have a code of one kind, and not the same: they are two."""
    return any(
        getattr(one, code) and getattr(other, code) and getattr(one, code) != getattr(other, code)
        for code in ("ror", "schac", "erasmus_code")
    )


def _names(row: Institution) -> set[str]:
    said = {*text_of(row, "name").values(), row.native_name}
    found = set()
    for name in said:
        words = [word for word in fold(name or "").split() if word not in _SMALL_WORDS]
        if words:
            found.add(" ".join(sorted(words)))
    return found


def _alike(ones: set[str], others: set[str]) -> bool:
    for one in ones:
        matcher = difflib.SequenceMatcher(None, "", one, autojunk=False)
        for other in others:
            matcher.set_seq1(other)
            # From the quickest to the slowest; each is at least as much as the next.
            if (
                matcher.real_quick_ratio() >= ALIKE
                and matcher.quick_ratio() >= ALIKE
                and matcher.ratio() >= ALIKE
            ):
                return True
    return False


# --- Merging ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moving:
    """Rows of one kind that name a partner."""

    what: str
    lines: tuple[str, ...]
    count: int


MOST_LINES = 8


def what_moves(merged: Institution) -> list[Moving]:
    """List everything that names a partner, by kind."""
    found = []
    for model, _field, rows in _referring(merged):
        count = rows.count()
        if count:
            lines = tuple(_line(row) for row in rows[:MOST_LINES]) if _is_public(model) else ()
            found.append(Moving(str(model._meta.verbose_name_plural), lines, count))
    return found


def _line(row: Any) -> str:
    """Name one row of the catalogue."""
    if isinstance(row, OpportunityHost):
        return str(row.opportunity.title)
    if isinstance(row, IncomingStudents):
        return str(row.year)
    named = getattr(row, "title", "") or getattr(row, "name", "") or getattr(row, "slug", "")
    return str(named or row)


def merge(merged: Institution, kept: Institution, actor: User) -> None:
    """Have everything that names one partner name the other; the first is withdrawn.

    The second keeps what it says of itself, and takes codes, position and texts that it lacks.
    Raises PartnerError where both have something that there can only be one of.
    """
    if merged.pk == kept.pk or merged.is_home or kept.is_home:
        raise PartnerError(_("These two cannot be merged."))
    try:
        with edits.saving():
            locked = Institution.objects.select_for_update().filter(pk__in=[merged.pk, kept.pk])
            rows = {row.pk: row for row in locked.order_by("pk")}
            merged, kept = rows[merged.pk], rows[kept.pk]
            before = edits.values_of(kept)
            moved = {}
            for model, field, found in _referring(merged):
                keys = list(found.values_list("pk", flat=True))
                if not keys:
                    continue
                if field == "institution" and model._meta.model_name == "opportunityhost":
                    _drop_doubles(model, kept, found)
                model._base_manager.filter(**{field: merged}).update(**{field: kept})
                moved[model._meta.label_lower] = [str(key) for key in keys]
            _fill(kept, merged)
            kept.save()
            kept.sources.add(*merged.sources.all())
            _move(merged, PublicationStatus.WITHDRAWN, actor)
            audit.record(
                "catalogue.merged",
                actor=actor,
                about=None,
                on=kept,
                details={
                    "from": merged.slug,
                    "moved": moved,
                    edits.CHANGES: edits.changes(kept, before, edits.values_of(kept)),
                },
            )
            audit.record(
                "catalogue.merged_away", actor=actor, about=None, on=merged,
                details={"into": kept.slug},
            )  # fmt: skip
    except IntegrityError as error:
        raise PartnerError(
            _(
                "Both have the number of one year, or something else that there can only be one"
                " of. Remove it at one of the two first."
            )
        ) from error


def _referring(partner: Institution) -> list[tuple[type[Model], str, QuerySet[Any]]]:
    """Find the rows of every table that name a partner."""
    found = []
    for relation in Institution._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.many_to_many:
            continue
        model: Any = relation.related_model
        field = relation.field.name  # type: ignore[union-attr]
        if model is Institution or model._meta.auto_created is Institution:
            continue  # the partner's own links, such as its sources
        found.append((model, field, model._base_manager.filter(**{field: partner})))
    return found


def _drop_doubles(model: type[Model], kept: Institution, found: QuerySet[Any]) -> None:
    """Drop the second of two hosts of one place that become one."""
    there = model._base_manager.filter(institution=kept).values("opportunity")
    found.filter(opportunity__in=there).delete()


def _fill(kept: Institution, merged: Institution) -> None:
    for name in ("short_name", "native_name", "schac", "erasmus_code", "ror", "website",
                 *columns("about", "city_life")):  # fmt: skip
        if not getattr(kept, name) and getattr(merged, name):
            setattr(kept, name, getattr(merged, name))
    if kept.latitude is None:
        kept.latitude, kept.longitude = merged.latitude, merged.longitude
    if merged.is_preferred and not kept.is_preferred:
        kept.is_preferred = True
        kept.preferred_source = merged.preferred_source
        kept.preferred_is_example = merged.preferred_is_example
    kept.is_partner = kept.is_partner or merged.is_partner


def _is_public(model: type[Model]) -> bool:
    """Tell whether rows may be named in a preview: those of the catalogue, no casework."""
    return model._meta.app_label == "catalogue"
