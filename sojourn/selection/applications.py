"""What a student does in a round: begin, save, submit, change, withdraw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import RestrictedError
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sojourn import scheduling
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.translated_fields import columns
from sojourn.people import audit, outbox, student_numbers
from sojourn.people.models import User
from sojourn.people.outbox import Letter, Link
from sojourn.planning.profile import Profile
from sojourn.selection import calendar, drafts, files
from sojourn.selection.changes import locked, move
from sojourn.selection.drafts import Draft, DraftChoice, Gap
from sojourn.selection.eligibility import eligibility, profile_with
from sojourn.selection.errors import (
    ChangedMeanwhileError,
    NotAllowedNowError,
    SelectionError,
)
from sojourn.selection.models import (
    Answer,
    Application,
    Choice,
    Document,
    DocumentKind,
    Referee,
    Round,
    RoundOpportunity,
)
from sojourn.selection.states import ApplicationState, RoundState

SEND_RECEIPT = "sojourn.selection.tasks.send_receipt"
_CAN_STILL_WITHDRAW = (RoundState.PUBLISHED, RoundState.OPEN, RoundState.CLOSED)


class IncompleteError(SelectionError):
    """An application that cannot be submitted yet; `gaps` says what to fill in, and where."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        super().__init__(_("Not submitted yet: something is still missing."))
        self.gaps = tuple(gaps)


def begin(
    user: User,
    round_: Round,
    snapshot: Snapshot,
    profile: Profile,
    wanted: Sequence[str],
    now: dt.datetime,
) -> Application:
    """Begin an application, or return the one there is.

    `wanted` are the opportunities of the student's top five, in order; those that are in the round
    and open to the student become the first choices. Raises SelectionError when the round is not
    open, or for an account that is not a student's.
    """
    there = Application.objects.filter(owner=user, round=round_).first()
    if there is not None and there.state != ApplicationState.WITHDRAWN:
        return there
    calendar.require_open(round_, now)
    if not user.is_student:
        raise SelectionError(_("Only students apply. Sign in with your student account."))
    if there is not None:
        return reopen(there, now)
    draft = _from_the_plan(round_, snapshot, profile, wanted)
    number = student_numbers.number_of(user)
    if number is not None:
        draft = replace(draft, number=number.number)
    with transaction.atomic():
        # Two tabs that begin at once: the unique row of this student and round decides.
        application, is_new = Application.objects.get_or_create(
            owner=user, round=round_, defaults={"draft": draft.to_json()}
        )
        if is_new:
            audit.record("application.begun", actor=user, about=user, on=application)
    return application


def read_draft(application: Application) -> Draft:
    return drafts.from_json(application.draft)


def save(application: Application, draft: Draft, seen: int, now: dt.datetime) -> Application:
    """Save the draft; what was submitted stays as it is.

    One small write in one row, so that hundreds can save at the last minute. Raises
    ChangedMeanwhileError when something else was saved since revision `seen` was shown, and
    NotAllowedNowError when the round is closed or the application withdrawn.
    """
    # The round as this request read it: a draft that is saved while it closes does not count.
    calendar.require_open(application.round, now)
    _require_not_withdrawn(application)
    if drafts.from_json(application.draft) == draft:
        return application
    written = {"draft": draft.to_json(), "draft_revision": seen + 1, "draft_saved_at": now}
    # One statement that also asks whether the draft is still the one that was seen, so that the
    # lock is held no longer than the write takes.
    seen_rows = Application.objects.filter(pk=application.pk, draft_revision=seen)
    if seen_rows.exclude(state=ApplicationState.WITHDRAWN).update(**written):
        for name, value in written.items():
            setattr(application, name, value)
        return application
    with transaction.atomic():
        row = _locked_with(application, application.round)
    _require_not_withdrawn(row)
    if drafts.from_json(row.draft) == draft:
        return row
    raise ChangedMeanwhileError(
        _("You saved something else in another tab. Nothing is lost: see below.")
    )


