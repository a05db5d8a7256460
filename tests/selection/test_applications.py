"""Applying: told beforehand, saved while typing, handed in whole, and nothing lost at the end."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from sojourn.advising.files import delete_strays
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.people import student_numbers
from sojourn.people.models import AuditEvent, OutboxMail, User
from sojourn.people.student_numbers import normal_number
from sojourn.planning.models import Plan
from sojourn.planning.profile import Profile, save_profile
from sojourn.selection import applications, drafts, files
from sojourn.selection.applications import IncompleteError
from sojourn.selection.drafts import Draft, DraftChoice
from sojourn.selection.errors import ChangedMeanwhileError, NotAllowedNowError
from sojourn.selection.models import Application, Choice, Document, DocumentKind, Round
from sojourn.selection.states import ApplicationState, RoundState
from sojourn.selection.tasks import send_receipt
from tests.selection.conftest import BIOMEDICINE, HALF_MINORS, MEDICINE
from tests.selection.pdfs import pdf

STUDENT = Profile(programme=MEDICINE, year=2)


def complete(*keys: str) -> Draft:
    return Draft(
        programme=MEDICINE,
        year=2,
        number="s1234567",
        languages={"en": "C1"},
        choices=tuple(DraftChoice(key, f"Because of {key}.") for key in keys or HALF_MINORS),
    )


@pytest.fixture
def begun(round_: Round, person: Callable[..., User]) -> Application:
    return applications.begin(
        person("anna"), round_, current_snapshot(), STUDENT, HALF_MINORS, timezone.now()
    )


@pytest.fixture
def submitted(begun: Application) -> Application:
    saved = applications.save(begun, complete(), 0, timezone.now())
    return applications.submit(saved, current_snapshot(), STUDENT, timezone.now())


def work_off() -> None:
    """Send the receipts that wait in the queue, as the worker does; also those of before."""
    for waiting in DBTaskResult.objects.filter(task_path=applications.SEND_RECEIPT):
        send_receipt.call(*waiting.args_kwargs["args"])


def fresh(application: Application) -> Application:
    return Application.objects.select_related("round", "owner").get(pk=application.pk)


def test_the_top_five_becomes_the_list_in_one_step(begun: Application) -> None:
    draft = applications.read_draft(begun)
    assert [choice.key for choice in draft.choices] == list(HALF_MINORS)
    assert draft.programme == MEDICINE


def test_places_outside_the_round_are_left_out(round_: Round, person: Callable[..., User]) -> None:
    wanted = ["half-minor-cuba", HALF_MINORS[1], "no-such-place"]
    application = applications.begin(
        person("anna"), round_, current_snapshot(), STUDENT, wanted, timezone.now()
    )
    assert [each.key for each in applications.read_draft(application).choices] == [HALF_MINORS[1]]


def test_beginning_twice_is_beginning_once(begun: Application) -> None:
    again = applications.begin(
        begun.owner, begun.round, current_snapshot(), STUDENT, (), timezone.now()
    )
    assert again == begun


def test_what_is_missing_is_named_by_its_field(begun: Application) -> None:
    begun = applications.save(begun, Draft(), 0, timezone.now())
    with pytest.raises(IncompleteError) as caught:
        applications.submit(begun, current_snapshot(), STUDENT, timezone.now())
    assert [gap.field for gap in caught.value.gaps] == ["programme", "year", "number", "choice-1"]
    assert fresh(begun).state == ApplicationState.DRAFT


@pytest.mark.parametrize(
    ("words", "is_refused"), [(0, True), (1, False), (50, False), (51, True), (5000, True)]
)
def test_the_limit_of_words(begun: Application, words: int, is_refused: bool) -> None:
    draft = Draft(
        programme=MEDICINE,
        year=2,
        number="1234567",
        choices=(DraftChoice(HALF_MINORS[0], "word " * words),),
    )
    found = drafts.gaps(begun.round, draft, set())
    assert [gap.field for gap in found] == (["motivation-1"] if is_refused else [])


def test_a_place_chosen_twice_or_left_blank_is_refused(begun: Application) -> None:
    draft = complete(HALF_MINORS[0], HALF_MINORS[0], "")
    found = [gap.field for gap in drafts.gaps(begun.round, draft, set())]
    assert found == ["choice-2", "choice-3"]


def test_a_place_for_another_programme_is_refused_by_name(
    round_: Round, person: Callable[..., User]
) -> None:
    """The half minors are for medicine and biomedicine; the master in medicine comes later."""
    row = round_.programmes.get(programme__slug=MEDICINE)
    row.year_min = 3
    row.save()
    application = applications.begin(
        person("anna"), round_, current_snapshot(), STUDENT, (), timezone.now()
    )
    found = applications.gaps_of(application, complete(), current_snapshot(), STUDENT)
    assert [gap.field for gap in found] == ["choice-1", "choice-2"]
    assert "year 3" in found[0].text


def test_handing_in_writes_the_list_in_order_and_sends_a_receipt(submitted: Application) -> None:
    assert submitted.state == ApplicationState.SUBMITTED
    assert list(submitted.choices.values_list("rank", "opportunity__key")) == [
        (1, HALF_MINORS[0]),
        (2, HALF_MINORS[1]),
    ]
    assert submitted.owner.student_number.number == "1234567"
    assert not OutboxMail.objects.filter(key__startswith="application-receipt").exists()
    work_off()
    mail = OutboxMail.objects.get(key=f"application-receipt:{submitted.uuid}:1")
    assert submitted.code in str(mail.__dict__)


def test_a_receipt_is_sent_once_and_only_for_what_counts(submitted: Application) -> None:
    saved = applications.save(fresh(submitted), complete(HALF_MINORS[1]), 1, timezone.now())
    applications.submit(saved, current_snapshot(), STUDENT, timezone.now())
    work_off()
    work_off()
    keys = OutboxMail.objects.filter(key__startswith="application-receipt")
    assert [each.key.rpartition(":")[2] for each in keys] == ["2"]


def test_no_receipt_follows_a_withdrawal(submitted: Application) -> None:
    applications.withdraw(fresh(submitted), timezone.now())
    work_off()
    assert not OutboxMail.objects.filter(key__startswith="application-receipt").exists()


def test_typing_after_handing_in_changes_nothing_that_counts(submitted: Application) -> None:
    applications.save(fresh(submitted), complete(HALF_MINORS[1]), 1, timezone.now())
    assert [each.opportunity.key for each in submitted.choices.all()] == list(HALF_MINORS)
    assert fresh(submitted).state == ApplicationState.SUBMITTED


def test_handing_in_again_replaces_the_list(submitted: Application) -> None:
    saved = applications.save(fresh(submitted), complete(HALF_MINORS[1]), 1, timezone.now())
    applications.submit(saved, current_snapshot(), STUDENT, timezone.now())
    assert [each.opportunity.key for each in submitted.choices.all()] == [HALF_MINORS[1]]
    assert fresh(submitted).revision == 2


def test_saving_a_draft_is_one_statement(
    begun: Application, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(1):
        applications.save(begun, complete(), 0, timezone.now())


def test_a_draft_saved_after_a_withdrawal_elsewhere_is_refused(submitted: Application) -> None:
    shown = fresh(submitted)
    applications.withdraw(fresh(submitted), timezone.now())
    with pytest.raises(NotAllowedNowError):
        applications.save(shown, complete(HALF_MINORS[1]), 1, timezone.now())


def test_two_tabs_do_not_overwrite_each_other(begun: Application) -> None:
    applications.save(begun, complete(HALF_MINORS[0]), 0, timezone.now())
    with pytest.raises(ChangedMeanwhileError):
        applications.save(fresh(begun), complete(HALF_MINORS[1]), 0, timezone.now())
    assert applications.read_draft(fresh(begun)) == complete(HALF_MINORS[0])


def test_saving_the_same_twice_is_no_conflict(begun: Application) -> None:
    applications.save(begun, complete(), 0, timezone.now())
    assert applications.save(fresh(begun), complete(), 0, timezone.now()).draft_revision == 1


def test_the_minutes_of_grace_count_and_no_second_more(begun: Application) -> None:
    closes = begun.round.closes_at
    assert closes is not None
    last = closes + dt.timedelta(minutes=begun.round.grace_minutes)
    saved = applications.save(begun, complete(), 0, last)
    applications.submit(fresh(saved), current_snapshot(), STUDENT, last)
    with pytest.raises(NotAllowedNowError):
        applications.save(fresh(saved), complete(HALF_MINORS[0]), 1, last + dt.timedelta(seconds=1))
    with pytest.raises(NotAllowedNowError):
        applications.submit(
            fresh(saved), current_snapshot(), STUDENT, last + dt.timedelta(seconds=1)
        )


def test_nobody_applies_before_the_round_opens(round_: Round, person: Callable[..., User]) -> None:
    assert round_.opens_at is not None
    with pytest.raises(NotAllowedNowError):
        applications.begin(
            person("anna"), round_, current_snapshot(), STUDENT, (),
            round_.opens_at - dt.timedelta(seconds=1),
        )  # fmt: skip


def test_withdrawing_and_coming_back(submitted: Application) -> None:
    now = timezone.now()
    withdrawn = applications.withdraw(fresh(submitted), now)
    assert withdrawn.state == ApplicationState.WITHDRAWN
    with pytest.raises(NotAllowedNowError):
        applications.save(fresh(submitted), complete(HALF_MINORS[0]), 1, now)
    applications.reopen(fresh(submitted), now)
    again = applications.submit(fresh(submitted), current_snapshot(), STUDENT, now)
    assert again.state == ApplicationState.SUBMITTED
    assert list(
        AuditEvent.objects.filter(action__startswith="application.").values_list(
            "action", flat=True
        )
    )[:4] == [
        "application.submit",
        "application.reopen",
        "application.withdraw",
        "application.submit",
    ]


def test_a_second_claim_of_a_student_number_blocks_nobody(
    submitted: Application, person: Callable[..., User]
) -> None:
    other = applications.begin(
        person("bert"), submitted.round, current_snapshot(), STUDENT, (), timezone.now()
    )
    other = applications.save(other, complete(), 0, timezone.now())
    handed_in = applications.submit(other, current_snapshot(), STUDENT, timezone.now())
    assert handed_in.state == ApplicationState.SUBMITTED
    assert [len(case.claims) for case in student_numbers.cases()] == [2]


def test_a_confirmed_student_number_is_not_typed_over(submitted: Application) -> None:
    assert student_numbers.confirm(submitted.owner, "7654321", by="sso:test")
    with pytest.raises(IncompleteError) as caught:
        applications.submit(fresh(submitted), current_snapshot(), STUDENT, timezone.now())
    assert [gap.field for gap in caught.value.gaps] == ["number"]


@pytest.mark.parametrize(
    ("typed", "number"),
    [("s1234567", "1234567"), (" S 1234567", "1234567"), ("123", ""), ("12345x", ""), ("", "")],
)
def test_a_student_number_as_it_is_compared(typed: str, number: str) -> None:
    assert normal_number(typed) == number


def test_the_database_keeps_one_application_a_round_and_one_rank_once(
    submitted: Application,
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.create(round=submitted.round, owner=submitted.owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Choice.objects.create(
            application=submitted, rank=1, opportunity=submitted.round.opportunities.last()
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=submitted.pk).update(category="")


# --- Documents --------------------------------------------------------------------------------


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


@pytest.mark.slow
def test_a_pdf_is_kept_outside_the_web_under_a_random_name(begun: Application) -> None:
    document = applications.add_document(
        begun, DocumentKind.CV, upload("../../etc/My CV.pdf", pdf(2)), timezone.now()
    )
    assert (document.name, document.pages) == ("My CV.pdf", 2)
    path = files.path_of(document)
    assert path.is_relative_to(files.folder())
    assert "CV" not in path.name
    assert path.stat().st_mode & 0o077 == 0
    assert files.path_of(document).read_bytes().startswith(b"%PDF")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "because"),
    [
        (b"", "empty"),
        (b"hello", "not a PDF"),
        (b"%PDF-1.7\nbroken", "damaged"),
        (b"PK\x03\x04 a spreadsheet", "not a PDF"),
    ],
)
def test_what_is_no_pdf_is_refused_and_the_earlier_file_stays(
    begun: Application, content: bytes, because: str
) -> None:
    kept = applications.add_document(
        begun, DocumentKind.CV, upload("cv.pdf", pdf(1)), timezone.now()
    )
    with pytest.raises(files.FileError, match=because):
        applications.add_document(begun, DocumentKind.CV, upload("cv.pdf", content), timezone.now())
    assert list(Document.objects.all()) == [kept]


def test_a_file_of_fifty_megabytes_is_refused_before_it_is_read(begun: Application) -> None:
    huge = upload("cv.pdf", b"%PDF-1.7")
    huge.size = 50_000_000
    with pytest.raises(files.FileError, match=r"50\.0 MB"):
        applications.add_document(begun, DocumentKind.CV, huge, timezone.now())


@pytest.mark.slow
def test_other_areas_leave_the_files_of_applications_alone(begun: Application) -> None:
    """What students send with questions lies nearby, and is cleared away when no message has it."""
    file = SimpleUploadedFile("cv.pdf", pdf(1))
    kept = applications.add_document(begun, DocumentKind.CV, file, timezone.now())
    path = files.path_of(kept)
    os.utime(path, (0, 0))
    delete_strays()
    files.sweep()
    assert path.exists()


@pytest.mark.slow
@pytest.mark.parametrize("scanner", ["/bin/false", "/no/such/scanner"])
def test_what_the_virus_scanner_refuses_is_not_kept(
    begun: Application, settings: Any, scanner: str
) -> None:
    settings.SCAN_COMMAND = scanner
    before = set(files.folder().glob("??/*"))
    with pytest.raises(files.FileError, match="virus scanner"):
        applications.add_document(
            begun, DocumentKind.CV, SimpleUploadedFile("cv.pdf", pdf(1)), timezone.now()
        )
    assert set(files.folder().glob("??/*")) == before
    assert not begun.documents.exists()


@pytest.mark.slow
def test_files_from_before_move_into_their_folder(begun: Application) -> None:
    file = SimpleUploadedFile("cv.pdf", pdf(1))
    path = files.path_of(applications.add_document(begun, DocumentKind.CV, file, timezone.now()))
    moving = import_module("sojourn.selection.migrations.0006_files_in_a_folder_of_their_own")
    moving.back_again(apps, None)
    assert not path.exists()
    for _time in range(2):
        moving.into_their_own(apps, None)
        assert path.read_bytes().startswith(b"%PDF")


@pytest.mark.slow
def test_a_locked_pdf_is_refused(begun: Application) -> None:
    with pytest.raises(files.FileError, match="password"):
        applications.add_document(
            begun, DocumentKind.CV, upload("cv.pdf", pdf(1, "secret")), timezone.now()
        )


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_replaced_file_is_gone_and_a_lost_one_is_swept(
    round_: Round, person: Callable[..., User]
) -> None:
    begun = applications.begin(
        person("anna"), round_, current_snapshot(), STUDENT, (), timezone.now()
    )
    first = applications.add_document(
        begun, DocumentKind.CV, upload("cv.pdf", pdf(1)), timezone.now()
    )
    second = applications.add_document(
        begun, DocumentKind.CV, upload("cv.pdf", pdf(2)), timezone.now()
    )
    assert not files.path_of(first).exists()
    assert files.path_of(second).exists()
    applications.withdraw(begun, timezone.now())
    assert not files.path_of(second).exists()


# --- Pages ------------------------------------------------------------------------------------


def sent(draft: Draft, seen: int, action: str) -> dict[str, str]:
    return {
        "programme": draft.programme,
        "year": str(draft.year or ""),
        "number": draft.number,
        "language-en": "C1",
        "seen": str(seen),
        "do": action,
        **{f"choice-{n}": c.key for n, c in enumerate(draft.choices, start=1)},
        **{f"motivation-{n}": c.motivation for n, c in enumerate(draft.choices, start=1)},
    }


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_whole_way_by_pages(
    round_: Round, person: Callable[..., User], signed_in: Callable[[User], Client], language: str
) -> None:
    client = signed_in(person("anna", language=language))
    at = f"/{language}/apply/{round_.slug}"
    client.post(f"/{language}/plan/top-five/add/", {"place": HALF_MINORS[1]})
    assert client.get(f"{at}/").status_code == 200
    assert "Bordeaux" in client.get(f"{at}/begin/").content.decode()
    assert client.post(f"{at}/begin/").status_code == 302
    assert f'href="{at}/form/"' in client.get(f"{at}/").content.decode()
    page = client.get(f"{at}/form/").content.decode()
    assert re.search(rf'<option value="{HALF_MINORS[1]}" selected\s*>', page)
    refused = client.post(f"{at}/form/", sent(Draft(), 0, "hand-in"))
    assert refused.status_code == 422
    assert 'href="#programme"' in refused.content.decode()
    done = client.post(f"{at}/form/", sent(complete(), 1, "hand-in"))
    assert done.status_code == 302, done.content.decode()
    # The page of the round says what its reader did; to everybody else it is as it was.
    own = client.get(f"{at}/")
    assert f'href="{at}/receipt/"' in own.content.decode()
    assert f'href="{at}/begin/"' not in own.content.decode()
    assert f'href="{at}/begin/"' in Client().get(f"{at}/").content.decode()
    receipt = client.get(f"{at}/receipt/").content.decode()
    assert Application.objects.get().code in receipt
    assert client.get(f"/{language}/apply/mine/").status_code == 200
    assert client.post(f"{at}/withdraw/").status_code == 302
    assert Application.objects.get().state == ApplicationState.WITHDRAWN


@pytest.mark.slow
def test_who_may_not_apply_reads_so_before_beginning(
    round_: Round, person: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    user = person("anna")
    client = signed_in(user)
    at = f"/en/apply/{round_.slug}/begin/"
    told = "This round is not for your degree programme."
    before = client.get(at).content.decode()
    assert "Who may apply: Medicine, bachelor; Biomedical Sciences, bachelor." in before
    assert told not in before  # nothing is known of her yet
    plan = Plan.objects.create(owner=user)
    save_profile(plan, Profile(programme="pharmacy-msc"), "")
    assert told in client.get(at).content.decode()
    Round.objects.update(state=RoundState.CLOSED)
    after = client.get(at).content.decode()
    assert "you start with" not in after
    assert "Read the rules" in after


@pytest.mark.slow
def test_what_is_missing_is_marked_where_it_is_missing(
    begun: Application, signed_in: Callable[[User], Client]
) -> None:
    """Every line of the summary leads to a field that says the same."""
    client = signed_in(begun.owner)
    at = f"/en/apply/{begun.round.slug}/form/"
    assert 'class="error"' not in client.get(at).content.decode()
    draft = Draft(number="seven", choices=(DraftChoice("", "because"),))
    page = client.post(at, sent(draft, 0, "hand-in")).content.decode()
    summary = page[page.index('class="error-summary"') : page.index('id="application"')]
    form = page[page.index('id="application"') : page.index('class="hand-in"')]
    told = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary)
    assert {"programme", "year", "number", "choice-1"} <= {field for field, _text in told}
    for field, text in told:
        around = form[: form.index(f'id="{field}"')].rpartition('<div class="field')[2]
        assert around.startswith((" wrong", " short wrong")), field
        assert text in around
        tag = re.search(rf'<(input|select|textarea)[^>]*id="{field}"[^>]*>', form)
        if tag is not None and 'type="file"' not in tag[0]:
            assert 'aria-invalid="true"' in tag[0], field


@pytest.mark.slow
def test_the_script_saves_and_hears_what_is_missing(
    begun: Application, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(begun.owner)
    at = f"/en/apply/{begun.round.slug}/form/save/"
    answer = client.post(at, sent(complete(), 0, "")).json()
    assert answer["revision"] == 1
    assert answer["gaps"] == []
    conflict = client.post(at, sent(complete(HALF_MINORS[0]), 0, ""))
    assert conflict.status_code == 409


def test_a_conflict_keeps_what_was_typed_here(
    begun: Application, signed_in: Callable[[User], Client]
) -> None:
    applications.save(begun, complete(HALF_MINORS[0]), 0, timezone.now())
    client = signed_in(begun.owner)
    mine = Draft(choices=(DraftChoice(HALF_MINORS[1], "typed in this tab"),))
    page = client.post(f"/en/apply/{begun.round.slug}/form/", sent(mine, 0, "save"))
    assert page.status_code == 409
    assert "typed in this tab" in page.content.decode()
    assert 'name="seen" value="1"' in page.content.decode()


def test_buttons_move_a_choice_without_a_script(
    begun: Application, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(begun.owner)
    client.post(f"/en/apply/{begun.round.slug}/form/", sent(complete(), 0, "down-1"))
    assert [each.key for each in applications.read_draft(fresh(begun)).choices] == [
        HALF_MINORS[1],
        HALF_MINORS[0],
    ]


def test_after_the_deadline_the_form_leads_to_the_receipt(
    submitted: Application, signed_in: Callable[[User], Client]
) -> None:
    Round.objects.update(
        opens_at=timezone.now() - dt.timedelta(days=9),
        closes_at=timezone.now() - dt.timedelta(hours=1),
    )
    client = signed_in(submitted.owner)
    answer = client.get(f"/en/apply/{submitted.round.slug}/form/")
    assert answer.headers["Location"].endswith("/receipt/")


def test_the_form_of_whoever_has_not_begun_leads_to_the_beginning(
    round_: Round, person: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(person("anna"))
    answer = client.get(f"/en/apply/{round_.slug}/form/")
    assert answer.headers["Location"] == f"/en/apply/{round_.slug}/begin/"
    assert client.get("/en/apply/no-such-round/form/").status_code == 404


def test_biomedicine_may_apply_too(round_: Round, person: Callable[..., User]) -> None:
    profile = Profile(programme=BIOMEDICINE, year=2)
    application = applications.begin(
        person("cas"), round_, current_snapshot(), profile, HALF_MINORS, timezone.now()
    )
    assert applications.read_draft(application).programme == BIOMEDICINE
