"""The one error of the readers: content that is not taken."""

from __future__ import annotations


class ContentRefusedError(Exception):
    """Content that is not taken; `code` is one word that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
