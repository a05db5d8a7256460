"""Money as a ledger: counted by the rule, never below nothing, never overwritten."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from sojourn.catalogue.choices import GrantCounting, GrantDays, GrantPays
from sojourn.catalogue.models import Grant, GrantAmount
from sojourn.mobility import endings, money, money_lists, money_rules, own_data, steps
from sojourn.mobility.bank_numbers import looks_like_bank_number
from sojourn.mobility.errors import ChangedMeanwhileError, MobilityError, NotAllowedNowError
from sojourn.mobility.models import GrantEntry, GrantEntryKind, Stay, StayGrant
from sojourn.mobility.money import Form
from sojourn.mobility.money_counting import Band, Rule, Why, amount_for, count, count_days
from sojourn.mobility.money_lists import ToDo
from sojourn.mobility.states import ChangeKind, GrantState, StayState
from sojourn.people.models import AuditEvent, OutboxMail, User
from tests.mobility.conftest import again, in_days, step

MONTHLY, TRAVEL, LISF, LUSTRA = (
    "erasmus-support-group-1", "erasmus-travel", "luf-lisf", "lustra-plus",
)  # fmt: skip


def rule(**said: object) -> Rule:
    kept: dict[str, object] = {
        "pays": GrantPays.MONTH, "counting": GrantCounting.MONTHS, "longer": GrantDays.NOTHING,
        "too_short": GrantDays.NOTHING, "force_majeure": GrantDays.DAYS, "days_min": 60,
        "days_max": 360, "amount": Decimal(390), "bands": (),
    }  # fmt: skip
    return Rule(**{**kept, **said})  # type: ignore[arg-type]


# --- Counting -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "by_days", "by_months"),
    [
        ("2026-09-01", "2027-01-31", 153, 150),
        ("2027-01-18", "2027-06-04", 138, 137),
        ("2028-02-01", "2028-02-29", 29, 30),
        ("2027-02-01", "2027-02-28", 28, 30),
        ("2026-10-31", "2026-10-31", 1, 1),
        ("2026-12-30", "2027-01-02", 4, 3),
    ],
)
def test_days_are_counted_as_the_rule_says(
    first: str, last: str, by_days: int, by_months: int
) -> None:
    between = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    assert count_days(*between, 0, GrantCounting.DAYS) == by_days
    assert count_days(*between, 0, GrantCounting.MONTHS) == by_months


def test_the_examples_of_the_facts_come_out_to_the_cent() -> None:
    # Five months of 30 days at 390; a day is a thirtieth of a month.
    assert amount_for(rule(), 150) == Decimal("1950.00")
    assert amount_for(rule(amount=Decimal(330)), 137) == Decimal("1507.00")
    # Short stays: 79 a day for 14 days, 56 for the others.
    short = rule(
        pays=GrantPays.DAY, amount=None, days_min=5, days_max=30,
        bands=(Band(1, 14, Decimal(79)), Band(15, 30, Decimal(56))),
    )  # fmt: skip
    assert amount_for(short, 28) == Decimal("1890.00")
    # LUSTRA+ in bands.
    lustra = rule(
        pays=GrantPays.ONCE, amount=None, days_min=14, days_max=365,
        bands=(Band(14, 30, Decimal(200)), Band(31, 90, Decimal(300))),
    )  # fmt: skip
    assert [amount_for(lustra, days) for days in (14, 30, 31, 90)] == [200, 200, 300, 300]


def test_too_short_costs_all_unless_force_majeure_and_longer_gives_no_claim() -> None:
    assert count(rule(), 45, promised=137).amount == 0
    assert count(rule(), 45, promised=137).why == (Why.TOO_SHORT,)
    forced = count(rule(), 45, promised=137, force=True)
    assert (forced.amount, forced.why) == (Decimal("585.00"), (Why.FORCE_MAJEURE,))
    longer = count(rule(), 150, promised=137)
    assert (longer.amount, longer.why) == (Decimal("1781.00"), (Why.LONGER,))
    assert count(rule(longer=GrantDays.DAYS), 150, promised=137).amount == Decimal("1950.00")


_DAY = st.dates(dt.date(2024, 1, 1), dt.date(2032, 12, 31))


@given(_DAY, st.integers(0, 500), st.integers(0, 40), st.sampled_from(GrantCounting))
def test_more_days_are_never_fewer_and_nothing_is_below_nothing(
    first: dt.date, length: int, off: int, counting: GrantCounting
) -> None:
    last = first + dt.timedelta(days=length)
    days = count_days(first, last, off, counting)
    assert 0 <= days <= count_days(first, last + dt.timedelta(days=1), off, counting)
    assert count_days(first, last, 0, counting) >= 1
    counted = count(rule(counting=counting), days, promised=137)
    assert 0 <= counted.amount <= Decimal("1781.00")
    assert counted.amount == amount_for(rule(), counted.paid_days)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("NL91 ABNA 0417 1643 00", True),
        ("nl91abna0417164300", True),
        ("pay to NL91-ABNA-0417-1643-00 please", True),
        ("NL92 ABNA 0417 1643 00", True),  # a digit mistyped
        ("DE89370400440532013000", True),
        ("SE45 5000 0000 0583 9825 7466", True),
        ("2027-000123", False),
        ("PO 4500012345", False),
        ("Travel, paid with run 12 of January 2027", False),
        ("", False),
    ],
)
def test_a_bank_number_is_known_when_it_is_seen(text: str, is_one: bool) -> None:
    assert looks_like_bank_number(text) is is_one


# --- The ledger -----------------------------------------------------------------------------------


def promised(
    stay: Stay, who: User, slug: str = MONTHLY, amount: object = 390, **said: object
) -> StayGrant:
    grant = Grant.objects.get(slug=slug)
    wanted = None if amount is None else Decimal(str(amount))
    return money.promise(
        again(stay),
        grant,
        amount=wanted,
        sending=uuid4(),
        actor=who,
        **said,  # type: ignore[arg-type]
    )


def form(row: StayGrant) -> Form:
    return Form(money.last_number(fresh(row)), uuid4())


def fresh(row: StayGrant) -> StayGrant:
    return StayGrant.objects.get(pk=row.pk)


def all_true(row: StayGrant, who: User) -> None:
    """Let every condition hold: by the steps of the road, or by hand."""
    for each in money.conditions_of(fresh(row)):
        if each.is_met:
            continue
        name = next(one["step"] for one in row.rule["conditions"] if one["key"] == each.key)
        if each.by_step:
            steps.waive(step(row.stay, name), "Seen.", actor=who)
        else:
            money.check(row, each.key, True, form(row), actor=who)


def recounted(row: StayGrant, who: User, off: int = 0, **said: object) -> GrantEntry | None:
    row = fresh(row)
    expected = money.recount(row, off).counted.amount
    return money.recalculate(row, off, form(row), actor=who, expected=expected, **said)  # type: ignore[arg-type]


def adds_up(row: StayGrant) -> None:
    row = fresh(row)
    entries = money.entries_of(row)
    assert [each.number for each in entries] == list(range(1, len(entries) + 1))
    assert sum(each.due_change for each in entries) == row.due == entries[-1].due
    assert sum(each.paid_change for each in entries) == row.paid == entries[-1].paid
    assert row.due >= 0
    assert row.paid >= 0


def test_from_promise_to_settled_with_the_rule_of_the_day(
    stay: Stay, noor: User, coordinator: User
) -> None:
    row = promised(stay, coordinator)
    days = row.entries.get().basis["days"]
    assert row.due == row.promised == amount_for(rule(), days)
    # Another figure next year changes nothing of it (pitfall 34).
    GrantAmount.objects.filter(grant__slug=MONTHLY).update(low=1, typical=1, high=1)
    first = (row.due / 2).quantize(Decimal("0.01"))
    with pytest.raises(NotAllowedNowError, match="Before anything is paid"):
        money.pay(row, in_days(0), first, "", form(row), actor=coordinator)
    for each in money.conditions_of(row):
        if each.stage == "payment":
            if each.by_step:
                steps.waive(step(stay, "agreement"), "Signed on paper.", actor=coordinator)
            else:
                money.check(row, each.key, True, form(row), actor=coordinator)
    money.pay(row, in_days(0), first, "2027-000123", form(row), actor=coordinator)
    # The survey and the confirmed days trigger the last part (pitfall 33).
    with pytest.raises(NotAllowedNowError, match="Before the last part"):
        money.pay(row, in_days(0), row.due - first, "", form(row), actor=coordinator)
    with pytest.raises(NotAllowedNowError, match="not confirmed"):
        recounted(row, coordinator)
    # The student was there 20 days less.
    Stay.objects.filter(pk=stay.pk).update(ends_on=stay.ends_on - dt.timedelta(days=20))  # type: ignore[operator]
    all_true(row, coordinator)
    entry = recounted(row, coordinator)
    assert entry is not None
    assert entry.due_change < 0
    assert fresh(row).due == amount_for(rule(), entry.basis["days"])
    # Counted once more on the same days nothing is written.
    assert recounted(row, coordinator) is None
    left = fresh(row).due - first
    money.pay(row, in_days(0), left, "2027-000124", form(row), actor=coordinator)
    money.settle(row, form(row), actor=coordinator)
    assert fresh(row).state == GrantState.SETTLED
    adds_up(row)
    assert OutboxMail.objects.filter(key__startswith=f"stay-grant:{row.uuid}:").count() == 4
    told = AuditEvent.objects.filter(object_type="mobility.staygrant", object_id=str(row.pk))
    assert told.count() == row.entries.count()
    assert {each.actor for each in told} == {coordinator}
    exported = own_data.export(noor)["stays"][0]["grants"][0]
    assert exported["due"] == str(fresh(row).due)
    assert len(exported["entries"]) == row.entries.count()


def test_an_early_return_below_the_least_asks_everything_back(
    stay: Stay, coordinator: User
) -> None:
    row = promised(stay, coordinator)
    all_true(row, coordinator)
    money.pay(row, in_days(0), Decimal(1000), "", form(row), actor=coordinator)
    Stay.objects.filter(pk=stay.pk).update(
        state=StayState.AWAY, starts_on=in_days(-30), ends_on=in_days(110)
    )
    text = next(
        each.text
        for each in endings.consequences(again(stay), ChangeKind.EARLY_RETURN)
        if each.of == "The money"
    )
    assert "13.00" in text  # what a day less costs
    assert "60" in text  # below which all of it goes back
    endings.make_change(
        again(stay), ChangeKind.EARLY_RETURN, "Ill.", actor=coordinator, last_day=in_days(10)
    )
    # Nothing changed silently: it is proposed, and the office counts it again.
    assert fresh(row).due == row.due
    assert money.needs_recount(fresh(row))
    assert money_lists.to_do_of(fresh(row)) == ToDo.COUNT
    entry = recounted(row, coordinator)
    assert entry is not None
    assert entry.basis["why"] == ["too_short"]
    assert fresh(row).due == 0
    assert money_lists.to_do_of(fresh(row)) == ToDo.RECLAIM
    money.ask_back(row, form(row), actor=coordinator, reason="In four parts, by 1 May.")
    with pytest.raises(MobilityError, match="more than was asked"):
        money.paid_back(row, in_days(0), Decimal(1001), "", form(row), actor=coordinator)
    money.paid_back(row, in_days(0), Decimal(400), "", form(row), actor=coordinator)
    with pytest.raises(NotAllowedNowError):
        money.settle(row, form(row), actor=coordinator)
    money.paid_back(row, in_days(0), Decimal(600), "", form(row), actor=coordinator)
    money.settle(row, form(row), actor=coordinator)
    adds_up(row)


def test_force_majeure_pays_the_days_that_were_spent(stay: Stay, coordinator: User) -> None:
    row = promised(stay, coordinator)
    all_true(row, coordinator)
    Stay.objects.filter(pk=stay.pk).update(
        state=StayState.AWAY, starts_on=in_days(-30), ends_on=in_days(110)
    )
    endings.make_change(
        again(stay), ChangeKind.FORCE_MAJEURE, "Quake.", actor=coordinator, last_day=in_days(-1)
    )
    entry = recounted(row, coordinator)
    assert entry is not None
    assert "force_majeure" in entry.basis["why"]
    assert fresh(row).due == amount_for(rule(), entry.basis["days"]) > 0
    # Whoever pays decides: another amount needs who and why.
    with pytest.raises(MobilityError, match="Say who decided"):
        recounted(row, coordinator, decided=Decimal(500))
    recounted(row, coordinator, decided=Decimal(500), reason="The National Agency, 3 May.")
    assert fresh(row).due == 500
    adds_up(row)


def test_who_does_not_go_owes_what_was_paid(stay: Stay, noor: User, coordinator: User) -> None:
    unpaid, paid = promised(stay, coordinator), promised(stay, coordinator, TRAVEL, 309)
    for each in (unpaid, paid):
        all_true(each, coordinator)
    money.pay(paid, in_days(0), Decimal(309), "", form(paid), actor=coordinator)
    endings.make_change(again(stay), ChangeKind.WITHDRAWN, "No.", actor=noor)
    with pytest.raises(NotAllowedNowError, match="already"):
        money.take_back(paid, "Withdrawn.", form(paid), actor=coordinator)
    money.take_back(unpaid, "Withdrawn.", form(unpaid), actor=coordinator)
    assert (fresh(unpaid).due, fresh(unpaid).state) == (0, GrantState.TAKEN_BACK)
    assert recounted(paid, coordinator) is not None
    assert fresh(paid).due == 0
    with pytest.raises(NotAllowedNowError, match="over"):
        promised(stay, coordinator)


def test_one_grant_once_and_one_of_its_kind(stay: Stay, coordinator: User) -> None:
    sending, grant = uuid4(), Grant.objects.get(slug=MONTHLY)
    twice = [
        money.promise(stay, grant, amount=Decimal(390), sending=sending, actor=coordinator)
        for _time in range(2)
    ]
    assert twice[0].pk == twice[1].pk
    for slug in (MONTHLY, "erasmus-support-group-2"):
        with pytest.raises(MobilityError, match="already"):
            promised(stay, coordinator, slug, 330)
    assert StayGrant.objects.count() == GrantEntry.objects.count() == 1


def test_a_form_sent_again_with_something_else_never_passes_for_written(
    stay: Stay, coordinator: User
) -> None:
    """After Back the form is the same sending; what was changed in it must not be lost silently."""
    sending, grant = uuid4(), Grant.objects.get(slug=MONTHLY)
    row = money.promise(stay, grant, amount=Decimal(390), sending=sending, actor=coordinator)
    with pytest.raises(MobilityError, match="already"):
        money.promise(
            stay, grant, amount=Decimal(300), note="New.", sending=sending, actor=coordinator
        )
    all_true(row, coordinator)
    paying = form(row)
    for reference in ("2027-1", "2027-1"):
        money.pay(row, in_days(0), Decimal(100), reference, paying, actor=coordinator)
    with pytest.raises(ChangedMeanwhileError):
        money.pay(row, in_days(0), Decimal(100), "2027-2", paying, actor=coordinator)
    money.pay(row, in_days(0), Decimal(200), "", form(row), actor=coordinator)
    first, second = row.entries.filter(kind=GrantEntryKind.PAID)
    correcting = form(row)
    for _click in range(2):
        money.correct(row, first.number, "Typing error.", correcting, actor=coordinator)
    with pytest.raises(ChangedMeanwhileError):
        money.correct(row, second.number, "Typing error.", correcting, actor=coordinator)
    counting, expected = form(row), money.recount(fresh(row)).counted.amount
    for _click in range(2):
        money.recalculate(row, 0, counting, actor=coordinator, expected=expected)
    with pytest.raises(ChangedMeanwhileError):
        money.recalculate(
            row, 0, counting, actor=coordinator, expected=expected, decided=Decimal(50),
            reason="The Agency.",
        )  # fmt: skip
    adds_up(row)


def test_no_grant_from_the_country_alone(stay: Stay, coordinator: User) -> None:
    """Four weeks are below the least, also where the country takes part (pitfall 2)."""
    Stay.objects.filter(pk=stay.pk).update(ends_on=stay.starts_on + dt.timedelta(days=27))  # type: ignore[operator]
    found = {each.grant.slug for each in money_rules.possible_grants(again(stay))}
    assert MONTHLY not in found
    assert "erasmus-short-stay" in found
    with pytest.raises(MobilityError, match="pays nothing"):
        promised(stay, coordinator)


def test_what_is_decided_is_looked_at(stay: Stay, coordinator: User) -> None:
    with pytest.raises(MobilityError, match="Say where it comes from"):
        promised(stay, coordinator, amount=512)
    with pytest.raises(MobilityError, match="at most"):
        promised(stay, coordinator, LISF, 1501)
    with pytest.raises(MobilityError, match="bank account"):
        promised(stay, coordinator, amount=512, note="NL91 ABNA 0417 1643 00")
    row = promised(stay, coordinator, amount=512, note="Letter of the faculty, 1 May.")
    with pytest.raises(MobilityError, match="bank account"):
        money.pay(row, in_days(0), Decimal(1), "NL91ABNA0417164300", form(row), actor=coordinator)
    with pytest.raises(MobilityError, match="still to come"):
        money.pay(row, in_days(1), Decimal(1), "", form(row), actor=coordinator)
    with pytest.raises(MobilityError, match="more than is due"):
        money.pay(row, in_days(0), row.due + 1, "", form(row), actor=coordinator)
    assert row.entries.count() == 1


def test_lisf_is_paid_only_afterwards(stay: Stay, coordinator: User) -> None:
    row = promised(stay, coordinator, LISF, 1500)
    with pytest.raises(NotAllowedNowError, match="report and your accounts"):
        money.pay(row, in_days(0), Decimal(100), "", form(row), actor=coordinator)


def test_a_form_sent_twice_writes_one_entry_and_a_second_tab_none(
    stay: Stay, coordinator: User
) -> None:
    row = promised(stay, coordinator)
    all_true(row, coordinator)
    sent, second_tab = form(row), form(row)
    for _time in range(2):
        money.pay(row, in_days(0), Decimal(100), "", sent, actor=coordinator)
    with pytest.raises(ChangedMeanwhileError):
        money.pay(row, in_days(0), Decimal(100), "", second_tab, actor=coordinator)
    # Back, and the same form with something else in it.
    with pytest.raises(ChangedMeanwhileError):
        money.pay(row, in_days(0), Decimal(200), "", sent, actor=coordinator)
    assert fresh(row).paid == 100
    # A figure that is not the one that was shown.
    with pytest.raises(ChangedMeanwhileError):
        money.recalculate(row, 0, form(row), actor=coordinator, expected=Decimal(1))


def test_a_mistake_is_put_right_by_an_entry(stay: Stay, coordinator: User) -> None:
    row = promised(stay, coordinator)
    all_true(row, coordinator)
    wrong = money.pay(row, in_days(0), Decimal(100), "", form(row), actor=coordinator)
    money.correct(row, wrong.number, "It was somebody else.", form(row), actor=coordinator)
    assert fresh(row).paid == 0
    for number in (1, wrong.number):
        with pytest.raises(NotAllowedNowError):
            money.correct(row, number, "Again.", form(row), actor=coordinator)
    assert row.entries.filter(pk=wrong.pk, paid_change=100).exists()
    adds_up(row)


def test_the_database_keeps_the_ledger(stay: Stay, coordinator: User) -> None:
    row = promised(stay, coordinator)
    table, entry = GrantEntry._meta.db_table, row.entries.get()
    for change in ("due = 1", "reason = 'x'", "number = 7"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {change} WHERE id = %s", [entry.pk])
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.delete()
    said = {"grant": row, "number": 2, "kind": GrantEntryKind.PAID, "on": in_days(0)}
    for sums in (
        {"paid_change": 5, "paid": 6, "due": row.due},  # does not follow
        {"paid_change": 5, "paid": 5, "due": row.due + 1},
        {"paid_change": -5, "paid": -5, "due": row.due},  # below nothing
        {"due_change": 5, "due": row.due + 5},  # a payment that changes what is due
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            GrantEntry.objects.create(**said, **sums)
    for wrong in ({"due": -1}, {"state": GrantState.SETTLED}, {"state": GrantState.TAKEN_BACK}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StayGrant.objects.filter(pk=row.pk).update(**wrong)
    # With the stay it goes, whole.
    stay.delete()
    assert not GrantEntry.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done_the_sums_are_those_of_the_entries(
    stay: Stay, coordinator: User, seed: int
) -> None:
    chance = random.Random(seed)
    row = promised(stay, coordinator)
    all_true(row, coordinator)
    who = {"actor": coordinator}

    def some() -> Decimal:
        return Decimal(chance.randint(1, 90000)) / 100

    verbs = [
        lambda: money.pay(row, in_days(0), some(), "", form(row), **who),
        lambda: money.paid_back(row, in_days(0), some(), "", form(row), **who),
        lambda: recounted(row, coordinator, chance.randint(0, 120)),
        lambda: recounted(row, coordinator, 3, decided=some(), reason="Decided."),
        lambda: money.ask_back(row, form(row), **who),
        lambda: money.settle(row, form(row), **who),
        lambda: money.reopen(row, "Wrong.", form(row), **who),
        lambda: money.take_back(row, "Wrong.", form(row), **who),
        lambda: money.correct(row, chance.randint(1, 30), "Wrong.", form(row), **who),
    ]
    refused = written = 0
    for _turn in range(60):
        try:
            chance.choice(verbs)()
        except MobilityError:
            refused += 1
        else:
            written += 1
        adds_up(row)
    assert refused
    assert written > 5
