"""Sends raw requests through the whole middleware, fast enough for tens of thousands of them."""

from __future__ import annotations

import io
from typing import Any

from django.http.response import HttpResponseBase
from django.test.client import ClientHandler

# A value that would become an element if a page forgot to escape it.
MARK = "<xss-mark>"


class Site:
    """The site in this process, without what Django's test client adds to each request."""

    def __init__(self) -> None:
        self.handler = ClientHandler(enforce_csrf_checks=True)
        self.handler.load_middleware()

    def get(self, path: str, query: str = "", **environ: Any) -> HttpResponseBase:
        """Ask for a path and query exactly as a server would hand them in (bytes as latin-1)."""
        return self.handler(
            {
                "REQUEST_METHOD": "GET",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "SCRIPT_NAME": "",
                "SERVER_NAME": "testserver",
                "SERVER_PORT": "80",
                "SERVER_PROTOCOL": "HTTP/1.1",
                "REMOTE_ADDR": "192.0.2.1",
                "wsgi.version": (1, 0),
                "wsgi.url_scheme": "http",
                "wsgi.input": io.BytesIO(),
                "wsgi.errors": io.StringIO(),
                "wsgi.multiprocess": True,
                "wsgi.multithread": False,
                "wsgi.run_once": False,
            }
            | environ
        )


def body(response: HttpResponseBase) -> str:
    """The answer's text."""
    content = (
        b"".join(response.streaming_content)  # type: ignore[attr-defined]
        if response.streaming
        else response.content  # type: ignore[attr-defined]
    )
    return content.decode("utf-8", "replace")
