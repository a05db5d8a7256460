"""What is wrong with an edition is found, all of it, and said with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from sojourn.catalogue.edition import schema
from sojourn.catalogue.edition.check import check_edition
from sojourn.catalogue.edition.explain import PATTERNS
from sojourn.catalogue.edition.problems import EditionError, EditionProblem
from sojourn.catalogue.edition.schema.values import ErasmusCode
from tests.catalogue.edition.folder import HARBOUR, EditionFolder


def problems_of(folder: EditionFolder) -> tuple[EditionProblem, ...]:
    with pytest.raises(EditionError) as caught:
        check_edition(folder.path)
    return caught.value.problems


def test_a_valid_edition_is_read_as_a_whole() -> None:
    edition = check_edition(HARBOUR)
    assert edition.counts() == {
        "degree programmes": 2,
        "institutions": 3,
        "agreements": 1,
        "windows": 2,
        "opportunities": 2,
        "courses": 3,
        "precedents": 1,
        "contacts": 2,
        "cost lines": 6,
        "grants": 3,
        "exchange rates": 2,
        "travel advice": 2,
        "figures about learning": 2,
        "steps before departure": 3,
        "reports": 1,
        "guides": 2,
        "roads": 1,
        "sources": 2,
    }


@dataclass(frozen=True)
class Mistake:
    """A change to the harbour edition, and the problem that it must lead to."""

    file: str
    old: str
    new: str
    field: str
    message: str
    expected: str = ""
    at: str = ""  # the line is that of this text; of `new` where not given


MISTAKES = {
    "an unknown field, with the nearest known one": Mistake(
        "windows.yaml", "starts:", "start:", "medicine-half-minor.start", "no field 'start'",
        "'starts', perhaps",
    ),
    "a missing field": Mistake(
        "costs.yaml", "per: month, ", "", "se-housing.per", "missing", "one of month, week, once",
        at="se-housing",
    ),
    "a missing translation": Mistake(
        "windows.yaml", 'summary: {en: "Ten weeks in autumn.", nl: "Tien weken in de herfst."}',
        'summary: {en: "Ten weeks in autumn."}', "medicine-half-minor.summary.nl", "missing",
        "the text in Dutch",
    ),
    "a language that the site does not have": Mistake(
        "edition.yaml", "languages: [en, nl]", "languages: [en, nl, de]", "languages[2]", "'de'",
        "'en' or 'nl'",
    ),
    "a language in which content must be written, left out": Mistake(
        "edition.yaml", "languages: [en, nl]", "languages: [en]", "languages",
        "a language is missing", "languages: [en, nl]",
    ),
    "a language twice": Mistake(
        "edition.yaml", "languages: [en, nl]", "languages: [en, nl, en]", "languages", "twice",
        "each language once",
    ),
    "a text where a number belongs": Mistake(
        "opportunities.yaml", "{number: 10,", "{number: ten,", "northern-half-minor.seats.number",
        "'ten'", "a whole number",
    ),
    "a list where a mapping belongs": Mistake(
        "windows.yaml", "weeks: {min: 10, max: 10}", "weeks: [10, 10]", "medicine-half-minor.weeks",
        "a list", "a mapping",
    ),
    "a number out of bounds": Mistake(
        "institutions.yaml", "lat: 52.1", "lat: 152.1", "harbour-university.lat", "'152.1'",
        "at most 90",
    ),
    "not a number": Mistake(
        "institutions.yaml", "lat: 52.1", "lat: .nan", "harbour-university.lat", "'.nan'",
        "a number",
    ),
    "a text too long": Mistake(
        "opportunities.yaml", "Ten weeks of immunology.", "x" * 201,
        "northern-half-minor.summary.en", "201 characters", "at most 200",
    ),
    "an unknown choice": Mistake(
        "opportunities.yaml", "kind: half_minor", "kind: holiday", "northern-half-minor.kind",
        "'holiday' is not known", "'half_minor'",
    ),
    "an id in capitals": Mistake(
        "windows.yaml", "- id: medicine-half-minor", "- id: Half_Minor", "Half_Minor.id",
        "'Half_Minor' is not right", "small letters",
    ),
    "an unknown reference, with the nearest known one": Mistake(
        "opportunities.yaml", "hosts: [northern-institute,", "hosts: [northern-institut,",
        "northern-half-minor.hosts[0]", "no institution 'northern-institut'",
        "'northern-institute', perhaps",
    ),
    "an unknown source of a sub-fact": Mistake(
        "opportunities.yaml", "number: 10, source: prospectus", "number: 10, source: rumour",
        "northern-half-minor.seats.source", "no source 'rumour'",
    ),
    "an id used twice": Mistake(
        "courses/northern-institute.yaml", "- id: ni-imagined", "- id: home-immunology", "id",
        "the course 'home-immunology' exists already", "courses/harbour-university.yaml, line 3",
    ),
    "a deadline's id used twice in one opportunity": Mistake(
        "opportunities.yaml", "{id: result,", "{id: application,", "id",
        "the deadline 'northern-half-minor-application' exists already", at="kind: result",
    ),
    "a key written twice": Mistake(
        "windows.yaml", "  ects: 15\n", "  ects: 15\n  ects: 16\n", "", "'ects' is written twice",
        at="ects: 16",
    ),
    "a reference twice in a list": Mistake(
        "opportunities.yaml", "windows: [medicine-half-minor]",
        "windows: [medicine-half-minor, medicine-half-minor]", "northern-half-minor.windows[1]",
        "stands here twice",
    ),
    "an entry that says nothing of its origin": Mistake(
        "agreements.yaml", "  sources: [prospectus]\n", "", "northern-medicine",
        "nothing says where this comes from", "sources: [an id] or example: true", at="- id:",
    ),
    "a sub-fact that says nothing of its origin": Mistake(
        "opportunities.yaml", "{number: 10, source: prospectus}", "{number: 10}",
        "northern-half-minor.seats", "nothing says where this comes from",
    ),
    "a fact with a source that claims to be an example": Mistake(
        "opportunities.yaml", "{number: 10, source: prospectus}",
        "{number: 10, source: prospectus, example: true}", "northern-half-minor.seats",
        "no example",
    ),
    "HTML in a text": Mistake(
        "opportunities.yaml", "Ten weeks of immunology.", "Ten <b>weeks</b>.",
        "northern-half-minor.summary.en", "HTML is not allowed", "text without tags",
    ),
    "HTML in a guide": Mistake(
        "guides/nl/costs.md", "- 1 < 2", "- <img src=x>", "text", "HTML is not allowed",
    ),
    "a link that runs a script": Mistake(
        "guides/nl/costs.md", "](/nl/guide/grants/)", "](javascript:alert)", "text",
        "'javascript:alert' leads nowhere allowed", "https://",
    ),
    "a link to another site that looks like one of ours": Mistake(
        "guides/nl/costs.md", "](/nl/guide/grants/)", "](//evil.example)", "text",
        "'//evil.example' leads nowhere allowed",
    ),
    "a link given by reference that runs a script": Mistake(
        "institutions.yaml", '"Een plek met **één** vak. [Meer](https://ni.example/about)."',
        '"[Meer][1]\\n\\n[1]: javascript:alert(1)"', "northern-institute.about.nl",
        "leads nowhere allowed", at="nl: \"[Meer]",
    ),
    "a link given by reference inside a list": Mistake(
        "guides/nl/costs.md",
        "- 1 < 2",
        "- [x]: javascript:alert(1)",
        "text",
        "leads nowhere allowed",
    ),
    "a picture": Mistake(
        "guides/nl/costs.md", "- 1 < 2", "- ![](https://ni.example/x.png)", "text", "pictures",
    ),
    "a website that is none": Mistake(
        "institutions.yaml", 'website: "https://ni.example"', 'website: "javascript:alert(1)"',
        "northern-institute.website", "not a web address",
    ),
    "an invisible character that turns text around": Mistake(
        "opportunities.yaml", "Ten weeks of immunology.", "Ten \u202eskeew.",
        "northern-half-minor.summary.en", "invisible control character",
    ),
    "a cost whose figures are out of order": Mistake(
        "costs.yaml", "low: 400,", "low: 600,", "se-housing", "not in order",
        "low <= typical <= high",
    ),
    "a cost for two things": Mistake(
        "costs.yaml", "for: {country: SE}", "for: {country: SE, everywhere: true}",
        "se-housing.for", "one thing",
    ),
    "a grant's amount out of order": Mistake(
        "grants.yaml", "low: 300, typical: 350", "low: 360, typical: 350",
        "north-monthly.amounts[0]", "not in order", "low <= typical <= high",
    ),
    "a grant's amount that hangs on a question nobody asks": Mistake(
        "grants.yaml", "{km: {min: 100, below: 2000}, statement: green_travel,",
        "{km: {min: 100, below: 2000}, statement: on_foot,", "north-travel",
        "no question asks for 'on_foot'", at="id: north-travel",
    ),
    "a rate a day without its days": Mistake(
        "grants.yaml", "pays: month", "pays: day", "north-monthly", "does not say for which days",
    ),
    "a grant for a country that does not exist": Mistake(
        "grants.yaml", "countries: [SE, FI]", "countries: [SE, QX]", "north-monthly.countries",
        "'QX'",
    ),
    "a rate that buys nothing": Mistake(
        "rates.yaml", "per_euro: 25,", "per_euro: 0,", "[0].per_euro", "greater than 0",
    ),
    "a rate of the euro": Mistake(
        "rates.yaml", "currency: CUP", "currency: EUR", "[0]", "a euro is a euro", "such as CUP",
    ),
    "a rate of a currency that does not exist": Mistake(
        "rates.yaml", "currency: CUP", "currency: XQQ", "currency", "'XQQ'", "CUP",
    ),
    "a rate without an origin": Mistake(
        "rates.yaml", ", source: prospectus", "", "", "nothing says where this comes from",
    ),
    "two rates of one day": Mistake(
        "rates.yaml", "2026-11-20", "2026-11-02", "valid_on", "already", "one rate a day",
        at="27.5",
    ),
    "a colour that the ministry does not have": Mistake(
        "travel_advice.yaml", "level: green", "level: purple", "[0].level", "'purple'", "'green'",
    ),
    "advice for a country that does not exist": Mistake(
        "travel_advice.yaml", "country: SE", "country: QX", "country", "'QX'",
    ),
    "two colours for one country": Mistake(
        "travel_advice.yaml", "country: FI", "country: SE", "country", "already",
        "one advice a country", at="yellow",
    ),
    "advice that nobody can look up": Mistake(
        "travel_advice.yaml", "source: prospectus", "source: travellers", "source",
        "no address", "a source with a url",
    ),
    "advice without its day": Mistake(
        "travel_advice.yaml", "checked_on: 2026-11-24, ", "", "[0].checked_on",
        "this field is missing",
    ),
    "hours of learning out of order": Mistake(
        "language_learning.yaml", "low: 90, high: 100", "low: 190, high: 100", "to-a1",
        "not in order",
    ),
    "guided hours without their level": Mistake(
        "language_learning.yaml", "level: A1, ", "", "to-a1", "guided hours lead to a level",
        at="id: to-a1",
    ),
    "a step that waits for itself": Mistake(
        "preparation.yaml", "kind: visa,", "kind: visa, before: [write-letter],",
        "get-papers.before", "waits for itself",
    ),
    "a step before one that does not exist": Mistake(
        "preparation.yaml", "before: [get-papers]", "before: [get-paper]",
        "write-letter.before[0]", "no step 'get-paper'", "'get-papers', perhaps",
    ),
    "a currency that does not exist": Mistake(
        "costs.yaml", "currency: EUR", "currency: XQQ", "se-housing.currency", "'XQQ'", "EUR",
    ),
    "a country that does not exist": Mistake(
        "institutions.yaml", "country: SE", "country: QX", "northern-institute.country", "'QX'",
    ),
    "a language that does not exist": Mistake(
        "courses/northern-institute.yaml", "language: en", "language: qx",
        "ni-immunology.language", "'qx'",
    ),
    "a day that does not exist": Mistake(
        "opportunities.yaml", "date: 2027-02-05", "date: 2027-02-30",
        "northern-half-minor.deadlines[0].date", "2027-02-30", "a day",
    ),
    "a year that is not sane": Mistake(
        "opportunities.yaml", "date: 2027-02-05", "date: 2727-02-05",
        "northern-half-minor.deadlines[0].date", "too far away", "between 1990 and 2100",
    ),
    "a bare number is no day": Mistake(
        "opportunities.yaml", "date: 2027-02-05", "date: 20270205",
        "northern-half-minor.deadlines[0].date", "is not a day",
    ),
    "a period of a day and a month": Mistake(
        "opportunities.yaml", 'starts: "2027-08-30"', 'starts: "09"', "northern-half-minor.period",
        "one end is a day",
    ),
    "a period that ends before it starts": Mistake(
        "opportunities.yaml", 'starts: "2027-08-30"', 'starts: "2028-08-30"',
        "northern-half-minor.period", "ends before it starts",
    ),
    "weeks out of order": Mistake(
        "windows.yaml", "{min: 10, max: 10}", "{min: 11, max: 10}", "medicine-half-minor.weeks",
        "11 weeks at least",
    ),
    "a person shown without consent": Mistake(
        "contacts.yaml",
        "  consent: {given: true, on: 2026-09-01, by: the coordinator, source: prospectus}\n", "",
        "coordinator", "without having agreed", "visibility: office", at="- id: coordinator",
    ),
    "a consent that nobody recorded": Mistake(
        "contacts.yaml", "{given: true, on: 2026-09-01, by: the coordinator, source: prospectus}",
        "{given: true}", "coordinator.consent", "how the agreement is known",
    ),
    "a walk-in hour that ends before it starts": Mistake(
        "contacts.yaml", 'ends: "15:00"', 'ends: "13:00"', "coordinator.walk_in[0]",
        "ends before it starts",
    ),
    "a walk-in hour at no time": Mistake(
        "contacts.yaml", 'ends: "15:00"', 'ends: "25:00"', "coordinator.walk_in[0].ends", "25:00",
        "a time",
    ),
    "no home": Mistake(
        "institutions.yaml", "home: true", "home: false", "home", "no institution is marked",
        "harbour-university", at="- id:",
    ),
    "two homes": Mistake(
        "institutions.yaml", "country: SE", "country: SE\n  home: true  # too",
        "northern-institute.home", "home already", at="# too",
    ),
    "another home than the edition says": Mistake(
        "edition.yaml", "home: harbour-university", "home: northern-institute", "home",
        "not the institution marked", "harbour-university",
    ),
    "a phase of another programme": Mistake(
        "windows.yaml", "programme: imagined-science",
        "programme: imagined-science\n  phase: medicine-y2", "imagined-window.phase",
        "a phase of 'medicine'", at="phase: medicine-y2",
    ),
    "a course that no host gives": Mistake(
        "opportunities.yaml", "courses: [ni-immunology,", "courses: [home-immunology,",
        "northern-half-minor.courses[0]", "a course of 'harbour-university'",
    ),
    "a course recognised for itself": Mistake(
        "precedents.yaml", "host_course: ni-immunology", "host_course: home-immunology",
        "immunology-for-immunology", "recognised for itself", at="- id",
    ),
    "outcomes that differ in number": Mistake(
        "courses/harbour-university.yaml", '"Read a result"', '"Read a result", "And more"',
        "home-immunology.outcomes", "3 in English but 2 in Dutch", at="outcomes:",
    ),
    "guides that differ where they must not": Mistake(
        "guides/nl/costs.md", "order: 2", "order: 3", "order", "differs from guides/en/costs.md",
    ),
    "a guide that points at itself": Mistake(
        "guides/en/costs.md", "related: [grants]", "related: [grants, costs]", "related",
        "points at itself", at="related",
    ),
    "courses in a file of another name": Mistake(
        "courses/northern-institute.yaml", "institution: northern-institute",
        "institution: harbour-university", "institution",
        "the file holds the courses of 'harbour-university'", "courses/harbour-university.yaml",
    ),
    "YAML that is none": Mistake(
        "windows.yaml", "weeks: {min: 10, max: 10}", "weeks: {min: 10, max: 10", "",
        "this is not YAML", at="starts:",
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_names_file_line_field_and_what_was_expected(
    harbour: EditionFolder, mistake: Mistake
) -> None:
    harbour.replace(mistake.file, mistake.old, mistake.new)
    line = harbour.line_of(mistake.file, mistake.at or mistake.new.strip().split("\n")[-1])
    found = [
        problem
        for problem in problems_of(harbour)
        if problem.file == mistake.file
        and problem.line == line
        and problem.field == mistake.field
        and mistake.message in problem.message
        and mistake.expected in problem.expected
    ]
    assert found, "\n".join(str(problem) for problem in problems_of(harbour))


@pytest.mark.parametrize(
    ("file", "old"),
    [("contacts.yaml", "role:"), ("windows.yaml", "weeks: {min"), ("institutions.yaml", "name:")],
)
def test_a_file_that_is_no_yaml_is_one_mistake(harbour: EditionFolder, file: str, old: str) -> None:
    """Not one at every mention of what it holds."""
    harbour.replace(file, old, "x: [1\n" + old)
    found = problems_of(harbour)
    assert [problem.file for problem in found if "not YAML" in problem.message] == [file]
    assert not [problem for problem in found if problem.message.startswith("there is no ")]


def test_all_problems_are_shown_together_and_in_order(harbour: EditionFolder) -> None:
    harbour.replace("windows.yaml", "starts:", "start:")
    harbour.replace("costs.yaml", "low: 400", "low: 4000")
    harbour.replace("opportunities.yaml", "kind: half_minor", "kind: holiday")
    harbour.replace("opportunities.yaml", "date: 2027-02-05", "date: soon")
    found = problems_of(harbour)
    assert [problem.file for problem in found] == [
        "costs.yaml", "opportunities.yaml", "opportunities.yaml", "windows.yaml",
    ]  # fmt: skip
    assert list(found) == sorted(found)


def test_a_broken_entry_does_not_break_references_to_it(harbour: EditionFolder) -> None:
    harbour.replace("institutions.yaml", "lat: 59.348", "lat: far")
    assert [problem.field for problem in problems_of(harbour)] == ["northern-institute.lat"]


def test_missing_and_unknown_files_are_named(harbour: EditionFolder) -> None:
    (harbour.path / "sources.yaml").unlink()
    (harbour.path / "guides/nl/grants.md").unlink()
    harbour.write("opportunites.yaml", "[]")
    harbour.write("README.md", "Notes are welcome.")
    found = {problem.file: problem for problem in problems_of(harbour)}
    assert "missing" in found["sources.yaml"].message
    assert "missing in Dutch" in found["guides/nl/grants.md"].message
    assert found["opportunites.yaml"].expected == "opportunities.yaml, perhaps"
    assert "README.md" not in found


def test_a_file_that_holds_only_comments_lists_nothing(harbour: EditionFolder) -> None:
    harbour.write("reports.yaml", "# none yet\n")
    assert check_edition(harbour.path).counts()["reports"] == 0


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match="there is no such folder"):
        check_edition(tmp_path / "nowhere")


def test_values_keep_the_form_in_which_they_were_written(harbour: EditionFolder) -> None:
    """YAML 1.1 would read these as false, an octal number and minutes."""
    harbour.replace("institutions.yaml", "country: SE", "country: NO")
    harbour.replace("edition.yaml", 'isced_f: "0912"', "isced_f: 0912")
    harbour.replace("contacts.yaml", 'starts: "14:00"', "starts: 14:00")
    edition = check_edition(harbour.path)
    assert edition.institutions[1].entry.country == "NO"
    assert edition.faculty.entry.degree_programmes[0].isced_f == "0912"
    assert edition.contacts[0].entry.walk_in[0].starts.isoformat() == "14:00:00"


def test_mathematics_is_not_html(harbour: EditionFolder) -> None:
    harbour.replace("opportunities.yaml", "Ten weeks of immunology.", "p < 0.05, a <3, 5 > 4")
    check_edition(harbour.path)


def test_an_office_may_be_shown_without_consent_but_a_name_may_not(
    harbour: EditionFolder,
) -> None:
    harbour.replace("contacts.yaml", "  role: office\n", "  name: Kim Key\n  role: office\n")
    (problem,) = problems_of(harbour)
    assert re.search("without having agreed", problem.message)


@pytest.mark.parametrize(
    "code",
    [
        "NL LEIDEN01", "D  HEIDELB01", "F  BORDEAU58", "IRLDUBLIN01", "LUXLUX-VIL01",
        "F  ST-ETIE01", "E  LAS-PAL01", "UK EDINBUR01", "NL\u00a0LEIDEN01", "D\u00a0 AACHEN02",
        "NL 'S-HERT01", "RO CLUJNAP01", "A  WIEN105",
    ],
)  # fmt: skip
def test_an_erasmus_code_is_taken_as_the_european_list_writes_it(code: str) -> None:
    read = TypeAdapter(ErasmusCode).validate_python(code)
    assert read == code.replace("\u00a0", " ")


@pytest.mark.parametrize("code", ["nl leiden01", "LEIDEN", "NL LEIDEN", "NLLL01-", "12 LEIDEN01"])
def test_what_is_no_erasmus_code_is_refused_in_words(harbour: EditionFolder, code: str) -> None:
    harbour.replace("institutions.yaml", '"S STOCKHO99"', f'"{code}"')
    (problem,) = problems_of(harbour)
    assert problem.expected.startswith("an Erasmus code in capitals")


def test_what_a_code_should_look_like_is_always_said_in_words() -> None:
    folder = Path(str(schema.__file__)).parent
    source = "".join(each.read_text() for each in sorted(folder.glob("*.py")))
    patterns = set(re.findall(r'StringConstraints\([^)]*?pattern=r"((?:[^"\\]|\\.)*)"', source))
    assert len(patterns) > 8
    unsaid = patterns - {each.replace('"', '\\"') for each in PATTERNS} - set(PATTERNS)
    assert unsaid == set()


@pytest.mark.slow
def test_five_thousand_courses_stand_in_one_file(harbour: EditionFolder) -> None:
    lines = "".join(
        f"  - id: many-{number}\n    title: {{en: Course {number}}}\n"
        f"    summary: {{en: '{'word ' * 120}', nl: '{'woord ' * 120}'}}\n"
        "    level: both\n    language: en\n    example: true\n"
        for number in range(4990)
    )
    assert len(lines) > 5_000_000
    harbour.append("courses/northern-institute.yaml", lines)
    assert check_edition(harbour.path).counts()["courses"] > 4990


def test_a_title_in_one_language_is_enough_and_in_none_is_not(harbour: EditionFolder) -> None:
    file = "courses/northern-institute.yaml"
    harbour.replace(file, "title: {en: Imagined, nl: Verzonnen}", "title: {nl: Verzonnen}")
    assert check_edition(harbour.path).counts()["courses"] == 3
    harbour.replace(file, "title: {nl: Verzonnen}", "title: {}")
    (problem,) = problems_of(harbour)
    assert problem.expected == "the title in one language at least"
