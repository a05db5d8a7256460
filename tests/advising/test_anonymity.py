"""What could tell who asked is found in a text, whatever stands around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.advising.anonymity import TraceKind, find_traces

NAMES = ("Anna", "van den Berg")
ADDRESS = "a.vandenberg@example.org"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Dear Anna, yes.", TraceKind.NAME),
        ("dear ANNA", TraceKind.NAME),
        ("Ms Berg asked", TraceKind.NAME),
        ("write to A.vandenberg@example.org.", TraceKind.ASKERS_ADDRESS),
        ("write to office@example.org", TraceKind.ADDRESS),
        ("your number s1234567 is known", TraceKind.NUMBER),
        ("call +31 71 526 1234", TraceKind.TELEPHONE),
        ("bel 06-12345678", TraceKind.TELEPHONE),
    ],
)
def test_it_is_found(text: str, kind: TraceKind) -> None:
    assert kind in {trace.kind for trace in find_traces([text], NAMES, ADDRESS)}


@pytest.mark.parametrize(
    "text",
    [
        "You need 30 ECTS and B2 before 1 March 2027.",
        "Between 2,700 and 4,800 euros, of which 1.250 for the flight.",
        "Room V5-28, Monday 14:00 to 15:00.",
        "The bergen of Norway, an annals of medicine.",
    ],
)
def test_an_ordinary_answer_is_left_alone(text: str) -> None:
    assert not find_traces([text], NAMES, ADDRESS)


@pytest.mark.slow
@given(st.text(max_size=60), st.text(max_size=60))
def test_a_name_is_found_wherever_it_stands(before: str, after: str) -> None:
    text = f"{before} Jansen {after}"
    assert any(t.text.casefold() == "jansen" for t in find_traces([text], ["Jansen"], ""))
