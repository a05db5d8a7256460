"""The allocation of a round for the office: methods side by side, the run, who approved it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sojourn.design.components import Cell, Column, Fact, Table
from sojourn.engines.allocation import Method, MethodReport, NotApplicable, compare_methods
from sojourn.engines.allocation.lottery import lots
from sojourn.office.shared.people import address_of as person_page
from sojourn.people.models import User
from sojourn.selection import run_file, runs
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import AllocationRun, Application, Round
from sojourn.selection.offers import moment, place_name
from sojourn.selection.permissions import (
    may_manage,
    may_see_all_applicants,
    rounds_seen_whole,
)
from sojourn.selection.problem import problem_of
from sojourn.selection.scoring import score_sheet
from sojourn.selection.states import ApplicationState, RoundState

# How many of a waiting list the preview shows.
FIRST_WAITING = 5

METHOD_NAMES = {
    Method.DEFERRED_ACCEPTANCE: gettext_lazy("Respects every priority (deferred acceptance)"),
    Method.SERIAL_DICTATORSHIP: gettext_lazy("One queue by score"),
    Method.RANK_MAXIMAL: gettext_lazy("Most first choices (for comparison)"),
    Method.MOST_PLACED: gettext_lazy("Most students placed (for comparison)"),
}
WHAT_IS_GIVEN_UP = {
    Method.RANK_MAXIMAL: gettext_lazy("ignores scores and promised seats"),
    Method.MOST_PLACED: gettext_lazy("ignores scores and promised seats"),
}


@dataclass(frozen=True)
class Tab:
    """One of the pages about a round."""

    name: str
    title: str
    href: str


@dataclass(frozen=True)
class Approval:
    by: str
    at: str


@dataclass(frozen=True)
class PlacePreview:
    """Who is admitted to one place, and who would be next."""

    place: str
    seats: str
    table: Table


@dataclass(frozen=True)
class RunPage:
    number: int
    facts: tuple[Fact, ...]
    approvals: tuple[Approval, ...]
    needed: str
    is_approved_enough: bool
    is_own_approval: bool
    is_outdated: bool
    """Values changed since: the same rules would get another input today."""
    places: tuple[PlacePreview, ...]
    not_placed: str


@dataclass(frozen=True)
class AllocationPage:
    title: str
    slug: str
    is_example: bool
    state: str
    tabs: tuple[Tab, ...]
    problem: str
    lacks_values: bool
    comparison: Table | None
    may_run: bool
    run: RunPage | None
    is_decided: bool
    certificate_href: str


def rounds_table(reader: User, rounds: QuerySet[Round]) -> Table:
    """Every closed round, with how far it is."""
    whole = set(rounds_seen_whole(reader).values_list("pk", flat=True))
    counted = rounds.annotate(
        handed_in=Count("applications", filter=Q(applications__state=ApplicationState.SUBMITTED))
    )
    return Table(
        caption=_("Rounds that have closed"),
        columns=(
            Column(_("Round")),
            Column(_("Academic year")),
            Column(_("State")),
            Column(_("Applications"), numeric=True),
        ),
        rows=[
            (
                Cell(
                    each.title,
                    _first_page(each, is_seen_whole=each.pk in whole),
                    example=each.is_example,
                ),
                Cell(each.academic_year),
                Cell(str(each.get_state_display())),
                Cell(str(each.handed_in)),
            )
            for each in counted.order_by("-closes_at", "slug")
        ],
    )


def _first_page(round_: Round, *, is_seen_whole: bool) -> str:
    if is_seen_whole:
        return reverse("office:allocation", args=[round_.slug])
    if round_.state in (RoundState.RESULTS, RoundState.FINISHED):
        return reverse("office:offers", args=[round_.slug])
    return ""


def tabs(round_: Round, reader: User) -> tuple[Tab, ...]:
    """List the pages about this round that its state and the reader's roles allow."""
    sees_all = may_see_all_applicants(reader, round_)
    found = [("allocation", _("Allocation"))] if sees_all else []
    if sees_all and round_.state in (RoundState.CLOSED, RoundState.ALLOCATED):
        found.append(("what-if", _("What if")))
    if round_.state in (RoundState.RESULTS, RoundState.FINISHED):
        found += [
            ("offers", _("Offers")),
            ("nominations", _("Nominations")),
            ("objections", _("Objections")),
        ]
    if sees_all:
        found.append(("statistics", _("Statistics")))
    return tuple(
        Tab(name, title, reverse(f"office:{name}", args=[round_.slug])) for name, title in found
    )


