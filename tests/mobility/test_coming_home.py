"""Coming home: the host certifies the days by link or on paper, and is asked for it by rule."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sojourn.catalogue.choices import DoneBy, Gate
from sojourn.common.pdf_files import CheckedPdf
from sojourn.mobility import endings, gates, own_data, steps
from sojourn.mobility.agreements.links import token_for
from sojourn.mobility.errors import ChangedMeanwhileError, MobilityError, NotAllowedNowError
from sojourn.mobility.homecoming import asking, dates
from sojourn.mobility.homecoming.dates import Certificate
from sojourn.mobility.models import CertifiedDays, PapersRequest, Stay
from sojourn.mobility.models.agreements import NeverChangedError
from sojourn.mobility.periods import Days
from sojourn.mobility.states import StepState
from sojourn.people.models import AuditEvent, OutboxMail, User
from tests.mobility.conftest import again, begun, in_days, noon, step
from tests.selection.pdfs import pdf

HOST = "astrid@ki.example.org"
PAPER = CheckedPdf("certificate.pdf", b"%PDF-1.4 paper", 1, "a" * 64)


@pytest.fixture
def away(noor: User, coordinator: User) -> Stay:
    """Somebody whose last day is in a week, with a contact at the host."""
    made = begun(noor, coordinator, first=-90, last=7)
    made.hosts.update(contact_name="Astrid Exempel", contact_role="Coordinator", contact_email=HOST)
    return endings.depart(made, in_days(-90), actor=noor)


@pytest.fixture
def request_(away: Stay, coordinator: User) -> PapersRequest:
    assert asking.ask(away, actor=coordinator)
    found = asking.current(away)
    assert found is not None
    return found


def said(first: int = -88, last: int = 5, name: str = "Astrid Exempel") -> Certificate:
    return Certificate(Days(in_days(first), in_days(last)), name, "Coordinator")


def page(request: PapersRequest) -> str:
    return reverse("stays:papers", args=[token_for(request.link)])


def sent(**more: str) -> dict[str, str]:
    return {
        "do": "days", "starts_on": in_days(-88).isoformat(), "ends_on": in_days(5).isoformat(),
        "name": "Astrid Exempel", "function": "Coordinator", **more,
    }  # fmt: skip


# --- By the link ------------------------------------------------------------------------------


def test_looking_changes_nothing_and_a_post_confirms_once(
    request_: PapersRequest, away: Stay, client: Client
) -> None:
    before = AuditEvent.objects.count()
    for _time in range(3):
        shown = client.get(page(request_))
    assert shown.status_code == 200
    assert client.head(page(request_)).status_code == 200
    assert AuditEvent.objects.count() == before
    assert dates.confirmed_dates(away) is None
    assert step(away, "certificate-of-dates").state == StepState.WAITING
    for _time in range(2):  # a double click
        assert client.post(page(request_), sent()).status_code == 302
    held = again(away)
    days = Days(in_days(-88), in_days(5))
    assert dates.confirmed_dates(held) == days == Days(held.starts_on, held.ends_on)
    made = held.certified_days.get()
    assert (made.name, made.function, made.way) == ("Astrid Exempel", "Coordinator", "link")
    assert (made.planned_first, made.planned_last) == (in_days(-90), in_days(7))
    assert step(held, "certificate-of-dates").state == StepState.DONE
    assert not gates.blockers(held, Gate.END)
    # What is counted from the last day moved with it, and the student and the office know.
    assert step(held, "transcript").due_on == in_days(5 + 84)
    assert OutboxMail.objects.filter(key__startswith=f"stay-certified:{made.pk}").count() == 2


def test_other_days_afterwards_are_for_the_office(
    request_: PapersRequest, away: Stay, client: Client
) -> None:
    client.post(page(request_), sent())
    answer = client.post(page(request_), sent(ends_on=in_days(-30).isoformat()))
    assert answer.status_code == 422
    assert dates.confirmed_dates(away) == Days(in_days(-88), in_days(5))


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "}, {"function": ""}, {"starts_on": ""}, {"ends_on": "31 February"},
        {"ends_on": in_days(-89).isoformat()}, {"ends_on": in_days(90).isoformat()},
        {"starts_on": in_days(2).isoformat()}, {"ends_on": in_days(-89 + 1200).isoformat()},
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_is_kept(
    request_: PapersRequest, away: Stay, client: Client, wrong: dict[str, str]
) -> None:
    answer = client.post(page(request_), sent(**wrong))
    assert answer.status_code == 422
    assert b'role="alert"' in answer.content or b"error-summary" in answer.content
    assert not away.certified_days.exists()
    assert again(away).ends_on == in_days(7)


def test_a_forged_link_and_one_that_was_handed_on_open_nothing(
    request_: PapersRequest, away: Stay, client: Client
) -> None:
    token = token_for(request_.link)
    assert client.get(reverse("stays:papers", args=[token[:-1] + "0x"])).status_code == 404
    assert client.get(reverse("stays:papers", args=["nonsense"])).status_code == 404
    handed = {"do": "hand_on", "their_name": "Sven", "their_email": "sven@ki.example.org"}
    assert client.post(page(request_), handed).status_code == 422  # no reason
    assert client.post(page(request_), {**handed, "why": "He registers."}).status_code == 302
    assert client.get(page(request_)).status_code == 410
    assert client.post(page(request_), sent()).status_code == 410
    with pytest.raises(ChangedMeanwhileError):  # a page that was open before
        dates.certify_by_link(request_, said())
    new = asking.current(away)
    assert new is not None
    assert (new.email, new.named_by) == ("sven@ki.example.org", "Astrid Exempel")
    assert client.post(page(new), sent(name="Sven")).status_code == 302
    assert again(away).certified_days.get().name == "Sven"
    mails = OutboxMail.objects.filter(key__startswith=f"stay-papers:{new.pk}:")
    assert mails.get().receiver is None


def test_nobody_confirms_before_arrival_or_after_the_end_was_settled(
    noor: User, coordinator: User, away: Stay, request_: PapersRequest
) -> None:
    ahead = begun(noor, coordinator)
    row = PapersRequest.objects.create(stay=ahead, email=HOST)
    with pytest.raises(NotAllowedNowError):
        dates.certify_by_link(row, said())
    Stay.objects.filter(pk=away.pk).update(state="finished")
    with pytest.raises(NotAllowedNowError):
        dates.certify_by_link(request_, said())
    assert not CertifiedDays.objects.exists()


# --- On paper -----------------------------------------------------------------------------------


def test_the_office_writes_down_a_paper_and_corrects_with_another(
    away: Stay, coordinator: User, noor: User, client: Client
) -> None:
    there = reverse("office:stay-home-days", args=[away.uuid])
    paper = SimpleUploadedFile("certificate.pdf", pdf(1), "application/pdf")
    data = {name: value for name, value in sent().items() if name != "do"}
    client.force_login(coordinator)
    assert client.post(there, data).status_code == 422  # no file
    assert client.post(
        there, {**data, "file": SimpleUploadedFile("x.pdf", b"MZ")}
    ).status_code == 422  # fmt: skip
    assert client.post(there, {**data, "file": paper}).status_code == 302
    made = again(away).certified_days.get()
    assert (made.checked_by, made.checked_name) == (coordinator, str(coordinator))
    file = client.get(reverse("office:stay-home-days-file", args=[away.uuid, 1]))
    assert b"".join(file.streaming_content) == pdf(1)  # type: ignore[attr-defined]
    dates.certify_on_paper(away, said(last=-2), PAPER, actor=coordinator)
    dates.certify_on_paper(away, said(last=-2), PAPER, actor=coordinator)
    assert again(away).certified_days.count() == 2
    assert dates.confirmed_dates(away) == Days(in_days(-88), in_days(-2))
    assert again(away).ends_on == in_days(-2)
    exported = own_data.export(noor)["stays"][0]["confirmed_days"]
    assert [each["until"] for each in exported] == [
        in_days(5).isoformat(), in_days(-2).isoformat()
    ]  # fmt: skip


def test_a_certificate_is_never_changed_and_the_database_holds_the_rules(
    away: Stay, coordinator: User
) -> None:
    made = dates.certify_on_paper(away, said(), PAPER, actor=coordinator)
    made.name = "Somebody else"
    with pytest.raises(NeverChangedError):
        made.save()
    rows = CertifiedDays.objects.filter(pk=made.pk)
    for wrong in (
        {"name": ""}, {"ends_on": in_days(-200)}, {"sha256": ""}, {"content": None},
        {"way": "link"}, {"checked_name": ""},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


# --- Asked by rule ------------------------------------------------------------------------------


def test_the_host_is_asked_before_the_end_and_whoever_has_a_paper_after_it(
    away: Stay, coordinator: User
) -> None:
    def mails() -> list[str]:
        found = OutboxMail.objects.filter(key__startswith="stay-papers")
        return sorted(found.values_list("key", flat=True))

    last = again(away).ends_on
    assert last is not None
    steps.follow(timezone.now())
    asking.ask_by_rule(noon() - dt.timedelta(days=10))
    assert mails() == []  # still more than two weeks
    for _time in range(2):
        asking.ask_by_rule(noon())
    row = asking.current(away)
    assert row is not None
    assert mails() == [f"stay-papers:{row.pk}:{last}-before"]
    asking.ask_by_rule(noon() + dt.timedelta(days=7 + 28))
    assert f"stay-papers:{row.pk}:{last}-28" in mails()
    assert f"stay-papers-missing:{away.uuid}:{last}-28" in mails()
    dates.certify_by_link(row, said(last=7))
    count = len(mails())
    asking.ask_by_rule(noon() + dt.timedelta(days=7 + 56))
    # The transcript is not asked for in Sojourn where no step says so.
    wanted = asking.missing(again(away))
    assert DoneBy.DATES not in wanted
    assert len(mails()) == count + (2 if wanted else 0)


def test_without_an_address_nobody_is_asked_until_somebody_is_named(
    away: Stay, coordinator: User, client: Client
) -> None:
    away.hosts.update(contact_email="")
    asking.ask_by_rule(noon())
    assert not OutboxMail.objects.filter(key__startswith="stay-papers:").exists()
    with pytest.raises(MobilityError):
        asking.ask(away, actor=coordinator)
    client.force_login(coordinator)
    there = reverse("office:stay-home-ask", args=[away.uuid])
    wrong = client.post(there, {"do": "name", "name": "", "email": "x"})
    assert wrong.status_code == 422
    client.post(there, {"do": "name", "name": "Astrid", "email": HOST})
    assert OutboxMail.objects.filter(key__startswith="stay-papers:").count() == 1
    # A reminder of a step goes through the same link, at most once a day.
    row = step(away, "certificate-of-dates")
    remind = reverse("office:stay-step", args=[away.uuid, row.pk])
    for _time in range(2):
        client.post(remind, {"do": "remind"})
    assert OutboxMail.objects.filter(key__startswith="stay-papers:").count() == 2
    # Nobody ticks off what the host confirms.
    assert client.post(remind, {"do": "settle"}).status_code == 422


# --- Who sees it ----------------------------------------------------------------------------------


def test_the_student_reads_what_is_waited_for_and_another_student_nothing(
    away: Stay, noor: User, coordinator: User, client: Client
) -> None:
    there = reverse("stays:coming-home", args=[away.uuid])
    client.force_login(noor)
    shown = client.get(there).content.decode()
    assert "The host confirms your dates" in shown
    assert "The host has not confirmed the days yet." in shown
    own = client.get(reverse("stays:stay", args=[away.uuid])).content.decode()
    assert there in own
    client.force_login(User.objects.create_user("other@example.org"))
    assert client.get(there).status_code == 404
    # One query a table, whatever there is to show.
    client.force_login(coordinator)
    with_one = _queries(client, away)
    dates.certify_on_paper(away, said(), PAPER, actor=coordinator)
    dates.certify_on_paper(away, said(last=4), PAPER, actor=coordinator)
    assert _queries(client, away) <= with_one + 2


def _queries(client: Client, stay: Stay) -> int:
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as found:
        assert client.get(reverse("office:stay-home", args=[stay.uuid])).status_code == 200
    return len(found)
