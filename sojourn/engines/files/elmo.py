"""ELMO: the European XML format of a transcript (EMREX), read leniently where nothing is lost.

Of any version of the schema: names of elements alone count, not their namespace. What cannot be
read without guessing is refused: a file with entities, a course without a title, and a course that
does not say whether it was passed (the schema says that a missing status means passed; older
senders leave it out for what was failed too).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from sojourn.engines.files.refusal import ContentRefusedError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

STATES = ("passed", "failed", "in-progress")
MOST_LINES = 200
MOST_CREDITS = 240
LONGEST_TITLE = 250
# A name of a course in a refusal: enough to find it.
_LONGEST_NAMED = 80


def read_as_json(content: bytes) -> bytes:
    """Return what the file says, as JSON: whose, from whom, and the courses with their results."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise ContentRefusedError("entities") from None
    except (ParseError, ValueError, LookupError):
        raise ContentRefusedError("damaged") from None
    if _local(root) != "elmo":
        raise ContentRefusedError("other")
    lines = [line for report in _all(root, "report") for line in _lines(report)]
    if not lines:
        raise ContentRefusedError("empty")
    if len(lines) > MOST_LINES:
        raise ContentRefusedError("many")
    learner = _first(root, "learner")
    issuers = [_text(_first(each, "issuer"), "title") for each in _all(root, "report")]
    return json.dumps(
        {
            "learner": " ".join(
                filter(None, (_text(learner, "givenNames"), _text(learner, "familyName")))
            )[:LONGEST_TITLE],
            "born": _text(learner, "bday")[:10],
            "issuer": ", ".join(dict.fromkeys(filter(None, issuers)))[:LONGEST_TITLE],
            "issued": _text(_first(root, "report"), "issueDate")[:10],
            "lines": lines,
        }
    ).encode()


def _lines(report: Element) -> Iterator[dict[str, str]]:
    """Return the courses: of a tree the uppermost that has credits, else its leaves."""
    left = list(reversed(_all(report, "learningOpportunitySpecification")))
    while left:
        course = left.pop()
        inside = [
            each
            for part in _all(course, "hasPart")
            for each in _all(part, "learningOpportunitySpecification")
        ]
        kind = _text(course, "type").casefold()
        done = _first(_first(course, "specifies"), "learningOpportunityInstance")
        is_whole = done is not None and _first(done, "credit") is not None
        if inside and (not is_whole or kind.startswith("degree")):
            left.extend(reversed(inside))
        else:
            yield _line(course, done)


def _line(course: Element, done: Element | None) -> dict[str, str]:
    title = _text(course, "title")
    if not title:
        raise ContentRefusedError("title")
    if len(title) > LONGEST_TITLE:
        raise ContentRefusedError(f"long:{title[:_LONGEST_NAMED]}")
    status = _text(done, "status").casefold()
    if status not in STATES:
        raise ContentRefusedError(f"status:{title[:_LONGEST_NAMED]}")
    worth, scheme = _credits(done, title)
    codes = {each.get("type", ""): _said(each) for each in _all(course, "identifier")}
    return {
        "title": title,
        "code": next((codes[kind] for kind in ("local", *codes) if codes.get(kind)), "")[:40],
        "status": status,
        "grade": _text(done, "resultLabel")[:60],
        "credits": worth,
        "scheme": scheme,
        "on": _text(done, "date")[:10],
    }


def _credits(done: Element | None, title: str) -> tuple[str, str]:
    found = {
        _text(each, "scheme").casefold() or "ects": _text(each, "value")
        for each in _all(done, "credit")
    }
    if not found:
        return "", ""
    scheme = "ects" if "ects" in found else next(iter(found))
    try:
        value = Decimal(found[scheme].replace(",", "."))
        # Two digits behind the point is what is kept of credits; more would be rounded silently.
        exact = value.quantize(Decimal("0.01"))
    except InvalidOperation:
        raise ContentRefusedError(f"credits:{title[:_LONGEST_NAMED]}") from None
    if exact != value or not 0 <= value <= MOST_CREDITS:
        raise ContentRefusedError(f"credits:{title[:_LONGEST_NAMED]}")
    return f"{exact.normalize():f}", scheme[:40]


def _all(parent: Element | None, name: str) -> list[Element]:
    return [] if parent is None else [each for each in parent if _local(each) == name]


def _first(parent: Element | None, name: str) -> Element | None:
    return next(iter(_all(parent, name)), None)


def _text(parent: Element | None, name: str) -> str:
    """Return the text of a part; of several languages the English one, as agreements are."""
    found = _all(parent, name)
    in_english = (
        each
        for each in found
        if any(key.endswith("}lang") and value.startswith("en") for key, value in each.items())
    )
    chosen = next(in_english, next(iter(found), None))
    return "" if chosen is None else _said(chosen)


def _said(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
