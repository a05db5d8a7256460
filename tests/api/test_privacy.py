"""Whoever is not public, or has not agreed, appears nowhere: not in any page, feed, index, answer.

The test goes over every public address there is, so that a new page cannot forget it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from sojourn.catalogue.models import Contact, Opportunity, PublicationStatus, Visibility
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.snapshot.service import current_snapshot, refresh_snapshot
from sojourn.common.urls import url_for
from sojourn.portal.catalogue.sitemap import public_pages

NAME = "Wilhelmina Quackernack"
MAIL = "w.quackernack@lumc.example"
PHONE = "071-5269999"
ROOM = "Q9-99"
PRIVATE = (NAME, MAIL, PHONE, ROOM)

HIDDEN: dict[str, dict[str, object]] = {
    "secret-students": {"visibility": Visibility.STUDENTS},
    "secret-office": {"visibility": Visibility.OFFICE},
    "secret-draft": {"visibility": Visibility.PUBLIC, "status": PublicationStatus.DRAFT},
    "secret-withdrawn": {"visibility": Visibility.PUBLIC, "status": PublicationStatus.WITHDRAWN},
}

pytestmark = pytest.mark.usefixtures("leiden")


def add_contact(slug: str, **fields: object) -> Contact:
    """A supervisor with everything that could leak, attached to an opportunity."""
    opportunity = Opportunity.objects.filter(status=PublicationStatus.PUBLISHED).first()
    assert opportunity is not None
    contact = Contact.objects.create(
        **{
            "slug": slug,
            "name": NAME,
            "role": "supervisor",
            "title_en": "Supervisor",
            "title_nl": "Begeleider",
            "institution_id": opportunity.host_links.get(position=0).institution_id,
            "room": ROOM,
            "email": MAIL,
            "phone": PHONE,
            "help_with_en": f"Ask {NAME}",
            "help_with_nl": f"Vraag {NAME}",
            "consent_given": True,
        }
        | fields
    )
    contact.walk_in_hours.create(
        slug=f"{slug}-monday", weekday=0, starts="10:00", ends="11:00", room=ROOM
    )
    opportunity.contacts.add(contact)
    return contact


def publish() -> None:
    publish_change()
    refresh_snapshot()


def public_addresses() -> Iterator[str]:
    records = current_snapshot().records
    for language in ("en", "nl"):
        yield from (url_for(*page, language=language) for page in public_pages(current_snapshot()))
        yield f"/{language}/opportunities/?q=quackernack"
        yield f"/{language}/opportunities/?view=table"
        yield f"/{language}/opportunities/?view=map"
        yield f"/{language}/deadlines.ics"
        yield f"/{language}/contacts/walk-in.ics"
    yield from ("/sitemap.xml", "/robots.txt", "/api/v1/openapi.json", "/api/v1/docs")
    for collection in (
        "opportunities",
        "institutions",
        "courses",
        "programmes",
        "windows",
        "contacts",
        "guides",
        "answers",
    ):
        yield f"/api/v1/{collection}?per_page=100"
        yield from (f"/api/v1/{collection}/{slug}" for slug in getattr(records, collection))
    yield "/api/v1/opportunities?q=quackernack"
    yield "/api/v1/courses?q=quackernack"


@pytest.mark.long
@pytest.mark.slow
def test_a_hidden_contact_appears_nowhere() -> None:
    for slug, fields in HIDDEN.items():
        add_contact(slug, **fields)
    publish()
    client = Client()
    looked_at = 0
    for address in public_addresses():
        response = client.get(address)
        assert response.status_code == 200, address
        text = response.content.decode()
        for private in (*PRIVATE, *HIDDEN):
            assert private not in text, (private, address)
        looked_at += 1
    assert looked_at > 200


@pytest.mark.slow
@pytest.mark.parametrize("slug", HIDDEN)
def test_asking_for_a_hidden_contact_by_name_does_not_help(slug: str) -> None:
    add_contact(slug, **HIDDEN[slug])
    publish()
    for address in (f"/api/v1/contacts/{slug}", f"/en/contacts/{slug}/walk-in.ics"):
        response = Client().get(address)
        assert response.status_code in (404, 410)
        for private in PRIVATE:
            assert private not in response.content.decode()


def test_nobody_can_be_made_public_without_having_agreed() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        add_contact("secret-supervisor", visibility=Visibility.PUBLIC, consent_given=False)


@pytest.mark.slow
def test_the_same_contact_is_shown_when_public_and_agreed() -> None:
    # Without this, the tests above could pass because the contact never gets anywhere.
    add_contact("open-supervisor", visibility=Visibility.PUBLIC)
    publish()
    client = Client()
    assert NAME in client.get("/api/v1/contacts/open-supervisor").content.decode()
    assert NAME in client.get("/en/contacts/").content.decode()
    assert ROOM in client.get("/en/contacts/open-supervisor/walk-in.ics").content.decode()


@pytest.mark.long
@pytest.mark.slow
def test_a_draft_opportunity_appears_nowhere() -> None:
    opportunity = Opportunity.objects.filter(status=PublicationStatus.PUBLISHED).first()
    assert opportunity is not None
    opportunity.title_en = opportunity.title_nl = "Quackernack semester"
    opportunity.status = PublicationStatus.DRAFT
    opportunity.save()
    publish()
    client = Client()
    for address in public_addresses():
        if "q=quackernack" not in address:
            assert "Quackernack" not in client.get(address).content.decode(), address
    assert client.get(f"/api/v1/opportunities/{opportunity.slug}").status_code == 404
