"""What the office does with a round: draft, copy, publish, change with a public note, delete."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, RestrictedError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue import academic_years
from sojourn.catalogue.models import Edition
from sojourn.common.languages import Text
from sojourn.common.translated_fields import columns_of
from sojourn.engines.allocation import commitment, new_seed
from sojourn.people import audit, outbox
from sojourn.people.models import User
from sojourn.people.outbox import Letter, Link
from sojourn.selection import agreements, calendar, rules
from sojourn.selection.changes import locked, move
from sojourn.selection.errors import NotAllowedNowError, SelectionError
from sojourn.selection.models import (
    Lottery,
    PublicNote,
    Round,
    RoundOpportunity,
)
from sojourn.selection.states import ApplicationState, RoundState

DEFAULT_ANSWER_DAYS = 7
MOMENTS = ("opens_at", "closes_at", "results_at", "answer_by")
# Other pages stand at these addresses beside the rounds.
_TAKEN = {"mine", "results", "rounds", "new"}
_CHANGEABLE_WITH_A_NOTE = (RoundState.PUBLISHED, RoundState.OPEN, RoundState.CLOSED)


def draft(slug: str, title: Text, academic_year: str, *, actor: User) -> Round:
    """Begin a new round, with the rules of the edition where it has some.

    Raises SelectionError when the address is taken, or none at all.
    """
    _require_address(slug)
    try:
        with transaction.atomic():
            made = Round.objects.create(
                slug=slug,
                academic_year=academic_year,
                **columns_of("title", title),
                **_rules_of_the_edition(),
            )
            audit.record("round.drafted", actor=actor, about=None, on=made)
            return made
    except IntegrityError as error:
        raise SelectionError(_("There is already a round with this address.")) from error


def copy(
    source: Round,
    slug: str,
    academic_year: str,
    *,
    otherwise: Mapping[str, Any] | None = None,
    actor: User,
) -> Round:
    """Draft a round with the rules of an earlier one, its calendar a year on.

    The edition says whether weekdays or dates stay. `otherwise` are columns of the round that say
    something else. Not copied: applications, reviewers, notes, the lottery. Raises SelectionError
    when the address is taken, or none at all.
    """
    _require_address(slug)
    try:
        with transaction.atomic():
            made = _copied_round(source, slug, academic_year, otherwise or {})
            _copy_parts(source, made)
            audit.record(
                "round.copied", actor=actor, about=None, on=made, details={"from": source.slug}
            )
            return made
    except IntegrityError as error:
        raise SelectionError(_("There is already a round with this address.")) from error


def publish(round_: Round, *, actor: User) -> Round:
    """Publish the rules, and commit to the seed of the lottery.

    Raises SelectionError with everything that is still wrong with the rules.
    """
    with transaction.atomic():
        row = locked(round_)
        _require_no_problems(row)
        now = timezone.now()
        if row.closes_at is not None and row.closes_at <= now:
            raise SelectionError(_("The closing time of this round has already passed."))
        seed = new_seed()
        Lottery.objects.get_or_create(
            round=row, defaults={"seed": seed, "commitment": commitment(seed)}
        )
        row.published_at = now
        move(row, "publish", actor=actor)
        calendar.announce()
        calendar.schedule_next_moment(row, now)
    return calendar.follow(row, now)


def unpublish(round_: Round, *, actor: User) -> Round:
    """Make a published round a draft again, as long as nobody could apply."""
    with transaction.atomic():
        row = locked(round_)
        if row.applications.exists():
            raise NotAllowedNowError(
                _("Students have started to apply, so this round stays public.")
            )
        move(row, "unpublish", actor=actor)
        calendar.announce()
        return row


def change_rules(
    round_: Round, write: Callable[[Round], None], note: Text | None, *, actor: User
) -> tuple[rules.Difference, ...]:
    """Change the rules with `write`, under the round's lock, with a public note.

    A draft changes freely. Once published, a change needs a note in both languages, which is
    dated, shown on the round's page and sent to everybody who has begun an application; and the
    rules must still be whole. Once the seats are allocated nothing changes any more. Raises
    SelectionError, and then nothing was changed. Returns what changed.
    """
    try:
        with transaction.atomic():
            row = locked(round_)
            before = rules.rules_of(row)
            write(row)
            row.refresh_from_db()
            changed = rules.differences(before, rules.rules_of(row))
            if changed:
                _tell(row, changed, note, actor)
            return changed
    except (ProtectedError, RestrictedError) as error:
        raise SelectionError(
            _(
                "Students have already chosen or answered what you want to remove, so "
                "it has to stay."
            )
        ) from error
    except IntegrityError as error:
        raise SelectionError(
            _("These rules contradict each other: check dates, seats and duplicates.")
        ) from error


def delete(round_: Round, *, actor: User) -> None:
    """Delete a draft. Raises NotAllowedNowError once it was published."""
    with transaction.atomic():
        row = locked(round_)
        if row.state != RoundState.DRAFT or row.applications.exists():
            raise NotAllowedNowError(_("Only a draft can be deleted."))
        audit.record("round.deleted", actor=actor, about=None, on=row, details={"slug": row.slug})
        row.delete()


def answer_by(results_at: dt.datetime) -> dt.datetime:
    """Return until when offers are answered where the round does not say otherwise.

    The end of the day, as many days after the results as the edition gives.
    """
    edition = Edition.objects.first()
    days = DEFAULT_ANSWER_DAYS if edition is None else edition.answer_days
    day = timezone.localdate(results_at) + dt.timedelta(days=days)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59)))


def _rules_of_the_edition() -> dict[str, Any]:
    edition = Edition.objects.first()
    if edition is None:
        return {}
    return {
        "approvals_needed": 2 if edition.second_person_approves else 1,
        "may_accept_and_wait": edition.may_stay_on_the_list,
        "remind_days_before": edition.remind_application_days,
    }


def _require_address(slug: str) -> None:
    try:
        Round._meta.get_field("slug").clean(slug, None)
    except ValidationError as error:
        raise SelectionError(
            _("Small letters, digits and hyphens, such as autumn-2027.")
        ) from error
    if slug in _TAKEN:
        raise SelectionError(_("There is already a round with this address."))


def _tell(
    row: Round, changed: tuple[rules.Difference, ...], note: Text | None, actor: User
) -> None:
    fields = [each.what for each in changed]
    if row.state == RoundState.DRAFT:
        audit.record("round.edited", actor=actor, about=None, on=row, details={"rules": fields})
        return
    if row.state not in _CHANGEABLE_WITH_A_NOTE:
        raise NotAllowedNowError(_("The seats are allocated; the rules can no longer change."))
    if note is None or note.missing:
        raise SelectionError(_("This round is public. Say in each language what changes and why."))
    _require_no_problems(row)
    row.rules_revision += 1
    row.save(update_fields=["rules_revision", "updated_at"])
    public = PublicNote.objects.create(
        round=row,
        revision=row.rules_revision,
        by=actor,
        changes=[asdict(each) for each in changed],
        **columns_of("text", note.stripped()),
    )
    audit.record(
        "round.rules_changed",
        actor=actor,
        about=None,
        on=row,
        details={"revision": row.rules_revision, "rules": fields},
    )
    _write_to_applicants(row, public)
    if row.state == RoundState.CLOSED and calendar.is_before_the_end(row, timezone.now()):
        move(row, "reopen", actor=actor)
    calendar.announce()
    calendar.schedule_next_moment(row, timezone.now())


def _write_to_applicants(row: Round, note: PublicNote) -> None:
    applications = row.applications.exclude(state=ApplicationState.WITHDRAWN)
    for application in applications.select_related("owner"):
        outbox.post(
            key=f"round-note:{row.pk}:{note.revision}:{application.uuid}",
            to=application.owner,
            write=lambda: Letter(
                subject=_("The rules of “%(round)s” have changed") % {"round": row.title},
                paragraphs=(
                    note.text,
                    _("You receive this because you applied in this round, or started to."),
                ),
                link=Link(_("Read the rules"), reverse("apply:round", args=[row.slug])),
            ),
        )


def _require_no_problems(row: Round) -> None:
    with agreements.taking_turns():
        problems = rules.problems_of(row)
    if problems:
        raise SelectionError(" ".join(problems))


def _copied_round(
    source: Round, slug: str, academic_year: str, otherwise: Mapping[str, Any]
) -> Round:
    made = Round(slug=slug, copied_from=source)
    for name in rules.FIELDS:
        setattr(made, name, getattr(source, name))
    made.academic_year = academic_year
    moments = {name: getattr(source, name) for name in MOMENTS}
    moved = academic_years.moments_on(moments, 1, academic_years.rules().keeps)
    for name, value in {**moved, **otherwise}.items():
        setattr(made, name, value)
    made.save()
    return made


def _copy_parts(source: Round, made: Round) -> None:
    for programme in source.programmes.all():
        programme.pk, programme.round = None, made
        programme.save()
    for opportunity in source.opportunities.prefetch_related("quotas"):
        _copy_opportunity(opportunity, made)
    for criterion in source.criteria.prefetch_related("levels"):
        levels = list(criterion.levels.all())
        criterion.pk, criterion.round = None, made
        criterion.save()
        for level in levels:
            level.pk, level.criterion = None, criterion
            level.save()
    for question in source.questions.all():
        question.pk, question.round = None, made
        question.save()


def _copy_opportunity(row: RoundOpportunity, made: Round) -> None:
    quotas = list(row.quotas.all())
    row.pk, row.round = None, made
    if row.nomination_deadline is not None:
        row.nomination_deadline = academic_years.on(
            row.nomination_deadline, 1, academic_years.rules().keeps
        )
    row.save()
    for quota in quotas:
        quota.pk, quota.opportunity = None, row
        quota.save()
