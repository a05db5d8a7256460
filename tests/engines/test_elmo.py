"""ELMO is read leniently where nothing is lost, and refused where one would have to guess."""

from __future__ import annotations

import json

import pytest

from sojourn.common.child import UnreadableError, read_in_child
from sojourn.engines.files.elmo import read_as_json
from sojourn.engines.files.refusal import ContentRefusedError

COURSE = """
<learningOpportunitySpecification>
  <identifier type="other">X</identifier><identifier type="local">{code}</identifier>
  <title xml:lang="sv">Fysiologi</title><title xml:lang="en">{title}</title><type>Course</type>
  <specifies><learningOpportunityInstance>
    <date>2027-05-30</date>{status}<resultLabel>{grade}</resultLabel>
    <credit><scheme>ECTS</scheme><value>{worth}</value></credit>
  </learningOpportunityInstance></specifies>{parts}
</learningOpportunitySpecification>"""
PASSED = "<status>passed</status>"


def course(title: str = "Physiology", status: str = PASSED, worth: str = "7.5", **more: str) -> str:
    return COURSE.format(
        title=title,
        status=status,
        worth=worth,
        code=more.get("code", "2QA1"),
        grade=more.get("grade", "VG"),
        parts="".join(f"<hasPart>{part}</hasPart>" for part in more.get("parts", "").split("|"))
        if "parts" in more
        else "",
    )


def elmo(*courses: str, before: str = "", version: str = "v1") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>{before}
<elmo xmlns="https://github.com/emrex-eu/elmo-schemas/tree/{version}">
<learner><bday>2005-03-01</bday><givenNames>Noor</givenNames><familyName>de Wit</familyName>
</learner><report><issuer><title>Karolinska Institutet</title></issuer>{"".join(courses)}
<issueDate>2027-06-20T00:00:00Z</issueDate></report></elmo>""".encode()


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_what_stands_in_it_is_read_word_for_word(version: str) -> None:
    found = json.loads(
        read_as_json(
            elmo(
                course(),
                course("Biostatistics & tests".replace("&", "&amp;"), "<status>failed</status>"),
                version=version,
            )
        )
    )
    assert found["learner"] == "Noor de Wit"
    assert (found["issuer"], found["issued"]) == ("Karolinska Institutet", "2027-06-20")
    assert found["lines"][0] == {
        "title": "Physiology", "code": "2QA1", "status": "passed", "grade": "VG",
        "credits": "7.5", "scheme": "ects", "on": "2027-05-30",
    }  # fmt: skip
    assert [each["status"] for each in found["lines"]] == ["passed", "failed"]
    assert found["lines"][1]["title"] == "Biostatistics & tests"


def test_parts_of_a_course_are_not_counted_twice_and_those_of_a_degree_are_read() -> None:
    whole = course("Semester", worth="30", parts=course("Part", worth="15"))
    degree = course(parts=course("Inside")).replace("Course", "Degree Programme", 1)
    lines = json.loads(read_as_json(elmo(whole, degree)))["lines"]
    assert [(each["title"], each["credits"]) for each in lines] == [
        ("Semester", "30"), ("Inside", "7.5")
    ]  # fmt: skip


BILLION = "<!DOCTYPE elmo [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]>"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (elmo(course(status="")), "status:Physiology"),
        (elmo(course(status="<status>maybe</status>")), "status:Physiology"),
        (elmo(course(title=" ").replace("Fysiologi", "")), "title"),
        (elmo(course(worth="many")), "credits:Physiology"),
        (elmo(course(worth="NaN")), "credits:Physiology"),
        (elmo(course(worth="-3")), "credits:Physiology"),
        (elmo(course(worth="3.333")), "credits:Physiology"),
        (elmo(course(title="x" * 300)), f"long:{'x' * 80}"),
        (elmo(*[course()] * 201), "many"),
        (elmo(), "empty"),
        (b"<html></html>", "other"),
        (b"<elmo", "damaged"),
        (elmo(course())[:-20], "damaged"),
        (elmo(course(), before="<!DOCTYPE elmo SYSTEM 'http://example.org/a.dtd'>"), "entities"),
        (elmo(course(), before=BILLION), "entities"),
        (
            elmo(
                course("&secret;"),
                before="<!DOCTYPE elmo [<!ENTITY secret SYSTEM 'file:///etc/passwd'>]>",
            ),
            "entities",
        ),
    ],
)
def test_what_would_have_to_be_guessed_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(ContentRefusedError) as refused:
        read_as_json(content)
    assert refused.value.code == code


def test_a_title_in_any_script_comes_back_from_the_other_process() -> None:
    content = elmo(course("生理学 / Φυσιολογία", grade="優"))
    found = json.loads(read_in_child("sojourn.engines.files.elmo:read_as_json", content))
    assert found["lines"][0]["title"] == "生理学 / Φυσιολογία"
    with pytest.raises(UnreadableError) as refused:
        read_in_child("sojourn.engines.files.elmo:read_as_json", elmo(course("生理学", status="")))
    assert refused.value.code == "status:生理学"
