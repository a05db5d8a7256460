"""Those who come home, as a list: what is there of each, and what is waited for."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from sojourn.common.folding import by_name
from sojourn.common.view_marks import lists_people
from sojourn.mobility import naming, queries
from sojourn.mobility.homecoming.queries import Lack, coming_home, lacking
from sojourn.mobility.models import Stay
from sojourn.mobility.states import StayState, TranscriptState
from sojourn.office.shared import formatting, lists, people
from sojourn.office.shared.access import office_page, who
from sojourn.office.stays.forms import roads
from sojourn.people.permissions import may_enter_office

_TONES = {
    TranscriptState.WAITING: "warn",
    TranscriptState.CHECKED: "good",
    TranscriptState.REFUSED: "bad",
}
_STATES = (StayState.AWAY, StayState.INTERRUPTED, StayState.BACK)


@require_safe
@lists_people
@office_page(may_enter_office)
def stays_home(request: HttpRequest) -> HttpResponse:
    seen = Stay.objects.visible_to(who(request)).select_related("student", "opportunity", "road")
    return lists.answer(
        request,
        "office/stays/templates/home-list.html",
        kind(),
        coming_home(seen).prefetch_related("hosts"),
        {"part": "coming-home"},
    )


def kind() -> lists.Kind[Stay]:
    return lists.Kind(
        caption=_("Coming home"),
        columns=(
            lists.Column("place", gettext_lazy("Place"), ("title__folded",)),
            lists.Column("student", gettext_lazy("Student"), by_name("student")),
            lists.Column("ends", gettext_lazy("Last day"), ("ends_on",)),
            lists.Column("days", gettext_lazy("Days confirmed"), ("has_days",)),
            lists.Column("transcript", gettext_lazy("Transcript")),
            lists.Column("courses", gettext_lazy("Courses decided"), ("decided",)),
        ),
        row=_row,
        empty=_("Nobody comes home now."),
        first_order="ends",
        filters=(
            lists.Filter("road", gettext_lazy("Road"), tuple(roads()), _on_road),
            lists.Filter("lacks", gettext_lazy("Waits for"), tuple(Lack.choices), lacking),
            lists.Filter(
                "state",
                gettext_lazy("State"),
                tuple((each.value, each.label) for each in _STATES),
                _in_state,
            ),
        ),
        search=queries.matching,
        name="coming-home",
    )


def _on_road(found: QuerySet[Stay], value: str) -> QuerySet[Stay]:
    return found.filter(road__slug=value)


def _in_state(found: QuerySet[Stay], value: str) -> QuerySet[Stay]:
    return found.filter(state=value)


def _row(stay: Stay) -> lists.Row:
    held = getattr(stay, "transcript", None)
    courses, decided = getattr(stay, "courses", 0), getattr(stay, "decided", 0)
    has_days = getattr(stay, "has_days", False)
    return lists.Row(
        key=str(stay.uuid),
        cells=(
            lists.Cell(naming.place_of(stay), reverse("office:stay-home", args=[stay.uuid])),
            people.cell(stay.student),
            lists.Cell(formatting.full_day(stay.ends_on) if stay.ends_on else _("not known")),
            lists.Cell(_("yes"), tone="good") if has_days else lists.Cell(_("no"), tone="warn"),
            lists.Cell(TranscriptState(held).label, tone=_TONES[TranscriptState(held)])
            if held
            else lists.Cell(_("none yet"), tone="warn"),
            lists.Cell(
                _("%(decided)d of %(courses)d") % {"decided": decided, "courses": courses}
                if courses
                else "",
                tone="good" if courses and decided == courses else "",
            ),
        ),
    )
