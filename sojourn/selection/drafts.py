"""What a student is typing: one plain value, read with tolerance, and what is missing in it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from sojourn.engines.language import CEFR_LEVELS
from sojourn.people.student_numbers import normal_number
from sojourn.selection.models import (
    CustomQuestion,
    DocumentKind,
    QuestionKind,
    Round,
)

LONGEST_TEXT = 20_000
LONGEST_LINE = 500


@dataclass(frozen=True)
class DraftChoice:
    key: str = ""
    motivation: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.key and not self.motivation.strip()


@dataclass(frozen=True)
class DraftReferee:
    name: str = ""
    email: str = ""
    relation: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.name or self.email or self.relation)


@dataclass(frozen=True)
class Draft:
    """Everything of an application that is typed. The files are rows of their own."""

    programme: str = ""
    year: int | None = None
    number: str = ""
    languages: dict[str, str] = field(default_factory=dict)
    choices: tuple[DraftChoice, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    referees: tuple[DraftReferee, ...] = ()

    def moved(self, slot: int, to: int) -> Draft:
        """Return the draft with the choice of one slot (from 0) at another."""
        choices = list(self.choices)
        if 0 <= slot < len(choices) and 0 <= to < len(choices):
            choices.insert(to, choices.pop(slot))
        return replace(self, choices=tuple(choices))

    def without(self, slot: int) -> Draft:
        return replace(
            self,
            choices=tuple(each for number, each in enumerate(self.choices) if number != slot),
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Gap:
    """Something that is missing or wrong; `field` is the id of the field to correct."""

    field: str
    text: str


def from_json(value: Any) -> Draft:
    """Read a stored draft. What cannot be read is left out: the form shows it empty."""
    if not isinstance(value, dict):
        return Draft()
    year = value.get("year")
    return Draft(
        programme=_line(value.get("programme")),
        year=year if isinstance(year, int) and 1 <= year <= 8 else None,
        number=_line(value.get("number")),
        languages={
            _line(code): _line(level)
            for code, level in _pairs(value.get("languages"))
            if level in CEFR_LEVELS
        },
        choices=tuple(
            DraftChoice(_line(each.get("key")), _text(each.get("motivation")))
            for each in _items(value.get("choices"))
        ),
        answers={_line(key): _text(text) for key, text in _pairs(value.get("answers"))},
        referees=tuple(
            DraftReferee(
                _line(each.get("name")), _line(each.get("email")), _line(each.get("relation"))
            )
            for each in _items(value.get("referees"))
        ),
    )


def words(text: str) -> int:
    return len(text.split())


def language_codes(round_: Round) -> list[str]:
    """List the languages whose level counts in this round."""
    criteria = [each for each in round_.criteria.all() if each.behaviour.asks_language]
    return list(dict.fromkeys(each.language for each in criteria))


def document_kinds(round_: Round) -> list[DocumentKind]:
    asked = ((round_.asks_cv, DocumentKind.CV), (round_.asks_transcript, DocumentKind.TRANSCRIPT))
    return [kind for is_asked, kind in asked if is_asked]


def gaps(round_: Round, draft: Draft, kinds_there: set[str]) -> list[Gap]:
    """List what is missing for submission, in the order of the form.

    `kinds_there` are the kinds of documents that were uploaded. Whether somebody may choose a
    place is `eligibility`'s matter.
    """
    return [
        *_about_gaps(draft),
        *_choice_gaps(round_, draft),
        *_answer_gaps(round_, draft),
        *[
            Gap(f"document-{kind}", _("Upload your %(what)s.") % {"what": kind.label})
            for kind in document_kinds(round_)
            if kind not in kinds_there
        ],
        *_referee_gaps(round_, draft),
    ]


def _about_gaps(draft: Draft) -> list[Gap]:
    found = []
    if not draft.programme:
        found.append(Gap("programme", _("Say which degree programme you follow.")))
    if draft.year is None:
        found.append(Gap("year", _("Say in which year you are.")))
    if not draft.number.strip():
        found.append(Gap("number", _("Fill in your student number.")))
    elif not normal_number(draft.number):
        found.append(
            Gap(
                "number",
                _("This is not a student number: it has 5 to 12 digits, such as s1234567."),
            )
        )
    return found


def _choice_gaps(round_: Round, draft: Draft) -> list[Gap]:
    chosen = [each for each in draft.choices if not each.is_empty]
    if not chosen:
        return [Gap("choice-1", _("Choose at least one place."))]
    found = []
    if len(chosen) > round_.most_choices:
        found.append(
            Gap(
                "choice-1",
                _("Your list can have %(count)d choices.") % {"count": round_.most_choices},
            )
        )
    seen: set[str] = set()
    for number, choice in enumerate(draft.choices, start=1):
        if choice.is_empty:
            continue
        rank = {"rank": number}
        if not choice.key:
            found.append(Gap(f"choice-{number}", _("Choice %(rank)d has no place.") % rank))
        elif choice.key in seen:
            found.append(
                Gap(f"choice-{number}", _("Choice %(rank)d is on your list twice.") % rank)
            )
        seen.add(choice.key)
        found += _motivation_gaps(round_, number, words(choice.motivation))
    return found


def _motivation_gaps(round_: Round, number: int, count: int) -> list[Gap]:
    most, fewest = round_.motivation_words_max, round_.motivation_words_min
    if not most:
        return []
    named = {"rank": number, "count": count, "most": most, "fewest": fewest}
    where = f"motivation-{number}"
    if count == 0:
        return [Gap(where, _("Write why you want choice %(rank)d.") % named)]
    if count > most:
        return [
            Gap(
                where,
                _("The motivation of choice %(rank)d has %(count)d words; %(most)d are allowed.")
                % named,
            )
        ]
    if count < fewest:
        return [
            Gap(
                where,
                _(
                    "The motivation of choice %(rank)d has %(count)d words; at least "
                    "%(fewest)d are needed."
                )
                % named,
            )
        ]
    return []


def _answer_gaps(round_: Round, draft: Draft) -> list[Gap]:
    found = []
    for question in round_.questions.all():
        gap = _answer_gap(question, draft.answers.get(str(question.pk), ""))
        if gap:
            found.append(Gap(f"question-{question.pk}", gap))
    return found


def _answer_gap(question: CustomQuestion, answer: str) -> str:
    named = {"question": question.text}
    if not answer.strip():
        return _("Answer “%(question)s”.") % named if question.is_required else ""
    if question.kind == QuestionKind.YES_NO and answer not in ("yes", "no"):
        return _("Answer “%(question)s” with yes or no.") % named
    if question.words_max and words(answer) > question.words_max:
        return _("The answer to “%(question)s” has %(count)d words; %(most)d are allowed.") % {
            **named,
            "count": words(answer),
            "most": question.words_max,
        }
    return ""


def _referee_gaps(round_: Round, draft: Draft) -> list[Gap]:
    found = []
    for number in range(1, round_.referees_asked + 1):
        referee = draft.referees[number - 1] if number <= len(draft.referees) else DraftReferee()
        rank = {"rank": number}
        if not referee.name:
            found.append(
                Gap(f"referee-{number}", _("Fill in the name of referee %(rank)d.") % rank)
            )
        if not _is_address(referee.email):
            found.append(
                Gap(
                    f"referee-{number}-email",
                    _("Fill in a mail address of referee %(rank)d.") % rank,
                )
            )
    return found


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _line(value: Any) -> str:
    return " ".join(value.split())[:LONGEST_LINE] if isinstance(value, str) else ""


def _text(value: Any) -> str:
    return value.replace("\r\n", "\n")[:LONGEST_TEXT] if isinstance(value, str) else ""


def _items(value: Any) -> list[dict[str, Any]]:
    rows = value if isinstance(value, list | tuple) else ()
    return [each for each in rows if isinstance(each, dict)]


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    return list(value.items()) if isinstance(value, dict) else []
