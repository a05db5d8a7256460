"""What reads a file may die, of anything: whoever asked hears it, and goes on."""

from __future__ import annotations

import pytest

from sojourn.common.child import UnreadableError, read_in_child

READERS = "tests.support.readers"


@pytest.mark.slow
def test_what_a_reader_makes_comes_back() -> None:
    content = bytes(range(256)) * 10_000
    assert read_in_child(f"{READERS}:back", content) == content[::-1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reader", "code"),
    [
        ("forever", "limit"),
        ("mountain", "limit"),
        ("crash", "limit"),
        ("write", "limit"),
        ("refuse", "because"),
    ],
)
def test_a_reader_that_does_not_end_well_is_an_error_with_a_reason(reader: str, code: str) -> None:
    with pytest.raises(UnreadableError) as raised:
        read_in_child(f"{READERS}:{reader}", b"content", seconds=1)
    assert raised.value.code == code


@pytest.mark.slow
def test_a_reader_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://secret@nowhere/x")
    names = read_in_child(f"{READERS}:secrets", b"").decode().split()
    assert "DATABASE_URL" not in names
    assert not any(name.startswith("SOJOURN") for name in names)
