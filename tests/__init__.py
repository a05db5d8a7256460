"""Tests, in the same folders as the code."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# No test asserts a time, neither of an example nor of making one: machines are busy.
settings.register_profile(
    "patient",
    parent=settings(),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("patient")
