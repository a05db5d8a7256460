"""Something to look at when Sojourn is tried out: made up, and marked as an example everywhere.

Never made by plain `sojourn serve`. Made once: what somebody changes or deletes stays so.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from sojourn.catalogue.models import Contact, DegreeProgramme, LanguageUse, Opportunity
from sojourn.common.locks import one_at_a_time
from sojourn.experiences.models import (
    ConsentMethod,
    ConsentState,
    Correspondent,
    FollowedCourse,
    PaidLine,
    Recognition,
    Report,
    ReportState,
    SpokenLanguage,
)

_PAID = {"travel": "340", "housing": "2650", "food": "1300", "daily_life": "900"}


def make_demo_experiences() -> None:
    """Make a report that waits for the office, and people who agreed and who were asked."""
    with one_at_a_time("demo-experiences"), transaction.atomic():
        if Report.objects.filter(is_example=True).exists():
            return
        place = (
            Opportunity.objects.filter(slug="karolinska-biomedicine-semester").first()
            or Opportunity.objects.filter(status="published").order_by("pk").first()
        )
        if place is None:
            return
        _report(place)
        _correspondents()


def _report(place: Opportunity) -> None:
    now = timezone.now()
    report = Report.objects.create(
        is_example=True,
        state=ReportState.SUBMITTED,
        language="nl",
        opportunity=place,
        programme=DegreeProgramme.objects.filter(slug="biomedical-sciences-bsc").first(),
        starts_on=dt.date(2026, 1, 19),
        ends_on=dt.date(2026, 6, 5),
        title="Eerst de winter, dan het licht",
        teaching="Eén vak tegelijk, in groepen van zes. Je bereidt voor, of je zit er stil bij.",
        housing="Een kamer in een flat met twaalf anderen. De keuken is waar je vrienden maakt.",
        daily_life="Met de fiets kan het hele jaar door, als je spijkerbanden huurt.",
        advice="Vraag je kamer aan op de dag dat de brief komt.",
        first_name="Voorbeeld",
        ratings={"teaching": 4, "housing": 3, "city": 5, "support": 4},
        shows_costs=True,
        is_contactable=True,
        submitted_at=now - dt.timedelta(days=4),
        created_at=now - dt.timedelta(days=9),
    )
    PaidLine.objects.bulk_create(
        PaidLine(report=report, item=item, amount=Decimal(amount)) for item, amount in _PAID.items()
    )
    SpokenLanguage.objects.create(
        report=report, use=LanguageUse.DAILY_LIFE, language="sv", level="A2"
    )
    there = place.courses.order_by("pk").first()
    FollowedCourse.objects.create(
        report=report,
        title=there.title if there else "Example course",
        host_course=there,
        ects=there.ects if there else None,
        recognised=Recognition.UNKNOWN,
    )
    FollowedCourse.objects.create(
        report=report,
        position=1,
        title="Swedish for beginners (example)",
        ects=Decimal("3.0"),
        recognised=Recognition.NO,
    )


def _correspondents() -> None:
    now = timezone.now()
    examples = Contact.objects.filter(is_example=True, role__in=["supervisor", "home_contact"])
    for number, contact in enumerate(examples.order_by("-role", "slug")[:2]):
        agreed = number == 0
        Correspondent.objects.get_or_create(
            contact=contact,
            defaults={
                "email": f"{contact.slug}@example.org",
                "language": "nl",
                "is_example": True,
                "state": ConsentState.AGREED if agreed else ConsentState.ASKED,
                "asked_at": now - dt.timedelta(days=30),
                "agreed_at": now - dt.timedelta(days=28) if agreed else None,
                "agreed_how": ConsentMethod.LINK if agreed else "",
            },
        )
