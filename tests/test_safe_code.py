"""Where markup is trusted, where a script keeps something, and what no code of ours does."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "sojourn"
# Each says beside it why its text is safe.
TRUSTED = {
    "catalogue/markdown.py", "catalogue/queries/opportunities.py",
    "design/components.py", "design/styleguide.py",
    "design/templates/design/components/map.html", "design/templatetags/components.py",
    "office/appointments/presenters/queue.py", "portal/catalogue/structured_data.py",
    "portal/catalogue/presenters/guides.py", "portal/catalogue/presenters/search.py",
    "portal/shared/answers.py", "portal/shared/cards.py", "portal/shared/like_home.py",
    "portal/shared/map_places.py", "portal/shared/similarity.py",
}  # fmt: skip


@cache
def sources(*endings: str) -> dict[str, str]:
    return {
        path.relative_to(PACKAGE).as_posix(): path.read_text()
        for path in PACKAGE.rglob("*")
        if path.suffix in endings and "vendor" not in path.parts and "static" not in path.parts[-3:]
    }


def scripts() -> dict[str, str]:
    return {
        path.relative_to(PACKAGE).as_posix(): path.read_text()
        for path in PACKAGE.rglob("*.js")
        if "vendor" not in path.parts
    }


def named(pattern: str, texts: dict[str, str]) -> set[str]:
    return {name for name, text in texts.items() if re.search(pattern, text)}


def test_text_is_trusted_as_markup_in_a_few_places_only() -> None:
    python = named(r"mark_safe\(|SafeString\(", sources(".py"))
    pages = named(r"\|\s*safe\b|autoescape off", sources(".html"))
    assert python | pages == TRUSTED
    assert pages == {"design/templates/design/components/map.html"}


def test_scripts_keep_nothing_of_a_person_and_run_no_text() -> None:
    found = scripts()
    assert len(found) > 8
    kept = r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\."
    run = r"\beval\(|new Function|document\.write|postMessage|setTimeout\(['\"]"
    # The address of a list, and which programme and year somebody chose: nothing of a person.
    assert named(kept, found) == {"portal/static/portal/mine.js"}
    assert named(run, found) == set()
    # Pieces of our own pages, which the server escaped.
    assert named(r"innerHTML|outerHTML|insertAdjacentHTML", found) == {
        "office/static/office/keys.js",
        "portal/static/portal/questions.js",
        "portal/static/portal/suggest.js",
    }


def test_no_shell_is_started_and_no_template_is_made_of_a_text() -> None:
    code = sources(".py")
    assert named(r"shell=True|os\.system\(|os\.popen\(", code) == set()
    assert named(r"\beval\(|\bexec\(|(?<!puremagic\.)from_string\(|\bTemplate\(", code) == set()
    # The one place where a pickle is read: a file of the data folder that Sojourn wrote.
    assert named(r"pickle\.loads?\(|marshal\.|yaml\.load\(", code) == {
        "catalogue/snapshot/last_good.py"
    }
    assert named(r"\bcsrf_exempt\b", code) == {
        "portal/experiences/views/stop.py",
        "portal/stays/check_in.py",
    }
    weak = r"hashlib\.(md5|sha1)\b|\brandom\.(random|choice|randint|shuffle)\("
    assert named(weak, code) == {"catalogue/synthetic.py"}  # made-up catalogues for benchmarks


def test_nothing_but_single_sign_on_and_mail_leaves_the_machine() -> None:
    """And nobody who fills in a form chooses where to."""
    outwards = (
        r"urlopen\(|urllib\.request|import requests|from requests import(?! RequestException)|"
        r"httpx|http\.client|smtplib|socket\.create_connection"
    )
    assert named(outwards, sources(".py")) == {"people/delivery.py"}
    assert named("get_requests_session", sources(".py")) == {"people/provider.py"}
