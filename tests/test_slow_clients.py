"""Clients that are slow, or never finish, in front of the real server."""

from __future__ import annotations

import contextlib
import re
import socket
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.support import ready
from tests.support.site import Site, running_site

pytestmark = pytest.mark.server

# More than there are threads, many times over.
MANY = 60
QUESTION = "/en/questions/ask/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("slow-clients")
    with (
        ready.installation(ready.LEIDEN, folder, f"{worker_id}-slow") as env,
        running_site(folder, "--no-worker", "--workers", "1", env=env) as running,
    ):
        yield running


def connection_to(site: Site) -> socket.socket:
    host, port = site.url.removeprefix("http://").split(":")
    client = socket.socket()
    client.settimeout(30)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect((host, int(port)))
    return client


def test_clients_that_do_not_finish_keep_nobody_waiting(site: Site) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(MANY):
            upload = held.enter_context(connection_to(site))
            upload.sendall(
                f"POST {QUESTION} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\n"
                "Content-Length: 5000\r\n\r\ntext=a".encode()
            )
            reader = held.enter_context(connection_to(site))
            reader.sendall(b"GET /source/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        for path in ("/en/", "/en/account/login/"):
            with urllib.request.urlopen(site.url + path, timeout=30) as page:
                assert page.status == 200


def test_an_upload_that_comes_in_many_pieces_is_taken(site: Site) -> None:
    host = site.url.removeprefix("http://")
    client = HTTPConnection(host, timeout=60)
    client.request("GET", QUESTION)
    page = client.getresponse()
    cookie = str(page.headers["Set-Cookie"]).split(";")[0]
    form = page.read().decode()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    fields |= {"email": "slow@example.org", "subject": "A slow line", "text": "Hello?"}
    fields["looked"] = "1"
    pdf = b"%PDF-1.7\n" + b"x" * 2_000_000
    body = b"".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    )
    body += (
        b'--b\r\nContent-Disposition: form-data; name="attachments"; filename="plan.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n" + pdf + b"\r\n--b--\r\n"
    )
    client.putrequest("POST", QUESTION)
    client.putheader("Content-Type", "multipart/form-data; boundary=b")
    client.putheader("Content-Length", str(len(body)))
    client.putheader("Cookie", cookie)
    client.endheaders()
    for start in range(0, len(body), 10_000):
        client.send(body[start : start + 10_000])
    answer = client.getresponse()
    assert answer.status == 302, answer.read().decode()[:3000]
    stored = [path for path in Path(site.data, "files").rglob("*") if path.is_file()]
    assert [path.stat().st_size for path in stored] == [len(pdf)]


@pytest.mark.parametrize(
    ("header", "status", "said"),
    [
        ("Content-Length: 99000000", 413, "te groot"),
        ("Transfer-Encoding: chunked", 411, "niet lezen"),
    ],
)
def test_a_body_is_refused_by_its_header_with_a_page(
    site: Site, header: str, status: int, said: str
) -> None:
    with connection_to(site) as client:
        client.sendall(f"POST /nl/plan/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{header}\r\n\r\n".encode())
        answer = b""
        while b"</html>" not in answer and (piece := client.recv(65_536)):
            answer += piece
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert said in answer.decode()


def test_a_client_that_goes_away_leaves_nothing_behind(site: Site) -> None:
    for _ in range(5):
        with connection_to(site) as client:
            head = f"POST {QUESTION} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\n"
            client.sendall(head.encode() + b"abc")
    with urllib.request.urlopen(f"{site.url}/en/", timeout=30) as page:
        assert page.status == 200
    assert "Traceback" not in site.output()
