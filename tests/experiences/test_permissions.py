"""Who may see and do what, over every address of this area, in the portal and in the office."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import URLPattern

from sojourn.catalogue.models import PublishedReport
from sojourn.experiences import invitations, messages, own_data, photos, writing
from sojourn.experiences.links import LinkPurpose, token_for
from sojourn.experiences.models import Correspondent, Message, Report, ReportInvitation
from sojourn.office.experiences import urls as office_urls
from sojourn.people.models import User
from sojourn.portal.experiences import urls
from tests.experiences.by_link import SUPERVISOR
from tests.experiences.conftest import CONTACT, FULL, PLACE
from tests.experiences.test_photos import a_photo
from tests.support.accounts import account

pytestmark = pytest.mark.slow

SECRET = "zebra-4711"
WHO = ["visitor", "other student", SUPERVISOR, "coordinator", "operator"]
PUBLIC = {"all", "of", "at", "in"}
BY_LINK = {"invited", "consent", "answer", "stop", "stop-inviting"}


@dataclass(frozen=True)
class Stage:
    """Anna's draft, with a photo; a link of each kind; somebody who agreed."""

    draft: Report
    photo: UUID
    invitation: ReportInvitation
    message: Message
    supervisor: Correspondent

    def token(self, name: str) -> str:
        return {
            "invited": token_for(LinkPurpose.REPORT, self.invitation.pk),
            "consent": token_for(LinkPurpose.CONSENT, self.supervisor.pk),
            "answer": token_for(LinkPurpose.ANSWER, self.message.pk),
            "stop": token_for(LinkPurpose.STOP, self.supervisor.pk),
            "stop-inviting": token_for(LinkPurpose.STOP_INVITING, self.invitation.pk),
        }[name]


@pytest.fixture
def stage(anna: User, coordinator: User, draft: Report, supervisor: Correspondent) -> Stage:
    content = replace(FULL, title=SECRET, teaching=SECRET, first_name=SECRET)
    report = writing.save_draft(draft.pk, content, draft.revision)
    picture = a_photo()
    photo = photos.save_photo(report, io.BytesIO(picture), len(picture))
    place = report.opportunity
    assert place is not None
    invitations.invite(coordinator, ["cem@example.org"], place, "en")
    note = messages.NewMessage(uuid4(), SECRET, "Anna")
    message = messages.send_message(anna, supervisor, note, "x")
    return Stage(report, photo.pk, ReportInvitation.objects.get(), message, supervisor)


@pytest.fixture
def somebody(anna: User) -> Callable[[str], Client]:
    def make(who: str) -> Client:
        client = Client()
        if who == SUPERVISOR:
            return _with_the_links_opened(client)
        if who == "owner":
            client.force_login(anna)
        elif who == "other student":
            client.force_login(User.objects.create_user("bert@example.org"))
        elif who != "visitor":
            client.force_login(account(f"{who}@example.org", who))
        return client

    return make


def _with_the_links_opened(client: Client) -> Client:
    """The supervisor whom Anna asked, who opened and used every link that they were sent."""
    person, message = Correspondent.objects.get(), Message.objects.get()
    for name, token in (
        ("consent", token_for(LinkPurpose.CONSENT, person.pk)),
        ("stop", token_for(LinkPurpose.STOP, person.pk)),
        ("answer", token_for(LinkPurpose.ANSWER, message.pk)),
    ):
        assert client.get(f"/en/experiences/{name}/{token}/").status_code == 200
    client.post(
        f"/en/experiences/consent/{token_for(LinkPurpose.CONSENT, person.pk)}/", {"agree": "1"}
    )
    return client


def path_of(pattern: URLPattern, stage: Stage, base: str) -> str:
    name = str(pattern.name)
    examples = {
        "slug": {"at": "karolinska-institutet", "write": CONTACT}.get(name, PLACE),
        "code": "SE",
        "kind": "person",
        "number": str(stage.photo if name == "photo" else stage.draft.pk),
        "token": stage.token(name) if name in BY_LINK else "",
    }
    route = re.sub(r"<\w+:(\w+)>", lambda part: examples[part[1]], str(pattern.pattern))
    return f"/en/{base}/{route}"


def portal(stage: Stage) -> dict[str, str]:
    return {str(one.name): path_of(one, stage, "experiences") for one in urls.urlpatterns}


def office(stage: Stage) -> dict[str, str]:
    return {
        str(one.name): path_of(one, stage, "office")
        for one in office_urls.urlpatterns
        if isinstance(one, URLPattern) and str(one.name).startswith("experience")
    }


def as_kept(stage: Stage) -> object:
    report = Report.objects.get(pk=stage.draft.pk)
    kept = own_data.export(report.writer) if report.writer else None
    return (kept, report.revision, hasattr(report, "photo"))


