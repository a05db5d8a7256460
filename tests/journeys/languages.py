"""A journey in each language: `make test` goes it in the first, `make test-all` in both."""

from __future__ import annotations

import pytest

both_languages = pytest.mark.parametrize(
    "language", ["en", pytest.param("nl", marks=pytest.mark.broad)]
)
