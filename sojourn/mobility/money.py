"""The ledger of a grant: promised, paid, counted again, asked back, settled; put right by entries.

Each verb takes the lock of the stay, looks whether the ledger is as the person saw it (`seen`, the
number of its last entry), and writes one entry with both sums after it. The form is named by
`sending`: sent twice, it writes one entry; sent again with something else in it, none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.choices import GrantPays, GrantStage
from sojourn.catalogue.models import Grant
from sojourn.common.languages import Text, plain
from sojourn.mobility import money_letters
from sojourn.mobility.bank_numbers import without_bank_number
from sojourn.mobility.changes import locked, move
from sojourn.mobility.errors import ChangedMeanwhileError, MobilityError, NotAllowedNowError
from sojourn.mobility.models import GrantEntry, GrantEntryKind, Stay, StayGrant
from sojourn.mobility.money_counting import NOTHING, Counted, Rule, count, count_days
from sojourn.mobility.money_rules import dates_of, goes_by_length, kept_rule
from sojourn.mobility.money_wording import amount_of
from sojourn.mobility.periods import Days
from sojourn.mobility.states import ChangeKind, GrantState, StayState
from sojourn.people import audit
from sojourn.people.models import User

MOST = Decimal(100_000)
MOST_DAYS_OFF = 400
_COUNTED_FROM = (GrantEntryKind.PROMISED, GrantEntryKind.RECALCULATED)
CORRECTABLE = (GrantEntryKind.PAID, GrantEntryKind.PAID_BACK, GrantEntryKind.RECALCULATED)


@dataclass(frozen=True)
class Form:
    """What every form about a ledger says: what it saw, and which sending it is."""

    seen: int
    sending: UUID


@dataclass(frozen=True)
class Condition:
    """Something that must be true, and whether it is."""

    key: str
    name: Text
    stage: GrantStage
    is_met: bool
    by_step: bool
    """A step of the road says it; nobody ticks it off here."""
    own_rule: bool


@dataclass(frozen=True)
class Recount:
    """What a grant comes to on the days as they are now, beside what is due."""

    days: Days
    off: int
    counted: Counted
    is_confirmed: bool
    due: Decimal

    @property
    def difference(self) -> Decimal:
        return self.counted.amount - self.due


# --- Reading --------------------------------------------------------------------------------------


def entries_of(row: StayGrant) -> list[GrantEntry]:
    """Return the entries in their order."""
    return sorted(row.entries.all(), key=lambda entry: entry.number)


def last_number(row: StayGrant) -> int:
    """Return the number of the last entry."""
    return max((entry.number for entry in row.entries.all()), default=0)


def basis_of(row: StayGrant) -> dict[str, Any]:
    """Return what the amount that is due now was counted on."""
    entries = entries_of(row)
    corrected = {entry.corrects_id for entry in entries}
    counted = [
        entry for entry in entries if entry.kind in _COUNTED_FROM and entry.pk not in corrected
    ]
    return dict(counted[-1].basis) if counted else {}


def conditions_of(row: StayGrant) -> list[Condition]:
    """List what must be true, in the order of the rule."""
    said: dict[str, bool] = {}
    kinds = (GrantEntryKind.MET, GrantEntryKind.NOT_MET)
    for entry in entries_of(row):
        if entry.kind in kinds:
            said[entry.condition] = entry.kind == GrantEntryKind.MET
    steps = {each.step.slug: each.is_settled for each in row.stay.steps.all()}
    found = []
    for each in row.rule["conditions"]:
        slug = f"{row.stay.road.slug}-{each['step']}" if each["step"] else ""
        found.append(
            Condition(
                key=each["key"],
                name=Text(each["name"]),
                stage=GrantStage(each["stage"]),
                is_met=steps[slug] if slug in steps else said.get(each["key"], False),
                by_step=slug in steps,
                own_rule=each["own_rule"],
            )
        )
    return found


def recount(row: StayGrant, off: int | None = None) -> Recount:
    """Count a grant on the days as they are now; without `off` as many do not count as before."""
    rule, basis = Rule.kept(row.rule), basis_of(row)
    off = int(basis.get("off", 0)) if off is None else off
    stay = row.stay
    dates = dates_of(stay)
    withdrawn = stay.state == StayState.WITHDRAWN
    days = Days() if withdrawn else dates.days
    promised = entries_of(row)[0].basis.get("days")
    counted = count(
        rule,
        count_days(days.first, days.last, off, rule.counting),
        promised=promised,
        force=any(each.kind == ChangeKind.FORCE_MAJEURE for each in stay.changes.all()),
    )
    return Recount(days, off, counted, dates.is_confirmed or withdrawn, row.due)


def basis_said(now: Recount) -> dict[str, Any]:
    """Return what a count stands on, as an entry keeps it."""
    return _basis(now.days, now.off, now.counted)


def needs_recount(row: StayGrant) -> bool:
    """Tell whether the days are others than those that the amount was counted on."""
    if row.state not in (GrantState.PROMISED, GrantState.RECALCULATED):
        return False
    now, basis = recount(row), basis_of(row)
    if now.is_confirmed and row.state == GrantState.PROMISED:
        return True
    return (_iso(now.days.first), _iso(now.days.last)) != (basis.get("first"), basis.get("last"))


# --- Promising ------------------------------------------------------------------------------------


def promise(
    stay: Stay,
    grant: Grant,
    *,
    amount: Decimal | None,
    off: int = 0,
    note: str = "",
    sending: UUID,
    actor: User,
) -> StayGrant:
    """Promise a grant on the days of the stay as they are now; its rule is kept as it is now.

    `amount` is what was decided: a month, or once; none where the edition's amounts say it all.
    """
    note = without_bank_number(note)
    with transaction.atomic():
        row = locked(stay)
        by_length = goes_by_length(grant)
        if by_length:
            amount = None
        known = StayGrant.objects.filter(
            stay=row, slug=grant.slug, entries__sending=sending, entries__reason=note,
            entries__basis__off=off,
        ).first()  # fmt: skip
        if known is not None and Rule.kept(known.rule).amount == amount:
            return known
        if row.meaning.is_over:
            raise NotAllowedNowError(_("This stay is over; nothing can be promised for it."))
        if not by_length:
            _check_amount(grant, amount, note)
        kept = kept_rule(grant, amount)
        rule, days = Rule.kept(kept), dates_of(row).days
        if days.first is None or days.last is None:
            raise MobilityError(_("Write down the first and the last day of the stay first."))
        counted = count(rule, count_days(days.first, days.last, off, rule.counting))
        if counted.amount <= 0:
            raise MobilityError(_("The rule of this grant pays nothing for these days."))
        made = StayGrant(
            stay=row, grant=grant, slug=grant.slug, one_of=grant.one_of, year=grant.year,
            rule=kept, promised=counted.amount, due=counted.amount,
        )  # fmt: skip
        try:
            with transaction.atomic():
                made.save()
        except IntegrityError:
            raise MobilityError(
                _("This grant, or another one of its kind, is promised for this stay already.")
            ) from None
        GrantEntry.objects.create(
            grant=made, number=1, kind=GrantEntryKind.PROMISED, due_change=counted.amount,
            due=counted.amount, on=timezone.localdate(), by=actor, sending=sending, reason=note,
            basis=_basis(days, off, counted),
        )  # fmt: skip
        audit.record(
            "grant.promise", actor=actor, about=row.student, on=made,
            details={"after": made.state, "entry": 1},
        )  # fmt: skip
        money_letters.promised(made)
        return made


def _check_amount(grant: Grant, amount: Decimal | None, note: str) -> None:
    if amount is None or amount <= 0:
        raise MobilityError(_("Say how much was decided."))
    if amount > MOST:
        raise MobilityError(_("That is more than any grant. Look at the amount again."))
    rows = list(grant.amounts.all())
    most = max((each.high for each in rows), default=None)
    least = min((each.low for each in rows), default=NOTHING)
    if grant.pays == GrantPays.AT_MOST:
        if most is not None and amount > most:
            raise MobilityError(
                _("This grant is %(most)s at most.") % {"most": amount_of(most, "EUR")}
            )
    elif (most is None or not least <= amount <= most) and not note:
        raise MobilityError(
            _("This amount is not the one that we know of. Say where it comes from.")
        )


# --- Paying, and what must be true before ---------------------------------------------------------


def check(row: StayGrant, key: str, is_met: bool, form: Form, *, actor: User) -> GrantEntry:
    """Say that a condition holds, or that it does not after all."""
    kind = GrantEntryKind.MET if is_met else GrantEntryKind.NOT_MET
    with _writing(row, form) as (found, known):
        if known is not None:
            return _same(known, kind, condition=key)
        condition = next((each for each in conditions_of(found) if each.key == key), None)
        if condition is None:
            raise MobilityError(_("This is no longer there. Perhaps somebody else deleted it."))
        if condition.by_step:
            raise NotAllowedNowError(_("A step of the stay says this; settle it there."))
        return _write(found, "check", kind, form, actor, condition=key)


def pay(
    row: StayGrant, on: dt.date, amount: Decimal, reference: str, form: Form, *, actor: User
) -> GrantEntry:
    """Write down that the finance office paid, on which day, under which reference."""
    reference = without_bank_number(reference)
    with _writing(row, form) as (found, known):
        if known is not None:
            return _same(known, GrantEntryKind.PAID, paid_change=amount, on=on, reference=reference)
        _check_moved(on, amount)
        if found.paid + amount > found.due:
            raise MobilityError(
                _("That is more than is due: %(open)s is left.")
                % {"open": amount_of(found.due - found.paid, found.currency)}
            )
        _require(found, GrantStage.PAYMENT)
        if found.paid + amount == found.due:
            _require(found, GrantStage.REST)
        made = _write(
            found, "pay", GrantEntryKind.PAID, form, actor,
            on=on, paid_change=amount, reference=reference,
        )  # fmt: skip
        money_letters.paid(found, made)
        return made


def _require(row: StayGrant, stage: GrantStage) -> None:
    missing = [
        plain(each.name) for each in conditions_of(row) if each.stage == stage and not each.is_met
    ]
    if not missing:
        return
    words = (
        _("Before anything is paid this must be true: %(what)s.")
        if stage == GrantStage.PAYMENT
        else _("Before the last part is paid this must be true: %(what)s.")
    )
    raise NotAllowedNowError(words % {"what": "; ".join(missing)})


def _check_moved(on: dt.date, amount: Decimal) -> None:
    if amount <= 0:
        raise MobilityError(_("The amount has to be more than nothing."))
    if on > timezone.localdate():
        raise MobilityError(_("That day is still to come."))


# --- Counting again, asking back, settling --------------------------------------------------------


def recalculate(
    row: StayGrant,
    off: int,
    form: Form,
    *,
    actor: User,
    expected: Decimal,
    decided: Decimal | None = None,
    reason: str = "",
) -> GrantEntry | None:
    """Count a grant on the days as the host confirmed them, and write down what that changes.

    `expected` is the amount by the rule that the person saw. `decided` is another amount that was
    decided, with a reason. On the same days a second time nothing is written.
    """
    reason = without_bank_number(reason)
    with _writing(row, form) as (found, known):
        if known is not None:
            amount = expected if decided is None else decided
            return _same(known, GrantEntryKind.RECALCULATED, due=amount, reason=reason)
        now = recount(found, off)
        if now.counted.amount != expected:
            raise _changed()
        if not now.is_confirmed:
            raise NotAllowedNowError(
                _("The host has not confirmed the days yet. Settle that step of the stay first.")
            )
        amount = now.counted.amount if decided is None else decided
        if not 0 <= amount <= MOST:
            raise MobilityError(_("Say how much was decided."))
        if amount != now.counted.amount and not reason:
            raise MobilityError(_("This is not what the rule says. Say who decided it, and why."))
        basis = _basis(now.days, off, now.counted)
        if found.state == GrantState.RECALCULATED and (amount, basis) == (
            found.due, basis_of(found),
        ):  # fmt: skip
            return None
        made = _write(
            found, "recalculate", GrantEntryKind.RECALCULATED, form, actor,
            due_change=amount - found.due, basis=basis, reason=reason,
        )  # fmt: skip
        money_letters.counted_again(found, made)
        return made


def ask_back(row: StayGrant, form: Form, *, actor: User, reason: str = "") -> GrantEntry:
    """Ask the student to pay back what was paid beyond what is due."""
    reason = without_bank_number(reason)
    with _writing(row, form) as (found, known):
        if known is not None:
            return _same(known, GrantEntryKind.ASKED_BACK, reason=reason)
        if found.paid <= found.due:
            raise NotAllowedNowError(_("Nothing was paid too much."))
        basis = {"asked": str(found.paid - found.due)}
        made = _write(
            found, "reclaim", GrantEntryKind.ASKED_BACK, form, actor, basis=basis, reason=reason
        )
        money_letters.asked_back(found, made)
        return made


def paid_back(
    row: StayGrant, on: dt.date, amount: Decimal, reference: str, form: Form, *, actor: User
) -> GrantEntry:
    """Write down that the student paid back."""
    reference = without_bank_number(reference)
    with _writing(row, form) as (found, known):
        if known is not None:
            return _same(
                known, GrantEntryKind.PAID_BACK, paid_change=-amount, on=on, reference=reference
            )
        _check_moved(on, amount)
        if amount > found.paid - found.due:
            raise MobilityError(_("That is more than was asked back."))
        return _write(
            found, "repay", GrantEntryKind.PAID_BACK, form, actor,
            on=on, paid_change=-amount, reference=reference,
        )  # fmt: skip


def settle(row: StayGrant, form: Form, *, actor: User) -> GrantEntry:
    """Close the ledger: what is due is paid, no more and no less."""
    with _writing(row, form) as (found, known):
        if known is not None:
            return _same(known, GrantEntryKind.SETTLED)
        if found.due != found.paid:
            raise NotAllowedNowError(_("What is due and what is paid are not the same yet."))
        return _write(found, "settle", GrantEntryKind.SETTLED, form, actor)


def reopen(row: StayGrant, reason: str, form: Form, *, actor: User) -> GrantEntry:
    """Open a ledger again that was settled."""
    reason = _said(reason)
    with _writing(row, form) as (found, known):
        if known is not None:
            return _same(known, GrantEntryKind.REOPENED, reason=reason)
        return _write(found, "reopen", GrantEntryKind.REOPENED, form, actor, reason=reason)


def take_back(row: StayGrant, reason: str, form: Form, *, actor: User) -> GrantEntry:
    """Take back a promise of which nothing was paid."""
    reason = _said(reason)
    with _writing(row, form) as (found, known):
        if known is not None:
            return _same(known, GrantEntryKind.TAKEN_BACK, reason=reason)
        if found.paid:
            raise NotAllowedNowError(
                _("Something was paid already. Count the grant again instead.")
            )
        made = _write(
            found, "take_back", GrantEntryKind.TAKEN_BACK, form, actor,
            due_change=-found.due, reason=reason,
        )  # fmt: skip
        money_letters.taken_back(found, made)
        return made


def correct(row: StayGrant, number: int, reason: str, form: Form, *, actor: User) -> GrantEntry:
    """Undo an entry that was a mistake, by an entry of its own; the mistake stays readable."""
    reason = _said(reason)
    with _writing(row, form) as (found, known):
        wrong = found.entries.filter(number=number).first()
        if known is not None:
            return _same(known, GrantEntryKind.CORRECTED, corrects=wrong, reason=reason)
        if (
            wrong is None
            or wrong.kind not in CORRECTABLE
            or found.entries.filter(corrects=wrong).exists()
        ):
            raise NotAllowedNowError(_("This entry cannot be put right, or was already."))
        due, paid = found.due - wrong.due_change, found.paid - wrong.paid_change
        if due < 0 or paid < 0:
            raise NotAllowedNowError(_("Put the entries after it right first."))
        return _write(
            found, "correct", GrantEntryKind.CORRECTED, form, actor,
            due_change=-wrong.due_change, paid_change=-wrong.paid_change,
            corrects=wrong, reason=reason,
        )  # fmt: skip


# --- Writing --------------------------------------------------------------------------------------


@contextmanager
def _writing(row: StayGrant, form: Form) -> Iterator[tuple[StayGrant, GrantEntry | None]]:
    """Lock the stay and read the ledger; give the entry that this very form wrote before."""
    with transaction.atomic():
        stay = locked(row.stay)
        found = StayGrant.objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
        if found is None:
            raise MobilityError(_("This is no longer there. Perhaps somebody else deleted it."))
        found.stay = stay
        known = found.entries.filter(sending=form.sending).first()
        if known is None and last_number(found) != form.seen:
            raise _changed()
        yield found, known


def _write(
    row: StayGrant,
    name: str,
    kind: GrantEntryKind,
    form: Form,
    actor: User,
    *,
    due_change: Decimal = NOTHING,
    paid_change: Decimal = NOTHING,
    on: dt.date | None = None,
    **said: Any,
) -> GrantEntry:
    """Add an entry, and bring the sums and the state in step with it."""
    row.due += due_change
    row.paid += paid_change
    number = form.seen + 1
    move(row, name, actor=actor, student=row.stay.student, entry=number)
    return GrantEntry.objects.create(
        grant=row, number=number, kind=kind, due_change=due_change, paid_change=paid_change,
        due=row.due, paid=row.paid, on=on or timezone.localdate(), by=actor,
        sending=form.sending, **said,
    )  # fmt: skip


def _same(known: GrantEntry, kind: GrantEntryKind, **said: Any) -> GrantEntry:
    """Return the entry that this form wrote before, unless the form says something else now."""
    if known.kind != kind or any(getattr(known, name) != value for name, value in said.items()):
        raise _changed()
    return known


def _changed() -> ChangedMeanwhileError:
    return ChangedMeanwhileError(
        _("This ledger has changed meanwhile, perhaps in another tab. Look at it and try again.")
    )


def _said(reason: str) -> str:
    found = without_bank_number(reason)
    if not found:
        raise MobilityError(_("Say why."))
    return found


def _basis(days: Days, off: int, counted: Counted) -> dict[str, Any]:
    return {
        "first": _iso(days.first),
        "last": _iso(days.last),
        "off": off,
        "days": counted.days,
        "paid_days": counted.paid_days,
        "amount": str(counted.amount),
        "why": [str(each) for each in counted.why],
    }


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