def gaps_of(
    application: Application, draft: Draft, snapshot: Snapshot, profile: Profile
) -> list[Gap]:
    """List what is still missing, in the order of the form, impossible choices included."""
    round_ = application.round
    asked = drafts.document_kinds(round_)
    kinds = set(application.documents.values_list("kind", flat=True)) if asked else set()
    found = drafts.gaps(round_, draft, kinds)
    if not application.owner.get_full_name():
        found.insert(0, Gap("name", _("Fill in your name as it is in your passport.")))
    filled = profile_with(profile, draft.programme, draft.year, draft.languages)
    by_key = {each.row.key: each for each in eligibility(snapshot, round_, filled)}
    for number, choice in enumerate(draft.choices, start=1):
        if not choice.key:
            continue
        judged = by_key.get(choice.key)
        if judged is None:
            because = _("It is not in this round.")
        elif judged.may_choose:
            continue
        else:
            because = judged.because
        found.append(
            Gap(
                f"choice-{number}",
                _("Choice %(rank)d is not possible. %(because)s")
                % {"rank": number, "because": because},
            )
        )
    other = _other_number(application, draft)
    return [*found, other] if other else found


def submit(
    application: Application, snapshot: Snapshot, profile: Profile, now: dt.datetime
) -> Application:
    """Submit what was saved last. Submitting again replaces what counted before.

    `application` is as just read: what is checked here must still be so under the lock. Raises
    IncompleteError with everything that is missing, NotAllowedNowError outside the time.
    """
    draft = read_draft(application)
    calendar.require_open(application.round, now)
    missing = gaps_of(application, draft, snapshot, profile)
    if missing:
        raise IncompleteError(missing)
    try:
        with transaction.atomic():
            # The round first: closing it waits for hand-ins under way and stops later ones, so an
            # allocation never misses one that a student was told is in. What takes time was done
            # above, so that hundreds can pass here one by one at the last minute.
            round_ = locked(application.round)
            row = _locked_with(application, round_)
            calendar.require_open(round_, now)
            _require_not_withdrawn(row)
            _require_the_same(application, row, round_)
            row.revision += 1
            row.submitted_at = now
            write_submitted(row, round_, draft)
            is_first = row.state == ApplicationState.DRAFT
            move(
                row,
                "submit" if is_first else "resubmit",
                actor=row.owner,
                about=row.owner,
                revision=row.revision,
            )
            # Written by the worker: at the last minute hundreds wait behind this transaction.
            scheduling.enqueue(SEND_RECEIPT, row.pk, row.revision)
            return row
    except RestrictedError as error:
        raise NotAllowedNowError(
            _("Your application is being reviewed, so it cannot change any more. Ask the office.")
        ) from error


def _locked_with(application: Application, round_: Round) -> Application:
    """Lock the application, and take what the request has read already for what belongs to it."""
    row = locked(application)
    row.round, row.owner = round_, application.owner
    return row


def withdraw(application: Application, now: dt.datetime) -> Application:
    """Withdraw an application. It can be reopened until the round closes.

    One that was never handed in is deleted, with its files. Raises NotAllowedNowError once the
    seats are allocated.
    """
    with transaction.atomic():
        round_ = locked(application.round)
        row = locked(application)
        if round_.state not in _CAN_STILL_WITHDRAW:
            raise NotAllowedNowError(
                _(
                    "The seats are already being allocated. Answer your offer instead, or "
                    "write to the office."
                )
            )
        if row.state == ApplicationState.DRAFT and row.revision == 0:
            audit.record("application.dropped", actor=row.owner, about=row.owner, on=row)
            _remove_documents(list(row.documents.all()))
            row.delete()
            return row
        if row.state == ApplicationState.WITHDRAWN:
            return row
        row.withdrawn_at = now
        move(row, "withdraw", actor=row.owner, about=row.owner)
        _send_withdrawal(row)
        return row


