"""A third language without a change of code: a setting, its texts, an edition that adds to its own.

An installation in English and Dutch that has been in use gets a made-up language as an adopter
would give it one (docs/adopting.md): `sojourn languages`, `sojourn migrate`, `sojourn load`. Then
every page is looked at in it (tests.languages.walk).
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.test_accessible import pages_to_see
from tests.languages.pseudo import CODE, accented, write_catalogue
from tests.support import ready
from tests.support.site import PROJECT, sojourn

# Four processes have to come and go, on a machine that may be busy.
pytestmark = [pytest.mark.server, pytest.mark.long, pytest.mark.timeout(900)]

# Files of the edition in which every short text gets the third language; the others have none.
WRITTEN_IN_IT = ("edition.yaml", "institutions.yaml", "opportunities.yaml")
GUIDE = "guides/en/costs.md"
_TEXT = re.compile(r'\{en: "([^"\n]*)", nl: "[^"\n]*"')


def with_third_language(edition: Path) -> None:
    """Add the language to some texts of an edition and leave it out of others."""
    for name in WRITTEN_IN_IT:
        file = edition / name
        text = _TEXT.sub(
            lambda found: f'{found[0]}, {CODE}: "{accented(found[1])}"',
            file.read_text(encoding="utf-8"),
        )
        file.write_text(text.replace("languages: [en, nl]", f"languages: [en, nl, {CODE}]"))
    _, head, _ = (edition / GUIDE).read_text(encoding="utf-8").split("---\n", 2)
    head = re.sub(r"(?<=title: |mmary: ).*", lambda found: accented(found[0]), head)
    guide = edition / GUIDE.replace("/en/", f"/{CODE}/")
    guide.parent.mkdir()
    guide.write_text(f"---\n{head}---\n{accented('What things cost abroad.')}\n", encoding="utf-8")


@pytest.fixture(scope="module")
def third_language(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[dict[str, str]]:
    """The environment of an installation that has got the language."""
    folder = tmp_path_factory.mktemp("third-language")
    write_catalogue(folder / "locale")
    for migrations in PROJECT.glob("sojourn/*/migrations"):
        shutil.copytree(migrations, folder / "third_migrations" / migrations.parent.name)
    edition = folder / "edition"
    shutil.copytree(ready.EDITION, edition)
    with_third_language(edition)
    with ready.installation(ready.LEIDEN, folder / "data", f"{worker_id}-third") as env:
        env |= {
            "DJANGO_SETTINGS_MODULE": "tests.languages.settings",
            "PYTHONPATH": f"{PROJECT}:{folder}",
            "SOJOURN_LANGUAGES": f"en,nl,{CODE}",
            "SOJOURN_TESTING": "1",
            "THIRD_LANGUAGE": str(folder),
        }
        for command in (("languages",), ("migrate",), ("load", str(edition))):
            done = sojourn(*command, env=env, seconds=300)
            assert done.returncode == 0, done.stdout + done.stderr
        yield env


@pytest.fixture(scope="module")
def walk(third_language: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.languages.walk"],
        env=third_language, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=400,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_every_page_speaks_the_third_language(
    walk: dict[str, Any], subtests: pytest.Subtests
) -> None:
    """Texts of the interface, of the edition, and what the edition lacks, marked as another's."""
    # One test: as several they would be shared out, and each process would walk for itself.
    with subtests.test("no text in another language"):
        assert not walk["wrong"], "\n".join(walk["wrong"])
    with subtests.test("every address was looked at"):
        assert pages_to_see() - set(walk["looked_at"]) == set()
    with subtests.test("the API has one more name in each text"):
        title, summary = walk["api"]["title"], walk["api"]["summary"]
        assert title.keys() == {"text", "en", "nl", CODE}
        assert title["text"] == title[CODE] == accented(title["en"])
        assert (summary["text"], summary[CODE]) == (summary["en"], "")
    with subtests.test("a calendar speaks it too"):
        assert accented("Apply for autumn 2027") in walk["feed"]
        assert f"LANGUAGE={CODE}" in walk["feed"]
