"""Allocate a round: run, approve, set aside, publish. Nothing is published by accident."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.models import Edition
from sojourn.engines.allocation import AllocationError, Method, Problem, allocate, write_result
from sojourn.engines.allocation.result import METHOD_VERSION
from sojourn.people import audit
from sojourn.people.models import User
from sojourn.selection import calendar, offers, run_file
from sojourn.selection.changes import locked, move
from sojourn.selection.errors import NotAllowedNowError, SelectionError
from sojourn.selection.models import (
    AllocationRun,
    Approval,
    Objection,
    Offer,
    Publication,
    Round,
)
from sojourn.selection.problem import problem_of
from sojourn.selection.states import AWAITS_ANSWER, ObjectionState, RoundState


def newest_run(round_: Round) -> AllocationRun | None:
    """Return the last run that was made, the one that the office looks at."""
    return round_.runs.order_by("-number").first()


def allocate_round(round_: Round, *, actor: User) -> AllocationRun:
    """Allocate a closed round and store the run. Publishes nothing.

    Raises SelectionError while a value is missing, or when the rules contradict each other.
    """
    with transaction.atomic():
        row = locked(round_)
        move(row, "allocate", actor=actor)
        run = _store(row, problem_of(row), actor)
        audit.record(
            "run.made",
            actor=actor,
            about=None,
            on=run,
            details={"number": run.number, "input": run.input_digest},
        )
        return run


def _store(row: Round, problem: Problem, actor: User) -> AllocationRun:
    method = Method.DEFERRED_ACCEPTANCE
    try:
        result = write_result(allocate(problem, method))
        published = run_file.public_file(problem, method)
    except AllocationError as error:
        raise SelectionError(
            _("This round cannot be allocated: %(reason)s") % {"reason": error}
        ) from error
    given = run_file.input_bytes(problem)
    last = newest_run(row)
    return AllocationRun.objects.create(
        round=row,
        number=last.number + 1 if last else 1,
        method=method,
        method_version=METHOD_VERSION,
        input=given,
        input_digest=_digest(given),
        result=result,
        result_digest=_digest(result),
        published=published,
        published_digest=_digest(published),
        made_by=actor,
    )


def _digest(data: bytes) -> str:
    return "sha256:" + sha256(data).hexdigest()


def reproduces_result(run: AllocationRun) -> bool:
    """Tell whether the stored input gives, today, the very bytes of the stored result."""
    problem = run_file.problem_from(bytes(run.input))
    method = Method(run.method)
    return write_result(allocate(problem, method)) == bytes(run.result) and (
        run_file.public_file(problem, method) == bytes(run.published)
    )


def approvals_needed(round_: Round) -> int:
    """Return how many people must approve: the round says it, the edition may ask for two."""
    edition = Edition.objects.first()
    by_edition = 2 if edition is not None and edition.second_person_approves else 1
    return max(round_.approvals_needed, by_edition)


def approve(run: AllocationRun, *, actor: User) -> Approval:
    """Approve a run. Approving twice changes nothing.

    Raises NotAllowedNowError when the run is no longer the one to be published.
    """
    with transaction.atomic():
        row = locked(run.round)
        _require_current(row, run)
        approval, is_new = Approval.objects.get_or_create(run=run, by=actor)
        if is_new:
            audit.record("run.approved", actor=actor, about=None, on=run)
        return approval


def withdraw_approval(run: AllocationRun, *, actor: User) -> None:
    """Withdraw the approval of a run that is not published yet."""
    with transaction.atomic():
        row = locked(run.round)
        _require_current(row, run)
        gone, _each = Approval.objects.filter(run=run, by=actor).delete()
        if gone:
            audit.record("run.approval_withdrawn", actor=actor, about=None, on=run)


def set_aside(run: AllocationRun, *, actor: User) -> Round:
    """Return to the closed round, to correct something and run again. The run stays on record."""
    with transaction.atomic():
        row = locked(run.round)
        _require_current(row, run)
        move(row, "set_aside", actor=actor, run=run.number)
        return row


def publish(run: AllocationRun, *, actor: User) -> Publication:
    """Make a run the round's results: offers go out, the lottery's seed becomes public.

    Raises NotAllowedNowError unless enough people stand for exactly this run.
    """
    with transaction.atomic():
        row = locked(run.round)
        _require_current(row, run)
        needed = approvals_needed(row)
        if run.approvals.count() < needed:
            raise NotAllowedNowError(
                _("This result can be published when %(count)d people have approved it.")
                % {"count": needed}
            )
        move(row, "publish_results", actor=actor, run=run.number)
        now = timezone.now()
        publication = Publication.objects.create(
            round=row,
            run=run,
            by=actor,
            at=now,
            objections_until=now + dt.timedelta(days=row.objection_days),
        )
        audit.record("run.published", actor=actor, about=None, on=run)
        offers.make_first_offers(row, run, now)
        calendar.announce()
        return publication


def finish(round_: Round, *, actor: User) -> Round:
    """End the waiting list; accepted places stay.

    Raises NotAllowedNowError while an offer or an objection still waits for its answer.
    """
    with transaction.atomic():
        row = locked(round_)
        if Offer.objects.filter(application__round=row, state__in=AWAITS_ANSWER).exists():
            raise NotAllowedNowError(_("Some offers are still to be answered."))
        objections = Objection.objects.filter(application__round=row, state=ObjectionState.OPEN)
        if objections.exists():
            raise NotAllowedNowError(_("Some objections are still to be decided."))
        move(row, "finish", actor=actor)
        calendar.announce()
        return row


def _require_current(row: Round, run: AllocationRun) -> None:
    newest = newest_run(row)
    if row.state != RoundState.ALLOCATED or newest is None or newest.pk != run.pk:
        raise NotAllowedNowError(
            _("This run is no longer the current one. Look at the round again.")
        )
