"""A provider of single sign-on on loopback, which can be told to misbehave."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import jwt
import oidc_provider_mock
import requests
from werkzeug.serving import make_server
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from sojourn.config.identity_providers import providers_from

Answer = dict[str, Any]
ESI = "urn:schac:personalUniqueCode:int:esi:leidenuniv.nl:1234567"
NUMBER = "urn:schac:personalUniqueCode:nl:local:leidenuniv.nl:studentid:1234567"


@dataclass
class IdentityProvider:
    """oidc-provider-mock, and what it changes in its answers by the path that was asked."""

    url: str = ""
    bent: dict[str, Callable[[Answer], Answer | None]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def settings(self, name: str = "surfconext", **more: str) -> list[dict[str, Any]]:
        """What settings.SSO_PROVIDERS is with this provider."""
        return providers_from(self.environment(name, **more))

    def environment(self, name: str = "surfconext", **more: str) -> dict[str, str]:
        prefix = f"SOJOURN_SSO_{name.upper()}_"
        said = {
            "NAME": "SURFconext", "ISSUER": self.url, "CLIENT_ID": "sojourn", "SECRET": "s",
            "HOME": "leidenuniv.nl",
        } | more  # fmt: skip
        return {"SOJOURN_SSO": name} | {prefix + key: value for key, value in said.items()}

    def knows(self, sub: str, **claims: object) -> None:
        """Have the provider say this of somebody."""
        requests.put(f"{self.url}/users/{sub}", json=claims, timeout=10).raise_for_status()

    def sign_in(self, address: str, sub: str) -> str:
        """Sign in there, as somebody does who was led to this address; return where it leads."""
        answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])

    def bend_id_token(self, **changes: object) -> None:
        """Change what its ID tokens say; None takes a claim away."""

        def bend(answer: Answer) -> Answer:
            said = jwt.decode(answer["id_token"], options={"verify_signature": False}) | changes
            kept = {name: value for name, value in said.items() if value is not None}
            return answer | {"id_token": jwt.encode(kept, "x" * 32, algorithm="HS256")}

        self.bent["/oauth2/token"] = bend

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        if path not in self.bent:
            return self._app(environ, start_response)
        body, status, headers = run_wsgi_app(self._app, environ)
        changed = self.bent[path](json.loads(b"".join(body)))
        if changed is None:
            return Response("away", status=503)(environ, start_response)
        headers.remove("Content-Length")
        answer = Response(json.dumps(changed), status=status, headers=headers)
        return answer(environ, start_response)

    def __post_init__(self) -> None:
        self._app = oidc_provider_mock.app()


@contextlib.contextmanager
def running_provider() -> Iterator[IdentityProvider]:
    provider = IdentityProvider()
    server = make_server("127.0.0.1", 0, provider, threaded=True)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
