"""What an application that is deleted leaves behind: a place in the counts of its round."""

from __future__ import annotations

from collections import Counter

from django.db.models import QuerySet

from sojourn.selection.models import Application, Choice, Offer, PastApplicants, Round
from sojourn.selection.models.results import LATER_ORIGINS
from sojourn.selection.states import RoundState
from sojourn.selection.statistics import add, count, from_json, to_json

# Before that nobody counts: the results are made without whoever left.
COUNTS = (RoundState.RESULTS, RoundState.FINISHED)


def keep(round_: Round, applications: QuerySet[Application]) -> None:
    """Add what these applications count, before they are deleted in the same transaction.

    The round is locked, so that two deletions add one after the other.
    """
    if round_.state not in COUNTS:
        return
    # The seats are the round's, not theirs.
    seats = dict.fromkeys(round_.opportunities.values_list("key", flat=True), 0)
    counted = count(round_, applications, seats)
    submitted = applications.filter(submitted_at__isnull=False)
    wanted = Choice.objects.filter(application__in=submitted.values("pk"))
    called = Offer.objects.filter(application__in=applications, origin__in=LATER_ORIGINS)
    lists = {
        "wanted": Counter(wanted.values_list("opportunity__key", flat=True)),
        # A place is offered to somebody once, however often.
        "called": Counter(
            key for key, _who in set(called.values_list("opportunity__key", "application"))
        ),
    }
    past = PastApplicants.objects.filter(round=round_).first()
    if past is None:
        PastApplicants.objects.create(round=round_, counts=to_json(counted), lists=lists)
        return
    past.counts = to_json(add(from_json(past.counts), counted))
    past.lists = {name: Counter(past.lists[name]) + lists[name] for name in lists}
    past.save()
