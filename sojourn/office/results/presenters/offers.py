"""The offers of a round: how full each place is, and every offer by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from sojourn.common.folding import by_name, with_words
from sojourn.design.components import Cell, Column, Pagination, Table
from sojourn.office.results.presenters.allocation import Tab, tabs
from sojourn.office.shared import people
from sojourn.people.models import User
from sojourn.selection.models import MoreSeats, Offer, Round, RoundOpportunity
from sojourn.selection.offers import count_seat_additions, moment, place_name
from sojourn.selection.permissions import decided_by, may_manage
from sojourn.selection.second_round import seats_left
from sojourn.selection.states import OfferState, RoundState

PER_PAGE = 50


@dataclass(frozen=True)
class Option:
    value: str
    title: str
    is_chosen: bool


@dataclass(frozen=True)
class Next:
    """The second round."""

    slug: str
    title: str


@dataclass(frozen=True)
class OffersPage:
    title: str
    slug: str
    is_example: bool
    tabs: tuple[Tab, ...]
    places: Table
    offers: Table
    is_empty: bool
    states: tuple[Option, ...]
    keys: tuple[Option, ...]
    search: str
    pagination: Pagination
    may_add: bool
    times_added: int
    may_continue: bool
    continued_by: Next | None


def page(reader: User, round_: Round, asked: Mapping[str, str]) -> OffersPage:
    """Return the page as its address asks for it; what the address says wrongly is ignored."""
    places = list(round_.opportunities.select_related("opportunity"))
    found, state, key, search = _narrowed(reader, round_, asked)
    total = found.count()
    last = max(1, -(-total // PER_PAGE))
    typed = asked.get("page", "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1
    number = min(max(number, 1), last)
    rows = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    second = round_.continued_by.first()
    may_change = may_manage(reader, round_)
    here = reverse("office:offers", args=[round_.slug])
    kept = {
        name: value for name, value in (("state", state), ("place", key), ("q", search)) if value
    }
    return OffersPage(
        title=round_.title,
        slug=round_.slug,
        is_example=round_.is_example,
        tabs=tabs(round_, reader),
        places=_places_table(reader, places),
        offers=_offers_table(round_, rows, decided_by(reader, round_.applications.all())),
        is_empty=total == 0,
        states=(
            Option("", _("all"), not state),
            *(Option(each.value, str(each.label), state == each.value) for each in OfferState),
        ),
        keys=(
            Option("", _("all"), not key),
            *(Option(each.key, place_name(each), key == each.key) for each in places),
        ),
        search=search,
        pagination=Pagination.of(
            number, last, lambda page: f"{here}?{urlencode({**kept, 'page': page})}"
        ),
        may_add=may_change and round_.state == RoundState.RESULTS,
        times_added=count_seat_additions(round_),
        may_continue=may_change and second is None and any(seats_left(each) for each in places),
        continued_by=Next(second.slug, second.title) if second else None,
    )


def _narrowed(
    reader: User, round_: Round, asked: Mapping[str, str]
) -> tuple[QuerySet[Offer], str, str, str]:
    found = (
        Offer.objects.visible_to(reader)
        .filter(application__round=round_)
        .select_related("application__owner", "opportunity__opportunity")
    )
    state, key = asked.get("state", ""), asked.get("place", "")
    if state in OfferState.values:
        found = found.filter(state=state)
    else:
        state = ""
    if round_.opportunities.filter(key=key.replace("\x00", "")).exists():
        found = found.filter(opportunity__key=key)
    else:
        key = ""
    search = asked.get("q", "").replace("\x00", "").strip()[:100]
    owner = "application__owner__"
    found = with_words(
        found, search, f"{owner}first_name", f"{owner}last_name", f"{owner}preferred_name",
        f"{owner}email", "application__code",
    )  # fmt: skip
    order = (*by_name("application__owner"), "-made_at", "-pk")
    return found.order_by(*order), state, key, search


def _places_table(reader: User, places: list[RoundOpportunity]) -> Table:
    rows = []
    more = MoreSeats.objects.visible_to(reader)
    for place in places:
        offers = [each.meaning for each in place.offers.all()]
        added = sum(more.filter(opportunity=place).values_list("count", flat=True))
        rows.append(
            (
                Cell(place_name(place)),
                Cell(str(place.seats_to_give + added)),
                Cell(str(sum(each.is_accepted for each in offers))),
                Cell(str(sum(each.awaits_answer for each in offers))),
                Cell(str(seats_left(place))),
                Cell(str(place.held_back)),
            )
        )
    return Table(
        caption=_("Seats"),
        columns=(
            Column(_("Place")),
            Column(_("Seats"), numeric=True),
            Column(_("accepted"), numeric=True),
            Column(_("to be answered"), numeric=True),
            Column(_("free"), numeric=True),
            Column(_("held back before"), numeric=True),
        ),
        rows=rows,
    )


def _offers_table(round_: Round, offers: QuerySet[Offer], may_decide: set[int]) -> Table:
    is_running = round_.state == RoundState.RESULTS
    return Table(
        caption=_("Offers"),
        columns=(
            Column(_("Student")),
            Column(_("Place")),
            Column(_("choice"), numeric=True),
            Column(_("State")),
            Column(_("Answer by")),
            Column(_("Comes from")),
            Column(_("To do")),
        ),
        rows=[
            (
                Cell(str(each.application.owner), people.address_of(each.application.owner)),
                Cell(place_name(each.opportunity)),
                Cell(str(each.rank)),
                Cell(str(each.get_state_display())),
                Cell(moment(each.answer_by) if each.meaning.awaits_answer else "–"),
                Cell(str(each.get_origin_display())),
                Cell(
                    _("withdraw for the student"),
                    reverse("office:offer-give-up", args=[round_.slug, each.uuid]),
                )
                if is_running and each.meaning.is_accepted and each.application_id in may_decide
                else Cell("–"),
            )
            for each in offers
        ],
    )
