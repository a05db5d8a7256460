"""Applications go after the edition's time; what they count in their round stays."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from sojourn.catalogue import keeping
from sojourn.catalogue.models import Edition
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people import audit
from sojourn.people.models import AuditEvent, User
from sojourn.planning import own_data as planning
from sojourn.selection import files, own_data, retention
from sojourn.selection.earlier_rounds import last_rounds_of
from sojourn.selection.models import (
    Application,
    Document,
    DocumentKind,
    MeasuredValue,
    Offer,
    PastApplicants,
    Round,
)
from sojourn.selection.states import RoundState
from sojourn.selection.statistics import statistics_of_round
from sojourn.selection.tasks import run_nightly_jobs
from tests.selection.rounds import PLACES, applicants, closed_round, published
from tests.support.keeping import stand

pytestmark = pytest.mark.django_db

YEAR_ENDS = dt.date(2028, 7, 31)  # of 2027-2028


def on(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


@pytest.fixture
def finished(leiden: Snapshot) -> Round:
    """Six applicants for three seats at two places; everybody who got one accepted it."""
    made = closed_round({PLACES[0]: 2, PLACES[1]: 1})
    lists = [PLACES[:2], PLACES[:2], PLACES[:1], PLACES[1::-1], PLACES[:2], PLACES[:2]]
    applicants(made, lists, ["9", "8", "7", "6.5", "6", "5"])
    published(made)
    Offer.objects.update(state="accepted")
    Round.objects.filter(pk=made.pk).update(state=RoundState.FINISHED)
    return Round.objects.get(pk=made.pk)


def a_file(application: Application) -> Document:
    document = Document(
        application=application, kind=DocumentKind.CV, name="cv.pdf", size=4, pages=1, sha256="x"
    )
    files.write(document, b"%PDF")
    document.save()
    return document


def test_applications_go_a_year_after_the_academic_year_they_were_for(
    finished: Round, django_capture_on_commit_callbacks: object
) -> None:
    document = a_file(finished.applications.all()[0])
    before = statistics_of_round(finished)
    late = YEAR_ENDS + dt.timedelta(days=365)
    assert retention.delete_old_applications(on(late)) == 0
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert retention.delete_old_applications(on(late + dt.timedelta(days=1))) == 6
    assert not Application.objects.exists()
    assert not MeasuredValue.objects.exists()
    assert not Offer.objects.exists()
    assert not files.path_of(document).exists()
    after = statistics_of_round(Round.objects.get())
    assert after == before
    assert (after.applicants, after.given, after.accepted) == (6, 3, 3)
    assert retention.delete_old_applications(on(late + dt.timedelta(days=1))) == 0


def test_how_far_a_list_went_is_still_known(finished: Round) -> None:
    before = last_rounds_of(PLACES)
    assert before[PLACES[0]].applicants == 6
    retention.delete_old_applications(on(dt.date(2030, 1, 1)))
    assert last_rounds_of(PLACES) == before


def test_what_is_kept_names_nobody(finished: Round) -> None:
    application = finished.applications.all()[0]
    audit.record("application.submitted", actor=application.owner, about=application.owner,
                 on=application, details={"revision": 1})  # fmt: skip
    retention.delete_old_applications(on(dt.date(2030, 1, 1)))
    kept = str(PastApplicants.objects.values())
    assert application.code not in kept
    assert application.owner.email not in kept
    event = AuditEvent.objects.get(action="application.submitted")
    assert (event.actor, event.about, event.details) == (None, None, {})


def test_the_edition_says_how_long(finished: Round) -> None:
    Edition.objects.update(keep_applications_days=90)
    assert retention.delete_old_applications(on(YEAR_ENDS + dt.timedelta(days=90))) == 0
    assert retention.delete_old_applications(on(YEAR_ENDS + dt.timedelta(days=91))) == 6


def test_a_round_that_is_open_keeps_everything(finished: Round) -> None:
    Round.objects.update(state=RoundState.OPEN)
    assert retention.delete_old_applications(on(dt.date(2040, 1, 1))) == 0


def test_what_was_never_submitted_goes_three_months_after_the_round_closed(
    finished: Round,
) -> None:
    owner = User.objects.create_user("late@example.org")
    Application.objects.create(round=finished, owner=owner)
    assert finished.closes_at is not None
    before = statistics_of_round(finished)
    assert retention.delete_old_applications(finished.closes_at + dt.timedelta(days=90)) == 0
    assert retention.delete_old_applications(finished.closes_at + dt.timedelta(days=91)) == 1
    assert statistics_of_round(Round.objects.get()) == before


def test_who_deletes_the_account_still_counts(finished: Round) -> None:
    before = statistics_of_round(finished)
    lists = last_rounds_of(PLACES)
    for application in finished.applications.all()[:4]:
        own_data.erase(application.owner)
        planning.delete_account(application.owner)
    assert Application.objects.count() == 2
    assert statistics_of_round(Round.objects.get()) == before
    assert last_rounds_of(PLACES) == lists
    # The rest goes in its time, and is added.
    retention.delete_old_applications(on(dt.date(2030, 1, 1)))
    assert statistics_of_round(Round.objects.get()) == before
    assert last_rounds_of(PLACES) == lists


def test_who_leaves_before_the_results_counts_nowhere(leiden: Snapshot) -> None:
    made = closed_round({PLACES[0]: 1})
    (one,) = applicants(made, [PLACES[:1]], ["8"])
    own_data.erase(one.owner)
    assert not Application.objects.exists()
    assert not PastApplicants.objects.exists()


def test_each_night_it_is_done_and_counted(finished: Round) -> None:
    Round.objects.update(academic_year="2020-2021")
    stand(retention.APPLICATIONS)
    run_nightly_jobs.call()
    assert not Application.objects.exists()
    assert keeping.gone_since(timezone.now() - dt.timedelta(days=1)) == {"applications": 6}


def test_ones_own_data_says_how_long_an_application_is_kept(leiden: Snapshot) -> None:
    Edition.objects.update(
        keep_applications_days=444, keep_self_arranged_days=555, keep_accounts_days=666
    )
    client = Client()
    client.force_login(User.objects.create_user("anna@example.org"))
    for language in ("en", "nl"):
        page = client.get(f"/{language}/plan/data/").content.decode()
        assert all(days in page for days in ("444", "555", "666"))


def test_a_rule_that_is_new_or_was_changed_deletes_nothing_for_a_week(finished: Round) -> None:
    week, kind = keeping.AHEAD, retention.APPLICATIONS
    late = on(dt.date(2029, 6, 1))  # 305 days after the year
    Edition.objects.update(keep_applications_days=300)
    assert keeping.end(kind, late) == 0  # the first night after an upgrade
    assert keeping.end(kind, late + week - dt.timedelta(hours=1)) == 0
    Edition.objects.update(keep_applications_days=200)
    assert keeping.end(kind, late + week) == 0, "somebody shortened it"
    assert keeping.end(kind, late + 2 * week - dt.timedelta(hours=1)) == 0
    assert keeping.end(kind, late + 2 * week) == 6
