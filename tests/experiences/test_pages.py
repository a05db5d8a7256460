"""The pages of reports and messages: what is typed stays, what is wrong is named, twice is once."""

from __future__ import annotations

import io
import json
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sojourn.catalogue.models import PublishedReport
from sojourn.catalogue.snapshot.service import refresh_snapshot
from sojourn.experiences import invitations, messages, photos, writing
from sojourn.experiences.links import LinkPurpose, token_for
from sojourn.experiences.models import (
    ConsentState,
    Correspondent,
    Message,
    Report,
    ReportInvitation,
    ReportState,
)
from sojourn.people.models import OutboxMail, User
from tests.experiences.conftest import CONTACT, FULL, PLACE
from tests.experiences.test_photos import SECRETS, a_photo

pytestmark = pytest.mark.slow

TYPED = {
    "opportunity": PLACE, "starts_on": "2026-01-12", "ends_on": "29-05-2026", "title": "Snow",
    "teaching": "One at a time.", "rating_city": "5", "paid_housing": "€ 2.400,50",
    "course_0": "Basket weaving", "ects_0": "7,5", "recognised_0": "no", "language": "en",
    "consents": ["costs"],
}  # fmt: skip


@pytest.fixture
def client(anna: User) -> Client:
    browser = Client()
    browser.force_login(anna)
    return browser


def begin(client: Client) -> str:
    return client.post("/en/experiences/mine/begin/", {"place": PLACE}).headers["Location"]


def revision(client: Client, path: str) -> str:
    return str(Report.objects.get(pk=path.split("/")[-2]).revision)


