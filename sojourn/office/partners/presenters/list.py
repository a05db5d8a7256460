"""The list of partners."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import (
    Count,
    DateField,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue import partners
from sojourn.catalogue.choices import InstitutionKind
from sojourn.catalogue.models import (
    Agreement,
    DegreeProgramme,
    Institution,
    Opportunity,
    PublicationStatus,
)
from sojourn.catalogue.names import country_name
from sojourn.common.folding import with_words
from sojourn.common.languages import page_language
from sojourn.common.translated_fields import column, columns
from sojourn.mobility import balance
from sojourn.office.agreements import presenters as agreements
from sojourn.office.shared import formatting, lists


def rows() -> QuerySet[Institution]:
    """Read partners and other hosts with what the list says of each."""
    today = timezone.localdate()
    in_force = Agreement.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=today),
        partner=OuterRef("pk"),
        status=PublicationStatus.PUBLISHED,
    ).order_by()

    def of_agreements(figure: Any, output: Any) -> Subquery:
        counted = in_force.values("partner").annotate(figure=figure).values("figure")
        return Subquery(counted, output_field=output)

    places = (
        Opportunity.objects.filter(hosts=OuterRef("pk"), status=PublicationStatus.PUBLISHED)
        .order_by()
        .values("hosts")
        .annotate(figure=Count("pk"))
        .values("figure")
    )
    return Institution.objects.filter(is_home=False).annotate(
        agreements_in_force=Coalesce(of_agreements(Count("pk"), IntegerField()), 0),
        seats_out=of_agreements(Sum("seats_out"), IntegerField()),
        seats_in=of_agreements(Sum("seats_in"), IntegerField()),
        first_end=of_agreements(Min("valid_until"), DateField()),
        places=Coalesce(Subquery(places, output_field=IntegerField()), 0),
    )


def _prepare(found: Sequence[Institution]) -> None:
    years = balance.balances([each.pk for each in found])
    for each in found:
        each.balance_years = years.get(each.pk, ())  # type: ignore[attr-defined]


def _sums(partner: Institution) -> tuple[int, int | None]:
    return balance.sums(getattr(partner, "balance_years", ()))


def _row(partner: Institution) -> lists.Row:
    status = PublicationStatus(partner.status)
    went, came = _sums(partner)
    of_row: Any = partner
    return lists.Row(
        partner.slug,
        (
            lists.Cell(partner.name, reverse("office:partner", args=[partner.slug])),
            lists.Cell(partner.city),
            lists.Cell(country_name(partner.country, page_language())),
            lists.Cell(InstitutionKind(partner.kind).label),
            lists.Cell(str(of_row.agreements_in_force or "")),
            _end(of_row.first_end),
            lists.Cell(agreements.number(of_row.seats_out)),
            lists.Cell(agreements.number(of_row.seats_in)),
            lists.Cell(str(of_row.places or "")),
            lists.Cell(str(went or "")),
            lists.Cell(agreements.number(came)),
            lists.Cell(_("preferred") if partner.is_preferred else ""),
            lists.Cell(partner.erasmus_code),
            lists.Cell(partner.schac),
            lists.Cell(partner.ror),
            lists.Cell(status.label if status != PublicationStatus.PUBLISHED else "", tone="quiet"),
        ),
    )


def _end(day: dt.date | None) -> lists.Cell:
    if day is None:
        return lists.Cell("")
    return lists.Cell(
        formatting.full_day(day), tone=agreements.tone_of_end(day, timezone.localdate())
    )


def kind() -> lists.Kind[Institution]:
    """Return the list of partners."""
    language = page_language()
    name = column("name", language)
    countries = sorted(
        Institution.objects.filter(is_home=False)
        .order_by()
        .values_list("country", flat=True)
        .distinct(),
        key=lambda code: country_name(code, language),
    )
    programmes = DegreeProgramme.objects.order_by("position", "slug")
    return lists.Kind(
        caption=_("Partners"),
        columns=(
            lists.Column("name", gettext_lazy("Partner"), (name, "slug")),
            lists.Column("city", gettext_lazy("City"), (column("city", language),)),
            lists.Column("country", gettext_lazy("Country"), ("country", name)),
            lists.Column("kind", gettext_lazy("Kind"), ("kind",), is_extra=True),
            lists.Column(
                "agreements",
                gettext_lazy("Agreements"),
                ("agreements_in_force",),
                numeric=True,
            ),
            lists.Column("ends", gettext_lazy("First one ends"), ("first_end",)),
            lists.Column("out", gettext_lazy("Seats out"), ("seats_out",), numeric=True),
            lists.Column("in", gettext_lazy("Seats in"), ("seats_in",), numeric=True),
            lists.Column("places", gettext_lazy("Places"), ("places",), numeric=True),
            lists.Column(
                "went", gettext_lazy("Went"), numeric=True, value=lambda row: _sums(row)[0]
            ),
            lists.Column(
                "came", gettext_lazy("Came"), numeric=True, value=lambda row: _sums(row)[1] or 0
            ),
            lists.Column(
                "preferred", gettext_lazy("Preferred"), ("-is_preferred", name), is_extra=True
            ),
            lists.Column("erasmus", gettext_lazy("Erasmus code"), ("erasmus_code",), is_extra=True),
            lists.Column("schac", gettext_lazy("SCHAC code"), ("schac",), is_extra=True),
            lists.Column("ror", gettext_lazy("ROR id"), ("ror",), is_extra=True),
            lists.Column("status", gettext_lazy("State"), ("status",)),
        ),
        row=_row,
        empty=_("There is no partner yet."),
        first_order="name",
        filters=(
            lists.Filter(
                "country",
                gettext_lazy("Country"),
                tuple((code, country_name(code, language)) for code in countries),
                lambda found, value: found.filter(country=value),
            ),
            lists.Filter(
                "programme",
                gettext_lazy("Programme"),
                tuple((each.slug, str(each.short_name)) for each in programmes),
                _for_programme,
            ),
            lists.Filter(
                "kind",
                gettext_lazy("Kind"),
                tuple((str(each.value), each.label) for each in InstitutionKind),
                lambda found, value: found.filter(kind=value),
            ),
            lists.Filter(
                "agreements",
                gettext_lazy("Agreements"),
                (
                    ("year", gettext_lazy("one ends within a year")),
                    ("force", gettext_lazy("one is in force")),
                    ("none", gettext_lazy("none is in force")),
                ),
                _by_agreements,
            ),
            lists.Filter(
                "who",
                gettext_lazy("Who"),
                (
                    ("preferred", gettext_lazy("preferred partners")),
                    ("partner", gettext_lazy("partners")),
                    ("other", gettext_lazy("other hosts")),
                ),
                _who,
            ),
            lists.Filter(
                "state",
                gettext_lazy("State"),
                tuple((str(each.value), each.label) for each in PublicationStatus),
                lambda found, value: found.filter(status=value),
            ),
        ),
        search=lambda found, text: with_words(
            found,
            text,
            *columns("name", "city"),
            "native_name",
            "short_name",
            "schac",
            "erasmus_code",
            "slug",
        ),
        prepare=_prepare,
        name="partners",
    )


def _for_programme(found: QuerySet[Institution], value: str) -> QuerySet[Institution]:
    """Narrow to partners with an agreement or a place for the programme."""
    agreed = Agreement.objects.filter(Q(programmes__slug=value) | Q(programmes=None))
    offered = Opportunity.objects.filter(windows__programme__slug=value)
    return found.filter(Q(pk__in=agreed.values("partner")) | Q(pk__in=offered.values("hosts")))


def _by_agreements(found: QuerySet[Institution], value: str) -> QuerySet[Institution]:
    if value == "year":
        today = timezone.localdate()
        ending = partners.ending(Agreement.objects.all(), today, today + agreements.AHEAD)
        return found.filter(pk__in=ending.values("partner"))
    if value == "none":
        return found.filter(Q(("agreements_in_force", 0)))
    return found.filter(Q(("agreements_in_force__gt", 0)))


def _who(found: QuerySet[Institution], value: str) -> QuerySet[Institution]:
    if value == "preferred":
        return found.filter(is_preferred=True)
    return found.filter(is_partner=value == "partner")
