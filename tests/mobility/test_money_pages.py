"""The pages of money: the ledgers, the list, the file for the finance office, the student's."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from sojourn.mobility import money
from sojourn.mobility.models import GrantEntry, GrantEntryKind, Stay, StayGrant
from sojourn.mobility.states import StayState
from sojourn.people.models import AuditEvent, OutboxMail, User
from sojourn.people.roles import Role
from tests.mobility.conftest import begun, in_days, student
from tests.mobility.test_money import (
    MONTHLY,
    TRAVEL,
    all_true,
    form,
    fresh,
    promised,
    recounted,
)
from tests.mobility.test_pages import client_for, text

BANK = "NL91 ABNA 0417 1643 00"


def hidden(page: object, name: str) -> str:
    found = re.search(
        rf'name="{name}" value="([^"]+)"',
        page.content.decode(),  # type: ignore[attr-defined]
    )
    assert found, name
    return found[1]


def test_a_grant_is_promised_and_paid_by_forms(stay: Stay, noor: User, coordinator: User) -> None:
    client = client_for(coordinator)
    there = f"/en/office/money/{stay.uuid}/"
    page = text(client.get(there))
    assert "Erasmus+ monthly support, group 1" in page
    assert "LUSTRA+" not in page  # Sweden is in Erasmus+
    form_page = client.get(f"{there}promise/{MONTHLY}/")
    sent = {"sending": hidden(form_page, "sending"), "amount": "", "off": "0", "note": ""}
    assert client.post(f"{there}promise/{MONTHLY}/", sent).status_code == 422
    wrong = client.post(f"{there}promise/{MONTHLY}/", {**sent, "amount": "390", "note": BANK})
    assert wrong.status_code == 422
    assert "bank account number" in text(wrong)
    for _click in range(2):
        answer = client.post(
            f"{there}promise/{MONTHLY}/", {**sent, "amount": "390,00", "note": "\r\n"}
        )
        assert answer.status_code == 302
    row = StayGrant.objects.get()
    assert row.entries.count() == 1
    all_true(row, coordinator)
    ours = f"{there}{row.uuid}/"
    paying = {
        "do": "pay", "seen": money.last_number(fresh(row)), "sending": str(uuid4()),
        "on": str(in_days(0)), "amount": "1.000,50", "reference": "2027-000123",
    }  # fmt: skip
    refused = client.post(ours, {**paying, "reference": BANK})
    assert refused.status_code == 422
    assert 'value="1.000,50"' in refused.content.decode()  # what was typed stays
    for _click in range(2):
        assert client.post(ours, paying).status_code == 302
    assert fresh(row).paid == Decimal("1000.50")
    stale = client.post(ours, {**paying, "sending": str(uuid4())})
    assert stale.status_code == 409
    assert "changed meanwhile" in text(stale)
    # Back, another amount, sent again: refused, and what the page then offers can be sent.
    other = client.post(ours, {**paying, "amount": "100"})
    assert other.status_code == 409
    assert 'value="100"' in other.content.decode()
    assert hidden(other, "sending") != paying["sending"]
    assert GrantEntry.objects.filter(kind=GrantEntryKind.PAID).count() == 1
    # What was written against an entry stays in its field too.
    wrong = {"do": "correct", "seen": 1, "sending": str(uuid4()), "entry": "1", "reason": "Twice"}
    wrong["entry"] = str(GrantEntry.objects.get(kind=GrantEntryKind.PAID).number)
    assert 'value="Twice"' in client.post(ours, wrong).content.decode()
    page = text(client.get(there))
    assert "2027-000123" in page
    assert "€1,000.50" in page
    # By whom, not by when.
    assert 'data-label="Door"' in client.get(there.replace("/en/", "/nl/")).content.decode()
    assert "due €" in text(client.get(f"/en/office/stays/{stay.uuid}/"))
    # A mail says neither which grant nor how much: others of the office may read it.
    for mail in OutboxMail.objects.filter(key__startswith="stay-grant:"):
        assert "Erasmus" not in str(mail.__dict__)
        assert "1,000" not in str(mail.__dict__)


@pytest.mark.slow
def test_counting_again_shows_the_difference_first(
    stay: Stay, noor: User, coordinator: User
) -> None:
    row = promised(stay, coordinator)
    all_true(row, coordinator)
    money.pay(row, in_days(0), Decimal(1500), "", form(row), actor=coordinator)
    Stay.objects.filter(pk=stay.pk).update(state=StayState.BACK)
    client = client_for(coordinator)
    there = f"/en/office/money/{stay.uuid}/{row.uuid}/count/"
    page = client.get(f"{there}?off=60")
    assert "−€780.00" in text(page)
    assert GrantEntry.objects.filter(kind=GrantEntryKind.RECALCULATED).count() == 0
    sent = {
        name: hidden(page, name) for name in ("seen", "sending", "expected")
    } | {"off": "60", "decided": "", "reason": ""}  # fmt: skip
    assert client.post(there, {**sent, "expected": "1.00"}).status_code == 409
    for _click in range(2):
        assert client.post(there, sent).status_code == 302
    assert GrantEntry.objects.filter(kind=GrantEntryKind.RECALCULATED).count() == 1
    theirs = text(client_for(noor).get(f"/en/stays/{stay.uuid}/"))
    for words in ("Your grants", "Counted again on", "60 days do not count", "€1,500.00",
                  "More was paid than your stay comes to"):  # fmt: skip
        assert words in theirs
    ask = {"do": "ask_back", "seen": money.last_number(fresh(row)), "sending": str(uuid4()),
           "reason": "By 1 May."}  # fmt: skip
    assert client.post(f"/en/office/money/{stay.uuid}/{row.uuid}/", ask).status_code == 302
    theirs = text(client_for(noor).get(f"/nl/stays/{stay.uuid}/"))
    assert "Je betaalt terug" in theirs
    assert "By 1 May." in theirs


def test_the_student_reads_what_must_be_true_first(
    stay: Stay, noor: User, coordinator: User
) -> None:
    promised(stay, coordinator)
    page = text(client_for(noor).get(f"/en/stays/{stay.uuid}/"))
    for words in ("Still to come", "You have filled in the EU survey", "a month of 30 days",
                  "Programme Guide", "By the rule of 2025"):  # fmt: skip
        assert words in page


def test_the_plan_counts_with_the_promise(stay: Stay, noor: User, coordinator: User) -> None:
    row = promised(stay, coordinator)
    page = text(client_for(noor).get(f"/en/plan/costs/{stay.opportunity.slug}/"))  # type: ignore[union-attr]
    assert "Promised for your stay." in page
    assert f"€{row.due:,.0f}" in page
    # Somebody else's plan keeps the estimate.
    other = client_for(student("other@example.org"))
    estimate = text(other.get(f"/en/plan/costs/{stay.opportunity.slug}/"))  # type: ignore[union-attr]
    assert "Promised for your stay." not in estimate


def test_nobody_else_reads_the_money(stay: Stay, coordinator: User, board: User) -> None:
    row = promised(stay, coordinator)
    secretary = User.objects.create_user("secretary@example.org", role=Role.SECRETARY)
    elsewhere = User.objects.create_user(
        "elsewhere@example.org", role=Role.COORDINATOR, programme="medicine-bsc"
    )
    ours = f"/en/office/money/{stay.uuid}/"
    paths = ("/en/office/money/", "/en/office/money/finance.csv", ours, f"{ours}promise/{TRAVEL}/",
             f"{ours}{row.uuid}/count/")  # fmt: skip
    for who in (board, secretary):
        client = client_for(who)
        for path in paths:
            assert client.get(path).status_code == 403, path
        page = text(client.get(f"/en/office/stays/{stay.uuid}/"))
        assert "Erasmus+ monthly support" not in page
        assert not StayGrant.objects.visible_to(who).exists()
        assert not GrantEntry.objects.visible_to(who).exists()
    client = client_for(elsewhere)
    assert [client.get(path).status_code for path in paths[2:]] == [404, 404, 404]
    assert "Erasmus+ monthly" not in text(client.get(paths[0]))
    other = client_for(student("other@example.org"))
    assert other.get(ours).status_code == 403
    assert Client().get(ours).status_code == 302
    # Nobody keeps the money of their own stay.
    own = begun(coordinator, User.objects.create_user("second@example.org", role=Role.COORDINATOR))
    mine = client_for(coordinator)
    assert mine.get(f"/en/office/money/{own.uuid}/").status_code == 403


@pytest.mark.slow
def test_the_list_adds_up_and_the_file_names_no_more_than_it_needs(
    stay: Stay, noor: User, coordinator: User
) -> None:
    User.objects.filter(pk=noor.pk).update(first_name="=cmd|'x'!A1", last_name="Voorbeeld")
    row, travel = promised(stay, coordinator), promised(stay, coordinator, TRAVEL, 309)
    all_true(row, coordinator)
    money.pay(row, in_days(0), Decimal(1000), "R1", form(row), actor=coordinator)
    Stay.objects.filter(pk=stay.pk).update(state=StayState.BACK)
    recounted(row, coordinator, 100)
    client = client_for(coordinator)
    page = text(client.get("/en/office/money/?todo=reclaim"))
    back = Decimal(1000) - fresh(row).due
    assert f"€{back:,.2f}" in page
    assert "309.00" not in page  # narrowed to what is to ask back
    assert "309.00" in text(client.get("/en/office/money/"))
    answer = client.get("/en/office/money/finance.csv")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(lines) == 2
    assert {line["Given name"] for line in lines} == {"'=cmd|'x'!A1"}
    assert {line["To come back"] for line in lines} == {f"{back:.2f}", "0.00"}
    assert noor.email not in answer.content.decode()
    told = AuditEvent.objects.get(action="grants.exported")
    assert (told.actor, told.details) == (coordinator, {"kind": "csv", "count": 2})
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(client.get("/en/office/money/finance.xlsx?todo=reclaim").content)
    )
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == 2
    assert rows[1][rows[0].index("Paid")] == 1000.0
    assert travel.slug == TRAVEL
