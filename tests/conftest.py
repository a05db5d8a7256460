"""Fixtures for every test: a filled catalogue, a running site, a real browser."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone, translation

from tests.support import chromium, ready
from tests.support.site import Site, running_site

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page
    from pytest_django.plugin import DjangoDbBlocker

    from sojourn.catalogue.snapshot.snapshot import Snapshot

_leiden_served: list[Snapshot] = []


def pytest_configure(config: pytest.Config) -> None:
    """Begin to make what most tests start from while the tests are still being collected."""
    runs_everything = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if runs_everything and not hasattr(config, "workerinput") and not config.option.collectonly:
        # A test that needs it sooner waits for it, and makes it where this process could not.
        ahead = subprocess.Popen(
            [sys.executable, "-m", "tests.support.ready"],
            cwd=ready.PROJECT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        config.add_cleanup(ahead.wait)


def pytest_collection_finish() -> None:
    """Spare the garbage collector thousands of tests, which stay until the end."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what this database or this machine cannot do; say so loudly."""
    on_postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
    for item in items:
        if item.get_closest_marker("postgres") and not on_postgres:
            item.add_marker(pytest.mark.skip(reason="about PostgreSQL (make test-postgres)"))
        if item.get_closest_marker("sqlite") and on_postgres:
            item.add_marker(pytest.mark.skip(reason="about SQLite"))
        if item.get_closest_marker("browser") and not chromium.executable():
            if chromium.is_demanded():
                continue  # the `browser` fixture fails the test
            item.add_marker(pytest.mark.skip(reason=chromium.MISSING))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One loud line at the end when browser tests did not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(chromium.MISSING in str(report.longrepr) for report in skipped):
        terminalreporter.write_sep("!", chromium.MISSING, red=True, bold=True)


@pytest.fixture(autouse=True)
def in_the_default_language() -> None:
    """A page asked for in Dutch leaves Dutch active; the next test begins anew."""
    translation.deactivate()


CopyOf = Callable[[ready.Ready], str]
# Tests that ask for such a fixture have its database, others the empty one.
FILLED = {"leiden": ready.LEIDEN, "harbour_catalogue": ready.HARBOUR}


@pytest.fixture(scope="session")
def copy_of(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[CopyOf]:
    """The name of this process's test database of that kind, copied when it is first needed."""
    empty = str(connection.creation._get_test_db_name())
    names: dict[ready.Ready, str] = {}

    def name_of(kind: ready.Ready) -> str:
        if kind not in names:
            name = empty if kind is ready.MIGRATED else f"{empty}_{kind.name}"
            ready.copy_of_database(kind, name)
            names[kind] = name
        return names[kind]

    yield name_of
    with django_db_blocker.unblock():
        for name in names.values():
            connection.settings_dict["NAME"] = name
            connection.creation.destroy_test_db(verbosity=0)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, copy_of: CopyOf) -> None:
    """Leave Django nothing to make."""


@pytest.fixture
def chosen_database(
    request: pytest.FixtureRequest, copy_of: CopyOf, django_db_setup: None
) -> Iterator[None]:
    """Connect a test to the database of the fixture that it asks for."""
    asked = [kind for name, kind in FILLED.items() if name in request.fixturenames]
    assert len(asked) < 2, "a test has one database"
    kind = asked[0] if asked else ready.MIGRATED
    if connection.settings_dict["NAME"] != copy_of(kind):
        connection.close()
        connection.settings_dict["NAME"] = copy_of(kind)
    yield
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction")
    if commits and asked:  # Django has emptied it
        connection.close()
        ready.copy_of_database(kind, copy_of(kind))


@pytest.fixture
def _django_db_helper(chosen_database: None, _django_db_helper: None) -> None:
    """Have pytest-django begin the test's transaction in the chosen database."""


@pytest.fixture
def harbour_catalogue(db: None) -> None:
    """The small edition of the tests in the test's database."""


