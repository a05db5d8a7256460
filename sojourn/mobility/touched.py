"""What a change of the catalogue touches, counted before it is made, without anybody's name.

Nobody's programme matters here: whoever retires a place has to know that students of another desk
have chosen it. So these are counts, and what is decided is written down with the change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from sojourn.catalogue.models import (
    Course,
    EntryKind,
    Guide,
    Opportunity,
    Precedent,
    PublicationStatus,
)
from sojourn.common.languages import LANGUAGES, Text
from sojourn.common.translated_fields import text_of
from sojourn.common.urls import url_for
from sojourn.mobility.models import Stay
from sojourn.mobility.states import StayState
from sojourn.people import outbox
from sojourn.people.models import User
from sojourn.planning.models import CoverWish, DatesFeed, TopFiveEntry
from sojourn.selection import rounds
from sojourn.selection.models import Choice, Offer, RoundOpportunity
from sojourn.selection.states import TAKES_SEAT, RoundState

KEEP, CHANGE, TELL, NOT_YET = "keep", "change", "tell", "not_yet"
_RULES_CHANGE = (RoundState.DRAFT, RoundState.PUBLISHED, RoundState.OPEN, RoundState.CLOSED)
_OVER = (StayState.FINISHED, StayState.WITHDRAWN)


@dataclass(frozen=True)
class Option:
    """One answer; `not_yet` keeps the change from being made."""

    value: str
    text: str | Promise


@dataclass(frozen=True)
class Touched:
    """One thing that the change touches, and what can be decided about it."""

    key: str
    title: str
    lines: tuple[str, ...]
    question: str | Promise
    options: tuple[Option, ...]
    href: str = ""


Decisions = Mapping[str, str]

_FIRST_SEE_TO_IT = Option(NOT_YET, gettext_lazy("Not now: I will look at that first"))


def by_retiring(kind: str, slug: str) -> tuple[Touched, ...]:
    """Return what somebody has who wants to take an entry from the site."""
    if kind == EntryKind.OPPORTUNITY:
        return (
            *(_round_without(each) for each in _rounds(slug)),
            *_top_fives(slug),
            *_offers(slug),
            *_stays(slug),
        )
    if kind == EntryKind.COURSE:
        return _course(slug)
    return _guide(slug)


def by_seats(slug: str, before: int | None, after: int | None) -> tuple[Touched, ...]:
    """Return the rounds that give seats of a place, whose number of seats is to change."""
    if before == after:
        return ()
    return tuple(_round_with_seats(each, after) for each in _rounds(slug))


def undecided(touched: tuple[Touched, ...], decisions: Decisions) -> tuple[Touched, ...]:
    """Return what nobody has decided about yet."""
    return tuple(
        each
        for each in touched
        if decisions.get(each.key) not in {option.value for option in each.options}
    )


def waits(touched: tuple[Touched, ...], decisions: Decisions) -> bool:
    """Tell whether something has to be seen to first."""
    return any(decisions.get(each.key) == NOT_YET for each in touched)


def change_seats_of_rounds(slug: str, after: int, decisions: Decisions, *, actor: User) -> None:
    """Change the seats of the rounds for which that was decided; everybody in them is told.

    Raises SelectionError where the rules of a round do not allow it.
    """
    for each in _rounds(slug):
        if decisions.get(_key(each)) != CHANGE:
            continue
        before, title = each.seats, text_of(each.opportunity, "title")
        said = {}
        for language in LANGUAGES:
            with override(language):
                said[language] = _(
                    "%(place)s: the number of seats goes from %(before)d to %(after)d."
                ) % {"place": title.get(language) or str(title), "before": before, "after": after}

        def write(row: object, found: RoundOpportunity = each) -> None:
            RoundOpportunity.objects.filter(pk=found.pk).update(seats=after)

        rounds.change_rules(each.round, write, Text(said), actor=actor)


def tell_top_fives(slug: str, *, actor: User) -> int:
    """Write to everybody who has a place in their top five that it is gone."""
    place = Opportunity.objects.get(slug=slug)
    found = _entries(slug).select_related("plan__owner")
    count = 0
    for entry in found:
        owner = entry.plan.owner
        if owner is None:
            continue
        outbox.post(
            key=f"place-retired:{place.pk}:{entry.pk}:{place.updated_at.isoformat()}",
            to=owner,
            write=_letter(place),
        )
        count += 1
    return count


def _letter(place: Opportunity) -> Callable[[], outbox.Letter]:
    def write() -> outbox.Letter:
        title = str(place.title)
        return outbox.Letter(
            _("A place in your top five is gone: %(place)s") % {"place": title},
            (
                _("%(place)s is in your top five. Students cannot go there any more.")
                % {"place": title},
                _("It stays on your list until you take it off. Other places are in the finder."),
            ),
            outbox.Link(_("Your plan"), url_for("plan:top-five")),
        )

    return write


# --- Places ---------------------------------------------------------------------------------------


def _rounds(slug: str) -> list[RoundOpportunity]:
    return list(
        RoundOpportunity.objects.filter(opportunity__slug=slug)
        .exclude(round__state=RoundState.FINISHED)
        .select_related("round", "opportunity")
        .annotate(
            chosen=Count("choices", filter=Q(choices__application__withdrawn_at=None)),
            first=Count(
                "choices", filter=Q(choices__application__withdrawn_at=None, choices__rank=1)
            ),
        )
        .order_by("round__closes_at", "pk")
    )


def _key(each: RoundOpportunity) -> str:
    return f"round-{each.round.slug}-{each.pk}"


def _in_round(each: RoundOpportunity) -> tuple[str, ...]:
    chosen, first = getattr(each, "chosen", 0), getattr(each, "first", 0)
    return (
        str(RoundState(each.round.state).label),
        ngettext("%(count)d applicant chose it", "%(count)d applicants chose it", chosen)
        % {"count": chosen},
        ngettext("%(count)d as the first choice", "%(count)d as the first choice", first)
        % {"count": first},
        ngettext("%(count)d seat in this round", "%(count)d seats in this round", each.seats)
        % {"count": each.seats},
    )


def _round_without(each: RoundOpportunity) -> Touched:
    return Touched(
        _key(each),
        str(each.round.title),
        _in_round(each),
        gettext_lazy("What happens in this round?"),
        (
            Option(KEEP, gettext_lazy("The round goes on with this place; only its page goes")),
            _FIRST_SEE_TO_IT,
        ),
        url_for("office:round", each.round.slug),
    )


def _round_with_seats(each: RoundOpportunity, after: int | None) -> Touched:
    keep = Option(
        KEEP,
        _("It keeps %(seats)d; the new number counts from the next round") % {"seats": each.seats},
    )
    options = [keep]
    if after is not None and after != each.seats and each.round.state in _RULES_CHANGE:
        options.append(
            Option(
                CHANGE,
                _("It goes to %(seats)d, and everybody in the round is told") % {"seats": after},
            )
        )
    return Touched(
        _key(each),
        str(each.round.title),
        _in_round(each),
        gettext_lazy("What happens in this round?"),
        (*options, _FIRST_SEE_TO_IT),
        url_for("office:round", each.round.slug),
    )


def _entries(slug: str) -> QuerySet[TopFiveEntry]:
    return TopFiveEntry.objects.filter(opportunity__slug=slug)


def _top_fives(slug: str) -> tuple[Touched, ...]:
    count = _entries(slug).count()
    if not count:
        return ()
    plans = _entries(slug).values("plan")
    feeds = DatesFeed.objects.filter(plan__in=plans, withdrawn_at=None).count()
    lines = [
        ngettext(
            "%(count)d student has it in their top five",
            "%(count)d students have it in their top five",
            count,
        )
        % {"count": count}
    ]
    if feeds:
        lines.append(
            ngettext(
                "%(count)d of them has its dates in a calendar",
                "%(count)d of them have its dates in a calendar",
                feeds,
            )
            % {"count": feeds}
        )
    return (
        Touched(
            "top-fives",
            _("Top fives"),
            tuple(lines),
            gettext_lazy("What do they hear?"),
            (
                Option(TELL, gettext_lazy("A mail today; the place stays on their list, as gone")),
                Option(KEEP, gettext_lazy("Nothing; the place stays on their list, as gone")),
                _FIRST_SEE_TO_IT,
            ),
        ),
    )


def _offers(slug: str) -> tuple[Touched, ...]:
    found = Offer.objects.filter(opportunity__opportunity__slug=slug, state__in=TAKES_SEAT)
    count = found.count()
    if not count:
        return ()
    line = ngettext(
        "%(count)d place is offered or accepted", "%(count)d places are offered or accepted", count
    ) % {"count": count}
    return (
        Touched(
            "offers",
            _("Offers"),
            (line,),
            gettext_lazy("What happens to them?"),
            (
                Option(KEEP, gettext_lazy("They hold: who was offered a place still has it")),
                _FIRST_SEE_TO_IT,
            ),
        ),
    )


def _stays(slug: str) -> tuple[Touched, ...]:
    count = Stay.objects.filter(opportunity__slug=slug).exclude(state__in=_OVER).count()
    if not count:
        return ()
    line = ngettext(
        "%(count)d stay is being prepared or under way",
        "%(count)d stays are being prepared or under way",
        count,
    ) % {"count": count}
    return (
        Touched(
            "stays",
            _("Stays"),
            (line,),
            gettext_lazy("What happens to them?"),
            (Option(KEEP, gettext_lazy("They go on as agreed")), _FIRST_SEE_TO_IT),
            url_for("office:stays"),
        ),
    )


# --- Courses and guides ---------------------------------------------------------------------------


def _course(slug: str) -> tuple[Touched, ...]:
    course = Course.objects.get(slug=slug)
    places = course.opportunities.filter(status=PublicationStatus.PUBLISHED)
    decided = Precedent.objects.filter(Q(host_course=course) | Q(home_course=course))
    wishes = CoverWish.objects.filter(Q(host_course=course) | Q(home_course=course)).count()
    lines = [str(place.title) for place in places.order_by("slug")]
    if count := decided.count():
        lines.append(
            ngettext(
                "%(count)d recognition of the past", "%(count)d recognitions of the past", count
            )
            % {"count": count}
        )
    if wishes:
        lines.append(
            ngettext("%(count)d plan of a student", "%(count)d plans of students", wishes)
            % {"count": wishes}
        )
    return _named_there("course", lines)


def _guide(slug: str) -> tuple[Touched, ...]:
    related = Guide.objects.filter(related__slug=slug, status=PublicationStatus.PUBLISHED)
    return _named_there("guide", [str(each.title) for each in related.order_by("position")])


def _named_there(key: str, lines: list[str]) -> tuple[Touched, ...]:
    if not lines:
        return ()
    return (
        Touched(
            key,
            _("Named there"),
            tuple(lines),
            gettext_lazy("What happens there?"),
            (Option(KEEP, gettext_lazy("It is no longer named there")), _FIRST_SEE_TO_IT),
        ),
    )


# --- Countries ------------------------------------------------------------------------------------


def by_country(codes: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Say of countries how many applied for places there, and how many go there or are there."""
    host = "opportunity__opportunity__hosts__country"
    applied = Counter(
        country
        for country, _application in Choice.objects.filter(
            **{f"{host}__in": codes}, application__withdrawn_at=None
        )
        .exclude(opportunity__round__state=RoundState.FINISHED)
        .values_list(host, "application")
        .distinct()
    )
    stays = Counter(
        (country, state == StayState.AWAY)
        for country, state, _stay in Stay.objects.filter(hosts__country__in=codes)
        .exclude(state__in=_OVER)
        .values_list("hosts__country", "state", "pk")
        .distinct()
    )
    return {code: _whom(applied[code], stays[code, False], stays[code, True]) for code in codes}


def _whom(applied: int, going: int, away: int) -> tuple[str, ...]:
    lines = []
    if applied:
        lines.append(
            ngettext(
                "%(count)d student applied for a place there",
                "%(count)d students applied for a place there",
                applied,
            )
            % {"count": applied}
        )
    if going:
        lines.append(
            ngettext("%(count)d student goes there", "%(count)d students go there", going)
            % {"count": going}
        )
    if away:
        lines.append(
            ngettext("%(count)d student is there now", "%(count)d students are there now", away)
            % {"count": away}
        )
    return tuple(lines)