def test_a_report_is_begun_saved_and_sent(client: Client) -> None:
    path = begin(client)
    saved = client.post(path, {**TYPED, "revision": "0", "save": "1"})
    assert saved.status_code == 302
    report = Report.objects.get()
    assert str(report.paid.get().amount) == "2400.50"
    assert str(report.courses.get().ects) == "7.5"
    sent = client.post(path, {**TYPED, "revision": revision(client, path), "send": "1"})
    assert sent.status_code == 302
    report.refresh_from_db()
    assert report.state == ReportState.SUBMITTED
    # The same form once more, as a double click sends it.
    again = client.post(path, {**TYPED, "revision": "1", "send": "1"})
    assert again.status_code == 302
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("opportunity", "atlantis"), ("starts_on", "yesterday"), ("paid_food", "much"),
        ("paid_food", "-1"), ("paid_food", "1e9"), ("ects_0", "x"), ("rating_city", "6"),
        ("title", "x" * 121), ("teaching", "x" * 4001), ("ends_on", "2025-01-01"),
        ("level_patients", "B2"), ("spoken_patients", "klingon"), ("consents", "everything"),
        ("language", "fr"), ("recognised_0", "maybe"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_and_nothing_typed_is_lost(
    client: Client, field: str, typed: str
) -> None:
    path = begin(client)
    answer = client.post(path, {**TYPED, field: typed, "revision": "0", "save": "1"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'class="error-summary"' in page
    assert 'value="Snow"' in page or field == "title"
    assert Report.objects.get().revision == 0


def test_sending_without_what_is_needed_leads_to_the_field_and_keeps_the_draft(
    client: Client,
) -> None:
    path = begin(client)
    typed = {**TYPED, "title": "", "revision": "0", "send": "1"}
    answer = client.post(path, typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'href="#id_title"' in page
    assert 'name="revision" value="1"' in page  # it was saved all the same
    assert Report.objects.get().teaching == "One at a time."


def test_an_older_page_does_not_overwrite_a_newer_draft(client: Client) -> None:
    path = begin(client)
    client.post(path, {**TYPED, "title": "The newer", "revision": "0", "save": "1"})
    answer = client.post(path, {**TYPED, "title": "The older", "revision": "0", "save": "1"})
    assert answer.status_code == 409
    assert "The older" in answer.content.decode()
    assert Report.objects.get().title == "The newer"


def test_a_draft_saves_itself(client: Client) -> None:
    path = begin(client)
    answer = client.post(path, {**TYPED, "revision": "0", "autosave": "1"})
    assert json.loads(answer.content)["revision"] == 1
    behind = client.post(path, {**TYPED, "revision": "0", "autosave": "1"})
    assert behind.status_code == 409
    assert "problem" in json.loads(behind.content)
    unread = client.post(path, {**TYPED, "paid_food": "x", "revision": "1", "autosave": "1"})
    assert unread.status_code == 422


def test_an_uploaded_photo_is_shown_without_where_it_was_taken(
    client: Client, coordinator: User
) -> None:
    path = begin(client)
    upload = SimpleUploadedFile("../../home of anna.jpg", a_photo(), "image/jpeg")
    consents = {"consents": ["photo"], "photo_words": "A lake"}
    client.post(path, {**TYPED, **consents, "photo": upload, "revision": "0", "send": "1"})
    report = Report.objects.get()
    assert report.photo.words == "A lake"
    public = f"/en/experiences/photos/{report.photo.pk}.jpg"
    assert Client().get(public).status_code == 404  # nobody has read the report yet
    office = Client()
    office.force_login(coordinator)
    shown = office.get(f"/en/office/experiences/{report.pk}/photo/")
    assert shown.headers["Content-Type"] == "image/jpeg"
    office.post(
        f"/en/office/experiences/{report.pk}/", {"do": "publish", "revision": report.revision}
    )
    answer = Client().get(public)
    assert answer.status_code == 200
    assert "no-cache" in answer.headers["Cache-Control"]
    for secret in SECRETS:
        assert secret not in answer.content
    page = Client().get(f"/nl/opportunities/{PLACE}/").content.decode()
    assert f"/nl/experiences/photos/{report.photo.pk}.jpg" in page
    assert 'alt="A lake"' in page
    assert '<h3 lang="en">Snow</h3>' in page  # an English report on a Dutch page
    client.post(f"{path}take-back/")
    assert Client().get(public).status_code == 404


@pytest.mark.parametrize("content", [b"not a photo", b"%PDF-1.7"])
def test_a_file_that_is_no_photo_is_refused_at_its_field(client: Client, content: bytes) -> None:
    path = begin(client)
    upload = SimpleUploadedFile("photo.jpg", content, "image/jpeg")
    answer = client.post(path, {**TYPED, "photo": upload, "revision": "0", "save": "1"})
    assert answer.status_code == 422
    assert 'href="#id_photo"' in answer.content.decode()
    assert Report.objects.get().title == "Snow"  # the words are saved all the same


def test_a_photo_can_be_deleted_alone(client: Client, draft: Report) -> None:
    picture = a_photo()
    photos.save_photo(draft, io.BytesIO(picture), len(picture))
    client.post(f"/en/experiences/mine/{draft.pk}/photo/remove/")
    assert client.get(f"/en/experiences/mine/{draft.pk}/photo/").status_code == 404
    assert client.post(f"/en/experiences/mine/{draft.pk}/photo/remove/").status_code == 302


def test_the_writer_sees_what_the_office_changed(
    client: Client, sent: Report, coordinator: User
) -> None:
    office = Client()
    office.force_login(coordinator)
    page = f"/en/office/experiences/{sent.pk}/"
    words = {"housing": "A room of ten square feet.", "note": "As you told us"}
    office.post(page, {"do": "edit", "revision": sent.revision, **words})
    seen = client.get(f"/en/experiences/mine/{sent.pk}/").content.decode()
    assert "<del>" in seen
    assert "As you told us" in seen
    assert "feet." in seen


def test_an_office_page_that_is_behind_says_so_and_keeps_what_was_typed(
    sent: Report, coordinator: User
) -> None:
    office = Client()
    office.force_login(coordinator)
    page = f"/en/office/experiences/{sent.pk}/"
    behind = {"do": "edit", "revision": "0", "housing": "Typed with care."}
    answer = office.post(page, behind)
    assert answer.status_code == 409
    assert "Typed with care." in answer.content.decode()


def test_the_pages_of_a_place_show_three_and_lead_to_all(
    coordinator: User, anna: User, published: Report
) -> None:
    shown = PublishedReport.objects.get(title_en=FULL.title)
    for number in range(12):
        shown.pk, shown.slug = None, f"more-{number}"
        shown._state.adding = True
        shown.save()
    refresh_snapshot()
    page = Client().get(f"/en/opportunities/{PLACE}/").content.decode()
    assert page.count('<article class="report"') == 3
    assert f"/en/experiences/of/{PLACE}/" in page
    first = Client().get(f"/en/experiences/of/{PLACE}/").content.decode()
    assert first.count('<article class="report"') == 10
    assert Client().get(f"/en/experiences/of/{PLACE}/?page=2").status_code == 200
    for wrong in ("page=9", "page=0", "page=x", "programme=atlantis", "page=" + "9" * 40):
        assert Client().get(f"/en/experiences/of/{PLACE}/?{wrong}").status_code == 404
    one = Client().get(f"/en/experiences/at/karolinska-institutet/?programme={FULL.programme}")
    assert one.status_code == 200


def test_two_reports_make_no_average_on_any_page(leiden: object) -> None:
    page = Client().get(f"/en/experiences/of/{PLACE}/").content.decode()
    assert "2 reports" in page
    assert "on average" not in page
    assert "We show an average from three reports on." in page
    plan = Client()
    plan.post("/en/plan/top-five/add/", {"place": PLACE})
    assert "of 5" not in plan.get("/en/plan/compare/").content.decode()


# --- Links from mail ------------------------------------------------------------------------------


@pytest.fixture
def invitation(coordinator: User, draft: Report) -> ReportInvitation:
    assert draft.opportunity is not None
    invitations.invite(coordinator, ["cem@example.org"], draft.opportunity, "nl")
    return ReportInvitation.objects.get()


def test_an_invitation_is_in_the_readers_language_and_nobody_else_may_read_it(
    invitation: ReportInvitation,
) -> None:
    mail = OutboxMail.objects.get(key=f"report-invitation:{invitation.pk}")
    assert "Hoe was het" in mail.subject
    assert mail.is_secret
    assert f"/nl/experiences/invited/{token_for(LinkPurpose.REPORT, invitation.pk)}/" in str(
        mail.content
    )


def test_whoever_was_invited_writes_and_sends_without_an_account(
    invitation: ReportInvitation,
) -> None:
    client = Client()
    link = f"/nl/experiences/invited/{token_for(LinkPurpose.REPORT, invitation.pk)}/"
    assert client.get(link).status_code == 200
    path = client.post(link).headers["Location"]
    client.post(path, {**TYPED, "revision": "0", "send": "1"})
    report = Report.objects.get(invitation=invitation)
    assert report.state == ReportState.SUBMITTED
    assert report.writer is None
    # Later, from another browser, with the same link.
    other = Client()
    assert other.post(link).headers["Location"] == path
    assert other.get(path).status_code == 200


def test_a_student_who_is_signed_in_gets_the_report_into_the_account(
    invitation: ReportInvitation,
) -> None:
    cem = User.objects.create_user("cem@example.org")
    client = Client()
    client.force_login(cem)
    link = f"/nl/experiences/invited/{token_for(LinkPurpose.REPORT, invitation.pk)}/"
    client.post(link)
    assert Report.objects.get(invitation=invitation).writer == cem
    assert Client().post(link).status_code == 302  # asked to sign in from now on
    assert "/account/" in Client().get(Client().post(link).headers["Location"]).headers["Location"]


def test_an_invitation_can_be_turned_down_for_ever(
    invitation: ReportInvitation, coordinator: User
) -> None:
    link = f"/en/experiences/invited/{token_for(LinkPurpose.REPORT, invitation.pk)}/"
    Client().post(link, {"no": "1", "never_again": "1"})
    assert Client().get(link).status_code == 410
    result = invitations.invite(
        coordinator, ["Cem@Example.org".lower()], invitation.opportunity, "nl"
    )
    assert (result.sent, result.stopped) == (0, 1)


def test_the_same_address_is_invited_once_for_a_place(
    invitation: ReportInvitation, coordinator: User
) -> None:
    place = invitation.opportunity
    result = invitations.invite(coordinator, ["cem@example.org", "dov@example.org"], place, "nl")
    assert (result.sent, result.known) == (1, 1)


@pytest.mark.parametrize("text", ["", "  \n", "anna", "a@b.nl\nnonsense", "x@y.nl\n" * 3 + "@"])
def test_addresses_that_cannot_be_read_invite_nobody(coordinator: User, text: str) -> None:
    office = Client()
    office.force_login(coordinator)
    typed = {"place": PLACE, "addresses": text, "language": "nl"}
    answer = office.post("/en/office/experiences/invitations/", typed)
    assert answer.status_code == 422
    assert not ReportInvitation.objects.exists()


def test_agreeing_and_stopping_take_one_click_each(supervisor: Correspondent) -> None:
    Correspondent.objects.update(state=ConsentState.ASKED)
    link = f"/en/experiences/consent/{token_for(LinkPurpose.CONSENT, supervisor.pk)}/"
    Client().post(link, {"agree": "1"})
    supervisor.refresh_from_db()
    assert supervisor.state == ConsentState.AGREED
    Client().post(link, {"stop": "1"})
    supervisor.refresh_from_db()
    assert supervisor.state == ConsentState.STOPPED
    assert Client().post(link, {"agree": "1"}).status_code == 409
    assert Client().post(link, {"stop": "1"}).status_code == 200


# --- Messages -------------------------------------------------------------------------------------


def test_a_message_and_its_answer(client: Client, supervisor: Correspondent, anna: User) -> None:
    path = f"/en/experiences/write/person/{CONTACT}/"
    assert client.get(path).status_code == 200
    typed = {"form": str(uuid4()), "text": "How many hours a week?", "name": "The office"}
    assert client.post(path, typed).status_code == 302
    assert client.post(path, typed).status_code == 302  # a double click
    message = Message.objects.get()
    link = f"/nl/experiences/answer/{token_for(LinkPurpose.ANSWER, message.pk)}/"
    assert "How many hours" not in Client().get(link).content.decode()
    reply = {"form": str(uuid4()), "text": "Forty.", "name": "Dr. B"}
    assert Client().post(link, reply).status_code == 302
    assert Client().post(link, reply).status_code == 302
    assert Message.objects.filter(is_answer=True).count() == 1
    mine = client.get("/en/experiences/mine/").content.decode()
    assert "Forty." not in mine
    assert "answered you" in mine


@pytest.mark.parametrize("missing", ["text", "form"])
def test_a_message_that_lacks_something_is_not_sent(
    client: Client, supervisor: Correspondent, missing: str
) -> None:
    typed = {"form": str(uuid4()), "text": "A long question"}
    answer = client.post(f"/en/experiences/write/person/{CONTACT}/", {**typed, missing: ""})
    assert answer.status_code == 422
    if missing != "text":
        assert "A long question" in answer.content.decode()
    assert not Message.objects.exists()


def test_who_has_no_name_gives_it_first(
    client: Client, supervisor: Correspondent, anna: User
) -> None:
    path = f"/en/experiences/write/person/{CONTACT}/"
    assert "From <strong>Anna</strong>, a student." in client.get(path).content.decode()
    User.objects.filter(pk=anna.pk).update(first_name="")
    answer = client.get(path)
    assert answer.status_code == 302
    named = client.post(answer.url, {"first_name": "Anna", "last_name": "de Vries", "next": path})
    assert named.url == path
    assert "From <strong>Anna de Vries</strong>" in client.get(path).content.decode()


def test_the_office_reads_who_wrote_to_whom_and_no_word_of_it(
    client: Client, supervisor: Correspondent, anna: User, coordinator: User
) -> None:
    messages.send_message(anna, supervisor, messages.NewMessage(uuid4(), "zebra-4711", "Anna"), "x")
    office = Client()
    office.force_login(coordinator)
    page = office.get("/en/office/experiences/messages/").content.decode()
    assert "Anna" in page
    assert "zebra-4711" not in page


@pytest.mark.parametrize(
    "path",
    ["person/coordinator-internationalisation", "person/nobody", "report/nothing", "x/y"],
)
def test_whoever_cannot_be_written_to_has_no_page(client: Client, path: str) -> None:
    assert client.get(f"/en/experiences/write/{path}/").status_code == 404


def test_somebody_without_address_or_consent_is_shown_with_what_is_missing(
    client: Client, leiden: object
) -> None:
    page = client.get(f"/en/experiences/people/?place={PLACE}").content.decode()
    assert "The office has no address yet" in page
    assert f"/en/experiences/write/person/{CONTACT}/" not in page
    answer = client.get(f"/en/experiences/write/person/{CONTACT}/")
    assert answer.status_code == 409


def test_an_account_that_goes_takes_its_reports_off_the_pages(
    published: Report, anna: User
) -> None:
    from sojourn.experiences import own_data

    assert own_data.export(anna)["reports"][0]["title"] == FULL.title
    own_data.erase(anna)
    anna.delete()
    assert not Report.objects.filter(pk=published.pk).exists()
    assert not PublishedReport.objects.filter(title_en=FULL.title).exists()


def test_a_demo_is_marked_as_an_example_and_made_once(leiden: object) -> None:
    from sojourn.experiences.demo import make_demo_experiences

    make_demo_experiences()
    make_demo_experiences()
    report = Report.objects.get()
    assert report.is_example
    assert report.state == ReportState.SUBMITTED
    assert not writing.find_missing(report)
    assert set(Correspondent.objects.values_list("is_example", flat=True)) == {True}