@pytest.fixture(scope="session")
def sentence_vectors() -> None:
    """What the sentence model says of the Leiden edition, in the data folder of this process."""
    from sojourn.common.data_folder import data_folder

    made = ready.folder_of(ready.LEIDEN) / ready.VECTORS
    if made.exists():  # not where the model cannot be used
        shutil.copyfile(made, data_folder() / ready.VECTORS)


@pytest.fixture
def leiden(db: None, sentence_vectors: None) -> Snapshot:
    """The Leiden edition in the test's database; returns the snapshot that the pages serve.

    What the test changes is undone after it, like everything else in its transaction.
    """
    from sojourn.catalogue.snapshot import service
    from sojourn.catalogue.snapshot.service import refresh_snapshot

    # What the test before left is not built upon again; a test that forgot everything is obeyed.
    if _leiden_served and service._process.state is not None:
        service._process.snapshot = _leiden_served[0]
        service._process.state = _leiden_served[0].state
    _leiden_served[:] = [refresh_snapshot()]
    return _leiden_served[0]


@pytest.fixture
def deadlines_ahead(leiden: Snapshot) -> Snapshot:
    """The Leiden edition with no deadline passed, however long ago it was written."""
    from sojourn.catalogue.models import Deadline
    from sojourn.catalogue.services import publish_change
    from sojourn.catalogue.snapshot.service import refresh_snapshot

    Deadline.objects.update(date=timezone.localdate() + dt.timedelta(days=100))
    publish_change()
    return refresh_snapshot()


@pytest.fixture(scope="session")
def live_site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Site]:
    """The real server with the Leiden edition, started once a process; for reading.

    A test that changes what others see must start its own (`own_site`).
    """
    with _site_with_leiden(tmp_path_factory.mktemp("live-site"), worker_id) as site:
        yield site


@pytest.fixture
def own_site(tmp_path: Path, worker_id: str) -> Iterator[Site]:
    """A server with the Leiden edition for one test alone, which may change what it likes."""
    with _site_with_leiden(tmp_path, f"{worker_id}-own") as site:
        yield site


@contextlib.contextmanager
def _site_with_leiden(folder: Path, name: str) -> Iterator[Site]:
    with ready.installation(ready.LEIDEN, folder, name) as env:
        with running_site(folder, env=env) as running:
            yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium, started once a process."""
    path = chromium.executable()
    if path is None:
        if chromium.is_demanded():
            pytest.fail("CI=true and there is no chromium: browser tests must run here")
        pytest.skip(chromium.MISSING)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        yield running
        running.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page in a fresh browser context: `new_page(locale="nl-NL", color_scheme="dark")`.

    Takes what Playwright's `new_context` takes. The page's uncaught errors fail the test.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors, f"the page's scripts failed: {errors}"


@pytest.fixture
def vendor() -> str:
    """Which database the tests run on: "sqlite" or "postgresql"."""
    return connection.vendor


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """Which of the parallel test processes this is ("main" when there is only one)."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(autouse=True)
def signed_in_with_a_second_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """`client.force_login(somebody)` is somebody who just signed in, second step and all."""
    as_django_does = Client.force_login

    def force_login(client: Client, user: Any, backend: str | None = None) -> None:
        as_django_does(client, user, backend)
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()

    monkeypatch.setattr(Client, "force_login", force_login)


@pytest.fixture(autouse=True)
def whoever_is_signed_in_confirmed_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign in by force whom the site would let sign in: with a confirmed address.

    An account whose address a test left unconfirmed stays so.
    """
    from allauth.account.models import EmailAddress
    from django.test import Client

    force_login = Client.force_login

    def confirmed(self: Client, user: Any, *arguments: Any, **named: Any) -> None:
        if not EmailAddress.objects.filter(user=user).exists():
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        force_login(self, user, *arguments, **named)

    monkeypatch.setattr(Client, "force_login", confirmed)
