"""A load changes what the edition changed, keeps what the office changed, and nothing else."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import connection

from sojourn.catalogue import models
from sojourn.catalogue.edition import load as loading
from sojourn.catalogue.edition.examples import ExamplePolicy
from sojourn.catalogue.edition.load import Fate, LoadReport, Outcome, load_edition
from sojourn.catalogue.edition.merge import ConflictPolicy
from sojourn.catalogue.edition.problems import EditionError
from sojourn.people.models import User
from tests.catalogue.edition.folder import EditionFolder

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def version() -> int:
    return models.CatalogueVersion.objects.get().number


def told(report: LoadReport, fate: Fate) -> dict[str, tuple[str, ...]]:
    return {outcome.slug: outcome.fields for outcome in report.of(fate)}


@pytest.fixture
def loaded(harbour: EditionFolder, harbour_catalogue: None) -> EditionFolder:
    """The harbour edition, in the catalogue."""
    return harbour


# --- What a load brings -------------------------------------------------------------------


def test_everything_that_the_edition_says_is_in_the_catalogue(loaded: EditionFolder) -> None:
    place = models.Opportunity.objects.get(slug="northern-half-minor")
    assert (place.title_en, place.title_nl) == (
        "Half minor in Stockholm",
        "Halve minor in Stockholm",
    )
    assert place.keywords_nl == ["sneeuw", "kou"]
    assert (place.ects, place.weeks_min, place.weeks_max) == (Decimal(15), 10, 12)
    assert (place.starts_on, place.ends_on) == (dt.date(2027, 8, 30), dt.date(2027, 11, 12))
    assert (place.seats, place.seats_source.slug, place.seats_is_example) == (
        10,
        "prospectus",
        False,
    )
    assert (place.applicants, place.applicants_year, place.applicants_is_example) == (
        24,
        2026,
        True,
    )
    assert place.selection_criteria_nl == ["Motivatie"]
    hosts = [(link.institution.slug, link.position) for link in place.host_links.all()]
    assert hosts == [("northern-institute", 0), ("imagined-hospital", 1)]
    assert [window.slug for window in place.windows.all()] == ["medicine-half-minor"]
    assert {(need.language, need.level) for need in place.languages.all()} == {
        ("en", "B2"),
        ("sv", ""),
    }
    first, second = place.deadlines.all()
    assert (first.slug, first.time) == ("northern-half-minor-application", dt.time(23, 59))
    assert (second.date, second.is_example) == (dt.date(2027, 3, 1), True)
    assert {line.item: line.low for line in place.cost_lines.all()} == {
        "fees": Decimal(0),
        "travel": Decimal("80.50"),
    }

    imagined = models.Opportunity.objects.get(slug="imagined-internship")
    assert (imagined.starts_month, imagined.ends_month, imagined.starts_on) == (9, 1, None)
    assert imagined.period_is_example  # inside an example everything is one
    assert imagined.self_arranged

    coordinator = models.Contact.objects.get(slug="coordinator")
    assert coordinator.consent_given
    hour = coordinator.walk_in_hours.get()
    assert (hour.weekday, hour.starts, hour.ends) == (0, dt.time(14), dt.time(15))
    assert coordinator.absences.get().last_day == dt.date(2027, 1, 1)

    home = models.Institution.objects.get(is_home=True)
    assert home.slug == "harbour-university"
    agreement = models.Agreement.objects.get()
    assert agreement.home_unit == home.units.get()
    assert agreement.programmes.count() == 2
    assert models.Guide.objects.get(slug="costs").related.get().slug == "grants"
    assert models.PublishedReport.objects.get().ratings == {"teaching": 5, "city": 4}
    assert models.Edition.objects.get().synonyms == [["immunology", "immunologie"]]


def test_the_first_load_adds_everything_and_moves_the_version_once(harbour: EditionFolder) -> None:
    report = load_edition(harbour.path)
    assert {outcome.fate for outcome in report.outcomes} == {Fate.ADDED}
    assert report.changes == len(report.outcomes) == 43
    assert report.version == version() == 1


def test_a_second_run_reports_0_changes_and_touches_nothing(loaded: EditionFolder) -> None:
    written = dict(models.Opportunity.objects.values_list("slug", "updated_at"))
    report = load_edition(loaded.path)
    assert (report.changes, report.outcomes) == (0, [])
    assert sum(report.left_alone.values()) == 43
    assert report.version == version() == 1
    assert dict(models.Opportunity.objects.values_list("slug", "updated_at")) == written


def test_progress_is_told_up_to_the_end(harbour: EditionFolder) -> None:
    steps: list[tuple[int, int]] = []
    load_edition(harbour.path, progress=lambda done, total: steps.append((done, total)))
    assert steps[-1] == (43, 43)
    assert steps == sorted(steps)


# --- What the edition changes ---------------------------------------------------------------


def test_only_what_changed_in_the_edition_changes(loaded: EditionFolder) -> None:
    loaded.replace("opportunities.yaml", "Tien weken immunologie.", "Tien weken afweer.")
    loaded.replace("opportunities.yaml", "number: 10", "number: 12")
    loaded.replace("opportunities.yaml", "date: 2027-02-05", "date: 2027-02-12")
    loaded.replace("opportunities.yaml", "subjects: [immunology]", "subjects: [global-health]")
    report = load_edition(loaded.path)
    assert report.outcomes == [
        Outcome(
            Fate.CHANGED,
            "opportunity",
            "northern-half-minor",
            ("summary (nl)", "seats", "subjects", "deadline northern-half-minor-application"),
        )
    ]
    place = models.Opportunity.objects.get(slug="northern-half-minor")
    assert place.summary_nl == "Tien weken afweer."
    assert place.seats == 12
    assert place.deadlines.first().date == dt.date(2027, 2, 12)
    assert place.subjects.get().slug == "global-health"
    assert report.version == version() == 2


def test_the_edition_may_fill_a_column_that_came_after_the_last_load(
    loaded: EditionFolder,
) -> None:
    """Such as those of a further language: nobody has edited them, so the edition may set them."""
    place = models.Opportunity.objects.get(slug="northern-half-minor")
    state = place.edition_state
    for holder, column, was in (
        (state, "summary_nl", ""),
        (state["selection"], "selection_criteria_nl", []),
        (state["deadlines/northern-half-minor-application"], "label_nl", ""),
        (state["requirements"][0], "text_nl", ""),
    ):
        assert holder.pop(column) != was
    place.save()
    models.Opportunity.objects.filter(pk=place.pk).update(summary_nl="", selection_criteria_nl=[])
    place.deadlines.filter(slug="northern-half-minor-application").update(label_nl="")
    place.requirements.update(text_nl="")
    report = load_edition(loaded.path)
    assert told(report, Fate.KEPT) == {}
    assert report.changes == 1
    place.refresh_from_db()
    assert place.summary_nl == "Tien weken immunologie."
    assert place.selection_criteria_nl == ["Motivatie"]
    assert place.deadlines.get(slug="northern-half-minor-application").label_nl == "Inleveren"
    assert place.requirements.get().text_nl == "Engels op B2"


def test_how_places_are_given_comes_from_the_edition(loaded: EditionFolder) -> None:
    names = (
        "second_person_approves", "may_stay_on_the_list", "answer_days", "remind_application_days"
    )  # fmt: skip
    assert models.Edition.objects.values_list(*names).get() == (True, True, 7, 3)
    loaded.append(
        "edition.yaml",
        "\nselection: {second_person_approves: false, answer_days: 3, remind_days: 5}\n",
    )
    load_edition(loaded.path)
    assert models.Edition.objects.values_list(*names).get() == (False, True, 3, 5)


def test_how_long_things_are_kept_comes_from_the_edition(loaded: EditionFolder) -> None:
    held = models.Edition.objects.get()

    def days() -> tuple[int, ...]:
        return (
            held.keep_questions_days, held.keep_messages_days, held.keep_appointments_days,
            held.remind_report_days,
        )  # fmt: skip

    assert days() == (730, 365, 730, 21)
    loaded.append("edition.yaml", "\nkeeping: {questions_days: 400, appointments_days: 200}\n")
    load_edition(loaded.path)
    held.refresh_from_db()
    assert days() == (400, 365, 200, 21)


def test_sub_facts_that_left_the_edition_leave_the_catalogue(loaded: EditionFolder) -> None:
    loaded.replace("opportunities.yaml", "  seats: {number: 10, source: prospectus}\n", "")
    text = loaded.read("opportunities.yaml")
    line = next(line for line in text.split("\n") if "{id: result" in line)
    loaded.replace("opportunities.yaml", line + "\n", "")
    load_edition(loaded.path)
    place = models.Opportunity.objects.get(slug="northern-half-minor")
    assert (place.seats, place.seats_source) == (None, None)
    assert place.deadlines.count() == 1


def test_what_left_the_edition_is_withdrawn_and_comes_back(loaded: EditionFolder) -> None:
    before = loaded.read("opportunities.yaml")
    loaded.write("reports.yaml", "[]")
    loaded.write("costs.yaml", "[]")
    loaded.remove_entry("opportunities.yaml", "northern-half-minor")
    report = load_edition(loaded.path)
    assert set(told(report, Fate.WITHDRAWN)) == {"northern-half-minor", "a-cold-autumn"}
    # Nobody can visit a cost line, so there is nothing to answer 410.
    assert "se-housing" in told(report, Fate.REMOVED)
    assert models.Opportunity.objects.get(slug="northern-half-minor").status == "withdrawn"
    assert load_edition(loaded.path).changes == 0

    loaded.write("opportunities.yaml", before)
    report = load_edition(loaded.path)
    assert "northern-half-minor" in told(report, Fate.RETURNED)
    place = models.Opportunity.objects.get(slug="northern-half-minor")
    assert place.status == "published"
    assert place.deadlines.count() == 2


def test_an_unused_source_is_removed_and_a_used_one_stays(loaded: EditionFolder) -> None:
    loaded.remove_entry("sources.yaml", "travellers")
    report = load_edition(loaded.path)
    assert told(report, Fate.REMOVED) == {"travellers": ()}
    assert not models.Source.objects.filter(slug="travellers").exists()


def test_a_source_that_the_office_used_stays(loaded: EditionFolder) -> None:
    models.Course.objects.get(slug="ni-immunology").sources.add(
        models.Source.objects.get(slug="travellers")
    )
    loaded.remove_entry("sources.yaml", "travellers")
    report = load_edition(loaded.path)
    assert report.changes == 0
    assert models.Source.objects.filter(slug="travellers").exists()


def test_a_deadline_can_move_to_another_opportunity(loaded: EditionFolder) -> None:
    """Its slug is unique, so it must not be made before the old one is gone."""
    deadline = models.Deadline.objects.get(slug="northern-half-minor-result")
    hour = '    - {id: coordinator-monday, weekday: monday, starts: "14:00", ends: "15:00", '
    hour += "room: B1-02, valid_from: 2026-09-01, source: prospectus}\n"
    loaded.replace("contacts.yaml", "  walk_in:\n" + hour, "")
    loaded.append("contacts.yaml", "  walk_in:\n" + hour)
    report = load_edition(loaded.path)
    assert told(report, Fate.CHANGED) == {
        "coordinator": ("walk in hour coordinator-monday",),
        "international-office": ("walk in hour coordinator-monday",),
    }
    assert models.WalkInHour.objects.get().contact.slug == "international-office"
    assert models.Deadline.objects.get(slug=deadline.slug).pk == deadline.pk
    assert load_edition(loaded.path).changes == 0


def test_home_can_move(loaded: EditionFolder) -> None:
    loaded.replace("institutions.yaml", "home: true", "home: false")
    loaded.replace("institutions.yaml", "country: SE", "country: SE\n  home: true")
    loaded.replace("edition.yaml", "home: harbour-university", "home: northern-institute")
    for file in ("agreements.yaml", "precedents.yaml"):
        loaded.write(file, "[]")
    loaded.replace("windows.yaml", "  home_courses: [home-immunology]\n", "")
    load_edition(loaded.path)
    assert models.Institution.objects.get(is_home=True).slug == "northern-institute"


# --- What the office changes ----------------------------------------------------------------


def test_what_the_office_edited_is_kept_and_listed(loaded: EditionFolder) -> None:
    place = models.Opportunity.objects.get(slug="northern-half-minor")
    place.summary_nl = "Tien koude weken."
    place.seats = 8
    place.save()
    place.deadlines.filter(kind="application").update(date=dt.date(2027, 1, 31))
    place.subjects.clear()
    loaded.replace("opportunities.yaml", "Tien weken immunologie.", "Tien weken afweer.")
    loaded.replace("opportunities.yaml", "Ten weeks of immunology.", "Ten weeks of defence.")
    report = load_edition(loaded.path)
    assert told(report, Fate.KEPT) == {
        "northern-half-minor": (
            "summary (nl)",
            "seats",
            "subjects",
            "deadline northern-half-minor-application",
        )
    }
    assert told(report, Fate.CHANGED) == {"northern-half-minor": ("summary (en)",)}
    place.refresh_from_db()
    assert place.summary_nl == "Tien koude weken."
    assert place.summary_en == "Ten weeks of defence."
    assert place.seats == 8
    assert place.deadlines.get(kind="application").date == dt.date(2027, 1, 31)

    again = load_edition(loaded.path)
    assert again.changes == 0
    assert told(again, Fate.KEPT) == told(report, Fate.KEPT)


def test_overwriting_replaces_what_the_office_edited(loaded: EditionFolder) -> None:
    place = models.Opportunity.objects.get(slug="northern-half-minor")
    place.seats = 8
    place.save()
    place.deadlines.all().delete()
    report = load_edition(loaded.path, on_conflict=ConflictPolicy.OVERWRITE)
    assert told(report, Fate.KEPT) == {}
    place.refresh_from_db()
    assert place.seats == 10
    assert place.deadlines.count() == 2
    assert load_edition(loaded.path).outcomes == []


def test_a_deadline_that_the_office_removed_stays_away(loaded: EditionFolder) -> None:
    models.Deadline.objects.get(slug="northern-half-minor-result").delete()
    report = load_edition(loaded.path)
    assert report.changes == 0
    assert told(report, Fate.KEPT) == {
        "northern-half-minor": ("deadline northern-half-minor-result",)
    }
    assert models.Deadline.objects.count() == 1


def test_a_deadline_that_the_office_added_stays(loaded: EditionFolder) -> None:
    place = models.Opportunity.objects.get(slug="northern-half-minor")
    place.deadlines.create(slug="northern-half-minor-extra", kind="other", date=dt.date(2027, 4, 1))
    report = load_edition(loaded.path, on_conflict=ConflictPolicy.OVERWRITE)
    assert report.outcomes == []
    assert place.deadlines.count() == 3


def test_an_entry_that_the_office_withdrew_stays_withdrawn(loaded: EditionFolder) -> None:
    models.Guide.objects.filter(slug="grants").update(status="withdrawn")
    report = load_edition(loaded.path)
    assert told(report, Fate.KEPT) == {"grants": ("status",)}
    assert models.Guide.objects.get(slug="grants").status == "withdrawn"


def test_an_entry_that_the_office_made_is_left_alone(loaded: EditionFolder) -> None:
    models.Course.objects.create(
        slug="office-course",
        institution=models.Institution.objects.get(is_home=True),
        title_en="Made here",
        title_nl="Hier gemaakt",
        level="bachelor",
        language="en",
    )
    report = load_edition(loaded.path, on_conflict=ConflictPolicy.OVERWRITE)
    assert report.outcomes == []
    assert models.Course.objects.get(slug="office-course").status == "published"


def test_a_place_that_only_one_student_sees_is_left_alone(loaded: EditionFolder) -> None:
    student = User.objects.create_user("student@example.org")
    place = models.Opportunity.objects.create(
        slug="own-place", title_en="Cold hearts", kind="elective", status="draft",
        private_to=student,
    )  # fmt: skip
    assert load_edition(loaded.path).changes == 0
    place.refresh_from_db()
    assert place.private_to == student


def test_an_entry_of_the_office_with_an_id_of_the_edition_is_kept(harbour: EditionFolder) -> None:
    models.Subject.objects.create(slug="immunology", name_en="Ours", name_nl="Onze")
    report = load_edition(harbour.path)
    assert told(report, Fate.KEPT) == {"immunology": ("name (en)", "name (nl)")}
    assert models.Subject.objects.get(slug="immunology").name_en == "Ours"


def test_a_cost_line_that_the_office_edited_becomes_its_own(loaded: EditionFolder) -> None:
    models.CostLine.objects.filter(slug="se-housing").update(high=Decimal(900))
    loaded.write("costs.yaml", "[]")
    report = load_edition(loaded.path)
    assert told(report, Fate.KEPT) == {"se-housing": ("figures",)}
    assert models.CostLine.objects.get(slug="se-housing").high == Decimal(900)
    assert load_edition(loaded.path).outcomes == []


def test_a_home_that_the_office_chose_stays(loaded: EditionFolder) -> None:
    models.Institution.objects.filter(is_home=True).update(is_home=False)
    models.Institution.objects.filter(slug="imagined-hospital").update(is_home=True)
    load_edition(loaded.path)
    assert models.Institution.objects.get(is_home=True).slug == "imagined-hospital"
    load_edition(loaded.path, on_conflict=ConflictPolicy.OVERWRITE)
    assert models.Institution.objects.get(is_home=True).slug == "harbour-university"


# --- Examples -------------------------------------------------------------------------------


def test_without_examples_only_facts_are_left(harbour: EditionFolder) -> None:
    load_edition(harbour.path, examples=ExamplePolicy.DROP)
    for model in (
        models.DegreeProgramme, models.Institution, models.MobilityWindow, models.Course,
        models.Opportunity, models.Contact, models.CostLine, models.PublishedReport, models.Guide,
        models.WindowRequirement, models.LanguageNeed, models.Deadline, models.Absence,
    ):  # fmt: skip
        assert not model.objects.filter(is_example=True).exists(), model
    place = models.Opportunity.objects.get()
    assert (place.seats, place.applicants, place.selection_text_en) == (10, None, "")
    assert [link.institution.slug for link in place.host_links.all()] == ["northern-institute"]
    assert [course.slug for course in place.courses.all()] == ["ni-immunology"]
    assert [deadline.kind for deadline in place.deadlines.all()] == ["application"]
    assert not models.Institution.objects.get(slug="northern-institute").is_preferred
    # A line for a place that is gone does not become a line for every place.
    assert not models.CostLine.objects.filter(slug="imagined-visa").exists()
    assert not models.Edition.objects.get().with_examples


def test_examples_leave_and_return(loaded: EditionFolder) -> None:
    before = models.Opportunity.objects.filter(status="published").count()
    load_edition(loaded.path, examples=ExamplePolicy.DROP)
    assert models.Opportunity.objects.get(slug="imagined-internship").status == "withdrawn"
    load_edition(loaded.path)
    assert models.Opportunity.objects.filter(status="published").count() == before
    assert load_edition(loaded.path).changes == 0


# --- All or nothing ---------------------------------------------------------------------------


def test_a_broken_edition_changes_nothing(loaded: EditionFolder) -> None:
    loaded.replace("opportunities.yaml", "number: 10", "number: 12")
    loaded.replace("costs.yaml", "low: 400", "low: 4000")
    with pytest.raises(EditionError):
        load_edition(loaded.path)
    assert models.Opportunity.objects.get(slug="northern-half-minor").seats == 10
    assert version() == 1


def test_a_load_that_fails_half_way_changes_nothing(
    loaded: EditionFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded.replace("opportunities.yaml", "number: 10", "number: 12")

    def fail() -> int:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(loading, "publish_change", fail)
    with pytest.raises(RuntimeError, match="the disk is full"):
        load_edition(loaded.path)
    assert models.Opportunity.objects.get(slug="northern-half-minor").seats == 10


def test_the_edition_of_another_faculty_is_refused(loaded: EditionFolder) -> None:
    loaded.replace("edition.yaml", "id: harbour", "id: lakeside")
    with pytest.raises(EditionError, match="serves the edition 'harbour' already"):
        load_edition(loaded.path)
    assert models.Edition.objects.get().slug == "harbour"


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_take_turns(harbour: EditionFolder) -> None:
    reports: list[LoadReport] = []
    errors: list[Exception] = []
    together = threading.Barrier(2)

    def load() -> None:
        try:
            together.wait(20)
            reports.append(load_edition(harbour.path))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert sorted(report.changes for report in reports) == [0, 43]
    assert version() == 1
