"""Agreements as the office sees them: a list with what ends, and one page for each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue import partners
from sojourn.catalogue.choices import Level
from sojourn.catalogue.isced import field_name
from sojourn.catalogue.models import (
    Agreement,
    AgreementDocument,
    DegreeProgramme,
    PublicationStatus,
)
from sojourn.catalogue.names import country_name
from sojourn.catalogue.permissions import may_edit_agreement
from sojourn.common.folding import with_words
from sojourn.common.languages import in_language_of, joined, language_title, page_language, plain
from sojourn.common.translated_fields import column, columns, text_of
from sojourn.design.components import Fact
from sojourn.mobility import balance
from sojourn.office.shared import formatting, history, lists
from sojourn.people.models import User
from sojourn.selection.models import Round, RoundOpportunity
from sojourn.selection.states import RoundState

AHEAD = dt.timedelta(days=365)
SOON = dt.timedelta(days=60)


def rows() -> QuerySet[Agreement]:
    """Read agreements with what the list says of each."""
    return Agreement.objects.select_related("partner").prefetch_related("programmes", "languages")


def until(agreement: Agreement, today: dt.date) -> lists.Cell:
    """Return the day on which it ends, with how near that is in words."""
    day = agreement.valid_until
    if day is None:
        return lists.Cell("")
    if day < today:
        return lists.Cell(_("ended %(day)s") % {"day": formatting.full_day(day)}, tone="bad")
    shown = formatting.full_day(day)
    tone = tone_of_end(day, today)
    return lists.Cell(_("ends %(day)s") % {"day": shown} if tone else shown, tone=tone)


def tone_of_end(day: dt.date, today: dt.date) -> str:
    """Tell by a tone how near the last day of an agreement is."""
    return "bad" if day <= today + SOON else "warn" if day <= today + AHEAD else ""


def short(agreement: Agreement) -> SafeString:
    """Return what tells an agreement from the others of its partner, names in their language."""
    level = Level(agreement.level).label
    found = [(each.short_name,) for each in agreement.programmes.all()]
    if not found:
        return format_html("{}", level)
    return format_html("{}, {}", level, format_html_join(", ", "{}", found))


def programmes(agreement: Agreement) -> str:
    """Return the names of its programmes, marked where they are in another language."""
    names = [each.short_name for each in agreement.programmes.all()]
    joined = ", ".join(plain(name) for name in names)
    return in_language_of(names[0], joined) if names else ""


def _prepare(found: Sequence[Agreement]) -> None:
    years = balance.balances({each.partner_id for each in found})
    for each in found:
        each.balance_years = years.get(each.partner_id, ())  # type: ignore[attr-defined]


def _sums(agreement: Agreement) -> tuple[int, int | None]:
    years: Sequence[balance.Year] = getattr(agreement, "balance_years", ())
    return balance.sums(years)


def _row(agreement: Agreement) -> lists.Row:
    today = timezone.localdate()
    went, came = _sums(agreement)
    status = PublicationStatus(agreement.status)
    return lists.Row(
        agreement.slug,
        (
            lists.Cell(agreement.partner.name, reverse("office:agreement", args=[agreement.slug])),
            lists.Cell(country_name(agreement.partner.country, page_language())),
            lists.Cell(Level(agreement.level).label),
            lists.Cell(programmes(agreement)),
            lists.Cell(number(agreement.seats_out)),
            lists.Cell(number(agreement.seats_in)),
            lists.Cell(formatting.full_day(agreement.valid_from) if agreement.valid_from else ""),
            until(agreement, today),
            lists.Cell(str(went)),
            lists.Cell(number(came)),
            lists.Cell(balance.difference(went, came)),
            lists.Cell(languages(agreement)),
            lists.Cell(fields(agreement)),
            lists.Cell(status.label if status != PublicationStatus.PUBLISHED else "", tone="quiet"),
        ),
    )


def number(value: int | None) -> str:
    """Return a number as a cell shows it; nothing where it is not known."""
    return "" if value is None else str(value)


def languages(agreement: Agreement) -> str:
    """'English B2, Spanish A2'."""
    return ", ".join(
        f"{language_title(each.language)} {each.level}" for each in agreement.languages.all()
    )


def fields(agreement: Agreement) -> str:
    """'0912 Medicine'."""
    language = page_language()
    return joined(
        ", ",
        (joined(" ", (code, field_name(code, language))) for code in agreement.isced_f or ()),
    )


def kind() -> lists.Kind[Agreement]:
    """Return the list of agreements."""
    today = timezone.localdate()
    language = page_language()
    name = column("partner__name", language)
    countries = sorted(
        Agreement.objects.order_by().values_list("partner__country", flat=True).distinct(),
        key=lambda code: country_name(code, language),
    )
    known = DegreeProgramme.objects.order_by("position", "slug")
    return lists.Kind(
        caption=_("Agreements"),
        columns=(
            lists.Column("partner", gettext_lazy("Partner"), (name, "slug")),
            lists.Column("country", gettext_lazy("Country"), ("partner__country",)),
            lists.Column("level", gettext_lazy("Level"), ("level",)),
            lists.Column("programmes", gettext_lazy("Programmes")),
            lists.Column("out", gettext_lazy("Seats out"), ("seats_out",), numeric=True),
            lists.Column("in", gettext_lazy("Seats in"), ("seats_in",), numeric=True),
            lists.Column("from", gettext_lazy("Valid from"), ("valid_from",), is_extra=True),
            lists.Column("until", gettext_lazy("Valid until"), ("valid_until",)),
            lists.Column(
                "went", gettext_lazy("Went"), numeric=True, value=lambda row: _sums(row)[0]
            ),
            lists.Column(
                "came", gettext_lazy("Came"), numeric=True, value=lambda row: _sums(row)[1] or 0
            ),
            lists.Column(
                "balance",
                gettext_lazy("Balance"),
                numeric=True,
                value=lambda row: (_sums(row)[1] or 0) - _sums(row)[0],
            ),
            lists.Column("languages", gettext_lazy("Languages"), is_extra=True),
            lists.Column("fields", gettext_lazy("Fields of study"), is_extra=True),
            lists.Column("status", gettext_lazy("State"), ("status",)),
        ),
        row=_row,
        empty=_("There is no agreement yet."),
        first_order="until",
        filters=(
            lists.Filter(
                "ends",
                gettext_lazy("Validity"),
                (
                    ("year", gettext_lazy("ends within a year")),
                    ("force", gettext_lazy("in force today")),
                    ("ended", gettext_lazy("has ended")),
                    ("open", gettext_lazy("no last day")),
                ),
                lambda found, value: _valid(found, value, today),
            ),
            lists.Filter(
                "country",
                gettext_lazy("Country"),
                tuple((code, country_name(code, language)) for code in countries),
                lambda found, value: found.filter(partner__country=value),
            ),
            lists.Filter(
                "programme",
                gettext_lazy("Programme"),
                tuple((each.slug, str(each.short_name)) for each in known),
                # An agreement that names none is for all.
                lambda found, value: found.filter(
                    Q(programmes__slug=value) | Q(programmes=None)
                ).distinct(),
            ),
            lists.Filter(
                "level",
                gettext_lazy("Level"),
                tuple((str(each.value), each.label) for each in Level),
                lambda found, value: found.filter(level=value),
            ),
            lists.Filter(
                "state",
                gettext_lazy("State"),
                tuple((str(each.value), each.label) for each in PublicationStatus),
                lambda found, value: found.filter(status=value),
            ),
        ),
        search=lambda found, text: with_words(
            found, text, "slug", *columns("partner__name"), *columns("partner__city")
        ),
        prepare=_prepare,
        name="agreements",
    )


def _valid(found: QuerySet[Agreement], value: str, today: dt.date) -> QuerySet[Agreement]:
    if value == "year":
        return partners.ending(found, today, today + AHEAD)
    if value == "ended":
        return found.filter(valid_until__lt=today)
    if value == "open":
        return found.filter(valid_until__isnull=True)
    return found.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=today),
        Q(valid_until__isnull=True) | Q(valid_until__gte=today),
        status=PublicationStatus.PUBLISHED,
    )


@dataclass(frozen=True)
class InRound:
    """A place of a round that gives seats of the agreement."""

    round: str
    year: str
    href: str
    place: str
    seats: int


@dataclass(frozen=True)
class Paper:
    key: str
    name: str
    about: str
    is_removed: bool


@dataclass(frozen=True)
class AgreementPage:
    slug: str
    partner: str
    partner_slug: str
    short: str
    status: str
    tone: str
    until: lists.Cell
    facts: tuple[Fact, ...]
    sources: tuple[str, ...]
    is_example: bool
    note: str
    years: tuple[balance.Year, ...]
    rounds: tuple[InRound, ...]
    papers: tuple[Paper, ...]
    may_edit: bool
    is_withdrawn: bool
    is_draft: bool
    history: tuple[history.Event, ...]


TONES = {
    PublicationStatus.PUBLISHED: "good",
    PublicationStatus.DRAFT: "warn",
    PublicationStatus.WITHDRAWN: "quiet",
}


def page(reader: User, agreement: Agreement) -> AgreementPage:
    """Return everything about one agreement that the reader may see."""
    today = timezone.localdate()
    status = PublicationStatus(agreement.status)
    may_edit = may_edit_agreement(reader, agreement)
    return AgreementPage(
        slug=agreement.slug,
        partner=str(agreement.partner.name),
        partner_slug=agreement.partner.slug,
        short=short(agreement),
        status=str(status.label),
        tone=TONES[status],
        until=until(agreement, today),
        facts=_facts(agreement),
        sources=tuple(str(each) for each in agreement.sources.order_by("slug")),
        is_example=agreement.is_example,
        note=str(text_of(agreement, "note")),
        years=balance.balances([agreement.partner_id]).get(agreement.partner_id, ()),
        rounds=_rounds(reader, agreement),
        papers=_papers(reader, agreement, may_edit),
        may_edit=may_edit,
        is_withdrawn=status == PublicationStatus.WITHDRAWN,
        is_draft=status == PublicationStatus.DRAFT,
        history=history.of(agreement),
    )


def _facts(agreement: Agreement) -> tuple[Fact, ...]:
    named = format_html_join(", ", "{}", [(each.name,) for each in agreement.programmes.all()])
    rows = (
        (_("Seats out, each year"), number(agreement.seats_out)),
        (_("Seats in, each year"), number(agreement.seats_in)),
        (
            _("Valid from"),
            formatting.full_day(agreement.valid_from) if agreement.valid_from else "",
        ),
        (
            _("Valid until"),
            formatting.full_day(agreement.valid_until) if agreement.valid_until else "",
        ),
        (_("Level"), str(Level(agreement.level).label)),
        (_("Programmes"), named or _("all of ours")),
        (
            _("Our unit"),
            str(text_of(agreement.home_unit, "name")) if agreement.home_unit else _("all of ours"),
        ),
        (_("Fields of study (ISCED-F)"), fields(agreement)),
        (_("Languages"), languages(agreement)),
    )
    return tuple(Fact(label, value, unknown=_("not known")) for label, value in rows)


def _rounds(reader: User, agreement: Agreement) -> tuple[InRound, ...]:
    found = (
        RoundOpportunity.objects.visible_to(reader)
        .filter(agreement=agreement, round__in=Round.objects.visible_to(reader))
        .exclude(round__state=RoundState.DRAFT)
        .select_related("round", "opportunity")
        .order_by("-round__academic_year", "key")
    )
    return tuple(
        InRound(
            str(each.round.title),
            each.round.academic_year,
            reverse("office:round", args=[each.round.slug]),
            str(each.opportunity.title),
            each.seats,
        )
        for each in found
    )


def _papers(reader: User, agreement: Agreement, may_edit: bool) -> tuple[Paper, ...]:
    found = AgreementDocument.objects.visible_to(reader).filter(agreement=agreement).distinct()
    if not may_edit:
        found = found.filter(removed_at__isnull=True)
    return tuple(
        Paper(
            str(each.pk),
            each.name,
            _("%(pages)d pages, %(who)s, %(day)s")
            % {
                "pages": each.pages,
                "who": each.added_by or _("account deleted"),
                "day": formatting.full_day(timezone.localtime(each.added_at).date()),
            },
            each.removed_at is not None,
        )
        for each in found.select_related("added_by").order_by("removed_at", "added_at")
    )
