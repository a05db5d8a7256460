"""Transcripts: brought by whoever has one, read where they are data, checked by the office."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from sojourn.mobility import endings, own_data
from sojourn.mobility.agreements.links import token_for
from sojourn.mobility.errors import NotAllowedNowError
from sojourn.mobility.homecoming import asking, transcripts
from sojourn.mobility.models import Stay, Transcript
from sojourn.mobility.standing import pen_of, standing_of
from sojourn.mobility.states import StepState, TranscriptState
from sojourn.people.models import AuditEvent, OutboxMail, User
from tests.engines.test_elmo import course, elmo
from tests.mobility.conftest import again, begun, in_days, noon, step
from tests.selection.pdfs import pdf


@pytest.fixture
def back(noor: User, coordinator: User) -> Stay:
    made = begun(noor, coordinator, first=-120, last=-10)
    endings.depart(made, in_days(-120), actor=noor)
    return endings.come_back(again(made), in_days(-10), actor=noor)


def file(content: bytes, name: str = "transcript.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def there(stay: Stay) -> str:
    return reverse("office:stay-home-transcript", args=[stay.uuid])


def test_the_student_brings_one_and_the_office_says_how_it_was_checked(
    back: Stay, noor: User, coordinator: User, client: Client
) -> None:
    client.force_login(noor)
    own = reverse("stays:coming-home-transcript", args=[back.uuid])
    for _time in range(2):  # a double click is one transcript
        assert client.post(own, {"file": file(pdf(1))}).status_code == 302
    made = Transcript.objects.get()
    assert (made.origin, made.brought_by, made.state) == ("student", noor, "waiting")
    # It waits for the office now, and the student's page says so.
    row = step(again(back), "transcript")
    assert (row.state, pen_of(row)) == (StepState.SAID, "office")
    assert row in standing_of(again(back)).others
    mails = OutboxMail.objects.filter(key__startswith=f"stay-transcript:{made.pk}:")
    assert mails.count() == 1
    got = client.get(reverse("stays:coming-home-file", args=[back.uuid, 1]))
    assert b"".join(got.streaming_content) == pdf(1)  # type: ignore[attr-defined]
    assert "attachment" in got["Content-Disposition"]

    client.force_login(coordinator)
    assert client.post(there(back), {"do": "check", "transcript": "1"}).status_code == 422
    assert client.post(there(back), {"do": "check", "transcript": "x"}).status_code == 404
    wanted = {"do": "check", "transcript": "1", "how": "online"}
    for _time in range(2):
        assert client.post(there(back), wanted).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.how, made.checked_by) == ("checked", "online", coordinator)
    assert step(again(back), "transcript").state == StepState.DONE
    assert AuditEvent.objects.filter(action="transcript.check").count() == 1
    late = {"do": "refuse", "transcript": "1", "reason": "Later."}
    assert client.post(there(back), late).status_code == 422
    exported = own_data.export(noor)["stays"][0]["transcripts"]
    assert [(each["file"], each["checked"]) for each in exported] == [("transcript.pdf", "online")]


def test_one_that_does_not_count_goes_back_with_the_reason(
    back: Stay, noor: User, coordinator: User, client: Client
) -> None:
    made = transcripts.bring(back, transcripts.look_at(file(pdf(1))), by=noor)
    client.force_login(coordinator)
    assert client.post(there(back), {"do": "refuse", "transcript": "1"}).status_code == 422
    no = {"do": "refuse", "transcript": "1", "reason": "It is of another student."}
    assert client.post(there(back), no).status_code == 302
    row = step(again(back), "transcript")
    assert (row.state, row.reason) == (StepState.WAITING, "It is of another student.")
    client.force_login(noor)
    page = client.get(reverse("stays:coming-home", args=[back.uuid])).content.decode()
    assert "It is of another student." in page
    # The same file may be brought again.
    second = transcripts.bring(back, transcripts.look_at(file(pdf(1))), by=noor)
    assert second.pk != made.pk
    assert step(again(back), "transcript").state == StepState.SAID


def test_the_host_sends_it_by_the_same_link_and_is_not_asked_again(
    back: Stay, coordinator: User, client: Client
) -> None:
    row = asking.name_somebody(back, "Astrid", "astrid@ki.example.org", actor=coordinator)
    page = reverse("stays:papers", args=[token_for(row.link)])
    assert client.post(page, {"do": "transcript"}).status_code == 422
    sent = {"do": "transcript", "file": file(elmo(course()), "noor.xml")}
    assert client.post(page, sent).status_code == 302
    made = Transcript.objects.get()
    assert (made.origin, made.brought_name, made.kind) == ("host", "Astrid", "elmo")
    assert made.read is not None
    assert made.read["lines"][0]["credits"] == "7.5"
    assert "noor.xml" in client.get(page).content.decode()
    assert {str(each) for each in asking.missing(again(back))} == {"dates"}
    transcripts.check(made, "direct", actor=coordinator)
    # After the end everything that is missing is asked for, and nothing that is there.
    asking.ask_by_rule(noon() + dt.timedelta(days=30))
    mail = OutboxMail.objects.get(key=f"stay-papers:{row.pk}:{again(back).ends_on}-28")
    assert "confirm the first and the last day" in str(mail.content)
    assert "transcript" not in str(mail.content)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (elmo(course(status="")), "does not say whether “Physiology” was passed"),
        (
            elmo(course(), before="<!DOCTYPE elmo SYSTEM 'file:///etc/passwd'>"),
            "refers to other files",
        ),
        (b"<html/>", "not a transcript in the ELMO format"),
        (b"<elmo", "it is damaged"),
        (b"PK\x03\x04", "This is not a PDF file"),
        (b"%PDF-1.4 broken", "does not open"),
        (b"", "empty"),
        (b"<elmo>" + b" " * 5_000_000, "at most 5 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_exactly_and_changes_nothing(
    back: Stay, noor: User, client: Client, content: bytes, says: str
) -> None:
    client.force_login(noor)
    before = AuditEvent.objects.count()
    own = reverse("stays:coming-home-transcript", args=[back.uuid])
    answer = client.post(own, {"file": file(content, "transcript.xml")})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Transcript.objects.exists()
    assert AuditEvent.objects.count() == before
    assert step(again(back), "transcript").state == StepState.WAITING


def test_nobody_brings_one_before_departure_and_no_other_student_reads_it(
    back: Stay, noor: User, coordinator: User, client: Client
) -> None:
    ahead = begun(User.objects.create_user("other@example.org"), coordinator)
    with pytest.raises(NotAllowedNowError):
        transcripts.bring(ahead, transcripts.look_at(file(pdf(1))), by=ahead.student)
    transcripts.bring(back, transcripts.look_at(file(pdf(1))), by=noor)
    client.force_login(ahead.student)
    assert client.get(reverse("stays:coming-home-file", args=[back.uuid, 1])).status_code == 404
    own = reverse("stays:coming-home-transcript", args=[back.uuid])
    assert client.post(own, {"file": file(pdf(1))}).status_code == 404


def test_the_database_holds_the_rules_of_a_transcript(back: Stay, noor: User) -> None:
    made = transcripts.bring(back, transcripts.look_at(file(pdf(1))), by=noor)
    rows = Transcript.objects.filter(pk=made.pk)
    for wrong in (
        {"state": TranscriptState.CHECKED}, {"state": "lost"}, {"how": "direct"},
        {"state": TranscriptState.REFUSED}, {"kind": "elmo"}, {"read": {"lines": []}},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Transcript.objects.create(
            stay=back, number=9, origin="student", brought_name="x", kind="pdf",
            file_name="x.pdf", content=made.content, sha256=made.sha256,
        )  # fmt: skip
