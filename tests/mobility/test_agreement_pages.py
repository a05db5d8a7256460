"""The pages of an agreement: the student's, the office's, the host's without account or script."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfWriter

from sojourn.mobility.agreements import signing, versions
from sojourn.mobility.agreements.links import token_for
from sojourn.mobility.errors import NotAllowedNowError
from sojourn.mobility.models import (
    AgreementPackage,
    AgreementPaper,
    AgreementVersion,
    SignedDocument,
    SigningRequest,
    Stay,
)
from sojourn.mobility.states import SigningState, VersionState
from sojourn.people.models import User
from tests.mobility.agreements import (
    FACTS,
    agreed,
    by_home,
    by_host,
    by_student,
    draft,
    fresh,
    line,
    request,
)
from tests.mobility.conftest import again, begun, student
from tests.mobility.test_pages import client_for, text
from tests.support.forms import forms_on


def a_pdf() -> bytes:
    written, file = PdfWriter(), io.BytesIO()
    written.add_blank_page(9, 9)
    written.write(file)
    return file.getvalue()


PDF = a_pdf()


def digest_on(page: Any) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page.content.decode())
    assert found
    return found[1]


def signed_by(name: str = "Astrid Exempel", **more: str) -> dict[str, str]:
    return {"do": "sign", "name": name, "function": "Coordinator", "agrees": "yes", **more}


@pytest.fixture
def waiting(stay: Stay, board: User) -> AgreementVersion:
    """A version that waits for the host."""
    return by_home(by_student(draft(stay)), board)


@pytest.fixture
def link(waiting: AgreementVersion) -> str:
    return f"/en/sign/{token_for(request(waiting).link)}/"


def test_the_student_fills_in_reads_and_signs(stay: Stay, noor: User) -> None:
    client, there = client_for(noor), f"/en/stays/{stay.uuid}/agreement/"
    assert "Not begun yet" in text(client.get(there))
    assert client.post(f"{there}move/", {"do": "begin"}).status_code == 302
    page = text(client.get(there))
    assert "Still missing" in page
    assert "Date of birth" in page
    assert client.post(f"{there}edit/", FACTS).status_code == 302
    sent = {"name": "Astrid Exempel", "function": "", "email": "astrid@ki.example.org"}
    assert client.post(f"{there}signer/", sent).status_code == 302
    added = {"do": "add", "line-table": "abroad", "line-title": "Pathology",
             "line-credits": "3,5", "line-scheme": "ects"}  # fmt: skip
    assert client.post(f"{there}lines/", added).status_code == 422
    added["line-credits"] = "3.5"
    assert client.post(f"{there}lines/", added).status_code == 302
    page = client.get(there)
    assert "Still missing" not in text(page)
    wrong = client.post(f"{there}sign/", {"digest": "f" * 64, "agrees": "yes"})
    assert wrong.status_code == 409
    assert client.post(f"{there}sign/", {"digest": digest_on(page)}).status_code == 422
    answer = client.post(f"{there}sign/", {"digest": digest_on(page), "agrees": "yes"})
    assert answer.status_code == 302
    assert AgreementVersion.objects.get().state == VersionState.SIGNING
    assert "asked" in text(client.get(there))


def shown_in(page: Any) -> dict[str, str]:
    """What a browser would send of the form of fields, unchanged."""
    form = next(each for each in forms_on(page.content.decode()) if "birth_date" in each.fields)
    return {name: values[0] for name, values in form.fields.items()}


def test_after_the_last_draft_was_thrown_away_a_new_one_can_begin(stay: Stay, noor: User) -> None:
    versions.recall(by_student(draft(stay)), actor=noor)
    client, there = client_for(noor), f"/en/stays/{stay.uuid}/agreement/"
    assert "Begin your agreement" not in text(client.get(there))
    assert client.post(f"{there}move/", {"do": "discard"}).status_code == 302
    page = text(client.get(there))
    assert "no draft is open" in page
    assert "Begin your agreement" in page
    assert client.post(f"{there}move/", {"do": "begin"}).status_code == 302
    assert "Version 3: a draft" in text(client.get(there))


def test_two_who_fill_in_at_once_take_nothing_from_each_other(
    stay: Stay, noor: User, coordinator: User
) -> None:
    version = draft(stay)
    own = f"/en/stays/{stay.uuid}/agreement/edit/"
    office = f"/nl/office/stays/{stay.uuid}/agreement/edit/"
    hers, theirs = client_for(noor), client_for(coordinator)
    her_page, their_page = shown_in(hers.get(own)), shown_in(theirs.get(office))
    assert her_page["birth_date"] == "2005-03-01"
    before = fresh(version).facts
    assert hers.post(own, her_page).status_code == 302
    assert fresh(version).facts == before
    theirs.post(office, {**their_page, "term": "block 3", "provisions": "Two\r\nlines"})
    hers.post(own, {**her_page, "cefr": "C1", "nationality": "", "birth_date": "2005-04-02"})
    facts = fresh(version).facts
    assert (facts["term"], facts["cefr"], facts["birth_date"]) == ("block 3", "C1", "2005-04-02")
    assert facts["provisions"] == "Two\nlines"
    assert "nationality" not in facts


def test_a_line_that_is_wrong_is_said_at_its_field(stay: Stay, noor: User) -> None:
    draft(stay)
    client, there = client_for(noor), f"/en/stays/{stay.uuid}/agreement/lines/"
    answer = client.post(there, {"do": "add", "line-table": "abroad", "line-title": "\r\n"})
    assert answer.status_code == 422
    assert "Give the title" in text(answer)
    for worth in ("-1", "abc", "1.234"):
        sent = {"do": "add", "line-table": "abroad", "line-title": "X", "line-credits": worth}
        assert client.post(there, sent).status_code == 422
    assert client.post(there, {"do": "remove", "line": "x"}).status_code == 404


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_host_reads_and_signs_without_an_account(
    waiting: AgreementVersion, link: str, language: str
) -> None:
    client, there = Client(), link.replace("/en/", f"/{language}/")
    page = client.get(there)
    words = {"en": ("Please sign the agreement of noor", "You need no account", "M. Eksempel"),
             "nl": ("Teken de overeenkomst van noor", "geen account nodig")}[language]  # fmt: skip
    for each in words:
        assert each in text(page)
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert client.post(there, signed_by(digest=digest_on(page))).status_code == 302
    assert fresh(waiting).state == VersionState.AGREED
    # The link stays readable, and hands out what was signed.
    assert "signed" in text(client.get(link))
    kept = SignedDocument.objects.get()
    pdf = Client().get(f"{link}agreement.pdf")
    assert b"".join(pdf.streaming_content) == bytes(kept.pdf)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("code", "words"),
    [("es", "Firme el acuerdo"), ("fr", "Merci de signer"), ("id", "Mohon tandatangani"),
     ("sv", "Skriv under avtalet")],
)  # fmt: skip
def test_the_host_reads_it_in_their_language_and_agrees_in_it(
    waiting: AgreementVersion, link: str, code: str, words: str
) -> None:
    client = Client()
    page = client.get(f"{link}?in={code}")
    assert words in text(page)
    assert f'lang="{code}"' in page.content.decode()
    assert client.post(f"{link}?in={code}", signed_by(digest=digest_on(page))).status_code == 302
    rule = waiting.agreement.stay.road.agreement["sentence"][code]
    assert request(waiting).sentence.split("1")[0] == rule.split("{version}")[0]


def test_a_scanner_that_opens_the_link_changes_nothing(
    waiting: AgreementVersion, link: str
) -> None:
    before = list(SigningRequest.objects.values("pk", "state", "answered_at", "link"))
    client = Client()
    for _again in range(3):
        assert client.head(link).status_code == 200
        assert client.get(link).status_code == 200
        assert client.get(f"{link}agreement.pdf").status_code == 200
    assert list(SigningRequest.objects.values("pk", "state", "answered_at", "link")) == before
    # No script, and no form that is sent by itself.
    assert "<script" not in client.get(link).content.decode()
    assert fresh(waiting).state == VersionState.SIGNING


def test_a_stale_page_is_answered_with_what_changed(
    stay: Stay, waiting: AgreementVersion, link: str, board: User
) -> None:
    client = Client()
    seen = digest_on(client.get(link))
    newer = versions.recall(waiting, actor=stay.student)
    versions.add_line(newer, line("Pathology", "3"), actor=stay.student)
    by_home(by_student(newer), board)
    answer = client.post(link, signed_by("Typed Name", digest=seen))
    assert answer.status_code == 409
    page = text(answer)
    assert "Nothing was signed" in page
    assert "Changed since you opened it" in page
    assert "Pathology" in page
    # What was typed is kept, and the new text can be signed at once.
    assert 'value="Typed Name"' in answer.content.decode()
    assert client.post(link, signed_by(digest=digest_on(answer))).status_code == 302
    assert fresh(newer).state == VersionState.AGREED


def test_two_posts_of_one_link_sign_once(waiting: AgreementVersion, link: str) -> None:
    client = Client()
    sent = signed_by(digest=digest_on(client.get(link)))
    assert client.post(link, sent).status_code == 302
    assert client.post(link, sent).status_code == 302
    assert waiting.agreement.evidence.filter(kind="signed", what__side="host").count() == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "", "function": "x", "agrees": "yes"},
        {"name": "x", "function": " \r\n", "agrees": "yes"},
        {"name": "x", "function": "x"},
        {"do": "refuse", "why": " "},
        {"do": "hand_on", "their_name": "", "their_email": "a@b.org", "why": "x"},
        {"do": "hand_on", "their_name": "A", "their_email": "nonsense", "why": "x"},
        {"do": "hand_on", "their_name": "A", "their_email": "noor@example.org", "why": "x"},
        {"do": "paper"},
    ],
)
def test_what_is_missing_is_said_kindly_and_nothing_changes(
    waiting: AgreementVersion, link: str, sent: dict[str, str]
) -> None:
    client = Client()
    digest = digest_on(client.get(link))
    answer = client.post(link, {"digest": digest, **sent})
    assert answer.status_code == 422
    assert request(waiting).state == SigningState.SENT
    # What was typed stands there again.
    again_sent = [each for each in forms_on(answer.content.decode()) if each.fields.get("do")]
    same = next(each for each in again_sent if each.fields["do"] == [sent.get("do", "sign")])
    for name in {"name", "function", "their_name", "their_email", "why"} & set(sent):
        assert same.fields[name][0].strip() == sent[name].strip()


def test_the_host_refuses_hands_on_or_sends_a_paper(waiting: AgreementVersion, link: str) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = Client()
    digest = digest_on(client.get(link))
    wrong = SimpleUploadedFile("x.pdf", b"no pdf")
    assert client.post(link, {"do": "paper", "file": wrong}).status_code == 422
    file = SimpleUploadedFile("signed.pdf", PDF)
    answer = client.post(link, {"do": "paper", "file": file})
    assert answer.status_code == 200
    assert link in answer.content.decode()
    assert AgreementPaper.objects.count() == 1
    assert request(waiting).state == SigningState.SENT
    sent = {"do": "hand_on", "their_name": "Freja", "their_email": "freja@ki.example.org",
            "why": "She signs."}  # fmt: skip
    client.post(link, sent)
    assert client.get(link).status_code == 410
    new = f"/en/sign/{token_for(request(waiting).link)}/"
    assert client.post(new, {"do": "refuse", "why": "Full.", "digest": digest}).status_code == 302
    assert fresh(waiting).state == VersionState.REFUSED
    assert "You refused" in text(client.get(new))


@pytest.mark.parametrize("token", ["nonsense", "0" * 32 + ".x", "%00"])
def test_a_link_that_is_not_ours_is_answered_kindly(token: str, stay: Stay) -> None:
    assert Client().get(f"/en/sign/{token}/").status_code == 404


def test_home_signs_in_the_office_and_the_coordinator_cannot(
    stay: Stay, board: User, coordinator: User
) -> None:
    by_student(draft(stay))
    there = f"/en/office/stays/{stay.uuid}/agreement/"
    page = client_for(coordinator).get(there)
    assert "Sign for home" not in text(page)
    page = client_for(board).get(there)
    sent = {**signed_by("M. Eksempel"), "digest": digest_on(page)}
    assert client_for(coordinator).post(f"{there}sign/", sent).status_code == 403
    assert client_for(board).post(f"{there}sign/", {**sent, "digest": "0" * 64}).status_code == 409
    assert client_for(board).post(f"{there}sign/", sent).status_code == 302
    assert "M. Eksempel" in text(client_for(coordinator).get(there))


def test_nobody_else_reads_an_agreement(stay: Stay, waiting: AgreementVersion) -> None:
    other = client_for(student("other@example.org"))
    for path in ("", "edit/", "1.pdf"):
        assert other.get(f"/en/stays/{stay.uuid}/agreement/{path}").status_code == 404
        assert Client().get(f"/en/stays/{stay.uuid}/agreement/{path}").status_code == 302
        assert other.get(f"/en/office/stays/{stay.uuid}/agreement/{path}").status_code == 403


def test_the_page_of_the_stay_leads_to_it_and_says_who_has_it(
    stay: Stay, waiting: AgreementVersion, noor: User, coordinator: User
) -> None:
    page = client_for(noor).get(f"/en/stays/{stay.uuid}/")
    assert f"/en/stays/{stay.uuid}/agreement/" in page.content.decode()
    assert "The host has it since today" in text(page)
    office = client_for(coordinator).get(f"/en/office/stays/{stay.uuid}/")
    assert f"/en/office/stays/{stay.uuid}/agreement/" in office.content.decode()


@pytest.mark.parametrize(
    ("days", "words"), [(0, "has it since today"), (1, "had it for 1 day."), (3, "for 3 days.")]
)
def test_the_page_says_since_when_the_host_has_it(
    stay: Stay, waiting: AgreementVersion, noor: User, days: int, words: str
) -> None:
    noon = timezone.localtime().replace(hour=12)
    waiting.requests.filter(side="host").update(sent_at=noon - dt.timedelta(days=days))
    assert words in text(client_for(noor).get(f"/en/stays/{stay.uuid}/agreement/"))


def test_the_office_keeps_contacts_record_and_paper(
    stay: Stay, waiting: AgreementVersion, coordinator: User
) -> None:
    client, there = client_for(coordinator), f"/en/office/stays/{stay.uuid}/agreement/"
    assert client.post(f"{there}contacts/", {"host_phone": "+46"}).status_code == 302
    assert client.post(f"{there}contacts/", {"home_email": "x"}).status_code == 422
    sent = {"system": "EWP", "number": "la-1", "seen_on": "2026-01-05"}
    assert client.post(f"{there}official/", sent).status_code == 302
    assert "la-1" in text(client.get(there))
    assert client.post(f"{there}official/", {**sent, "seen_on": "x"}).status_code == 422
    empty = client.post(f"{there}paper/", {"do": "keep"})
    assert empty.status_code == 422
    assert "Choose the file first" in text(empty)
    signing.bring_paper(request(waiting), "scan.pdf", b"%PDF-1.4", actor=None)
    paper = AgreementPaper.objects.get()
    assert client.get(f"{there}papers/{paper.pk}/").status_code == 200
    accepted = {"do": "accept", "name": "Astrid", "function": "Dean", "method": "paper"}
    assert client.post(f"{there}paper/", accepted).status_code == 302
    assert fresh(waiting).state == VersionState.AGREED


def test_the_office_names_who_signs_before_and_after_they_are_asked(
    stay: Stay, coordinator: User, board: User
) -> None:
    version = draft(stay)
    client, there = client_for(coordinator), f"/en/office/stays/{stay.uuid}/agreement/"
    wrong = client.post(f"{there}signer/", {"name": "Typed Name", "email": "nonsense"})
    assert wrong.status_code == 422
    assert "This is no mail address" in text(wrong)
    assert 'value="Typed Name"' in wrong.content.decode()
    by_student(version)
    # Home signs first on this road: the host waits, and no link went out yet.
    freja = {"name": "Freja Exempel", "function": "Dean", "email": "freja@ki.example.org"}
    assert client.post(f"{there}signer/", freja).status_code == 302
    assert (request(version).name, request(version).state) == ("Freja Exempel", "waiting")
    by_home(version, board)
    linus = {"name": "Linus Exempel", "function": "", "email": "linus@ki.example.org"}
    unsaid = client.post(f"{there}signer/", linus)
    assert unsaid.status_code == 422
    assert 'value="Linus Exempel"' in unsaid.content.decode()
    assert client.post(f"{there}signer/", {**linus, "why": "Freja left."}).status_code == 302
    assert (request(version).name, request(version).state) == ("Linus Exempel", "sent")


def test_the_history_says_what_the_host_did_by_link(
    stay: Stay, waiting: AgreementVersion, coordinator: User
) -> None:
    signing.bring_paper(request(waiting), "scan.pdf", b"%PDF-1.4", actor=None)
    by_host(waiting)
    page = text(client_for(coordinator).get(f"/en/office/stays/{stay.uuid}/agreement/"))
    assert "brought a signed paper the host, by link" in page
    assert "signed the agreement the host, by link" in page
    dutch = client_for(coordinator).get(f"/nl/office/stays/{stay.uuid}/agreement/")
    assert "de gastinstelling, via de link" in text(dutch)


def test_anybody_checks_a_signed_copy(stay: Stay, board: User) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    agreed(stay, board)
    pdf, client = bytes(SignedDocument.objects.get().pdf), Client()
    right = client.post("/en/sign/check/", {"file": SimpleUploadedFile("a.pdf", pdf)})
    assert "unchanged" in text(right)
    assert "noor" not in text(right)
    changed = SimpleUploadedFile("a.pdf", pdf[:-1] + b"x")
    assert "not a signed agreement" in text(client.post("/en/sign/check/", {"file": changed}))
    assert client.post("/en/sign/check/").status_code == 422


def test_a_package_is_made_approved_and_given_to_the_group(
    stay: Stay, coordinator: User, board: User
) -> None:
    draft(stay)
    office, there = client_for(coordinator), f"/en/office/stays/{stay.uuid}/agreement/package/"
    ben = begun(student("ben@example.org"), coordinator)
    later = begun(student("later@example.org"), coordinator, first=130)
    assert office.post(there, {"do": "make", "title": "\r\n"}).status_code == 422
    assert office.post(there, {"do": "make", "title": "Spring at KI"}).status_code == 302
    package = str(AgreementPackage.objects.get().pk)
    assert office.post(there, {"do": "give", "package": package}).status_code == 422
    approve = {"do": "approve", "package": package, "name": "M. Eksempel", "function": "Board"}
    assert office.post(there, approve).status_code == 403
    assert client_for(board).post(there, {**approve, "name": " "}).status_code == 422
    assert client_for(board).post(there, approve).status_code == 302
    answer = office.post(there, {"do": "give_all", "package": package}, follow=True)
    assert "2 students have the package now" in text(answer)
    assert "approved by M. Eksempel" in text(answer)
    titles = AgreementVersion.objects.filter(agreement__package=package).values_list(
        "agreement__stay", "components__title"
    )
    assert {key for key, _title in titles} == {stay.pk, ben.pk}
    assert not AgreementVersion.objects.filter(agreement__stay=later).exists()


def test_a_stay_at_a_place_of_its_own_has_no_packages_of_others(
    stay: Stay, coordinator: User
) -> None:
    package = signing.make_package(draft(stay), "Spring at KI", actor=coordinator)
    own = begun(student("ben@example.org"), coordinator)
    Stay.objects.filter(pk__in=[stay.pk, own.pk]).update(opportunity=None, title="A place")
    AgreementPackage.objects.filter(pk=package.pk).update(opportunity=None)
    client, there = client_for(coordinator), f"/en/office/stays/{own.uuid}/agreement/"
    assert "Spring at KI" not in text(client.get(there))
    for do in ("give", "give_all", "approve"):
        sent = {"do": do, "package": str(package.pk)}
        assert client.post(f"{there}package/", sent).status_code == 404
    with pytest.raises(NotAllowedNowError, match="place of the catalogue"):
        signing.make_package(draft(again(own)), "Mine", actor=coordinator)


def test_a_change_shows_what_goes_and_what_comes(stay: Stay, board: User, noor: User) -> None:
    agreed(stay, board)
    client, there = client_for(noor), f"/en/stays/{stay.uuid}/agreement/"
    assert client.post(f"{there}move/", {"do": "change"}).status_code == 302
    row = AgreementVersion.objects.get(number=2).components.get(title="Biostatistics")
    gone = {"do": "remove", "line": str(row.pk)}
    assert client.post(f"{there}lines/", gone).status_code == 422
    gone["reason"] = "timetable-conflict"
    assert client.post(f"{there}lines/", gone).status_code == 302
    added = {"do": "add", "line-table": "abroad", "line-title": "Epidemiology",
             "line-credits": "7.5", "line-scheme": "ects",
             "line-reason": "substituting-deleted"}  # fmt: skip
    assert client.post(f"{there}lines/", added).status_code == 302
    page = client.get(there)
    for words in ("What this changes", "It clashes with another course", "Epidemiology"):
        assert words in text(page)
    client.post(f"{there}sign/", {"digest": digest_on(page), "agrees": "yes"})
    version = by_host(by_home(AgreementVersion.objects.get(number=2), board))
    assert version.state == VersionState.AGREED
    assert "Replaced by a change" in text(client.get(there))
