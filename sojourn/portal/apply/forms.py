"""Reads the form of an application: whatever was sent becomes a draft, nothing typed is refused."""

from __future__ import annotations

import re

from django.http import QueryDict

from sojourn.selection import drafts
from sojourn.selection.drafts import Draft, DraftChoice, DraftReferee
from sojourn.selection.models import Round

# The number of slots that the form shows at least, where the list may be that long.
SLOTS = 5
_ACTION = re.compile(r"(up|down|remove)-([1-9][0-9]?)")


def read(round_: Round, sent: QueryDict) -> Draft:
    """Return the draft as sent. Slots that were left empty at the end of the list are dropped."""
    choices = [
        {"key": sent.get(f"choice-{slot}", ""), "motivation": sent.get(f"motivation-{slot}", "")}
        for slot in range(1, round_.most_choices + 1)
    ]
    while choices and not (choices[-1]["key"] or choices[-1]["motivation"].strip()):
        choices.pop()
    return drafts.from_json(
        {
            "programme": sent.get("programme", ""),
            "year": _year(sent.get("year", "")),
            "number": sent.get("number", ""),
            "languages": {
                code: sent.get(f"language-{code}", "") for code in drafts.language_codes(round_)
            },
            "choices": choices,
            "answers": {
                str(question.pk): sent.get(f"question-{question.pk}", "")
                for question in round_.questions.all()
            },
            "referees": [
                {part: sent.get(f"referee-{number}-{part}", "") for part in _REFEREE_PARTS}
                for number in range(1, round_.referees_asked + 1)
            ],
        }
    )


def seen_revision(sent: QueryDict) -> int:
    text = sent.get("seen", "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1


def rearranged(draft: Draft, action: str) -> Draft:
    """Return the draft after a button such as `up-2` (slots count from 1).

    Others change nothing.
    """
    found = _ACTION.fullmatch(action)
    if found is None:
        return draft
    slot = int(found[2]) - 1
    if found[1] == "remove":
        return draft.without(slot)
    return draft.moved(slot, slot - 1 if found[1] == "up" else slot + 1)


def slots(round_: Round, draft: Draft) -> list[DraftChoice]:
    """Return the slots to show: what is chosen, and room for more."""
    count = min(round_.most_choices, max(SLOTS, len(draft.choices) + 1))
    return [*draft.choices, *[DraftChoice()] * max(0, count - len(draft.choices))]


def referees(round_: Round, draft: Draft) -> list[DraftReferee]:
    missing = max(0, round_.referees_asked - len(draft.referees))
    return [*draft.referees[: round_.referees_asked], *[DraftReferee()] * missing]


_REFEREE_PARTS = ("name", "email", "relation")


def _year(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[1-8]", text.strip()) else None
