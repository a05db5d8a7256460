"""A round as the allocation engine's Problem: nothing added, nothing lost."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from sojourn.engines import allocation as engine
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Round, RoundOpportunity
from sojourn.selection.scoring import ScoreSheet, score_sheet


def problem_of(round_: Round, sheet: ScoreSheet | None = None) -> engine.Problem:
    """Return the round ready to be allocated. `sheet` is its scoring, if it was made already.

    Raises SelectionError while values are missing: a missing grade is not a zero.
    """
    if sheet is None:
        sheet = score_sheet(round_)
    if sheet.missing:
        raise SelectionError(
            _("%(count)d values are missing, so not every application can be scored yet.")
            % {"count": len(sheet.missing)}
        )
    return engine.Problem(
        round=round_.slug,
        seed=round_.lottery.seed,
        score_digits=round_.score_digits,
        opportunities=tuple(
            engine_opportunity(each, round_.score_digits)
            for each in round_.opportunities.prefetch_related("quotas")
        ),
        applications=tuple(
            engine.Application(
                application.code,
                application.category,
                tuple(engine.Choice(each.choice.opportunity.key, each.score) for each in scored),
            )
            for application, scored in sheet.rows
        ),
    )


def engine_opportunity(row: RoundOpportunity, digits: int) -> engine.Opportunity:
    return engine.Opportunity(
        row.key,
        row.seats_to_give,
        tuple(engine.Quota(each.category, each.minimum, each.maximum) for each in row.quotas.all()),
        _whole_steps(row.minimum_score, digits),
    )


def _whole_steps(score: Decimal | None, digits: int) -> int | None:
    """Round a minimum up to whole steps."""
    if score is None:
        return None
    scaled = score.scaleb(digits)
    return int(scaled.to_integral_value(rounding="ROUND_CEILING"))
