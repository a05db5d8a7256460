"""Somebody who visits a running site: signs in, follows links, sends forms, without a browser."""

from __future__ import annotations

import base64
import hmac
import struct
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar

from lxml import html

# What belongs together on a page: a line of a table, or an entry of a list.
LINE = "self::tr or self::li or self::article or self::dl"


@dataclass(frozen=True)
class Answer:
    """What the site answered."""

    url: str
    status: int
    kind: str
    body: bytes

    def tree(self) -> html.HtmlElement:
        """What the page is about, without its menus, scripts and drawings."""
        page = html.fromstring(self.body)
        for extra in page.xpath("//svg | //script | //style | //nav | //template"):
            extra.drop_tree()
        found = page.xpath("//main")
        return found[0] if found else page

    def text(self) -> str:
        """All that can be read, and what stands in the fields of its forms."""
        if "html" not in self.kind:
            return self.body.decode(errors="replace")
        tree = self.tree()
        typed = tree.xpath(".//input[@type != 'hidden']/@value | .//option[@selected]/@value")
        return " ".join([_plain(tree), *typed])

    def lines(self) -> list[str]:
        """Each line of a table and each entry of a list."""
        return [_plain(each) for each in self.tree().xpath(f".//*[{LINE}]")]

    def form(self, marked: str) -> html.FormElement:
        """The form that has a field of this name or kind, as an XPath condition."""
        page = html.fromstring(self.body, base_url=self.url)
        page.make_links_absolute(self.url)
        found: html.FormElement = page.xpath(f"//form[.//*[{marked}]]")[0]
        found.action = found.action or self.url
        return found


def _plain(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


@dataclass
class Visitor:
    """A browser of one person."""

    site: str
    jar: CookieJar = field(default_factory=CookieJar)

    def open(self, path: str, data: list[tuple[str, str]] | None = None) -> Answer:
        """Ask for a path of the site or an address, or send a form there."""
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        sent = urllib.parse.urlencode(data).encode() if data is not None else None
        url = urllib.parse.urljoin(self.site, path)
        try:
            with opener.open(urllib.request.Request(url, sent), timeout=60) as answer:
                kind = answer.headers.get("Content-Type", "")
                return Answer(answer.url, answer.status, kind, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(url, error.code, error.headers.get("Content-Type", ""), error.read())

    def send(self, form: html.FormElement, **values: str) -> Answer:
        """Send a form with these values in its fields."""
        form.fields.update(values)
        return self.open(form.action, form.form_values())

    def sign_in(self, email: str, password: str, second_step: str = "") -> Answer:
        """Sign in by the form; with the secret of an app that makes codes, by a code as well."""
        form = self.open("/en/account/login/").form("@name='password'")
        answer = self.send(form, login=email, password=password)
        if second_step:
            answer = self.send(answer.form("@name='code'"), code=code_now(second_step))
        return answer

    def set_up_second_step(self) -> None:
        """Set up an app that makes codes, as the office's page asks of whoever has none."""
        asked = self.open("/en/office/")
        assert asked.url.endswith("/2fa/"), asked.url
        form = self.open("/en/account/2fa/totp/activate/").form("@name='code'")
        secret = form.getroottree().xpath("//*[@id='authenticator_secret']/@value")[0]
        self.send(form, code=code_now(secret))


def code_now(secret: str) -> str:
    """The code that an app shows at this moment (RFC 6238)."""
    moment = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), moment, "sha1")
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"
