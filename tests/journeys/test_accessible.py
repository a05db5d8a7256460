"""Every page in every state: axe finds nothing, nothing is too wide, the focus shows.

One site with everything in it (tests.journeys.stage), each page loaded once a language. English is
looked at in light on a desk and in the dark on a phone, Dutch the other way round.
"""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.resolvers import LocalePrefixPattern
from django.utils import translation

from tests.journeys.axe import AXE, RULES
from tests.journeys.languages import both_languages
from tests.journeys.stage import ACCOUNTS, Stop
from tests.support import ready
from tests.support.site import PROJECT, Site, running_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
LOOKS: dict[str, tuple[tuple[Scheme, int], ...]] = {
    "en": (("light", 1280), ("dark", 390)),
    "nl": (("light", 390), ("dark", 1280)),
}
# What is fetched from an address that is no page of its own.
FILES = {
    "apply:document", "apply:save", "advice:queue-state", "experiences:own-photo",
    "experiences:photo", "office:agreement-paper", "office:allocation-file",
    "office:application-document",
    "office:experience-photo", "office:queue-state", "office:nominations-json",
    "office:nominations-pdf", "office:nominations-xlsx", "office:self-arranged-place-file",
    "office:student-data-file",
    "office:question-file", "office:review-document", "office:statistics-xlsx",
    "office:values-template", "office:places-file", "office:courses-file", "office:guides-file",
    "self-arranged:file", "self-arranged:known", "plan:costs-pdf", "plan:costs-xlsx",
    "plan:export", "plan:state",
    "office:away-file", "office:import-file", "office:money-file", "portal:suggestions",
    "questions:file", "questions:file-read", "questions:likely",
    "results:file", "results:verify", "office:stay-agreement-paper-file",
    "office:stay-home-days-file", "office:stay-home-file", "stays:coming-home-file",
    "office:stay-agreement-pdf", "signing:pdf", "stays:agreement-pdf",
    "office:board-letter", "stays:board-letter",
}  # fmt: skip
# What only somebody in the middle of signing in sees, or whose account has a second step already.
IN_BETWEEN = {
    "account_confirm_login_code", "account_set_password", "mfa_authenticate",
    "mfa_deactivate_totp", "mfa_download_recovery_codes", "mfa_edit_webauthn",
    "mfa_generate_recovery_codes", "mfa_login_webauthn", "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_view_recovery_codes",
    "plan:from-before",
}  # fmt: skip
# What is there only where a provider of single sign-on is set (test_single_sign_on_journey.py).
SINGLE_SIGN_ON = {
    "account:connect", "account:known", "account:sso-only", "openid_connect_again",
    "openid_connect_login", "socialaccount_connections", "socialaccount_login_cancelled",
    "socialaccount_login_error", "socialaccount_signup",
}  # fmt: skip
# These lead on to where their content is.
LEADING_ON = {"portal:countries", "plan:similar-hosts", "plan:study"}


# Everything that can have the focus shows it, itself or the card, row or label that it stands in.
FOCUS = """() => {
  const shows = element => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  };
  const wrong = [];
  const reached = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
  for (const element of document.querySelectorAll(reached)) {
    if (!element.checkVisibility()) continue;
    element.focus({preventScroll: true});
    if (document.activeElement !== element) continue;
    let around = element;
    while (around && !shows(around)) around = around.parentElement;
    if (!around) wrong.push(element.outerHTML.slice(0, 160));
  }
  return wrong;
}"""


