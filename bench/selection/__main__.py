"""500 students save and hand in at the last minute, over HTTP, against the real server.

`python -m bench.selection` starts a throw-away installation, makes a round and 500 students, and
lets each save three times and hand in, all at once. It ends with 1 when anything that was answered
with "submitted" is not there as it was sent. `BENCH_STUDENTS` is their number; with `BENCH_SECONDS`
they come one after the other in so many seconds, as in a last minute, and not in one moment.
"""

from __future__ import annotations

import datetime as dt
import http.client
import os
import statistics
import threading
import time
from urllib.parse import urlencode

from bench import installation

STUDENTS = int(os.environ.get("BENCH_STUDENTS", "500"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "0"))
PLACE = "half-minor-edinburgh"
SAVES = 3


def address_of(number: int) -> str:
    """The address of a made-up student of the faculty, who is let in without a person looking."""
    return f"storm-{number}@umail.leidenuniv.nl"


def prepare() -> list[str]:
    """A round that is open, and the session of each student with an application begun."""
    from allauth.account.models import EmailAddress
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from sojourn.catalogue.edition.load import load_edition
    from sojourn.catalogue.models import DegreeProgramme, Opportunity
    from sojourn.people.models import User
    from sojourn.selection.models import (
        Application,
        Criterion,
        Round,
        RoundOpportunity,
        RoundProgramme,
    )
    from sojourn.selection.states import RoundState

    load_edition(installation.PROJECT / "editions" / "leiden")
    now = timezone.now()
    made = Round.objects.create(
        slug="storm",
        title_en="Storm",
        title_nl="Storm",
        academic_year="2027-2028",
        state=RoundState.OPEN,
        opens_at=now - dt.timedelta(days=1),
        closes_at=now + dt.timedelta(days=1),
        results_at=now + dt.timedelta(days=2),
        answer_by=now + dt.timedelta(days=3),
        published_at=now,
        asks_cv=False,
        asks_transcript=False,
    )
    RoundProgramme.objects.create(
        round=made,
        programme=DegreeProgramme.objects.get(slug="medicine-bsc"),
        category="medicine-bsc",
    )
    RoundOpportunity.objects.create(
        round=made, opportunity=Opportunity.objects.get(slug=PLACE), key=PLACE, seats=10
    )
    Criterion.objects.create(
        round=made, code="grades", kind="grades", weight=1, lowest=1, highest=10,
        name_en="Grades", name_nl="Cijfers",
    )  # fmt: skip
    sessions = []
    for number in range(STUDENTS):
        user = User.objects.create(
            email=address_of(number),
            password="!",
            first_name="Student",
            last_name=str(number),
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        Application.objects.create(round=made, owner=user)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        sessions.append(str(session.session_key))
    return sessions


class Student(threading.Thread):
    """One student at the last minute, with a browser that tries again as a browser does."""

    def __init__(self, number: int, session: str, start: threading.Barrier) -> None:
        super().__init__()
        self.number = number
        self.session = session
        self.at_once = start
        self.waits: list[float] = []
        self.handed_in = False
        self.problem = ""

    def run(self) -> None:
        self.at_once.wait()
        time.sleep(SECONDS * self.number / STUDENTS)
        try:
            for turn in range(SAVES):
                self.post("form/save/", f"turn {turn} of {self.number}", turn, "")
            text = f"last words of {self.number}"
            self.handed_in = self.post("form/", text, SAVES, "hand-in") == 302
        except OSError as error:
            self.problem = str(error)

    def post(self, page: str, motivation: str, seen: int, action: str) -> int:
        token = "x" * 32
        body = urlencode(
            {
                "csrfmiddlewaretoken": token, "seen": seen, "do": action, "year": 2,
                "programme": "medicine-bsc", "number": f"{1_000_000 + self.number}",
                "choice-1": PLACE, "motivation-1": motivation,
            }
        )  # fmt: skip
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", installation.PORT, timeout=120)
        connection.request(
            "POST",
            f"/en/apply/storm/{page}",
            body,
            {
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": f"sessionid={self.session}; csrftoken={token}",
            },
        )
        answer = connection.getresponse()
        answer.read()
        connection.close()
        self.waits.append(time.perf_counter() - began)
        return answer.status


def lost(students: list[Student]) -> int:
    """How many were told that they handed in, and are not there as they said."""
    from sojourn.selection.models import Choice

    there = dict(
        Choice.objects.filter(application__state="submitted").values_list(
            "application__owner__email", "motivation"
        )
    )
    return sum(
        there.get(address_of(each.number)) != f"last words of {each.number}"
        for each in students
        if each.handed_in
    )


def main() -> int:
    with installation.folder() as data:
        installation.use(data)
        sessions = prepare()
        os.environ["SOJOURN_RATE_LIMIT_PLAN"] = ""
        with installation.server(data) as server:
            processes = installation.children_of(server.pid)
            before = installation.processor_seconds(processes)
            barrier = threading.Barrier(STUDENTS)
            students = [Student(n, key, barrier) for n, key in enumerate(sessions)]
            began = time.perf_counter()
            for each in students:
                each.start()
            for each in students:
                each.join()
            took = time.perf_counter() - began
            spent = installation.processor_seconds(processes) - before
        waits = sorted(wait for each in students for wait in each.waits)
        gone = lost(students)
        print(f"students                    {STUDENTS}")
        print(f"handed in                   {sum(each.handed_in for each in students)}")
        print(f"told so, and lost           {gone}")
        print(f"no answer                   {sum(bool(each.problem) for each in students)}")
        print(f"requests                    {len(waits)} in {took:.1f} s")
        print(f"wait: median, 95%, longest  {statistics.median(waits):.2f} "
              f"{waits[int(len(waits) * 0.95)]:.2f} {waits[-1]:.2f} s")  # fmt: skip
        print(f"processor of the server     {spent / len(waits) * 1000:.1f} ms a request")
        return 1 if gone else 0


if __name__ == "__main__":
    raise SystemExit(main())
