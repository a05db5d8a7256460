"""No model, no route and no read of casework is without a rule."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models

import sojourn
from sojourn.common.view_marks import marks_of
from sojourn.people.roles import SEEING, Role
from sojourn.people.visibility import Casework, Rule
from tests.config.test_view_marks import every_route
from tests.support.accounts import account

CASEWORK = ("people", "planning", "advising", "selection", "experiences", "mobility")
INTERFACES = ("portal", "office", "api", "exchange")
# Below these every route is about somebody's casework.
PERSONAL = (
    "office/",
    "plan/",
    "apply/",
    "advice/",
    "questions/",
    "own-places/",
    "experiences/",
    "stays/",
    "sign/",
)
BEGINS = {"visible_to", "owned_by", "named_by_link"}
# Reads that begin in another way, with the reason.
ALLOWED = {
    # Nothing is read.
    ("office/rounds/forms.py", "RoundOpportunity"): {"none"},
    ("office/rounds/forms.py", "RubricLevel"): {"bulk_create"},
    # The operator names an account by its address.
    ("office/admin.py", "User"): {"filter"},
    # The form of a round that `managed_round` found.
    ("office/rounds/forms.py", "Quota"): {"filter"},
}


def casework() -> list[type[models.Model]]:
    return [model for app in CASEWORK for model in apps.get_app_config(app).get_models()]


@pytest.mark.parametrize("model", casework(), ids=lambda model: model._meta.label)
def test_every_model_of_casework_says_who_sees_it(model: type[models.Model], db: None) -> None:
    assert issubclass(model, Casework)
    assert isinstance(model.visible, Rule)
    for manager in (model.objects, model._default_manager):
        assert manager.visible_to(AnonymousUser()).query.is_empty()
        assert manager.owned_by(AnonymousUser()).query.is_empty()
    student = account("anna@example.org")
    assert model.objects.in_units_of(student, SEEING).query.is_empty()
    # Asking the database proves that the lookups of the rule lead somewhere.
    for role in Role:
        somebody = account(f"{role}@example.org", role, programme="medicine-bsc")
        model.objects.visible_to(somebody).exists()
    former = account("former@example.org", is_staff=True)
    assert model.objects.in_units_of(former, SEEING).query.is_empty()


def rule_of(view: Callable[..., Any]) -> object:
    """A page that is marked as public is for everybody; any other states its rule."""
    return getattr(view, "rule", None) or marks_of(view).is_private is False


def test_every_route_of_casework_states_its_rule() -> None:
    found = [
        (route, view)
        for route, view in every_route()
        if route.partition("/")[2].startswith(PERSONAL)
    ]
    assert len(found) > 190
    assert [route for route, view in found if not rule_of(view)] == []


def test_no_route_of_the_office_is_public() -> None:
    office = [view for route, view in every_route() if route.startswith("en/office/")]
    assert len(office) > 90
    assert all(getattr(view, "rule", None) and marks_of(view).is_private for view in office)


def reads(path: Path) -> Iterator[tuple[str, str, int]]:
    """Find each `Model.objects.method` and each model given to `get_object_or_404`.

    The catalogue has a model of the name of one in casework: what is imported from there is left.
    """
    tree = ast.parse(path.read_text())
    of_catalogue = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("sojourn.catalogue.")
        for alias in node.names
    }
    for name, method, line in _reads(tree):
        if name not in of_catalogue:
            yield name, method, line


def _reads(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr in ("objects", "_default_manager")
            and isinstance(node.value.value, ast.Name)
        ):
            yield node.value.value.id, node.attr, node.lineno
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", "") == "get_object_or_404"
            and isinstance(node.args[0], ast.Name)
        ):
            yield node.args[0].id, "get_object_or_404", node.lineno


@pytest.mark.slow
def test_pages_begin_every_read_of_casework_with_what_the_reader_may_see() -> None:
    names = {model.__name__ for model in casework()}
    root = Path(sojourn.__file__).parent
    found, count = [], 0
    for folder in INTERFACES:
        for path in (root / folder).rglob("*.py"):
            file = str(path.relative_to(root))
            for name, method, line in reads(path):
                if name not in names:
                    continue
                count += 1
                if method not in BEGINS | ALLOWED.get((file, name), set()):
                    found.append(f"{file}:{line} {name}.objects.{method}")
    assert count > 40
    assert found == []


@pytest.mark.slow
def test_pages_have_no_checks_of_roles_of_their_own() -> None:
    root = Path(sojourn.__file__).parent
    asks = {"is_staff", "is_superuser", "roles", "role_assignments", "has_perm", "in_units_of"}
    found = [
        f"{path.relative_to(root)}:{node.lineno} {node.attr}"
        for folder in INTERFACES
        for path in (root / folder).rglob("*.py")
        if path.name != "admin.py"
        for tree in (ast.parse(path.read_text()),)
        for called in ({id(each.func) for each in ast.walk(tree) if isinstance(each, ast.Call)},)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and (node.attr in asks or (node.attr == "units" and id(node) in called))
    ]
    assert found == []
