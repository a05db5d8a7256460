"""A question that was answered for everybody."""

from __future__ import annotations

import datetime as dt

from sojourn.catalogue.models import Opportunity, PublicationStatus, PublishedAnswer
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.snapshot.service import refresh_snapshot

PLACE = "half-minor-edinburgh"


def publish_an_answer() -> PublishedAnswer:
    made = PublishedAnswer.objects.create(
        slug="may-i-bring-a-dog",
        status=PublicationStatus.PUBLISHED,
        question_en="May I bring a dog?",
        question_nl="Mag ik een hond meenemen?",
        text_en="No **animals**.",
        text_nl="Geen **dieren**.",
        opportunity=Opportunity.objects.get(slug=PLACE),
        checked_on=dt.date(2026, 11, 2),
        review_on=dt.date(2027, 11, 2),
    )
    publish_change()
    refresh_snapshot()
    return made
