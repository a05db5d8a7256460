"""The OpenAPI document is valid, complete, and says what the API does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from sojourn.api.reference import example_path
from sojourn.catalogue.snapshot.service import current_snapshot
from tests.api.answers import publish_an_answer

pytestmark = pytest.mark.usefixtures("leiden")


@pytest.fixture
def document() -> dict[str, Any]:
    response = Client().get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    parsed: dict[str, Any] = json.loads(response.content)
    return parsed


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        yield from ((path, operation) for operation in methods.values())


@pytest.mark.slow
def test_it_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


@pytest.mark.slow
def test_it_names_every_resource(document: dict[str, Any]) -> None:
    collections = [
        "opportunities",
        "institutions",
        "courses",
        "programmes",
        "windows",
        "contacts",
        "guides",
        "answers",
    ]
    expected = {"/api/v1/"}
    for name in collections:
        expected |= {f"/api/v1/{name}", f"/api/v1/{name}/{{slug}}"}
    assert set(document["paths"]) == expected


def test_every_field_parameter_and_answer_is_described(document: dict[str, Any]) -> None:
    missing = []
    for name, schema in document["components"]["schemas"].items():
        missing += [name] if not schema.get("description") else []
        missing += [
            f"{name}.{field}"
            for field, details in schema.get("properties", {}).items()
            if not details.get("description")
        ]
    for path, operation in operations(document):
        if not (operation.get("summary") and operation.get("description")):
            missing.append(path)
        missing += [
            f"{path}?{parameter['name']}"
            for parameter in operation["parameters"]
            if not parameter.get("description")
        ]
        missing += [
            f"{path} {status}"
            for status, answer in operation["responses"].items()
            if not answer.get("description")
        ]
    assert missing == []


def test_every_operation_tells_of_its_problems(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        answers = operation["responses"]
        assert {"200", "304", "400", "404", "405", "429", "500"} <= set(answers), path
        assert ("410" in answers) == ("{slug}" in path)
        for status, answer in answers.items():
            if int(status) >= 400:
                [media_type] = answer["content"]
                assert media_type == "application/problem+json"


def test_names_of_operations_are_unique_and_stable(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(names) == len(set(names))
    assert "list_opportunities" in names
    assert all(re.fullmatch(r"(list|read)_[a-z]+", name) for name in names)


@pytest.mark.slow
def test_the_example_of_every_operation_runs_and_fits_its_shape(document: dict[str, Any]) -> None:
    publish_an_answer()  # the edition has none of its own
    for path, operation in operations(document):
        url = example_path(path, current_snapshot())
        response = Client().get(url)
        assert response.status_code == 200, (url, response.content[:300])
        [content] = operation["responses"]["200"]["content"].values()
        schema = content["schema"] | {"components": document["components"]}
        errors = list(Draft202012Validator(schema).iter_errors(json.loads(response.content)))
        assert [error.message for error in errors] == [], url


def test_the_document_is_answered_with_304_when_it_is_known() -> None:
    first = Client().get("/api/v1/openapi.json")
    again = Client().get("/api/v1/openapi.json", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304


class TestReference:
    """The page for people."""

    @pytest.fixture
    def page(self) -> str:
        response = Client().get("/api/v1/docs")
        assert response.status_code == 200
        return response.content.decode()

    @pytest.mark.slow
    def test_it_shows_every_operation_parameter_and_shape(
        self, page: str, document: dict[str, Any]
    ) -> None:
        for path, operation in operations(document):
            assert f"GET {path}" in page
            assert operation["summary"] in page
            for parameter in operation["parameters"]:
                assert f"<code>{parameter['name']}</code>" in page
        for schema in document["components"]["schemas"].values():
            for field in schema.get("properties", {}):
                assert f"<code>{field}</code>" in page

    def test_every_link_within_it_leads_somewhere(self, page: str) -> None:
        targets = set(re.findall(r'\sid="([^"]+)"', page))
        wanted = set(re.findall(r'href="#([^"]+)"', page))
        assert wanted
        assert wanted - targets == set()

    def test_no_id_occurs_twice(self, page: str) -> None:
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids))

    def test_its_examples_are_the_answers_of_now(self, page: str) -> None:
        slug = next(iter(current_snapshot().records.opportunities))
        assert f"/api/v1/opportunities/{slug}" in page
        assert "&quot;slug&quot;: &quot;" in page

    def test_nothing_comes_from_elsewhere_and_nothing_is_inline(self, page: str) -> None:
        assert not re.search(r'(?:src|href)="(?:https?:)?//(?!testserver)[^"]*\.(?:js|css)', page)
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("query", "header", "language"),
        [
            ("", "", "en"),
            ("", "nl,en;q=0.5", "nl"),
            ("?lang=nl", "en", "nl"),
            ("?lang=en", "nl", "en"),
        ],
    )
    def test_it_speaks_the_language_of_its_reader(
        self, query: str, header: str, language: str
    ) -> None:
        response = Client().get(f"/api/v1/docs{query}", headers={"accept-language": header})
        page = response.content.decode()
        assert f'<html lang="{language}"' in page
        assert {"en": "About the answers", "nl": "Over de antwoorden"}[language] in page
        assert f"/api/v1/docs?lang={'en' if language == 'nl' else 'nl'}" in page
        # The OpenAPI document is in English, and what is taken from it is marked so.
        assert '<dl class="api-fields" lang="en">' in page

    def test_another_language_is_refused(self) -> None:
        assert Client().get("/api/v1/docs?lang=de").status_code == 400
