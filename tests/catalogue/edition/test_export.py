"""The catalogue as files again: they are an edition, and loading it changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from sojourn.catalogue import services
from sojourn.catalogue.edition.check import check_edition
from sojourn.catalogue.edition.documents import document_of
from sojourn.catalogue.edition.export import export_edition
from sojourn.catalogue.edition.load import load_edition
from sojourn.catalogue.models import Course, EntryKind, Institution, Opportunity
from sojourn.catalogue.versions import publish, save_draft
from tests.support.accounts import account


@pytest.mark.usefixtures("leiden")
def test_an_exported_edition_loads_with_no_change(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    written = export_edition(folder)
    assert "opportunities.yaml" in written
    before, after = check_edition(Path("editions/leiden")), check_edition(folder)
    assert after.counts() == before.counts()
    report = load_edition(folder)
    assert [(one.fate, one.kind, one.slug, one.fields) for one in report.outcomes] == []


@pytest.mark.usefixtures("harbour_catalogue")
def test_the_small_edition_of_the_tests_too(tmp_path: Path) -> None:
    export_edition(tmp_path / "out")
    assert load_edition(tmp_path / "out").outcomes == []


@pytest.mark.usefixtures("leiden")
def test_what_the_office_published_is_in_it(tmp_path: Path) -> None:
    office = account("coordinator@example.org", "coordinator")
    kind, slug = EntryKind.OPPORTUNITY, "half-minor-edinburgh"
    document = document_of(kind, slug)
    assert document is not None
    draft = save_draft(kind, slug, {**document, "ects": "17"}, actor=office)
    assert draft is not None
    publish(draft, actor=office)
    export_edition(tmp_path / "out")
    assert load_edition(tmp_path / "out").changes == 0
    assert Opportunity.objects.get(slug=slug).ects == 17


@pytest.mark.usefixtures("leiden")
def test_what_names_something_that_was_retired_can_be_loaded_too(tmp_path: Path) -> None:
    place = Opportunity.objects.filter(status="published", courses__isnull=False)[0]
    course = place.courses.all()[0]
    services.withdraw(Course.objects.filter(pk=course.pk))
    partner = Institution.objects.get(slug="university-of-edinburgh")
    services.withdraw(Institution.objects.filter(pk=partner.pk))
    written = export_edition(tmp_path / "out")
    assert check_edition(tmp_path / "out").counts()
    assert f"courses/{partner.slug}.yaml" not in written
    places = (tmp_path / "out" / "opportunities.yaml").read_text()
    assert f"- {course.slug}\n" not in places
    assert place.slug in places
    assert not any(
        f"id: {each.slug}\n" in places
        for each in Opportunity.objects.filter(hosts=partner)
        if each.hosts.count() == 1
    )


@pytest.mark.usefixtures("leiden")
def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        export_edition(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
