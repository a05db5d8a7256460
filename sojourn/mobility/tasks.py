"""The worker's nightly tasks for stays. Running them twice does no harm."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from sojourn.catalogue import keeping
from sojourn.mobility import (
    retention,
    steps,
    unused_accounts,
    whereabouts,
    whereabouts_file,
)
from sojourn.mobility.homecoming import asking, ledger

# A week's notice, in every month: departures of September are prepared in July.
NOTICE_DAYS = 7


@task()
def run_nightly_jobs() -> None:
    """Give turns, open what ran out, remind of what is due, ask, delete what is kept no longer."""
    now = timezone.now()
    steps.follow(now)
    steps.remind_of_due(now, days=NOTICE_DAYS)
    whereabouts.ask_who_arrived(now)
    asking.ask_by_rule(now)
    ledger.follow(now)
    for kind in (retention.WHEREABOUTS, retention.INCIDENTS, retention.STAYS):
        keeping.end(kind, now)
    unused_accounts.tell(now)
    keeping.end(unused_accounts.ACCOUNTS, now)


@task()
def write_call_list() -> None:
    """Write who is where to the place outside this machine, if one is set."""
    if whereabouts_file.is_set_up():
        whereabouts_file.write(timezone.now())
