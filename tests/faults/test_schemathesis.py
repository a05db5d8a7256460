"""The API keeps to its own OpenAPI document, whatever schemathesis thinks of."""

from __future__ import annotations

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from hypothesis import HealthCheck, Phase, settings

from sojourn.api.api import openapi_document

pytestmark = pytest.mark.storm

OPERATIONS = 17
EXAMPLES_AN_OPERATION = 200

# Not asked for over the application: that would need a database while tests are collected.
schema = schemathesis.openapi.from_dict(openapi_document())
schema.location = "/api/v1/openapi.json"
with override_settings(RATE_LIMITS={}):
    schema.app = WSGIHandler()


def test_every_operation_is_tried() -> None:
    assert len(list(schema.get_all_operations())) == OPERATIONS


@pytest.mark.usefixtures("still_catalogue")
@schema.parametrize()
@settings(
    max_examples=EXAMPLES_AN_OPERATION,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_fits_the_document(case: schemathesis.Case) -> None:
    case.call_and_validate()