def page(round_: Round, reader: User) -> AllocationPage:
    """Everything that the page of the allocation shows."""
    run = runs.newest_run(round_)
    is_decided = round_.state in (RoundState.RESULTS, RoundState.FINISHED)
    comparison, problem, lacks_values = None, "", False
    if not is_decided:
        sheet = score_sheet(round_)
        lacks_values = bool(sheet.missing)
        try:
            comparison = comparison_table(compare_methods(problem_of(round_, sheet)))
        except SelectionError as error:
            problem = error.message
    has_run = run is not None and round_.state != RoundState.CLOSED
    return AllocationPage(
        title=round_.title,
        slug=round_.slug,
        is_example=round_.is_example,
        state=str(round_.get_state_display()),
        tabs=tabs(round_, reader),
        problem=problem,
        lacks_values=lacks_values,
        comparison=comparison,
        may_run=round_.state == RoundState.CLOSED and not problem and may_manage(reader, round_),
        run=run_page(run, reader) if run is not None and has_run else None,
        is_decided=is_decided,
        certificate_href=(
            reverse("results:certificate", args=[round_.slug])
            if hasattr(round_, "publication")
            else ""
        ),
    )


def comparison_table(reports: Iterable[MethodReport | NotApplicable]) -> Table:
    """One line a method: who gets which choice, who none, and what fairness is given up."""
    found = list(reports)
    longest = max(
        (len(each.placed_by_rank) for each in found if isinstance(each, MethodReport)), default=0
    )
    columns = (
        Column(_("Method")),
        *(
            Column(_("choice %(rank)d") % {"rank": rank}, numeric=True)
            for rank in range(1, longest + 1)
        ),
        Column(_("no place"), numeric=True),
        Column(_("passed over"), numeric=True),
        Column(_("What it costs")),
    )
    return Table(
        _("What each method would do"), columns, [_method_row(each, longest) for each in found]
    )


def _method_row(report: MethodReport | NotApplicable, longest: int) -> tuple[Cell, ...]:
    name = Cell(str(METHOD_NAMES[report.method]))
    if isinstance(report, NotApplicable):
        empty = (Cell("–"),) * (longest + 2)
        return (name, *empty, Cell(_("does not fit this round")))
    counts = [*report.placed_by_rank, *[0] * (longest - len(report.placed_by_rank))]
    given_up = str(WHAT_IS_GIVEN_UP.get(report.method, "")) or _("nothing: nobody is passed over")
    return (
        name,
        *(Cell(str(count)) for count in counts),
        Cell(str(report.not_placed)),
        Cell(str(report.students_passed_over)),
        Cell(given_up),
    )


def run_page(run: AllocationRun, reader: User) -> RunPage:
    """Return the run that is to be decided about, with a preview of what would be published."""
    approvals = list(run.approvals.select_related("by"))
    needed = runs.approvals_needed(run.round)
    places, not_placed = _preview(run, reader)
    return RunPage(
        number=run.number,
        facts=(
            Fact(_("Made"), f"{moment(run.made_at)}, {run.made_by or '–'}"),
            Fact(_("Method, version"), f"{run.method}, {run.method_version}"),
            Fact(_("Digest of the input"), run.input_digest),
            Fact(_("Digest of the file"), run.published_digest),
        ),
        approvals=tuple(Approval(str(each.by), moment(each.at)) for each in approvals),
        needed=ngettext(
            "%(count)d person has to approve before it can be published.",
            "%(count)d people have to approve before it can be published.",
            needed,
        )
        % {"count": needed},
        is_approved_enough=len(approvals) >= needed,
        is_own_approval=any(each.by_id == reader.pk for each in approvals),
        is_outdated=_is_outdated(run),
        places=places,
        not_placed=ngettext(
            "%(count)d applicant has no place.", "%(count)d applicants have no place.", not_placed
        )
        % {"count": not_placed},
    )


