"""The API keeps to its own OpenAPI document, whatever schemathesis thinks of."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, settings

from sojourn.api.api import openapi_document

pytestmark = pytest.mark.storm

OPERATIONS = 17
EXAMPLES_AN_OPERATION = 200
FEW_EXAMPLES = 15


def thinking_of(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


# Not asked for over the application: that would need a database while tests are collected.
schema = schemathesis.openapi.from_dict(openapi_document())
schema.location = "/api/v1/openapi.json"
with override_settings(RATE_LIMITS={}):
    schema.app = WSGIHandler()


def test_every_operation_is_tried() -> None:
    assert len(list(schema.get_all_operations())) == OPERATIONS


@pytest.mark.usefixtures("still_catalogue")
@pytest.mark.parametrize("label", [each.ok().label for each in schema.get_all_operations()])
def test_some_answers_of_every_operation_fit_the_document(label: str) -> None:
    operation = schema.find_operation_by_label(label)
    assert operation is not None

    @thinking_of(FEW_EXAMPLES)
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate()

    ask()


@pytest.mark.broad
@pytest.mark.usefixtures("still_catalogue")
@schema.parametrize()
@thinking_of(EXAMPLES_AN_OPERATION)
def test_every_answer_fits_the_document(case: schemathesis.Case) -> None:
    case.call_and_validate()