def test_the_writer_finds_it(stage: Stage, somebody: Callable[[str], Client]) -> None:
    """Without this the tests below could pass on empty pages."""
    client = somebody("owner")
    paths = portal(stage)
    assert SECRET in client.get(paths["mine"]).content.decode()
    assert SECRET in client.get(paths["report"]).content.decode()
    assert client.get(paths["own-photo"]).headers["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize("who", WHO)
def test_nobody_else_sees_a_draft_by_any_address(
    stage: Stage, somebody: Callable[[str], Client], who: str
) -> None:
    client = somebody(who)
    for name, path in {**portal(stage), **office(stage)}.items():
        answer = client.get(path)
        assert SECRET.encode() not in answer.content, (who, name)
        assert b"anna@example.org" not in answer.content or name == "experience-messages"
        if name not in BY_LINK and who not in ("coordinator", "operator"):
            assert b"super@example.edu" not in answer.content, (who, name)
        assert answer.status_code in (200, 302, 403, 404, 405), (who, name, answer.status_code)


@pytest.mark.parametrize("who", WHO)
def test_what_each_may_open(stage: Stage, somebody: Callable[[str], Client], who: str) -> None:
    client = somebody(who)
    found = {name: client.get(path).status_code for name, path in portal(stage).items()}
    for name in PUBLIC | BY_LINK:
        assert found[name] == 200, name
    assert found["photo"] == 404  # not published
    if who in ("visitor", SUPERVISOR):
        for name in ("mine", "begin", "report", "delete", "people", "write"):
            assert found[name] == 302, name
    else:
        for name in ("report", "delete", "own-photo"):
            assert found[name] == 404, name
    of_office = {name: client.get(path).status_code for name, path in office(stage).items()}
    inside = {"visitor": 302, SUPERVISOR: 302, "other student": 403}.get(who, 200)
    for name, status in of_office.items():
        # A draft is the writer's alone: not even the office finds it.
        wanted = 404 if inside == 200 and name in ("experience", "experience-photo") else inside
        assert status == wanted, (who, name)


@pytest.mark.parametrize("who", WHO)
def test_nothing_that_anybody_else_sends_changes_a_draft(
    stage: Stage, somebody: Callable[[str], Client], who: str
) -> None:
    client = somebody(who)
    before = as_kept(stage)
    everything = {
        "title": "mine", "teaching": "mine", "revision": str(stage.draft.revision), "send": "1",
        "consents": ["name", "contact"], "do": "publish", "answer": "no", "report": "1",
    }  # fmt: skip
    for name, path in {**portal(stage), **office(stage)}.items():
        if name not in BY_LINK:
            client.post(path, everything)
    assert as_kept(stage) == before
    assert not PublishedReport.objects.filter(title_en=SECRET).exists()


@pytest.mark.parametrize("who", ["owner", *WHO])
def test_no_private_answer_is_kept_by_a_cache(
    stage: Stage, somebody: Callable[[str], Client], who: str
) -> None:
    client = somebody(who)
    for name, path in {**portal(stage), **office(stage)}.items():
        answer = client.get(path)
        if name in PUBLIC | {"photo"} or answer.status_code in (404, 405):
            continue  # public, or a page that says nothing of anybody
        if "/account/" in answer.headers.get("Location", "") or answer.status_code == 403:
            continue
        assert "no-store" in answer.headers.get("Cache-Control", ""), (who, name)


@pytest.mark.parametrize("name", sorted(BY_LINK))
def test_a_link_that_was_tampered_with_opens_nothing(stage: Stage, name: str) -> None:
    token = stage.token(name)
    number, _dot, signature = token.partition(".")
    others = [stage.token(other) for other in BY_LINK - {name}]
    forged = [
        f"{uuid4().hex}.{signature}", f"{number}.{signature[:-1]}x", number, f"{number}.", "x",
        f"{number}.{others[0].partition('.')[2]}", *others,
    ]  # fmt: skip
    for one in forged:
        for method in ("get", "post"):
            answer = getattr(Client(), method)(f"/en/experiences/{name}/{one}/", {"agree": "1"})
            assert answer.status_code == 404, one


def test_looking_at_a_link_changes_nothing(stage: Stage) -> None:
    """Programs that check mail for harm follow every link in it."""
    for name in BY_LINK:
        for _time in range(2):
            Client().get(f"/en/experiences/{name}/{stage.token(name)}/")
    stage.supervisor.refresh_from_db()
    assert stage.supervisor.state == "agreed"
    assert not Report.objects.filter(invitation=stage.invitation).exists()


def test_an_invited_writer_reaches_their_own_report_and_no_other(stage: Stage) -> None:
    client = Client()
    answer = client.post(f"/en/experiences/invited/{stage.token('invited')}/")
    own = answer.headers["Location"]
    assert client.get(own).status_code == 200
    assert client.get(portal(stage)["report"]).status_code == 302  # asked who they are
    assert Client().get(own).status_code == 302  # another browser has to open the link


def test_a_session_that_names_an_owned_report_opens_nothing(stage: Stage) -> None:
    client = Client()
    client.post(f"/en/experiences/invited/{stage.token('invited')}/")
    session = client.session
    session["invited_reports"] = [str(stage.draft.pk)]
    session.save()
    assert client.get(portal(stage)["report"]).status_code == 404


def test_every_address_is_in_the_matrix(stage: Stage) -> None:
    assert len(portal(stage)) == len(urls.urlpatterns) >= 18
    assert len(office(stage)) == 7
    assert not re.search("[<>]", "".join([*portal(stage).values(), *office(stage).values()]))