def _is_outdated(run: AllocationRun) -> bool:
    if run.round.state != RoundState.ALLOCATED:
        return False
    try:
        return run_file.input_bytes(problem_of(run.round)) != bytes(run.input)
    except SelectionError:
        return True


def _preview(run: AllocationRun, reader: User) -> tuple[tuple[PlacePreview, ...], int]:
    data, method = bytes(run.input), Method(run.method)
    problem = run_file.problem_from(data)
    result = run_file.result_from(data, method)
    placed = {each.application: each for each in result.placements}
    lot = lots(problem.seed, placed)
    people = {
        each.code: each
        for each in Application.objects.visible_to(reader)
        .filter(round=run.round)
        .select_related("owner")
    }
    previews = []
    for place in run.round.opportunities.select_related("opportunity"):
        asking = [
            (choice.score, lot[each.id], rank, each.id)
            for each in problem.applications
            for rank, choice in enumerate(each.choices, start=1)
            if choice.opportunity == place.key and choice.score is not None
        ]
        asking.sort(key=lambda each: (-each[0], each[1]))
        admitted = [each for each in asking if placed[each[3]].opportunity == place.key]
        waiting = [
            each for each in asking if (got := placed[each[3]].rank) is None or got > each[2]
        ]
        lines = [
            *((each, _("admitted")) for each in admitted),
            *(
                (each, _("waiting list, number %(place)d") % {"place": number})
                for number, each in enumerate(waiting[:FIRST_WAITING], start=1)
            ),
        ]
        rows = [
            (
                Cell(str(people[code].owner), person_page(people[code].owner))
                if code in people
                else Cell("–"),
                Cell(code),
                Cell(str(rank)),
                Cell(points(score, problem.score_digits)),
                Cell(str(number)),
                Cell(standing),
            )
            for (score, number, rank, code), standing in lines
        ]
        previews.append(
            PlacePreview(
                place_name(place),
                _("%(admitted)d of %(seats)d seats, %(waiting)d waiting")
                % {
                    "admitted": len(admitted),
                    "seats": place.seats_to_give,
                    "waiting": len(waiting),
                },
                Table(place_name(place), _preview_columns(), rows),
            )
        )
    return tuple(previews), sum(each.opportunity is None for each in result.placements)


def _preview_columns() -> tuple[Column, ...]:
    return (
        Column(_("Student")),
        Column(_("Code")),
        Column(_("choice"), numeric=True),
        Column(_("points"), numeric=True),
        Column(_("lot"), numeric=True),
        Column(_("Position")),
    )


def points(score: int, digits: int) -> str:
    """Return a score as people read it."""
    return number_format(Decimal(score).scaleb(-digits), decimal_pos=digits)


@dataclass(frozen=True)
class PublishPage:
    title: str
    slug: str
    number: int
    consequences: tuple[str, ...]


def publish_page(run: AllocationRun) -> PublishPage:
    """Return what will happen when this run is published."""
    result = run_file.result_from(bytes(run.input), Method(run.method))
    offered = sum(each.opportunity is not None for each in result.placements)
    return PublishPage(
        run.round.title,
        run.round.slug,
        run.number,
        (
            ngettext(
                "%(count)d student is offered a place.",
                "%(count)d students are offered a place.",
                offered,
            )
            % {"count": offered},
            ngettext(
                "%(count)d mail is sent, to everyone who applied.",
                "%(count)d mails are sent, to everyone who applied.",
                len(result.placements),
            )
            % {"count": len(result.placements)},
            _(
                "The seed of the lottery and the result, with codes instead of names, "
                "become public."
            ),
            _("From then on an accepted place is never withdrawn."),
        ),
    )
