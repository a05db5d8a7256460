"""Looks at every page of a full installation in a third language, and prints what is wrong.

`python -m tests.languages.walk`, with the environment of an installation whose SOJOURN_LANGUAGES
has the language of `tests.languages.pseudo` too.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from lxml import html

from tests.languages.pseudo import CODE, is_pseudo

if TYPE_CHECKING:
    from django.db.models import Model
    from django.test import Client

    from tests.journeys.stage import Stop

# What has fewer letters may be a name, a code, or a word of both languages.
SHORTEST = 4
_SPACE = re.compile(r"\s+")
_YEAR = re.compile(r" \(\d{4}\)$")
_LETTERS = re.compile(f"[A-Za-z]{{{SHORTEST}}}")


def words(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def strings_in(value: Any) -> Iterator[str]:
    """Every text of a column, also inside JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from strings_in(each)


def names() -> set[str]:
    """What CLDR says in English, as it has no such language, and words of no language."""
    from babel import Locale
    from django.conf import settings

    from sojourn.catalogue import isced

    english = Locale("en")
    own = (name for _code, name in settings.LANGUAGES)
    return {
        *english.months["format"]["wide"].values(),
        *(text["en"] for text in isced.FIELDS.values()),
        "Sojourn", "ECTS", "CEFR", "ISCED-F", "XLSX", *own, *english.territories.values(),
        *english.languages.values(), *english.currencies.values(),
    }  # fmt: skip


def rows() -> Iterator[tuple[type[Model], dict[str, Any]]]:
    from django.apps import apps
    from django.db.models import QuerySet

    for model in apps.get_models():
        if model.__module__.startswith("sojourn."):
            names = [column.attname for column in model._meta.concrete_fields]
            for row in QuerySet(model).values_list(*names):
                yield model, dict(zip(names, row, strict=True))


def content() -> tuple[set[str], set[str]]:
    """What the database holds: texts that lack the third language; all else that people wrote."""
    from modeltranslation.manager import get_translatable_fields_for_model

    from sojourn.common.translated_fields import column

    borrowed, written = set(), set()
    for model, row in rows():
        fields = get_translatable_fields_for_model(model) or ()
        columns = {column(name, language) for name in fields for language in ("en", "nl", CODE)}
        for name in fields:
            if not row[column(name, CODE)]:
                borrowed.update(words(text) for text in strings_in(row[column(name, "en")]))
        for name, value in row.items():
            if name not in columns and name not in fields and name != "edition_state":
                written.update(words(text) for text in strings_in(value))
    return borrowed, written


def said_in(page: Any, language: str) -> Iterator[tuple[str, bool]]:
    """What a page says as being in that language, piece by piece; and whether in an option."""
    aside = " or ".join(f"ancestor::{name}" for name in ("script", "style", "kbd", "code", "pre"))
    for node in page.xpath(f"//body//text()[not({aside})]"):
        holder = node.getparent() if node.is_text else node.getparent().getparent()
        if holder.xpath("ancestor-or-self::*[@lang][1]/@lang") == [language]:
            yield words(str(node)), holder.tag == "option"


def signed_in(email: str) -> Client:
    from django.conf import settings
    from django.test import Client

    lines = (settings.DATA / "demo-accounts.txt").read_text().splitlines()
    password = dict(line.split("\t")[:2] for line in lines)[email]
    client = Client(SERVER_NAME="localhost")
    client.post(f"/{CODE}/account/login/", {"login": email, "password": password})
    # What is dangerous asks for the password once more.
    client.post(f"/{CODE}/account/reauthenticate/", {"password": password})
    return client


class Walk:
    """What was wrong on the pages so far, and which pages those were."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.looked_at: set[str] = set()
        self.borrowed, self.written = content()
        # Names of people and the like may stand together.
        short = names() | {text for text in self.written if 2 < len(text) < 60}
        longest_first = sorted(short, key=len, reverse=True)
        known = "|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in longest_first)
        borrowed = sorted(
            (text for text in self.borrowed if len(text) < 120), key=len, reverse=True
        )
        self.short_borrowed = re.compile("|".join(map(re.escape, borrowed)))
        # Operators read an address of the office by its name, with what it is about, and a network
        # by its digest.
        route = r"office:[\w-]+(?: [\w-]+)*"
        self.left_over = re.compile(rf"https?://\S+|sha256:\w+|\b[0-9a-f]{{16}}\b|{route}|{known}")

    @cache  # noqa: B019 - there is one walk
    def says_something(self, text: str) -> bool:
        """Whether there is more to a text than names."""
        return bool(_LETTERS.search(text) and _LETTERS.search(self.left_over.sub("", text)))

    def look(self, client: Client, stop: Stop) -> None:
        path = f"/{CODE}/{stop.path}"
        try:
            response = client.get(path)
        except Exception as error:
            self.wrong.append(f"{stop.who} {path}: {error!r}")
            return
        if response.status_code != stop.status:
            self.wrong.append(f"{stop.who} {path}: answers {response.status_code}")
        if stop.status != 404:
            self.looked_at.add(str(response.resolver_match.view_name))
        if response.content and "html" in response.headers["Content-Type"]:
            page = html.document_fromstring(response.content.decode())
            self.wrong += [f"{path}: {what}" for what in self.wrong_with(page)]

    def wrong_with(self, page: Any) -> Iterator[str]:
        if page.get("lang") != CODE:
            yield f"the page is in {page.get('lang')}"
        for text, is_option in said_in(page, CODE):
            # An option holds text alone, so nothing in it could name another language.
            if is_option and not self.says_something(self.short_borrowed.sub("", text)):
                continue
            # A source is named with its year.
            if is_pseudo(text) or not self.says_something(_YEAR.sub("", text)):
                continue
            if text in self.borrowed:
                yield f"not marked: {text!r}"
            elif _YEAR.sub("", text) not in self.written:
                yield f"not translated: {text!r}"
        for text in page.xpath("//title/text()[contains(., '<')]"):
            yield f"markup in the title: {text!r}"
        for value in page.xpath("//@*[contains(., '<span') or contains(., '<div')]"):
            yield f"markup in an attribute: {value.getparent().tag} {value.attrname} {value!r}"


def main() -> None:
    import django

    django.setup()
    from django.test import Client

    from tests.journeys import stage

    stage.fill()
    stops = [stop for stop in stage.set_stage() if not stop.press]
    clients = {who: signed_in(email) for who, email in stage.ACCOUNTS.items()}
    clients["visitor"] = Client(SERVER_NAME="localhost")
    # Before the pages: there is a limit to how much a visitor may ask for in a while.
    visitor = clients["visitor"]
    place = visitor.get(f"/api/v1/opportunities/{stage.PLACE}?lang={CODE}").json()
    feed = visitor.get(f"/{CODE}/opportunities/{stage.PLACE}/deadlines.ics").content.decode()
    walk = Walk()
    for stop in stops:
        walk.look(clients[stop.who], stop)
    found = {
        "wrong": walk.wrong,
        "looked_at": sorted(walk.looked_at),
        "api": {name: place[name] for name in ("title", "summary")},
        "feed": feed.replace("\r\n ", ""),
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
