"""The gateway reads bodies within limits and hands answers over, with a protocol of our own."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sojourn.advising import files as advising_files
from sojourn.config import gateway
from sojourn.config.gateway import LARGEST_FORM, Gateway, SentFile, environ_of, largest_body
from sojourn.config.request_limits import REFUSED
from sojourn.experiences import photos
from sojourn.selection import files as selection_files

SOME_ID = "00000000-0000-4000-8000-000000000000"
PROJECT = Path(__file__).parents[2]


class Protocol:
    """A client that sends its body in these pieces; a number is a wait in seconds."""

    def __init__(self, pieces: Iterable[bytes | float] = ()) -> None:
        self.pieces = pieces
        self.read = 0
        self.answers: list[tuple[Any, ...]] = []

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, bytes):
                self.read += len(piece)
                yield piece
            else:
                await asyncio.sleep(piece)

    def response_empty(self, *answer: Any) -> None:
        self.answers.append(("empty", *answer))

    def response_bytes(self, *answer: Any) -> None:
        self.answers.append(("bytes", *answer))

    def response_file(self, *answer: Any) -> None:
        self.answers.append(("file", *answer))


def scope(method: str = "POST", path: str = "/en/plan/", **headers: str) -> Any:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return SimpleNamespace(
        method=method,
        path=path,
        query_string="",
        client="[2001:db8::7]:5123",
        server="127.0.0.1:8000",
        scheme="http",
        http_version="1.1",
        headers=dict(named),
    )


class Application:
    """Remembers what it was asked, and answers with these parts."""

    def __init__(self, parts: Iterable[bytes] = (b"fine",)) -> None:
        self.parts = parts
        self.environ: dict[str, Any] = {}
        self.body = b""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.environ = environ
        self.body = environ["wsgi.input"].read()
        start_response("200 OK", [("content-type", "text/plain")])
        return self.parts


def ask(application: Application, asked: Any, protocol: Protocol) -> None:
    served = Gateway(application, 1)
    try:
        # A browser of an earlier test may have a loop in this thread.
        with ThreadPoolExecutor(1) as thread:
            answer = served.__rsgi__(asked, protocol)  # type: ignore[arg-type]
            thread.submit(asyncio.run, answer).result()
    finally:
        served.threads.shutdown()


def test_a_body_arrives_whole_whatever_its_pieces() -> None:
    application = Application()
    protocol = Protocol([b"a" * 200_000, b"", b"b" * 200_000])
    ask(application, scope(content_length="400000"), protocol)
    assert application.body == b"a" * 200_000 + b"b" * 200_000
    assert protocol.answers == [("bytes", 200, [("content-type", "text/plain")], b"fine")]


@pytest.mark.parametrize("length", [LARGEST_FORM + 1, gateway.READ_AND_THROWN_AWAY + 1])
def test_a_body_that_is_too_large_is_never_handed_on(length: int) -> None:
    application = Application()
    protocol = Protocol([b"a" * 100_000] * (length // 100_000 + 1))
    ask(application, scope(content_length=str(length)), protocol)
    assert application.environ[REFUSED] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert application.body == b""
    # A little too much is read so that the browser shows the answer; a lot is not.
    assert (protocol.read > 0) is (length <= gateway.READ_AND_THROWN_AWAY)


def test_a_client_that_asks_first_is_refused_before_it_sends() -> None:
    application, protocol = Application(), Protocol([b"a" * 2_000_000])
    ask(application, scope(content_length="2000000", expect="100-continue"), protocol)
    assert application.environ[REFUSED] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert protocol.read == 0


def test_a_body_without_a_length_is_refused() -> None:
    application = Application()
    ask(application, scope(transfer_encoding="chunked"), Protocol([b"abc"]))
    assert application.environ[REFUSED] == HTTPStatus.LENGTH_REQUIRED


def test_a_client_that_stops_in_the_middle_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "SECONDS_WITHOUT_A_BYTE", 0.05)
    application = Application()
    ask(application, scope(content_length="10"), Protocol([b"abc", 3600.0, b"defghij"]))
    assert application.environ[REFUSED] == HTTPStatus.REQUEST_TIMEOUT


def test_a_client_that_drips_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "SECONDS_TO_BEGIN_WITH", 0.2)
    application = Application()
    drops = [drop for _ in range(100_000) for drop in (b"a", 0.001)]
    ask(application, scope(content_length="100000"), Protocol(drops))
    assert application.environ[REFUSED] == HTTPStatus.REQUEST_TIMEOUT


def test_a_body_that_was_cut_off_is_not_taken_for_a_whole_one() -> None:
    application, protocol = Application(), Protocol([b"abc"])
    ask(application, scope(content_length="10"), protocol)
    assert application.environ == {}
    assert protocol.answers == [("empty", HTTPStatus.BAD_REQUEST, [])]


def test_a_full_disk_refuses_the_body_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, _piece: Any) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(gateway.tempfile, "SpooledTemporaryFile", lambda **_: Full())
    application = Application()
    ask(application, scope(content_length="3"), Protocol([b"abc"]))
    assert application.environ[REFUSED] == HTTPStatus.INSUFFICIENT_STORAGE


def test_a_large_file_is_left_to_the_server_and_a_small_one_is_sent_at_once(tmp_path: Path) -> None:
    for size, expected in ((10, "bytes"), (gateway.LARGE_FILE, "file")):
        file = tmp_path / f"{size}"
        file.write_bytes(b"x" * size)
        protocol = Protocol()
        ask(Application(SentFile(file.open("rb"))), scope("GET"), protocol)
        ((kind, status, _headers, sent),) = protocol.answers
        assert (kind, status) == (expected, 200)
        assert sent in (str(file), b"x" * size)


def test_an_answer_without_a_body_for_head() -> None:
    protocol = Protocol()
    ask(Application(), scope("HEAD"), protocol)
    assert protocol.answers[0][0] == "empty"


def test_what_wsgi_calls_the_request() -> None:
    asked = scope(path="/nl/ë ", content_length="3", cookie="a=1", x_forwarded_for="10.0.0.1")
    asked.headers |= {"x_forwarded_for": "203.0.113.9", "transfer-encoding": "x"}
    environ = environ_of(asked)
    assert environ["PATH_INFO"] == "/nl/ë ".encode().decode("latin-1")
    assert environ["REMOTE_ADDR"] == "2001:db8::7"
    assert environ["CONTENT_LENGTH"] == "3"
    # A header with an underscore would look like the one that a proxy sets.
    assert environ["HTTP_X_FORWARDED_FOR"] == "10.0.0.1"


@pytest.mark.parametrize(
    ("path", "files"),
    [
        ("/nl/questions/ask/", advising_files.MOST_FILES * advising_files.LARGEST_FILE),
        (f"/en/own-places/{SOME_ID}/", advising_files.MOST_FILES * advising_files.LARGEST_FILE),
        ("/en/apply/a-round/form/", 2 * selection_files.LARGEST),
        (f"/nl/experiences/mine/{SOME_ID}/", photos.LARGEST_FILE),
        ("/en/plan/", 0),
        ("/en/nothing/here/", 0),
        ("/api/v1/opportunities", 0),
    ],
)
def test_an_address_takes_what_its_form_says(path: str, files: int) -> None:
    assert largest_body(path) == LARGEST_FORM + files


def test_every_module_whose_forms_take_files_says_how_much() -> None:
    reading = re.compile(r"request\.FILES")
    modules = [path for path in (PROJECT / "sojourn").rglob("*.py") if "views" in path.as_posix()]
    taking = {path for path in modules if reading.search(path.read_text())}
    assert len(taking) >= 7
    assert not [path for path in taking if "@takes_files(" not in path.read_text()]
