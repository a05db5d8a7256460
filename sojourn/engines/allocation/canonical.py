"""Canonical JSON (RFC 8785) for integers, strings, lists and objects with ASCII keys.

One value has one spelling, so a digest means something and a rerun gives the same bytes. Floats are
refused; within these limits Python's writer gives RFC 8785 exactly.
"""

import json
from hashlib import sha256
from typing import TypeAlias

Json: TypeAlias = bool | int | str | list["Json"] | dict[str, "Json"] | None


def canonical_json(value: Json) -> bytes:
    """Return the one spelling of a value, without a newline at the end."""
    _refuse_floats(value)
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode("utf-8")


def digest(value: Json) -> str:
    """SHA-256 of the canonical spelling, as "sha256:" and hexadecimal digits."""
    return "sha256:" + sha256(canonical_json(value)).hexdigest()


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("A canonical file holds no floats; scores are whole numbers of a step.")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise TypeError(f"A canonical file has ASCII keys, not {key!r}.")
            _refuse_floats(item)
    elif isinstance(value, list):
        for item in value:
            _refuse_floats(item)