@dataclass(frozen=True)
class Staged:
    site: Site
    stops: list[Stop]


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Staged]:
    folder = tmp_path_factory.mktemp("looks")
    with ready.installation(ready.LEIDEN, folder, f"{worker_id}-looks") as env:
        done = subprocess.run(
            [sys.executable, "-m", "tests.journeys.stage"],
            env=env, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=400,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        with running_site(folder, env=env) as site:
            # The first page waits for a snapshot, on a busy machine longer than a browser would.
            urllib.request.urlopen(f"{site.url}/en/", timeout=200).close()
            yield Staged(site, [Stop(**row) for row in json.loads(done.stdout.splitlines()[-1])])


def enter(page: Page, site: Site, who: str) -> Page:
    """`page`, signed in as `who`."""
    page.set_default_timeout(60_000)  # the server has just started
    page.add_init_script(AXE.read_text(encoding="utf-8"))
    if who in ACCOUNTS:
        lines = (site.data / "demo-accounts.txt").read_text().splitlines()
        passwords = dict(line.split("\t")[:2] for line in lines)
        page.goto(f"{site.url}/en/account/login/")
        page.fill("[name=login]", ACCOUNTS[who])
        page.fill("[name=password]", passwords[ACCOUNTS[who]])
        page.press("[name=password]", "Enter")
        page.wait_for_function("() => !location.pathname.includes('login')")
        # What is dangerous asks for the password once more.
        page.goto(f"{site.url}/en/account/reauthenticate/")
        page.fill("[name=password]", passwords[ACCOUNTS[who]])
        with page.expect_navigation():
            page.press("[name=password]", "Enter")
    return page


def arrive(page: Page, url: str, stop: Stop) -> None:
    """The page of that stop is open, and it is the page that was meant."""
    answer = page.goto(url)
    assert answer is not None
    assert answer.status == stop.status, (url, answer.status)
    assert page.url == url, f"{url} leads to {page.url}"
    if stop.press:
        page.evaluate("document.querySelectorAll('form').forEach(f => { f.noValidate = true })")
        for where, text in stop.fill.items():
            page.fill(where, text)
        if stop.file:
            name, text = stop.file
            sent = {"name": "values.csv", "mimeType": "text/csv", "buffer": text.encode()}
            page.set_input_files(name, [sent])  # type: ignore[list-item]
        with page.expect_navigation():
            page.click(stop.press)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")


def look(page: Page, scheme: Scheme, width: int) -> Iterator[str]:
    """What is wrong with the page that is open, in that light and at that width."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        yield f"is {wide} pixels wide"
    violations: list[dict[str, Any]] = page.evaluate(
        """async rules => (await axe.run(document, {
            runOnly: rules, resultTypes: ['violations']
        })).violations""",
        RULES,
    )
    for violation in violations:
        for node in violation["nodes"][:3]:
            yield f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"


def keyboard(page: Page) -> Iterator[str]:
    """What somebody without a mouse would miss on the page that is open."""
    begins_elsewhere = page.evaluate("document.activeElement !== document.body")
    page.keyboard.press("Tab")  # from here on what has the focus is shown
    if not begins_elsewhere and not page.evaluate("document.activeElement.matches('.skip')"):
        yield "Tab does not come to the way past the menu"
    for element in page.evaluate(FOCUS):
        yield f"does not show that it has the focus: {element}"


@pytest.mark.long
@pytest.mark.timeout(1200)
@both_languages
def test_nothing_is_in_anybodys_way(
    staged: Staged, new_page: Callable[..., Page], language: str, subtests: pytest.Subtests
) -> None:
    with subtests.test("every page is among them"), translation.override("en"):
        # A new address is looked at, or is said to be no page.
        seen = {
            resolve(f"/en/{stop.path.partition('?')[0]}").view_name
            for stop in staged.stops
            if stop.status != 404
        }
        assert sorted(pages_to_see() - seen) == []
    # The policy of the pages would keep the rules out as well.
    pages = {
        who: enter(new_page(bypass_csp=True, reduced_motion="reduce"), staged.site, who)
        for who in ("visitor", *ACCOUNTS)
    }
    found = []
    for stop in staged.stops:
        page = pages[stop.who]
        arrive(page, f"{staged.site.url}/{language}/{stop.path}", stop)
        found += [f"{stop.who}: {stop.path}: {wrong}" for wrong in keyboard(page)]
        for scheme, width in LOOKS[language]:
            found += [
                f"{stop.who}: {stop.path} {scheme} {width}: {wrong}"
                for wrong in look(page, scheme, width)
            ]
    assert not found, "\n".join(found)


def pages_to_see() -> set[str]:
    """The name of every address that is a page."""
    pages = {
        name
        for name, view in named_pages()
        if not name.startswith("exchange:") and not only_takes_what_is_sent(view)
    }
    return pages - FILES - IN_BETWEEN - SINGLE_SIGN_ON - LEADING_ON


def named_pages() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every address below a language: its name, its view."""
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and isinstance(resolver.pattern, LocalePrefixPattern):
            yield from _named(resolver, "")


def _named(resolver: URLResolver, space: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from _named(each, f"{space}{each.namespace}:" if each.namespace else space)
        elif isinstance(each, URLPattern) and each.name:  # without a name: allauth leads on
            yield f"{space}{each.name}", each.callback


def only_takes_what_is_sent(view: Callable[..., Any] | None) -> bool:
    """Whether the decorators around a view let only POST through."""
    while view is not None:
        methods = inspect.getclosurevars(view).nonlocals.get("request_method_list")
        if methods == ["POST"]:
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_axe_would_find_something(live_site: Site, new_page: Callable[..., Page]) -> None:
    """The rules run at all: a picture without words is reported."""
    page = new_page(bypass_csp=True)
    page.goto(f"{live_site.url}/en/guide/")
    page.evaluate("document.querySelector('main').append(new Image())")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("axe.run(document)")
    assert "image-alt" in {violation["id"] for violation in result["violations"]}