def reopen(application: Application, now: dt.datetime) -> Application:
    """Reopen a withdrawn application; it has to be submitted again."""
    with transaction.atomic():
        round_ = locked(application.round)
        row = locked(application)
        calendar.require_open(round_, now)
        if row.state == ApplicationState.DRAFT:
            return row
        row.withdrawn_at = None
        move(row, "reopen", actor=row.owner, about=row.owner)
        return row


def add_document(
    application: Application, kind: DocumentKind, upload: UploadedFile[bytes], now: dt.datetime
) -> Document:
    """Store a PDF with the application; it counts once the application is submitted.

    Raises files.FileError, and then the earlier file stays.
    """
    calendar.require_open(application.round, now)
    checked = files.check_pdf(upload)
    document = Document(
        application=application,
        kind=kind,
        name=checked.name,
        size=len(checked.content),
        pages=checked.pages,
        sha256=checked.sha256,
    )
    files.write(document, checked.content)
    try:
        with transaction.atomic():
            row = locked(application)
            _require_not_withdrawn(row)
            _remove_documents(list(row.documents.filter(kind=kind, is_submitted=False)))
            document.save()
            audit.record(
                "application.document_added",
                actor=row.owner,
                about=row.owner,
                on=row,
                details={"kind": str(kind)},
            )
    except BaseException:
        files.remove(document)
        raise
    return document


def current_documents(application: Application) -> dict[str, Document]:
    """Return documents by kind: the one of the draft, or else the submitted one."""
    rows = application.documents.order_by("-is_submitted")
    return {each.kind: each for each in rows}


def _from_the_plan(
    round_: Round, snapshot: Snapshot, profile: Profile, wanted: Sequence[str]
) -> Draft:
    possible = {
        each.row.opportunity.slug: each.row.key
        for each in eligibility(snapshot, round_, profile)
        if each.may_choose
    }
    is_for_them = round_.programmes.filter(programme__slug=profile.programme).exists()
    codes = set(drafts.language_codes(round_))
    keys = [possible[slug] for slug in wanted if slug in possible]
    return Draft(
        programme=profile.programme if is_for_them else "",
        year=profile.year,
        languages={each.code: each.level for each in profile.languages if each.code in codes},
        choices=tuple(DraftChoice(key) for key in keys[: round_.most_choices]),
    )


def _require_not_withdrawn(row: Application) -> None:
    if row.state == ApplicationState.WITHDRAWN:
        raise NotAllowedNowError(_("You have withdrawn this application. Reopen it first."))


def _require_the_same(seen: Application, row: Application, round_: Round) -> None:
    if (seen.draft_revision, seen.round.rules_revision) != (
        row.draft_revision,
        round_.rules_revision,
    ):
        raise ChangedMeanwhileError(
            _("Something changed while you submitted. Check it, then submit again.")
        )


def _other_number(application: Application, draft: Draft) -> Gap | None:
    """Name a number that is not the confirmed one of this account."""
    typed = student_numbers.normal_number(draft.number)
    known = student_numbers.number_of(application.owner)
    if typed and known is not None and known.is_confirmed and known.number != typed:
        return Gap(
            "number",
            _("Your confirmed student number is %(number)s. Is it wrong? Write to the office.")
            % {"number": known.number},
        )
    return None


def write_submitted(row: Application, round_: Round, draft: Draft) -> None:
    """Make what a draft says the application that counts; the caller has locked and saves it."""
    _write_rows(row, draft)
    _write_facts(row, round_, draft)


