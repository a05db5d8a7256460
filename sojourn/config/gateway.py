"""Stands between the web server and Django, so that no thread waits for a slow client.

Bodies are read, and answers are sent, by the event loop; one of the few threads that work gets a
request only when all of it is here, and is free again as soon as the answer is made. A body is
refused by its announced length before it is read (`view_marks.takes_files` says what an address
takes), and let go when it comes more slowly than any real line.
"""

from __future__ import annotations

import asyncio
import io
import logging
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from django.urls import Resolver404, resolve
from django.utils import translation

from sojourn.common.view_marks import marks_of
from sojourn.config.request_limits import REFUSED

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol
    from granian.rsgi import Scope

logger = logging.getLogger("sojourn.gateway")

LARGEST_FORM = 1_000_000
"""Bytes of a body to any address that does not take files."""
KEPT_IN_MEMORY = 256_000
"""Bytes of a body; what is longer goes to a temporary file."""
LARGE_FILE = 256_000
"""Bytes of an answer's file from which on the server reads it while sending."""

# A telephone on a bad line sends 8 kB a second, and stops for a while in a tunnel.
SECONDS_WITHOUT_A_BYTE = 20
SECONDS_TO_BEGIN_WITH = 30
SLOWEST_BYTES_PER_SECOND = 2_000
# Too large, but so little that it is read to its end: a browser shows an answer only after that.
READ_AND_THROWN_AWAY = 60_000_000

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]


class RefusedBodyError(Exception):
    """A body that is not taken, and the status that says why."""

    def __init__(self, status: HTTPStatus) -> None:
        self.status = status


class ClientGoneError(Exception):
    """The client hung up in the middle of its body."""


class SentFile:
    """A file that Django hands over to be sent (`wsgi.file_wrapper`)."""

    def __init__(self, file: BinaryIO, block_size: int = 1 << 16) -> None:
        self.file = file
        self.block_size = block_size

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(self.block_size), b"")

    def close(self) -> None:
        if close := getattr(self.file, "close", None):
            close()

    def path(self) -> str | None:
        """Where the whole file lies on disk, if it is large enough to be sent from there."""
        name = getattr(self.file, "name", None)
        if not isinstance(name, str) or not name.startswith("/"):
            return None
        try:
            whole = self.file.tell() == 0 and Path(name).stat().st_size >= LARGE_FILE
        except (OSError, ValueError, AttributeError):
            return None
        return name if whole else None


@dataclass
class Answer:
    """What Django answered: the bytes, or the file that holds them."""

    status: int
    headers: Headers
    body: bytes = b""
    file: str | None = None


class Gateway:
    """The application that the server calls; calls Django's own in one of a few threads."""

    def __init__(
        self,
        application: WsgiApplication,
        threads: int,
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        self.application = application
        self.alive = alive
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._beat: asyncio.Task[None] | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._beat = loop.create_task(self._say_that_it_lives())
        # Granian's handlers are set by now; a request to stop that waited is heard.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.threads.shutdown(wait=False, cancel_futures=True)

    async def _say_that_it_lives(self) -> None:
        while True:
            self.alive()
            await asyncio.sleep(1)

    async def __rsgi__(self, scope: Scope, protocol: RSGIHTTPProtocol) -> None:
        environ = environ_of(scope)
        try:
            body = await _body(environ, protocol)
        except RefusedBodyError as refused:
            environ[REFUSED] = refused.status
            environ["CONTENT_LENGTH"] = "0"
            body = io.BytesIO()
        except ClientGoneError:
            protocol.response_empty(HTTPStatus.BAD_REQUEST, [])
            return
        environ["wsgi.input"] = body
        loop = asyncio.get_running_loop()
        try:
            answer = await loop.run_in_executor(self.threads, self._answer, environ)
        except Exception:
            logger.exception("an answer could not be made")
            answer = Answer(HTTPStatus.INTERNAL_SERVER_ERROR, [])
        finally:
            body.close()
        if answer.file is not None and scope.method != "HEAD":
            protocol.response_file(answer.status, answer.headers, answer.file)
        elif answer.body and scope.method != "HEAD":
            protocol.response_bytes(answer.status, answer.headers, answer.body)
        else:
            protocol.response_empty(answer.status, answer.headers)

    def _answer(self, environ: dict[str, Any]) -> Answer:
        """Call Django; everything of a request happens in one thread, as its connections want."""
        answer = Answer(HTTPStatus.INTERNAL_SERVER_ERROR, [])

        def start_response(status: str, headers: Headers, _exc_info: object = None) -> None:
            answer.status, answer.headers = int(status[:3]), headers

        parts = self.application(environ, start_response)
        try:
            if isinstance(parts, SentFile) and (path := parts.path()):
                answer.file = path
            else:
                answer.body = b"".join(parts)
        finally:
            if close := getattr(parts, "close", None):
                close()
        return answer


async def _body(environ: dict[str, Any], protocol: RSGIHTTPProtocol) -> BinaryIO:
    """Read the whole body. Raises RefusedBodyError or ClientGoneError."""
    if "HTTP_TRANSFER_ENCODING" in environ:
        # Without its length nobody could tell a whole one from one that was cut off.
        raise RefusedBodyError(HTTPStatus.LENGTH_REQUIRED)
    announced = environ.get("CONTENT_LENGTH", "")
    length = int(announced) if announced.isdecimal() else 0
    if not length:
        return io.BytesIO()
    if length > largest_body(environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")):
        if length <= READ_AND_THROWN_AWAY and "HTTP_EXPECT" not in environ:
            await _read(protocol, length, lambda _piece: None)
        raise RefusedBodyError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    body = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)  # noqa: SIM115 (closed by whoever asked)
    try:
        await _read(protocol, length, body.write)
        body.seek(0)
    except OSError as error:
        body.close()
        logger.error("a body could not be kept: %s", error.strerror)  # noqa: TRY400
        raise RefusedBodyError(HTTPStatus.INSUFFICIENT_STORAGE) from error
    except BaseException:
        body.close()
        raise
    return cast("BinaryIO", body)


async def _read(protocol: RSGIHTTPProtocol, length: int, keep: Callable[[bytes], object]) -> None:
    """Hand each piece to `keep`, as long as they come at the speed of some real line."""
    now = asyncio.get_running_loop().time
    began, received = now(), 0
    pieces = aiter(protocol)
    while received < length:
        until = began + SECONDS_TO_BEGIN_WITH + received / SLOWEST_BYTES_PER_SECOND
        try:
            async with asyncio.timeout(min(SECONDS_WITHOUT_A_BYTE, max(0, until - now()))):
                piece = await anext(pieces)
        except TimeoutError as error:
            raise RefusedBodyError(HTTPStatus.REQUEST_TIMEOUT) from error
        except StopAsyncIteration as error:
            raise ClientGoneError from error
        received += len(piece)
        keep(piece)


def largest_body(path: str) -> int:
    """How many bytes the address takes at most."""
    try:
        with translation.override(translation.get_language_from_path(path)):
            view = resolve(path).func
    except Resolver404:
        return LARGEST_FORM
    return LARGEST_FORM + marks_of(view).bytes_of_files


def environ_of(scope: Scope) -> dict[str, Any]:
    """Return what WSGI (PEP 3333) calls the request."""
    client, _, port = scope.client.rpartition(":")
    server, _, server_port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode().decode("latin-1"),
        "REMOTE_ADDR": client.strip("[]"),
        "REMOTE_PORT": port,
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": server_port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": SentFile,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue  # would look like the header with a hyphen, which a proxy may have checked
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        if key in environ:
            value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
        environ[key] = value
    return environ
