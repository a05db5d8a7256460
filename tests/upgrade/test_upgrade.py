"""An installation made by the code of 29 November 2026 goes on with today's: nothing is lost.

What a rename may change here is one file, `today.py`; the backups and what was true then stay.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support import ready
from tests.support.database import database_of_its_own
from tests.support.site import PROJECT, environment, running_site, sojourn, stop
from tests.upgrade import values
from tests.upgrade.today import DROPPED, NAMED, RENAMED, WORDS
from tests.upgrade.visitor import Answer, Visitor

pytestmark = pytest.mark.server

HERE = Path(__file__).parent
ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
BACKUP = HERE / f"installation-2026-11-29-{'postgresql' if ON_POSTGRES else 'sqlite'}.zip"
THEN: dict[str, Any] = json.loads((HERE / "truth-2026-11-29.json").read_text())
NO_LIMITS = {f"SOJOURN_RATE_LIMIT_{kind}": "" for kind in ("SEARCH", "FORMS", "PLAN")}


# Every rename is a migration more, on a machine that may run other tests meanwhile.
MIGRATES_WITHIN = 300.0


@pytest.mark.long
@pytest.mark.database
@pytest.mark.timeout(900)
def test_an_installation_of_november_2026_goes_on(
    tmp_path: Path, worker_id: str, subtests: pytest.Subtests
) -> None:
    with database_of_its_own(f"{worker_id}-upgrade") as database:
        env = environment(tmp_path, **NO_LIMITS, **database)
        restored = sojourn("restore", str(BACKUP), env=env)
        assert restored.returncode == 0, restored.stderr
        held = values.held(env)

        ready.put_static_files_into(tmp_path)
        # The start brings the tables up to date, as it does for everybody who updates.
        with running_site(
            tmp_path, "--no-worker", "--workers", "1", env=env, starts_within=MIGRATES_WITHIN
        ) as site:
            found = look("rows", env)
            for part in ("rows", "sums", "events", "tasks"):
                with subtests.test(part):
                    assert found[part] == THEN[part]
            with subtests.test("runs of the allocation stay as they are"):
                assert not found["runs can be changed"]
            with subtests.test("every text, id and moment"):
                assert lost(held, values.held(env)) == []

            people = signed_in(site.url)
            for page in THEN["pages"]:
                if dt.date.today().isoformat() <= page.get("until", "9999"):
                    with subtests.test(page["page"], path=page["path"], who=page["who"]):
                        check(page, people[page["who"]].open(page["path"]))
            for file in THEN["files"]:
                with subtests.test(file["file"], path=file["path"]):
                    content = people[file["who"]].open(file["path"]).body
                    assert hashlib.sha256(content).hexdigest() == file["sha256"]
            with subtests.test("whoever said never again is not written to"):
                check_stopped_address(people["marijke"])
            result = tmp_path / "result.json"
            result.write_bytes(people["visitor"].open(address("the published result")).body)

        with subtests.test("the published result can be checked"):
            verified = sojourn("verify", str(result), THEN["commitment"], env=env)
            assert verified.returncode == 0, verified.stdout + verified.stderr
        with subtests.test("what waited is done"):
            check_worker(env, tmp_path)
        with subtests.test("what the office edited survives the next load of the edition"):
            loaded = sojourn("load", str(PROJECT / "editions" / "leiden"), env=env)
            assert loaded.returncode == 0, loaded.stdout + loaded.stderr
            assert all(text in values.held(env) for text in EDITED_BY_THE_OFFICE)


EDITED_BY_THE_OFFICE = (
    "Four weeks of anatomy beside the Meadows, as the office wrote it.",
    "Vier weken anatomie naast de Meadows, zoals het bureau het schreef.",
)
# Half a year later housekeeping deletes a mail, sent or not; it may come first.
OLD_MAIL_IS_DELETED = dt.date(2027, 5, 1)


def look(what: str, env: Mapping[str, str]) -> dict[str, Any]:
    """What today's code finds in the installation."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.upgrade.probe", what],
        env=dict(env),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def lost(before: frozenset[str], after: frozenset[str]) -> list[str]:
    """What the database held before and does not hold now, under its new name either."""
    wanted = {RENAMED.get(value, value) for value in before - DROPPED.keys()}
    return sorted(wanted - after)


def signed_in(site: str) -> dict[str, Visitor]:
    """Everybody of the truth, with the password of then; and a visitor without an account."""
    people = {"visitor": Visitor(site)}
    for name, person in THEN["people"].items():
        people[name] = Visitor(site)
        answer = people[name].sign_in(
            person["email"], person["password"], person.get("second step", "")
        )
        assert "/account/" not in answer.url, f"{name} could not sign in"
    people["marijke"].set_up_second_step()  # the office asks it of everybody since
    return people


def check(page: dict[str, Any], answer: Answer) -> None:
    """The page shows what it showed then. What a line holds stands in one line."""
    assert answer.status == page.get("status", 200)
    if answer.status != 200:
        return
    text = answer.text()
    missing = [
        each for each in page["shows"] if word(NAMED.get((page["page"], each), each)) not in text
    ]
    assert missing == [], text
    shown = [each for each in page.get("hides", ()) if each in text]
    assert shown == [], text
    places = [text.find(each) for each in page.get("order", ())]
    assert -1 not in places, text
    assert places == sorted(places), text
    if "lines" in page:
        lines = answer.lines()
        absent = [
            wanted for wanted in page["lines"]
            if not any(all(word(each) in line for each in wanted) for line in lines)
        ]  # fmt: skip
        assert absent == [], "\n".join(lines)


def word(text: str) -> str:
    """The text itself, or today's word for a label."""
    return WORDS[text] if text.startswith("@") else text


@cache
def address(file: str) -> str:
    """Where a file of the truth is."""
    return next(str(each["path"]) for each in THEN["files"] if each["file"] == file)


def check_stopped_address(office: Visitor) -> None:
    """The seal of an address holds: an invitation goes to another one, and not there."""
    before = office.open("/en/office/experiences/invitations/")
    form = before.form("@name='addresses'")
    place = next(value for value in form.inputs["place"].value_options if "minor" in value)
    addresses = "lena.berg@example.org\nsomebody.else@example.org"
    office.send(form, place=place, addresses=addresses, language="en")
    after = office.open("/en/office/experiences/invitations/").lines()
    # Inviting deletes invitations of more than a year ago.
    assert invited("lena.berg", after) <= invited("lena.berg", before.lines())
    assert invited("somebody.else", after) == 1


def invited(name: str, lines: list[str]) -> int:
    return len([line for line in lines if f"{name}@example.org" in line])


def check_worker(env: Mapping[str, str], data: Path) -> None:
    """A worker of today runs what was put into the queue then, and plans one next night."""
    log = data / "worker.log"
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "sojourn", "worker"],
            env=dict(env),
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        found = look("worker", env)
    finally:
        stop(worker)
    assert found == {"due": [], "failed": [], "housekeepings": 1, "mails not sent": 0}, (
        log.read_text()
    )
    if dt.date.today() < OLD_MAIL_IS_DELETED:
        mails = [file.read_text() for file in (data / "mail").iterdir()]
        assert any("To: visitor@example.org" in mail for mail in mails)