def _write_rows(row: Application, draft: Draft) -> None:
    """Replace the submitted rows; the list is in the order of the draft."""
    wanted = [choice.key for choice in draft.choices if choice.key]
    opportunities = {
        each.key: each
        for each in RoundOpportunity.objects.filter(round_id=row.round_id, key__in=wanted)
    }
    row.choices.all().delete()
    Choice.objects.bulk_create(
        Choice(
            application=row,
            rank=rank,
            opportunity=opportunities[choice.key],
            motivation=choice.motivation.strip(),
        )
        for rank, choice in enumerate((c for c in draft.choices if not c.is_empty), start=1)
    )
    row.answers.all().delete()
    Answer.objects.bulk_create(
        Answer(application=row, question=question, text=text.strip())
        for question in row.round.questions.all()
        if (text := draft.answers.get(str(question.pk), "")).strip()
    )
    row.referees.all().delete()
    Referee.objects.bulk_create(
        Referee(
            application=row,
            position=position,
            name=referee.name,
            email=referee.email,
            relation=referee.relation,
        )
        for position, referee in enumerate(draft.referees[: row.round.referees_asked], start=1)
    )
    for document in list(row.documents.filter(is_submitted=False)):
        _remove_documents(list(row.documents.filter(kind=document.kind, is_submitted=True)))
        document.is_submitted = True
        document.save(update_fields=["is_submitted"])


def _write_facts(row: Application, round_: Round, draft: Draft) -> None:
    programme = round_.programmes.select_related("programme").get(programme__slug=draft.programme)
    row.programme = programme.programme
    row.category = programme.category
    row.year = draft.year
    row.languages = {code: level for code, level in draft.languages.items() if level}
    student_numbers.claim(row.owner, draft.number)


def _remove_documents(documents: list[Document]) -> None:
    """Delete the rows now, and the files once the transaction commits."""
    for document in documents:
        document.delete()
        transaction.on_commit(lambda gone=document: files.remove(gone))  # type: ignore[misc]


def _moment(value: dt.datetime) -> str:
    return date_format(timezone.localtime(value), "j F Y, H:i")


def send_receipt(row: Application) -> None:
    """Post the receipt of what an application says now; twice is once."""
    choices = row.choices.select_related("opportunity__opportunity").only(
        "application", "rank", *(f"opportunity__opportunity__{title}" for title in columns("title"))
    )

    def write() -> Letter:
        listed = "\n".join(f"{each.rank}. {each.opportunity.opportunity.title}" for each in choices)
        closes = row.round.closes_at
        address = reverse("apply:receipt", args=[row.round.slug])
        return Letter(
            subject=_("We have your application: %(round)s") % {"round": row.round.title},
            paragraphs=(
                _("Submitted on %(moment)s. Your code in the published result: %(code)s.")
                % {"moment": _moment(row.submitted_at or timezone.now()), "code": row.code},
                _("Your choices:") + "\n" + listed,
                _("You can change or withdraw it until %(moment)s.")
                % {"moment": _moment(closes) if closes else ""},
                *_what_happens_next(row.round),
            ),
            link=Link(_("Read what you submitted"), address),
        )

    outbox.post(key=f"application-receipt:{row.uuid}:{row.revision}", to=row.owner, write=write)


def _what_happens_next(round_: Round) -> tuple[str, ...]:
    if round_.results_at is None:
        return ()
    result = _("You hear the result by %(moment)s, by mail and on your page.") % {
        "moment": _moment(round_.results_at)
    }
    if round_.answer_by is None:
        return (result,)
    answer = _("If you are offered a place, you answer by %(moment)s.") % {
        "moment": _moment(round_.answer_by)
    }
    return (f"{result} {answer}",)


def _send_withdrawal(row: Application) -> None:
    outbox.post(
        key=f"application-withdrawn:{row.uuid}:{row.revision}",
        to=row.owner,
        write=lambda: Letter(
            subject=_("You withdrew your application: %(round)s") % {"round": row.round.title},
            paragraphs=(_("It no longer takes part. Until the round closes you can reopen it."),),
            link=Link(_("See the round"), reverse("apply:round", args=[row.round.slug])),
        ),
    )
