"""The published JSON Schemas are current, and real files fit them as an editor reads them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from sojourn.catalogue.edition import publish_schema
from sojourn.catalogue.edition.check import LISTS
from tests.catalogue.edition.folder import HARBOUR

LEIDEN = publish_schema.FOLDER.parent / "leiden"


class EditorLoader(yaml.SafeLoader):
    """Reads scalars by the core schema of YAML 1.2, as editors do: no dates, no octals."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}


for tag, pattern, first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
):
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))
EditorLoader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))


def editor_reads(text: str) -> Any:
    return yaml.load(text, EditorLoader)


def validator(name: str) -> jsonschema.Draft202012Validator:
    text = (publish_schema.FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


def test_the_published_schemas_are_current() -> None:
    assert publish_schema.outdated() == [], (
        "run: python -m sojourn.catalogue.edition.publish_schema"
    )


@pytest.mark.slow
def test_every_schema_is_valid() -> None:
    for text in publish_schema.schemas().values():
        jsonschema.Draft202012Validator.check_schema(json.loads(text))


@pytest.mark.slow
@pytest.mark.parametrize("edition", [HARBOUR, LEIDEN], ids=["harbour", "leiden"])
def test_an_editor_finds_nothing_wrong_with_a_valid_edition(edition: Path) -> None:
    files = {edition / name: name.removesuffix(".yaml") for name in ("edition.yaml", *LISTS)}
    files |= dict.fromkeys((edition / "courses").glob("*.yaml"), "courses")
    wrong = [
        f"{path.name}: {list(error.path)}: {error.message[:200]}"
        for path, name in files.items()
        if path.exists()
        for error in validator(name).iter_errors(editor_reads(path.read_text(encoding="utf-8")))
    ]
    assert wrong == []
    for guide in edition.glob("guides/*/*.md"):
        head = guide.read_text(encoding="utf-8").split("---\n")[1]
        assert list(validator("guide").iter_errors(editor_reads(head))) == [], guide


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("windows", "- {id: Bad Id}"),
        ("costs", "- {id: a, for: {country: SE}, line: rent}"),
        ("sources", "- {id: a, title: T, certainty: official, extra: 1}"),
        ("agreements", "- {id: a, partner: b, level: bachelor}"),
    ],
)
def test_an_editor_sees_mistakes(name: str, text: str) -> None:
    assert list(validator(name).iter_errors(editor_reads(text)))
