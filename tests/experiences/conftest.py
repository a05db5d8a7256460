"""A student who came back, a coordinator, a report in every state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import timezone

from sojourn.catalogue.models import Contact
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.experiences import correspondents, moderation, writing
from sojourn.experiences.models import Correspondent, Report
from sojourn.experiences.writing import CourseDraft, LanguageDraft, ReportContent
from sojourn.people.models import User
from sojourn.people.roles import Role

PLACE = "karolinska-biomedicine-semester"
CONTACT = "supervisor-karolinska"

FULL = ReportContent(
    language="en",
    opportunity=PLACE,
    programme="biomedical-sciences-bsc",
    starts_on=dt.date(2026, 1, 12),
    ends_on=dt.date(2026, 5, 29),
    title="Snow until April",
    teaching="One course at a time.",
    housing="A room of ten square metres.",
    daily_life="Swimming before lectures.",
    advice="Bring boots.",
    first_name="Sanne",
    ratings={"teaching": 4, "city": 5},
    paid={"housing": Decimal(2400), "travel": Decimal("310.50")},
    languages=(LanguageDraft("daily_life", "sv", "B1"),),
    courses=(
        CourseDraft("Basket weaving", Decimal("7.5"), "no"),
    ),
    consents=frozenset({"costs"}),
)  # fmt: skip


@pytest.fixture
def anna(leiden: Snapshot) -> User:
    return User.objects.create_user("anna@example.org", "a long pass phrase", first_name="Anna")


@pytest.fixture
def coordinator(leiden: Snapshot) -> User:
    return User.objects.create_user(
        "office@example.org", "a long pass phrase", role=Role.COORDINATOR
    )


@pytest.fixture
def draft(anna: User) -> Report:
    report = writing.begin_report(anna, "en")
    return writing.save_draft(report.pk, FULL, report.revision)


@pytest.fixture
def sent(draft: Report) -> Report:
    return writing.submit(draft.pk)


@pytest.fixture
def published(sent: Report, coordinator: User) -> Report:
    return moderation.publish(coordinator, sent.pk, sent.revision)


@pytest.fixture
def supervisor(coordinator: User) -> Correspondent:
    """Somebody who agreed."""
    contact = Contact.objects.get(slug=CONTACT)
    person = correspondents.set_address(coordinator, contact, "super@example.edu", "nl")
    correspondents.request_consent(coordinator, person)
    return correspondents.agree(person)


@pytest.fixture
def at() -> Callable[[int], dt.datetime]:
    """`at(-3)`: three days ago."""

    def moment(days: int) -> dt.datetime:
        return timezone.now() + dt.timedelta(days=days)

    return moment
